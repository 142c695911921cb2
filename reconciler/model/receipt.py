"""What the reconciler last did to a ticket, kept on the ticket itself.

A receipt is only a cache. Before the tool repeats an action that must happen once, it reads what is
missing in the receipt from Slack and Jira.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

PROPERTY: Final = "escalation"
"""Key of the Jira entity property that holds the receipt."""

VERSION: Final = 4
"""The version that is written. Versions 1 and 2 had no seal, so they count as lost. Version 3 found
its comments by their text, and would post each again that has none of these marks."""


class _Part(BaseModel):
    # Fields of this version that this release does not know are kept when it writes again.
    model_config = ConfigDict(frozen=True, extra="allow")


class PriorityReceipt(_Part):
    """The priority before the escalation, so that it can be restored."""

    previous_id: str | None
    previous_name: str | None
    ours: str
    given_up: bool = False
    """True if people changed it later and `drift.priority` is `adopt`."""


class ChannelReceipt(_Part):
    """The escalation's channel."""

    id: str
    name: str


BY_HAND: Final = "by-hand"
"""The revision of a message that people wrote in place of the tool's."""


UNDER_MARK: Final = "under-mark"
"""The revision of an update that only a count in the receipt records as posted."""


CommentId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}$")]
TimeStamp = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")]


class PostReceipt(_Part):
    """A message of the bot: its Slack time stamp, and the revision of its text."""

    ts: TimeStamp
    rev: str


class TextReceipt(_Part):
    """A topic or purpose: the requested revision, and the text as Slack stored it.

    Slack rewrites emoji and links, so what it stored is what later readings are compared with.
    """

    rev: str
    stored: str


class BookmarkReceipt(_Part):
    """A bookmark that the bot added."""

    id: str
    rev: str


class CommentReceipt(_Part):
    """A comment of the tool on the ticket: Jira's id, and the revision of its text."""

    id: CommentId
    rev: str


Counter = Annotated[int, Field(ge=0, le=2**53, strict=True)]
"""How often a receipt was written."""


class Receipt(_Part):
    """What the tool stores on one ticket. `model/receipt_form.py` has its form as JSON."""

    v: int = VERSION
    ticket: str
    counter: Counter = 0
    """Grows with each write."""
    priority: PriorityReceipt | None = None
    channel: ChannelReceipt | None = None
    announced_in: str | None = None
    announcements: dict[str, PostReceipt] = {}
    replies: dict[str, PostReceipt] = {}
    posts: dict[str, PostReceipt] = {}
    pinned: str | None = None
    topic: TextReceipt | None = None
    purpose: TextReceipt | None = None
    bookmarks: dict[str, BookmarkReceipt] = {}
    invited: tuple[str, ...] = ()
    refused: dict[str, str] = {}
    """Slack's code by the Slack id of each person whom Slack refuses to have invited."""
    labelled: bool = False
    assignee: str | None = None
    comments: tuple[str, ...] = ()
    """Keys of the comments that were made."""
    channel_comment: CommentReceipt | None = None
    """The comment that names the channel. It is edited to stay true."""
    summary_comments: dict[str, CommentReceipt] = {}
    """The summaries by key. They are edited if the file changes."""
    event_comments: tuple[CommentId, ...] = ()
    """Ids of the comments on events that came after `comments_through`: of one run, so the policy's
    limit of posts bounds them."""
    comments_through: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,19}$")] = ""
    """Id up to which each comment of the tool's account has been looked at."""
    remote_link: str | None = None
    archived: bool = False
    earlier_channels: tuple[ChannelReceipt, ...] = ()
    """Former channels of the escalation, earliest first."""
