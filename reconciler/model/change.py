"""A plan: ordered changes, each a small value that says what, why, and how to do it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.observed import Priority
from reconciler.model.phase import Phase
from reconciler.model.trouble import Trouble


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Action(StrEnum):
    """What happens to a facet."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Where(StrEnum):
    """Which conversation a message belongs to."""

    CHANNEL = "channel"
    ANNOUNCEMENT = "announcement"
    THREAD = "thread"


class CreateChannel(_Value):
    """Create the public channel."""

    do: Literal["create_channel"] = "create_channel"
    name: str


class JoinChannel(_Value):
    """Join the channel, so that it can be managed."""

    do: Literal["join_channel"] = "join_channel"


class RenameChannel(_Value):
    """Give the channel its name back."""

    do: Literal["rename_channel"] = "rename_channel"
    name: str


class SetTopic(_Value):
    """Set the channel's topic."""

    do: Literal["set_topic"] = "set_topic"
    text: str
    rev: str


class SetPurpose(_Value):
    """Set the channel's purpose."""

    do: Literal["set_purpose"] = "set_purpose"
    text: str
    rev: str


class Invite(_Value):
    """Invite people, given as Slack ids by handle."""

    do: Literal["invite"] = "invite"
    users: dict[str, str]


class PostMessage(_Value):
    """Post a message."""

    do: Literal["post"] = "post"
    where: Where
    kind: str
    text: str
    rev: str
    parent: str = ""
    """Key of the announcement in whose thread it is posted; empty outside of threads."""
    without_channel: str = ""
    """Text to post while the channel cannot be created; empty if the message waits for it."""
    proposal: str = ""
    """Id of the proposal that it announces, while it is no more than that."""
    mentions: dict[str, str] = {}
    """Slack ids by handle of the people whom the text mentions."""


class EditMessage(_Value):
    """Edit a message of ours in place."""

    do: Literal["edit_post"] = "edit_post"
    where: Where
    kind: str
    ts: str
    text: str
    rev: str
    without_channel: str = ""
    """Text to show while the channel cannot be created; empty if the message waits for it."""
    after: tuple[str, ...] = ()
    """Keys of the replies that must be posted before this edit."""
    proposal: str = ""
    """Id of the proposal that it announces, while it is no more than that."""
    mentions: dict[str, str] = {}
    """Slack ids by handle of the people whom the text mentions."""


class Pin(_Value):
    """Pin the message of a kind."""

    do: Literal["pin"] = "pin"
    kind: str


class AddBookmark(_Value):
    """Add a bookmark."""

    do: Literal["add_bookmark"] = "add_bookmark"
    kind: str
    title: str
    link: str
    rev: str


class EditBookmark(_Value):
    """Put a bookmark right."""

    do: Literal["edit_bookmark"] = "edit_bookmark"
    kind: str
    id: str
    title: str
    link: str
    rev: str


class Archive(_Value):
    """Archive the channel."""

    do: Literal["archive"] = "archive"


class AddLabel(_Value):
    """Add our label; others are never touched."""

    do: Literal["add_label"] = "add_label"
    label: str


class RemoveLabel(_Value):
    """Remove our label."""

    do: Literal["remove_label"] = "remove_label"
    label: str


class SetPriority(_Value):
    """Raise the priority, remembering the previous one, or put it back."""

    do: Literal["set_priority"] = "set_priority"
    id: str
    previous: Priority | None
    restores: bool = False


class Assign(_Value):
    """Assign the ticket to a Jira account."""

    do: Literal["assign"] = "assign"
    account: str


class AddComment(_Value):
    """Add a comment."""

    do: Literal["add_comment"] = "add_comment"
    kind: str
    body: str
    without_channel: str = ""
    """Text to post while the channel cannot be created; empty if the comment waits for it."""


class EditComment(_Value):
    """Edit a comment of ours in place."""

    do: Literal["edit_comment"] = "edit_comment"
    kind: str
    id: str
    body: str
    without_channel: str = ""
    """Text to show while the channel cannot be created; empty if the comment waits for it."""
    rev: str = ""
    """Digest of what the comment shows now."""


