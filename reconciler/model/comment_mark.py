"""What a comment on a ticket says of itself, so that the tool finds its own comments again.

The mark is a property of the comment. People do not see it, and Jira does not rewrite it. Earlier
versions wrote it as the last line of the text.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

COMMENT_PROPERTY: Final = "escalation"
"""Key of the property."""

CHANNEL_COMMENT: Final = "channel"
"""Key of the comment that is edited to stay true. A receipt always keeps its id."""

_SUMMARY: Final = re.compile(r"summary(?:-e[1-9][0-9]*)?")

_TICKET: Final = r"[A-Z][A-Z0-9_]+-\d+"
_KEY: Final = r"[a-z0-9-]+"
_DIGEST: Final = r"[0-9a-f]{10}"
_LINE: Final = re.compile(
    # Jira Cloud makes a link of the key of a ticket: [DS-1|https://...|smart-link].
    rf"escalation-as-code[ \\]+(?:\[(?:https?://[^\s|\]]+/)?)?(?P<ticket>{_TICKET})"
    rf"(?:\|[^\s\]]*\])?[ \\]+(?P<key>{_KEY})[ \\]+(?P<digest>{_DIGEST})"
)


class CommentMark(NamedTuple):
    """Which message of which ticket a comment is, and the digest of its text."""

    ticket: str
    key: str
    digest: str

    def as_property(self) -> dict[str, str]:
        """The value of the property."""
        return self._asdict()


_FORMS: Final = CommentMark(_TICKET, _KEY, _DIGEST)


def is_summary(key: str) -> bool:
    """True for the key of a summary. Its comment is edited if its text changes."""
    return _SUMMARY.fullmatch(key) is not None


def age(id_: str) -> tuple[int, str]:
    """The order of the ids of comments, which are numbers and grow."""
    return len(id_), id_


def read_property(value: object) -> CommentMark | None:
    """The mark in the value of a property; None if it holds none."""
    if not isinstance(value, Mapping):
        return None
    parts: dict[str, Any] = {name: value.get(name) for name in CommentMark._fields}
    forms = _FORMS._asdict()
    if all(isinstance(each, str) and re.fullmatch(forms[n], each) for n, each in parts.items()):
        return CommentMark(**parts)
    return None


def read_line(body: str) -> CommentMark | None:
    """The mark in a text that an earlier version wrote; None if it holds none."""
    lines = list(_LINE.finditer(body))
    return CommentMark(*lines[-1].group("ticket", "key", "digest")) if lines else None
