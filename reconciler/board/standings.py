"""How each escalation stands, as `escalate status` shows it."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from reconciler.board.current import open_escalation
from reconciler.board.source import CurrentSource
from reconciler.model.escalation import Escalation
from reconciler.model.phase import Phase
from reconciler.model.roster import Roster
from reconciler.model.standing import Standing
from reconciler.reconcile.effective import EffectiveEscalation

_MINUTE: Final = timedelta(minutes=1)


class Compared(NamedTuple):
    """What the services show of an escalation, beside what the files declare."""

    sync: str
    channel: str = ""
    notes: tuple[str, ...] = ()


class ProposalWaits(NamedTuple):
    """What a pull request waits for, and since when."""

    on: str
    since: datetime | None


def standing_of(
    source: CurrentSource, effective: EffectiveEscalation, compared: Compared
) -> Standing:
    """How an escalation of the main branch stands."""
    ticket = effective.escalation.ticket
    admission = source.admissions.by_ticket.get(ticket)
    arrival = source.timeline.arrivals.get(effective.source.path)
    since = admission.since if admission else arrival.at if arrival else None
    found = _standing(source.roster, effective.escalation, effective.phase, since, compared)
    if effective.phase.ended:
        return found
    known = open_escalation(source, ticket, effective.escalation, effective.ownership)
    return found.model_copy(
        update={
            "contact": known.contact,
            "waiting_on": known.waiting_on,
            "waiting_since": known.waiting_since,
            "updated": known.updated_at,
            "update_minutes": known.cadence and known.cadence // _MINUTE,
            "overdue": known.is_overdue,
            "channel": compared.channel or known.channel,
        }
    )


def standing_of_proposal(
    roster: Roster, escalation: Escalation, phase: Phase, compared: Compared, waits: ProposalWaits
) -> Standing:
    """How an escalation stands that an open pull request brings."""
    found = _standing(roster, escalation, phase, None, compared)
    return found.model_copy(update={"waiting_on": waits.on, "waiting_since": waits.since})


def _standing(
    roster: Roster,
    escalation: Escalation,
    phase: Phase,
    since: datetime | None,
    compared: Compared,
) -> Standing:
    episode = escalation.current
    return Standing(
        ticket=escalation.ticket,
        title=escalation.title,
        desk=escalation.desk,
        level=episode.impact.level,
        phase=phase,
        arrived=since,
        assignee=roster.name(episode.assignee) if episode.assignee else None,
        contact=roster.name(episode.contact),
        channel=compared.channel,
        sync=compared.sync,
        notes=compared.notes,
    )
