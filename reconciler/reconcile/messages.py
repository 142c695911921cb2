"""Changes that post a message or edit one."""

from collections.abc import Mapping

from reconciler.model.change import Action, Change, EditMessage, PostMessage, Where
from reconciler.model.desired import Message
from reconciler.reconcile.step import why


def post(  # noqa: PLR0913 - the parts of a message
    facet: str,
    message: Message,
    *,
    where: Where = Where.CHANNEL,
    parent: str = "",
    drifted: bool = False,
    proposal: str = "",
    mentions: Mapping[str, str] | None = None,
) -> Change:
    """Post a message; one in a thread names the key of its `parent`."""
    return Change(
        facet=facet,
        action=Action.ADD,
        after=message.gist,
        why=why(message.why, drifted=drifted),
        op=PostMessage(
            where=where,
            kind=message.kind,
            text=message.text,
            rev=message.rev,
            parent=parent,
            without_channel=message.without_channel,
            proposal=proposal,
            mentions=dict(mentions or {}),
        ),
    )


def edit(  # noqa: PLR0913 - the parts of a message
    facet: str,
    message: Message,
    ts: str,
    *,
    where: Where = Where.CHANNEL,
    after: tuple[str, ...] = (),
    proposal: str = "",
    mentions: Mapping[str, str] | None = None,
) -> Change:
    """Edit a message in place, once the replies with the keys `after` are posted."""
    return Change(
        facet=facet,
        action=Action.CHANGE,
        before="older text",
        after=message.gist,
        why=why(message.why, drifted=False),
        op=EditMessage(
            where=where,
            kind=message.kind,
            ts=ts,
            text=message.text,
            rev=message.rev,
            without_channel=message.without_channel,
            after=after,
            proposal=proposal,
            mentions=dict(mentions or {}),
        ),
    )
