"""Announcements of escalations that are only in a pull request."""

from datetime import datetime
from typing import Final

from reconciler.history.approvals import person_of
from reconciler.model.desired import (
    NO_CHANNEL,
    NO_TICKET,
    Desired,
    DesiredAnnouncement,
    LateCall,
    Message,
    Reminder,
)
from reconciler.model.finding import Position
from reconciler.model.forge import PullRequest, PullRequestState
from reconciler.model.phase import Phase
from reconciler.model.proposed import Proposed
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.facets.thread import acknowledged_reply
from reconciler.reconcile.overdue import reminders
from reconciler.reconcile.owed_by_pull_request import (
    acknowledgement_reminder,
    closed,
    refusal,
)
from reconciler.reconcile.wording.escape import one_line, slack_line
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.message_keys import call_key, episode_key, pull_request_key
from reconciler.reconcile.wording.placeholders import PEOPLE, mention, mentions
from reconciler.reconcile.wording.slack import SlackWording, pull_request_link

_TITLE_LENGTH: Final = 160
_MOST_CALLED: Final = 20
"""The most people that one message mentions. A roster can list hundreds."""


def desire_pull_request(
    snapshot: Snapshot,
    effective: EffectiveEscalation,
    proposed: Proposed,
    jira_url: str,
    now: datetime,
) -> Desired:
    """The announcement of an escalation in an open pull request.

    `case` is the escalation as it would be on the main branch, with the same `proposed` in it.
    """
    links = Links(jira_url, snapshot.policy)
    say = SlackWording(effective, snapshot.roster, links)
    escalation = effective.escalation
    episodes = len(escalation.episodes)
    channel = snapshot.policy.desks[escalation.desk].announce_in
    why = effective.source.position(*escalation.current_loc, "reason")
    pull_request = proposed.pull_request
    # People already announced it themselves, so the tool calls no one.
    by_hand = escalation.by_hand.announcement is not None
    message = Message(
        episode_key("announcement", episodes),
        say.announcement(with_channel=False),
        why,
        layout=say.announcement_layout(with_channel=False),
        sticky=True,
        title=f"in #{channel}: proposed in {one_line(pull_request.name, _TITLE_LENGTH)}",
    )
    return Desired(
        ticket=escalation.ticket,
        title=one_line(escalation.title, _TITLE_LENGTH),
        desk=escalation.desk,
        path=effective.source.path,
        phase=Phase.PROPOSED,
        jira=NO_TICKET,
        channel=NO_CHANNEL,
        pull_request=pull_request,
        announcement=DesiredAnnouncement(
            channel_name=channel,
            message=message,
            replies=() if by_hand else tuple(_replies(say, effective, proposed, snapshot, why)),
            late_call=None if by_hand else _late_call(say, effective, proposed, why),
            posts=not pull_request.draft and not by_hand,
            refusal=None if by_hand else _refusal(say, effective, proposed, snapshot),
            reminders=tuple(reminders(effective, snapshot, now)),
        ),
    )


def _replies(
    say: SlackWording,
    effective: EffectiveEscalation,
    proposed: Proposed,
    snapshot: Snapshot,
    why: Position,
) -> list[Message]:
    """The request for a review, once per pull request, and the reply once it is acknowledged."""
    if proposed.pull_request.draft:
        return []
    kind = call_key(proposed.pull_request, len(effective.escalation.episodes))
    people = proposed.acknowledgers[:_MOST_CALLED]
    title = "calls the acknowledgers"
    replies = []
    if not proposed.held:  # a limit guards their attention, too
        text = say.call(mentions(people))
        replies.append(Message(kind, text, why, title=title, calls=people))
    if effective.acknowledged is not None:
        replies.append(acknowledged_reply(say, effective, snapshot, why))
    return replies


def _late_call(
    say: SlackWording, effective: EffectiveEscalation, proposed: Proposed, why: Position
) -> LateCall | None:
    """The same request for who became an acknowledger since; None if no review is waited for."""
    pull_request, people = proposed.pull_request, proposed.acknowledgers[:_MOST_CALLED]
    if pull_request.draft or proposed.held or effective.acknowledged is not None or not people:
        return None
    key = call_key(pull_request, len(effective.escalation.episodes))
    message = Message(key, say.call(PEOPLE), why, title="calls the new acknowledgers")
    return LateCall(message, people, acknowledgement_reminder(pull_request), _MOST_CALLED)


def _refusal(
    say: SlackWording, effective: EffectiveEscalation, proposed: Proposed, snapshot: Snapshot
) -> Reminder | None:
    """The answer to the author while a limit refuses it, with the overriders who can help."""
    if proposed.pull_request.draft:
        return None
    escalation, roster = effective.escalation, snapshot.roster
    author = person_of(proposed.pull_request.author, roster) or escalation.current.initiator
    able = snapshot.policy.desks[escalation.desk].overriders
    people = tuple(each for each in able if each != author and each in roster.people)[:_MOST_CALLED]
    text = say.refusal(mention(author), mentions(people))
    return refusal(effective, proposed, text, (author, *people))


def decline(
    ticket: str, kind: str, pull_request: PullRequest, channel: str, links: Links
) -> Desired:
    """The announcement of a pull request that has ended; the text of its file is not shown."""
    title = one_line(pull_request.title, _TITLE_LENGTH)
    if pull_request.state is PullRequestState.OPEN:
        what, end = "removed", "no longer proposes it"
    elif pull_request.state is PullRequestState.MERGED:
        what, end = "ended", "was merged, and main has no such escalation"
    else:
        what, end = "declined", "was closed without being merged"
    where = pull_request_link(pull_request)
    link = f"<{links.ticket(ticket)}|{ticket}>"
    text = (
        f":no_entry_sign: *{link} was proposed as an escalation*\n"
        f"*Status:* {what}: {where} {end} ({slack_line(title, _TITLE_LENGTH)})"
    )
    why = Position(pull_request.name)
    shown = f"in #{channel}: {what}"
    reply = Message(
        pull_request_key(kind.replace("announcement", "declined", 1), pull_request),
        f"{where} {end}.",
        why,
        title=f"reply: {what}",
    )
    return Desired(
        ticket=ticket,
        title=title,
        desk=ticket.rpartition("-")[0],
        path=pull_request.name,
        phase=Phase.DECLINED,
        jira=NO_TICKET,
        channel=NO_CHANNEL,
        pull_request=pull_request,
        announcement=DesiredAnnouncement(
            channel_name=channel,
            message=Message(kind, text, why, sticky=True, title=shown),
            replies=(reply,),
            posts=False,
            answered=tuple(closed(pull_request, end, reply.text, why)),
        ),
        needs_ticket=False,
    )
