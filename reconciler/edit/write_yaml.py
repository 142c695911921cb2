"""Values as YAML that people like to read, and that reads back as it was."""

import json
import re
from typing import Any, Final

import yaml

from reconciler.load.unquoted_words import Timestamp, means_itself

_INDENT: Final = 2
_WIDTH: Final = 96
_LONG: Final = 72
_BARE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/'+-]|:(?=\d))*")
"""Texts that need no quotes, wherever they stand."""
_BREAKS: Final = frozenset("\x85\u2028\u2029")
"""What YAML takes for the end of a line; between other quotes it reads back as a blank."""
_STAMP: Final = "tag:yaml.org,2002:timestamp"


class _Dumper(yaml.SafeDumper):
    """Indents the items of a list, leaves no aliases, and writes long texts as blocks."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the library's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, False)  # noqa: FBT003 - the library's signature


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if "\n" in value:
        style = "|"
    elif len(value) > _LONG:
        style = ">"
    elif not means_itself(value) or not _BREAKS.isdisjoint(value):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _timestamp(dumper: yaml.SafeDumper, value: Timestamp) -> yaml.ScalarNode:
    """Without quotes, as people write points in time."""
    return dumper.represent_scalar(_STAMP, value)


class _QuotingDumper(_Dumper):
    """Quotes what would be a block: an indented comment after a block would be a part of it."""


def _quoted_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    node = _text(dumper, value)
    node.style = '"' if node.style in {"|", ">"} else node.style
    return node


_Dumper.add_representer(Timestamp, _timestamp)
_Dumper.add_representer(str, _text)
_QuotingDumper.add_representer(str, _quoted_text)


def as_block(value: Any, *, quoted: bool = False) -> str:  # noqa: ANN401 - whatever a file can hold
    """A value on lines of its own, the last one ended; `quoted` has no block of text in it."""
    if not quoted:
        text = _dump(value, _Dumper)
        # A block can't hold every text (blanks at the ends of lines): quotes can.
        if yaml.load(text, yaml.BaseLoader) == _plain(value):  # noqa: S506 - it builds texts only
            return text
    return _dump(value, _QuotingDumper)


def as_flow(value: Any) -> str:  # noqa: ANN401 - whatever a file can hold
    """A value on one line, in quotes, braces and brackets where needed."""
    if isinstance(value, Timestamp):
        return str(value)
    if isinstance(value, str):
        text = _dump(value, _Dumper).removesuffix("...\n").strip()
        bare = text == value and means_itself(text) and _BARE.fullmatch(text)
        return text if bare else _quoted(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {as_flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_flow, value))}]"
    return json.dumps(value)


def _quoted(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # What YAML takes for the end of a line, and JSON does not.
    return text.translate({0x85: "\\N", 0x2028: "\\L", 0x2029: "\\P", 0xFEFF: "\\uFEFF"})


def _dump(value: Any, dumper: type[yaml.SafeDumper]) -> str:  # noqa: ANN401
    text: str = yaml.dump(
        value,
        Dumper=dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=_WIDTH,
        indent=_INDENT,
    )
    return text


def _plain(value: Any) -> Any:  # noqa: ANN401
    """The value as a reader that knows only texts gets it."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)