class LinkTicket(_Value):
    """Link the ticket to a follow-up."""

    do: Literal["link_ticket"] = "link_ticket"
    key: str
    link_type: str


class SetRemoteLink(_Value):
    """Show the channel among the ticket's links. Upserted, so it can be repeated."""

    do: Literal["remote_link"] = "remote_link"
    summary: str
    ended: bool
    rev: str


class Remember(_Value):
    """Write the receipt only: the services are right and our memory is not."""

    do: Literal["remember"] = "remember"


Operation = Annotated[
    CreateChannel
    | JoinChannel
    | RenameChannel
    | SetTopic
    | SetPurpose
    | Invite
    | PostMessage
    | EditMessage
    | Pin
    | AddBookmark
    | EditBookmark
    | Archive
    | AddLabel
    | RemoveLabel
    | SetPriority
    | Assign
    | AddComment
    | EditComment
    | LinkTicket
    | SetRemoteLink
    | Remember,
    Field(discriminator="do"),
]


class Change(_Value):
    """One difference to make go away."""

    facet: str
    action: Action
    before: str = ""
    after: str = ""
    why: str
    """The file line that wants it, as path:line, or the word drift."""
    op: Operation
    requires: tuple[str, ...] = ()
    """Keys of changes of the same plan that must be done first; otherwise this one is skipped."""

    @property
    def key(self) -> str:
        """Identifies the change within its escalation, in this plan and in any later one.

        The facet, and for a facet with several things the key of the thing. Posting a message
        and editing it have the same key.
        """
        match self.op:
            case PostMessage(kind=thing) | EditMessage(kind=thing) | Pin(kind=thing):
                return f"{self.facet} {thing}"
            case AddBookmark(kind=thing) | EditBookmark(kind=thing):
                return f"{self.facet} {thing}"
            case AddComment(kind=thing) | EditComment(kind=thing):
                return f"{self.facet} {thing}"
            case AddLabel(label=thing) | RemoveLabel(label=thing):
                return f"{self.facet} {thing}"
            case LinkTicket(key=thing, link_type=kind):
                return f"{self.facet} {kind} {thing}"
            case _:
                return self.facet


class EscalationPlan(_Value):
    """The changes of one escalation."""

    ticket: str
    title: str
    phase: Phase
    path: str
    desk: str
    channel: str = ""
    """Name of the channel, existing or to be created; empty when there is none."""
    channel_id: str = ""
    announced_in: str = ""
    """Name of the desk's channel."""
    vanished: bool = False
    """Whether the file is gone from the main branch."""
    proposal: str = ""
    """Name of the proposal whose announcement this is about, such as `#12`; empty for what is on
    the main branch."""
    basis: str
    """Fingerprint of everything that the changes follow from."""
    changes: tuple[Change, ...] = ()
    problems: tuple[Trouble, ...] = ()
    """What keeps the escalation from being as declared. Makes a run a partial success."""
    notices: tuple[Trouble, ...] = ()
    """What a person did that is told and not fought."""


class Plan(_Value):
    """What one run would do."""

    version: Literal[1] = 1
    made_at: datetime
    revision: str = ""
    """The commit whose files were read; empty outside git."""
    thorough: bool = False
    escalations: tuple[EscalationPlan, ...] = ()
    proposals: tuple[EscalationPlan, ...] = ()
    """What is said about escalations that are only proposed."""
    notices: tuple[Trouble, ...] = ()

    troubles: tuple[Trouble, ...] = ()
    """What keeps the run as a whole from being complete, such as a forge that does not answer."""

    @property
    def blocks(self) -> tuple[EscalationPlan, ...]:
        """Everything that can have changes, in the order in which it is told."""
        return (*self.escalations, *self.proposals)

    @property
    def changes(self) -> int:
        """How many changes there are."""
        return sum(len(each.changes) for each in self.blocks)

    @property
    def problems(self) -> int:
        """How many problems there are."""
        return len(self.troubles) + sum(len(each.problems) for each in self.blocks)
