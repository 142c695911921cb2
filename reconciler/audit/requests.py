"""What a change asked for, in words that hold no text and no private data."""

from reconciler.audit.private_data import Scrub
from reconciler.model.change import (
    AddBookmark,
    AddComment,
    AddLabel,
    Archive,
    Assign,
    Change,
    CreateChannel,
    EditBookmark,
    EditComment,
    EditMessage,
    Invite,
    JoinChannel,
    LinkTicket,
    Pin,
    PostMessage,
    Remember,
    RemoveLabel,
    RenameChannel,
    SetPriority,
    SetPurpose,
    SetRemoteLink,
    SetTopic,
)
from reconciler.model.desired import revision

_Text = (
    SetTopic
    | SetPurpose
    | SetRemoteLink
    | AddComment
    | EditComment
    | PostMessage
    | EditMessage
    | AddBookmark
    | EditBookmark
)


def asked(change: Change, scrub: Scrub) -> tuple[str, str]:
    """Before and after, as the plan has them: posts by kind and revision, people by handle."""
    before, after = "", ""
    match change.op:
        case AddLabel() | RemoveLabel() | SetPriority() | LinkTicket() | Remember():
            before, after = change.before, change.after
        case Assign():
            before, after = scrub.handle(change.before), change.after
        case Invite(users=users):
            after = ", ".join(users)
        case JoinChannel():
            after = "the bot"
        case CreateChannel():
            after = "the channel"  # its name is the title; the answer has its id
        case RenameChannel():
            before, after = "another name", "its name"
        case Archive():
            after = "archived"
        case Pin(kind=kind):
            after = kind
        case _:
            before, after = "another" if change.before else "", _text(change.op)
    return scrub(before), scrub(after)


def _text(op: _Text) -> str:
    """A text is known by its kind and by the revision that the receipt knows it by."""
    match op:
        case SetTopic(rev=rev) | SetPurpose(rev=rev):
            return f"revision {rev}"
        case SetRemoteLink(rev=rev):
            return f"the channel, revision {rev}"
        case AddComment(kind=kind, body=body) | EditComment(kind=kind, body=body):
            return f"{kind}, revision {revision(body)}"
        case _:
            return f"{op.kind}, revision {op.rev}"
