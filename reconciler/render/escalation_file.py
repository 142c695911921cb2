"""A new escalation as the text of its file."""

from collections.abc import Mapping
from typing import Any, Final

import yaml

_HEAD: Final = "# yaml-language-server: $schema=../../schemas/escalation.schema.json\n"
_WIDTH: Final = 98
_APART: Final = ("reporter", "stakeholders", "assignee", "adopted")
"""Keys with an empty line before them."""


class _Plain(yaml.SafeDumper):
    """Writes everything out, lists inside their key, and several lines as several lines."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the library asks for each
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Plain.add_representer(str, _text)


def escalation_file(values: Mapping[str, object]) -> str:
    """The file; what has no value is left out, and the order of the keys is kept."""
    parts = [_HEAD]
    for key, value in values.items():
        if value in (None, "", (), {}):
            continue
        gap = "\n" if key in _APART else ""
        parts.append(
            gap
            + yaml.dump(
                {key: value}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=_WIDTH
            )
        )
    return "".join(parts)
