"""What the reconciler last did to a ticket, kept on the ticket itself.

A receipt is a cache of truth, not truth: whatever is missing from it is read back from Slack and
Jira before anything that cannot be repeated is done again.
"""

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

PROPERTY: Final = "escalation"
"""Key of the Jira entity property that holds the receipt."""

VERSION: Final = 2
"""The version that is written; 1, which had an entry for each update, is read as well."""


class _Part(BaseModel):
    # Fields of this version that this release does not know are kept when it writes again.
    model_config = ConfigDict(frozen=True, extra="allow")


class PriorityReceipt(_Part):
    """The priority before ours, so that it can be put back."""

    previous_id: str | None
    previous_name: str | None
    ours: str
    given_up: bool = False
    """Whether somebody chose another one since, and policy lets them."""


class ChannelReceipt(_Part):
    """The escalation's channel."""

    id: str
    name: str


BY_HAND: Final = "by-hand"
"""Stands for the revision of what people wrote in our place."""


UNDER_MARK: Final = "under-mark"
"""Stands for the revision of an update of which only its mark remembers that it was posted."""


TimeStamp = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")]


class PostReceipt(_Part):
    """A message that we posted: its Slack time stamp, and the revision of its text."""

    ts: TimeStamp
    rev: str


class TextReceipt(_Part):
    """A topic or purpose: the revision we asked for, and the text as Slack stored it.

    Slack rewrites emoji and links, so what it stored is what later readings are compared with.
    """

    rev: str
    stored: str


class BookmarkReceipt(_Part):
    """A bookmark that we added."""

    id: str
    rev: str


class AcknowledgementReceipt(_Part):
    """Who acknowledged what a commit brought to the main branch, as we once verified."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    by: str
    at: AwareDatetime
    pull_request: str = Field(alias="proposal")
    """Its id. Receipts call it `proposal`."""
    commit: str
    ready_at: AwareDatetime | None = None
    late: bool = False
    seal: str
    """Proves that we wrote this: whoever may edit the ticket could write all of the rest."""


class Receipt(_Part):
    """Everything that we remember of one ticket. `model/receipt_form.py` has its form as JSON."""

    v: int = VERSION
    ticket: str
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
    labelled: bool = False
    assignee: str | None = None
    comments: tuple[str, ...] = ()
    """Kinds of the comments that were made."""
    remote_link: str | None = None
    archived: bool = False
    earlier_channels: tuple[ChannelReceipt, ...] = ()
    """Those that it went on in before, earliest first."""
    acknowledged: AcknowledgementReceipt | None = None
