"""A command in a review or a comment that says who the assignee is to be."""

import re
from typing import Final

_LINE: Final = re.compile(r"/assign[ \t]+(?P<name>@?[A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*")


def assigned_in(text: str) -> tuple[str, ...]:
    """The handles or `@logins` that the lines `/assign NAME` of a text name."""
    found = (_LINE.fullmatch(line.rstrip("\r")) for line in text.split("\n"))
    return tuple(each["name"] for each in found if each)
