"""What is overdue, computed from elapsed time, because runs can be late.

Each overdue thing has one message. It mentions the people who can do it, and is edited when it is
done. After the periods in `reminders.lead_after`, a second message mentions their lead. No reminder
is posted outside the desk's hours, or before the file's `snooze_until`. Its place is decided by
`facets.reminders`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.desired import AfterCall, Message, Reminder
from reconciler.model.escalation import CommunicationState
from reconciler.model.phase import Phase
from reconciler.model.policy import Policy
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.owed import MOST_REMINDED, Owed, done
from reconciler.reconcile.owed_by_pull_request import owed_by_changes, owed_by_pull_request
from reconciler.reconcile.wording.message_keys import episode_key

_OWED: Final = {CommunicationState.PENDING, CommunicationState.DRAFTED}
_STAGES: Final = ("", "-lead")
"""Key endings: the message to the responsible people, and the one to their lead."""
_LEADING: Final = ("lead", "manager")


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
            where = effective.source.position(*effective.escalation.current_loc)
            yield done(kind, said, where, asked=owed.asks)


def left_open(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[Message]:
    """The texts of the open reminders of the work for when the tool archives the channel."""
    if snapshot.policy.reminders is None or not effective.phase.ended:
        return
    for owed in _owed(effective, snapshot):
        if owed.of_work and owed.since is not None:
            for stage in _STAGES:
                kind = episode_key(f"remind-{owed.what}{stage}", len(effective.escalation.episodes))
                where = effective.source.position(*effective.escalation.current_loc, *owed.loc)
                yield owed.left_open(kind, where)


def _quiet(effective: EffectiveEscalation, policy: Policy, now: datetime) -> bool:
    snooze = effective.escalation.current.snooze_until
    hours = policy.desks[effective.escalation.desk].hours
    return (snooze is not None and now < snooze) or not hours.include(now.astimezone(policy.zone))


def _owed(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[Owed]:
    if effective.proposed is not None:
        yield from owed_by_pull_request(effective, snapshot)
        return
    if snapshot.policy.reminders is not None:
        yield from owed_by_changes(effective, snapshot.policy.reminders)
    yield from _of_start(effective, snapshot)
    yield from _of_work(effective, snapshot)
    yield from _of_end(effective, snapshot)


def _of_start(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[Owed]:
    """A missing assignee."""
    policy = snapshot.policy.reminders
    if policy is None:
        return
    waits = effective.phase is Phase.ACKNOWLEDGED and not effective.waits
    yield Owed(
        "assignment",
        "this escalation is acknowledged, and no one is assigned. Please name an engineer",
        _answer(effective),
        ("reason",),
        snapshot.policy.desks[effective.escalation.desk].acknowledgers[:MOST_REMINDED],
        effective.since if waits else None,
        timedelta(minutes=policy.assignment_minutes),
        done_at=None if effective.waits else _answered_at(effective),
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


def _answered_at(effective: EffectiveEscalation) -> datetime | None:
    """When an engineer was assigned, or when it ended without one."""
    ownership = effective.ownership
    return ownership.assigned_at or ownership.ended_at


def _of_work(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[Owed]:
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
        yield Owed(
            f"update-{number}",
            "there is no update. Please write what is known, even if it is little",
            "There is an update" if number < count or working else f"It is {effective.phase}",
            ("assignee",),
            people,
            since if last else None,
            every,
            done_at=episode.updates[number].at if number < count else ownership.ended_at,
            of_work=True,
        )
    yield Owed(
        "assessment",
        "the preliminary assessment is due. Please write it, however preliminary",
        "The assessment is there" if episode.assessment else f"It is {effective.phase}",
        ("assignee",),
        people,
        ownership.assigned_at if working and not episode.assessment else None,
        timedelta(minutes=policy.assessment_minutes),
        done_at=ownership.assessed_at if episode.assessment else ownership.ended_at,
        of_work=True,
    )


def _of_end(effective: EffectiveEscalation, snapshot: Snapshot) -> Iterator[Owed]:
    """A missing message to customers, and a difference between file and ticket on the end."""
    policy, episode = snapshot.policy.reminders, effective.escalation.current
    if policy is None:
        return
    resolution, ownership = episode.resolution, effective.ownership
    if resolution is not None:
        said = resolution.customer_communication
        yield Owed(
            "communication",
            "the affected customers have no message yet. Please send it, and update the file",
            f"Customer communication: {said.state}",
            ("resolution", "customer_communication", "state"),
            (said.owner,),
            ownership.ended_at if said.state in _OWED else None,
            timedelta(minutes=policy.communication_minutes),
            of_work=True,
        )
    every = timedelta(minutes=policy.ticket_minutes)
    people = (episode.assignee,) if episode.assignee else (episode.initiator,)
    active = effective.phase.active
    yield Owed(
        "closed",
        "the ticket is done in Jira, and the escalation is not. Please resolve or withdraw it",
        f"It is {effective.phase}",
        ("reason",),
        people,
        (ownership.assigned_at or effective.since) if active else None,
        every,
        ticket_done=True,
        of_work=True,
        done_at=ownership.ended_at,
    )
    if effective.phase is Phase.RESOLVED:
        yield Owed(
            "unclosed",
            "the escalation is resolved, and the ticket is not done in Jira. Please close it",
            "The ticket is done in Jira",
            ("resolution",),
            people,
            ownership.ended_at,
            every,
            ticket_done=False,
            of_work=True,
        )


def _reminders(
    effective: EffectiveEscalation, snapshot: Snapshot, owed: Owed, now: datetime, *, quiet: bool
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
            yield owed.finished(kind, why, snapshot.policy.zone)
            continue
        if owed.ticket_done is not None:
            agreed = "File and ticket agree"
            yield done(kind, agreed, why, asked=owed.asks, ticket_done=not owed.ticket_done)
            if stage:
                continue
        if quiet or not people or not first:
            continue
        message = owed.message(kind, people, snapshot.roster, why, lead=bool(stage))
        message = owed.dated(message, snapshot.policy.zone)
        if owed.call:
            yield Reminder(
                message,
                due=True,
                after=AfterCall(owed.call, owed.every // timedelta(minutes=1), first),
            )
        elif periods >= first:
            yield Reminder(message, due=True, ticket_done=owed.ticket_done, of_work=owed.of_work)


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
    return (lead,) if lead else leading[:MOST_REMINDED]
