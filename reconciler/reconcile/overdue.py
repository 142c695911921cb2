"""What is overdue, computed from elapsed time, because runs can be late.

Each overdue thing has one message in the announcement's thread. It mentions the people who can do
it, is edited with the next number each period, and is edited again when it is done. After the
periods in `reminders.lead_after`, a second message mentions their lead. No reminder is posted
outside the desk's hours, or before the file's `snooze_until`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.desired import AfterCall, Message, Reminder
from reconciler.model.escalation import CommunicationState
from reconciler.model.finding import Position
from reconciler.model.forge import PullRequest
from reconciler.model.phase import Phase
from reconciler.model.policy import Policy
from reconciler.model.proposed import Proposed
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.wording.escape import one_line, slack_line
from reconciler.reconcile.wording.message_keys import call_key, episode_key, pull_request_key
from reconciler.reconcile.wording.placeholders import mention

_OWED: Final = {CommunicationState.PENDING, CommunicationState.DRAFTED}
_ACKNOWLEDGEMENT: Final = "acknowledgement"
_ACKNOWLEDGED: Final = "It is acknowledged"
_REFUSED: Final = "refused"
_ALLOWED: Final = "The limits allow it now"
_STAGES: Final = ("", "-lead")
"""Key endings: the message to the responsible people, and the one to their lead."""
_LEADING: Final = ("lead", "manager")
_MOST_CALLED: Final = 5
_TITLE_LENGTH: Final = 80
_NAMES_LENGTH: Final = 40
_LINE_LENGTH: Final = 200


@dataclass(frozen=True)
class _Owed:
    """Something that people should do, or have done."""

    what: str
    """Part of the key of its message; different each time that it is due again."""
    asks: str
    done: str
    loc: tuple[str | int, ...]
    people: tuple[str, ...]
    since: datetime | None = None
    """The start of its time; None if it is done."""
    every: timedelta = timedelta(0)
    ticket_done: bool | None = None
    """It is due only if the ticket is done (or not done) in Jira; since when is unknown."""
    call: str = ""
    """Key of the reply that called these people. Its time counts from that reply."""


def reminders(
    effective: EffectiveEscalation, snapshot: Snapshot, now: datetime
) -> Iterator[Reminder]:
    """The reminders of an escalation at this moment; none when the policy has none."""
    policy = snapshot.policy
    if policy.reminders is None or effective.phase is Phase.HELD:
        return
    quiet = _quiet(effective, policy, now)
    for owed in _owed(effective, snapshot):
        yield from _reminders(effective, snapshot, owed, now, quiet=quiet)


def done_reminders(
    effective: EffectiveEscalation, snapshot: Snapshot, said: str
) -> Iterator[Reminder]:
    """The text of all reminders of an ended episode. Existing ones are edited; none is posted."""
    for owed in _owed(effective, snapshot):
        for stage in _STAGES:
            kind = episode_key(f"remind-{owed.what}{stage}", len(effective.escalation.episodes))
            yield _done(kind, said, effective.source.position(*effective.escalation.current_loc))


def answered(effective: EffectiveEscalation) -> Iterator[Message]:
    """The texts of messages about its pull requests once it is on the main branch."""
    unknown, held = effective.acknowledged is None, effective.phase is Phase.HELD
    withdrawn = effective.phase is Phase.WITHDRAWN
    why = effective.source.position(*effective.escalation.current_loc, "reason")
    if not (unknown and held):  # it may be held because it is not acknowledged
        said = "It is withdrawn" if unknown and withdrawn else _ACKNOWLEDGED
        yield _done(f"remind-{_ACKNOWLEDGEMENT}", said, why).message
    if not held:
        yield _done(_REFUSED, "It is withdrawn" if withdrawn else _ALLOWED, why).message


def closed(pull_request: PullRequest, said: str, why: Position) -> Iterator[Message]:
    """The same texts once a pull request has ended without an escalation. `said` is escaped."""
    for each in (f"remind-{_ACKNOWLEDGEMENT}", _REFUSED):
        kind = pull_request_key(each, pull_request)
        yield replace(_done(kind, "", why).message, text=f":heavy_check_mark: {said}")


def refusal(
    effective: EffectiveEscalation, proposed: Proposed, text: str, calls: tuple[str, ...]
) -> Reminder:
    """The answer to the author, once per pull request; edited when the limits allow it."""
    episodes = len(effective.escalation.episodes)
    kind = episode_key(pull_request_key(_REFUSED, proposed.pull_request), episodes)
    why = effective.source.position(*effective.escalation.current_loc, "reason")
    if not proposed.held:
        return _done(kind, _ALLOWED, why)
    title = "answers the author, and calls the overriders"
    return Reminder(Message(kind, text, why, title=title, calls=calls), due=True)


def _quiet(effective: EffectiveEscalation, policy: Policy, now: datetime) -> bool:
    snooze = effective.escalation.current.snooze_until
    hours = policy.desks[effective.escalation.desk].hours
    return (snooze is not None and now < snooze) or not hours.include(now.astimezone(policy.zone))


def _owed(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[_Owed]:
    if effective.proposed is not None:
        yield from _of_pull_request(effective, snapshot)
        return
    yield from _of_start(effective, snapshot)
    yield from _of_work(effective, snapshot)
    yield from _of_end(effective, snapshot)


def _of_pull_request(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[_Owed]:
    """A missing acknowledgement of a pull request."""
    proposed, policy = effective.proposed, snapshot.policy.reminders
    if proposed is None or policy is None or proposed.pull_request.draft:
        return
    acknowledged = effective.acknowledged is not None
    owed = not acknowledged and not proposed.held
    yield _Owed(
        pull_request_key(_ACKNOWLEDGEMENT, proposed.pull_request),
        "no one has acknowledged this escalation yet. Please review the pull request",
        _ACKNOWLEDGED if acknowledged else "The limits do not allow it, so no review is needed",
        ("reason",),
        proposed.acknowledgers[:_MOST_CALLED],
        proposed.pull_request.opened_at if owed else None,
        timedelta(minutes=policy.acknowledgement_minutes),
        call=call_key(proposed.pull_request, len(effective.escalation.episodes)),
    )


def _of_start(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[_Owed]:
    """A missing assignee."""
    policy = snapshot.policy.reminders
    if policy is None:
        return
    waits = effective.phase is Phase.ACKNOWLEDGED and not effective.waits
    yield _Owed(
        "assignment",
        "this escalation is acknowledged, and no one is assigned. Please name an engineer",
        _answer(effective),
        ("reason",),
        snapshot.policy.desks[effective.escalation.desk].acknowledgers[:_MOST_CALLED],
        effective.since if waits else None,
        timedelta(minutes=policy.assignment_minutes),
    )


def _answer(effective: EffectiveEscalation) -> str:
    """The text of the assignment reminder when it is done."""
    if effective.waits:
        return "An engineer is named"
    return (
        "An engineer is assigned"
        if effective.escalation.current.assignee
        else f"It is {effective.phase}"
    )


def _of_work(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[_Owed]:
    """A missing update, and a missing assessment."""
    policy, episode = snapshot.policy.reminders, effective.escalation.current
    if policy is None:
        return
    working = effective.phase is Phase.ASSIGNED
    people = (episode.assignee,) if episode.assignee else ()
    count, ownership = len(episode.updates), effective.ownership
    every = timedelta(minutes=policy.update_minutes.of(episode.impact.level))
    for number in range(count + 1):
        last = number == count and working
        since = ownership.updated_at or ownership.assigned_at
        if since and ownership.assigned_at and ownership.assigned_at > since:
            since = ownership.assigned_at
        yield _Owed(
            f"update-{number}",
            "there is no update. Please write what is known, even if it is little",
            "There is an update" if working else f"It is {effective.phase}",
            ("assignee",),
            people,
            since if last else None,
            every,
        )
    yield _Owed(
        "assessment",
        "the preliminary assessment is due. Please write it, however preliminary",
        "The assessment is there" if episode.assessment else f"It is {effective.phase}",
        ("assignee",),
        people,
        ownership.assigned_at if working and not episode.assessment else None,
        timedelta(minutes=policy.assessment_minutes),
    )


def _of_end(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[_Owed]:
    """A missing message to customers, and a difference between file and ticket on the end."""
    policy, episode = snapshot.policy.reminders, effective.escalation.current
    if policy is None:
        return
    resolution, ownership = episode.resolution, effective.ownership
    if resolution is not None:
        said = resolution.customer_communication
        yield _Owed(
            "communication",
            "the affected customers have no message yet. Please send it, and update the file",
            f"Customer communication: {said.state}",
            ("resolution", "customer_communication", "state"),
            (said.owner,),
            ownership.ended_at if said.state in _OWED else None,
            timedelta(minutes=policy.communication_minutes),
        )
    every = timedelta(minutes=policy.ticket_minutes)
    people = (episode.assignee,) if episode.assignee else (episode.initiator,)
    active = effective.phase.active
    yield _Owed(
        "closed",
        "the ticket is done in Jira, and the escalation is not. Please resolve or withdraw it",
        f"It is {effective.phase}",
        ("reason",),
        people,
        (ownership.assigned_at or effective.since) if active else None,
        every,
        ticket_done=True,
    )
    if effective.phase is Phase.RESOLVED:
        yield _Owed(
            "unclosed",
            "the escalation is resolved, and the ticket is not done in Jira. Please close it",
            "The ticket is done in Jira",
            ("resolution",),
            people,
            ownership.ended_at,
            every,
            ticket_done=False,
        )


def _reminders(
    effective: EffectiveEscalation, snapshot: Snapshot, owed: _Owed, now: datetime, *, quiet: bool
) -> Iterator[Reminder]:
    """The message to the responsible people, and after some periods the one to their lead."""
    policy = snapshot.policy.reminders
    after = policy.lead_after if policy else 0
    periods = int((now - owed.since) / owed.every) if owed.since and owed.every else 0
    theirs = (owed.people, 1), (_leads(effective, snapshot, owed.people), after)
    for stage, (people, first) in zip(_STAGES, theirs, strict=True):
        kind = episode_key(f"remind-{owed.what}{stage}", len(effective.escalation.episodes))
        why = effective.source.position(*effective.escalation.current_loc, *owed.loc)
        if owed.since is None:
            yield _done(kind, owed.done, why)
            continue
        if owed.ticket_done is not None:
            yield _done(kind, "File and ticket agree", why, ticket_done=not owed.ticket_done)
            if stage:
                continue
        if quiet or not people or not first:
            continue
        verb = "mentions" if stage else "reminds"
        message = _due(kind, owed, people, snapshot, why, verb)
        if owed.call:
            yield Reminder(
                message,
                due=True,
                after=AfterCall(owed.call, owed.every // timedelta(minutes=1), first),
            )
        elif periods >= first:
            message = message if owed.ticket_done is not None else numbered(message, periods)
            yield Reminder(message, due=True, ticket_done=owed.ticket_done)


def numbered(message: Message, periods: int) -> Message:
    """A reminder with its number, from the second on."""
    return message if periods == 1 else replace(message, text=f"{message.text} Reminder {periods}.")


def _done(kind: str, said: str, why: Position, *, ticket_done: bool | None = None) -> Reminder:
    text = f":heavy_check_mark: {slack_line(said, _LINE_LENGTH)}."
    title = one_line(f"done: {kind}", _TITLE_LENGTH)
    return Reminder(Message(kind, text, why, title=title), due=False, ticket_done=ticket_done)


def _due(  # noqa: PLR0913, PLR0917 - text, people, and position
    kind: str,
    owed: _Owed,
    people: tuple[str, ...],
    snapshot: Snapshot,
    why: Position,
    verb: str,
) -> Message:
    called = " ".join(mention(each) for each in people)
    text = f":alarm_clock: {called}: {owed.asks}."
    if owed.since is not None and owed.ticket_done is None:
        since = owed.since.astimezone(snapshot.policy.zone)
        text += f" Open since {since:%Y-%m-%d %H:%M %Z}."
    names = one_line(", ".join(snapshot.roster.name(each) for each in people), _NAMES_LENGTH)
    title = one_line(f"{verb} {names}: {owed.asks}", _TITLE_LENGTH)
    return Message(kind, text, why, title=title, calls=people)


def _leads(
    effective: EffectiveEscalation, snapshot: Snapshot, people: tuple[str, ...]
) -> tuple[str, ...]:
    """The lead of a person's crew; else those who lead the desk's teams."""
    roster, desk = snapshot.roster, snapshot.policy.desks[effective.escalation.desk]
    lead = roster.crew_lead(people[0]) if len(people) == 1 else None
    leading = tuple(
        handle
        for handle, person in roster.people.items()
        if person.team in desk.teams and person.role in _LEADING
    )
    return (lead,) if lead else leading[:_MOST_CALLED]
