"""PyYAML's parser in C, or the same in Python where the extension is missing."""

from typing import Any, Final, Protocol, cast

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml._yaml import CParser as _CParser
except ImportError:  # depends on how PyYAML was built
    CParser: type | None = None
else:
    CParser = _CParser


class Events(Protocol):
    """A stream of YAML events; None at the end."""

    def get_event(self) -> Any:  # noqa: ANN401 - PyYAML's events share no useful type
        """The next event."""


class PurePythonParser(Reader, Scanner, Parser):
    """The same events, without the C extension."""

    def __init__(self, data: bytes) -> None:
        Reader.__init__(self, data)
        Scanner.__init__(self)
        Parser.__init__(self)


IS_FAST: Final = CParser is not None


def events(data: bytes, *, fast: bool = IS_FAST) -> Events:
    """Parse the bytes of a file that is known to be clean UTF-8."""
    if fast and CParser is not None:
        return cast("Events", CParser(data))
    return PurePythonParser(data)
