"""Text of files as paragraphs: YAML wraps long lines, and Slack and Jira show each line break."""

import re
from typing import Final

_FULL: Final = 60
"""A line is wrapped only if it and the next word would be longer than this."""
_OWN_LINE: Final = re.compile(r"\s|[-*+•>|#]|\d{1,3}[.)]\s|```")
"""How a line begins that keeps its own line: lists, quotes, tables, indented text."""


def reflowed(text: str) -> str:
    """The text with one line for each paragraph; lists and short lines keep their lines."""
    kept: list[str] = []
    for line in text.split("\n"):
        if kept and _continues(kept[-1].rpartition("\x0b")[2], line):
            kept[-1] = f"{kept[-1]}\x0b{line}"
        else:
            kept.append(line)
    return "\n".join(each.replace("\x0b", " ") for each in kept)


def _continues(line: str, following: str) -> bool:
    """True if the break between two lines is only where an editor wrapped them."""
    if not line.strip() or not following or _OWN_LINE.match(following):
        return False
    if line[:1].isspace() or line[:1] in "|>#" or line.endswith((" ", "\t")):
        return False
    return len(line) + 1 + len(following.split(" ", 1)[0]) > _FULL
