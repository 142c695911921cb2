"""Changes that post a message or edit one."""

from collections.abc import Mapping

from reconciler.model.change import Action, Change, EditMessage, PostMessage, Where
from reconciler.model.desired import Message
from reconciler.plan.step import why


def post(  # noqa: PLR0913 - the parts of a message
    facet: str,
    message: Message,
    *,
    where: Where = Where.CHANNEL,
    drifted: bool = False,
    proposal: str = "",
    mentions: Mapping[str, str] | None = None,
) -> Change:
    """Post a message."""
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
    proposal: str = "",
    mentions: Mapping[str, str] | None = None,
) -> Change:
    """Edit a message in place."""
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
            proposal=proposal,
            mentions=dict(mentions or {}),
        ),
    )
