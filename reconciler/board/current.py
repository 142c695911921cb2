"""What is open and held at the moment, and who can act."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import inf
from typing import Final

from reconciler.board.source import CurrentSource
from reconciler.history.ownership import ownership_histories
from reconciler.history.remaining_capacity import remaining_capacity
from reconciler.load.did_you_mean import listed
from reconciler.model.admission import NOT_ACKNOWLEDGED, Admission
from reconciler.model.board import BoardDesk, EndedEscalation, OpenEscalation
from reconciler.model.episode_history import Limit
from reconciler.model.escalation import Escalation, ImpactLevel
from reconciler.model.ownership_history import NO_OWNERSHIP_HISTORY, OwnershipHistory
from reconciler.model.phase import Phase, phase
from reconciler.model.roster import Roster
from reconciler.model.standing import Standing
from reconciler.model.timeline import Timeline

_LEVELS: Final = tuple(ImpactLevel)


def desks(source: CurrentSource) -> Iterator[BoardDesk]:
    """Each desk of the policy with what it has taken."""
    for key, desk in sorted(source.policy.desks.items()):
        used = remaining_capacity(source.policy, key, source.admissions)
        yield BoardDesk(key, desk.name, used.today, used.per_day, used.active, used.active_limit)


def open_escalations(source: CurrentSource) -> tuple[OpenEscalation, ...]:
    """Those that have not ended, the most severe and the longest waiting first."""
    found = [
        (ticket, escalation)
        for ticket, version in source.latest.items()
        if (escalation := version.escalation) is not None
        and ticket not in source.removed
        and not phase(escalation).ended
    ]
    owned = _ownership(source, {ticket for ticket, _ in found})
    entries = [
        open_escalation(source, ticket, escalation, owned.get(ticket, NO_OWNERSHIP_HISTORY))
        for ticket, escalation in found
    ]
    return tuple(sorted(entries, key=order_of_need))


def order_of_need(each: OpenEscalation | Standing) -> tuple[int, float, str]:
    """Sorts the most severe first, and of those the longest waiting."""
    since = each.waiting_since
    return _LEVELS.index(each.level), since.timestamp() if since else inf, each.ticket


def ended_escalations(source: CurrentSource) -> tuple[EndedEscalation, ...]:
    """Those that have ended, the latest first."""
    entries = []
    for ticket, version in source.latest.items():
        escalation = version.escalation
        if escalation is None:
            continue
        at = phase(escalation)
        gone = ticket in source.removed
        if not (at.ended or gone):
            continue
        known = source.by_episode.get((ticket, len(escalation.episodes) + 1))
        ended = known.ended if known and known.ended else version.commit.at
        shown = at if at.ended else Phase.WITHDRAWN
        level = escalation.current.impact.level
        entries.append(EndedEscalation(ticket, escalation.title, level, shown, ended))
    return tuple(sorted(entries, key=lambda each: (each.ended, each.ticket), reverse=True))


def _ownership(source: CurrentSource, tickets: set[str]) -> dict[str, OwnershipHistory]:
    """Owners of the open ones only: there are few."""
    mine = tuple(each for each in source.timeline.versions if each.ticket in tickets)
    return dict(ownership_histories(Timeline(versions=mine), source.now))


def open_escalation(
    source: CurrentSource, ticket: str, escalation: Escalation, owned: OwnershipHistory
) -> OpenEscalation:
    """How one stands that has not ended."""
    episode, admission = escalation.current, source.admissions.by_ticket.get(ticket)
    at = _phase(escalation, admission)
    since = max(filter(None, (owned.updated_at, owned.assigned_at)), default=None)
    cadence = _cadence(source, episode.impact.level) if at is Phase.ASSIGNED else None
    overdue = bool(since and cadence and source.now - since > cadence)
    due = since + cadence if since and cadence and overdue else None
    waiting, waits_since = _waiting(source, escalation, admission, owned, overdue_since=due)
    assignee = admission.assignee if admission else episode.assignee
    arrival = source.by_episode.get((ticket, len(escalation.episodes) + 1))
    return OpenEscalation(
        ticket=ticket,
        title=escalation.title,
        desk=escalation.desk,
        level=episode.impact.level,
        who=episode.impact.who,
        how_many=episode.impact.how_many,
        phase=at,
        waiting_on=waiting,
        waiting_since=waits_since,
        assignee=source.roster.name(assignee) if assignee else "",
        contact=source.roster.name(episode.contact_at(source.now)),
        updated_at=owned.updated_at,
        cadence=cadence,
        is_overdue=overdue,
        channel=source.channels.get(ticket, ""),
        pull_request=arrival.commit.pull_request if arrival else None,
        held=admission.why if admission and admission.held else "",
    )


def phase_now(source: CurrentSource, ticket: str, escalation: Escalation) -> Phase:
    """The phase that counts at the moment."""
    return _phase(escalation, source.admissions.by_ticket.get(ticket))


def _phase(escalation: Escalation, admission: Admission | None) -> Phase:
    """The phase that counts: what waits for its engineer is not assigned yet."""
    if admission is None or admission.unread:
        return phase(escalation)
    if admission.held:
        return Phase.HELD
    return Phase.ASSIGNED if admission.assignee else Phase.ACKNOWLEDGED


def _cadence(source: CurrentSource, level: ImpactLevel) -> timedelta | None:
    reminders = source.policy.reminders
    return timedelta(minutes=reminders.update_minutes.of(level)) if reminders else None


def _waiting(
    source: CurrentSource,
    escalation: Escalation,
    admission: Admission | None,
    owned: OwnershipHistory,
    *,
    overdue_since: datetime | None,
) -> tuple[str, datetime | None]:
    """What it waits for, by whom, and since when."""
    if admission is None:
        return "", None
    if not admission.admitted or not admission.assignee:
        return _before_assignment(source, escalation, admission), admission.since
    assignee = source.roster.name(admission.assignee)
    if overdue_since is not None:
        return f"an update by {assignee}", overdue_since
    what = "root cause" if escalation.current.assessment else "assessment"
    return f"the {what}, from {assignee}", owned.assigned_at


def _before_assignment(source: CurrentSource, escalation: Escalation, admission: Admission) -> str:
    acknowledgers = names_of(source.roster, _acknowledgers(source, escalation.desk))
    if admission.unread:
        return "its approvals, which can't be read"
    if admission.held:
        if admission.why.startswith(NOT_ACKNOWLEDGED):
            return f"an approval by {acknowledgers}"
        first = admission.obstacles[0].limit if admission.obstacles else None
        return "its assignee to be free" if first is Limit.ASSIGNEE else "capacity of the desk"
    if admission.waits:
        return f"its assignee to be free: {admission.waits}"
    return f"an assignee, named by {acknowledgers}"


def _acknowledgers(source: CurrentSource, desk: str) -> Iterable[str]:
    found = source.policy.desks.get(desk)
    return found.acknowledgers if found else ()


def names_of(roster: Roster, handles: Iterable[str]) -> str:
    """Names of acknowledgers, one of whom can act."""
    return listed([roster.name(each) for each in handles]) or "an acknowledger"
