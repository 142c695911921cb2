"""Jira: a property, a label and the priority of the test ticket."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.doctor.live.site import LABEL, NOTED_CLOSED, TEXT, LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer
from reconciler.services.errors import ServiceError
from reconciler.services.jira.canary import CANARY_PROPERTY, CanaryTicket
from reconciler.services.jira.edit import TicketEdit

_TEXT: Final = f'{TEXT} & < > äöü 🚒 \\ "'
_BEFORE, _SET = "priority_before", "priority_set"


class PropertyStep(LiveStep):
    """The property also notes what a later run must know to remove what this one left."""

    keeps_notes = True
    title = "Jira: property of the ticket"
    questions = (live_questions.PROPERTY,)

    def make(self, site: LiveSite) -> int:
        """Write the property, once in a run."""
        ticket = site.jira.canary.ticket(site.ticket)
        if ticket.note is not None:
            return 0
        site.jira.canary.set_note(site.ticket, _note(site, ticket))
        return 1

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Compare the property with what was sent."""
        note = site.jira.canary.ticket(site.ticket).note
        same = note is not None and (note.get("text"), note.get("run")) == (_TEXT, site.mark)
        yield LiveAnswer(live_questions.PROPERTY, "kept" if same else "changed")

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Delete it, unless the priority that it notes is still to be restored."""
        ticket = site.jira.canary.ticket(site.ticket)
        if ticket.note is None:
            return ()
        if ticket.priority is not None and ticket.note.get(_SET) == ticket.priority.id:
            raise ServiceError(
                "Jira",
                f"DELETE issue/{site.ticket}/properties/{CANARY_PROPERTY}",
                "it stays, because the priority in it was not restored. Set another priority, and "
                "run the command again",
            )
        site.jira.canary.delete_note(site.ticket)
        return (f"property {CANARY_PROPERTY} of {site.ticket}",)


class LabelStep(LiveStep):
    """A label of its own."""

    title = f"Jira: label {LABEL}"
    questions = (live_questions.LABEL,)

    def make(self, site: LiveSite) -> int:
        """Add the label, and add it once more."""
        if LABEL in site.jira.canary.ticket(site.ticket).labels:
            return 0
        for _ in range(2):
            site.jira.edit(site.ticket, TicketEdit().doing("labels", "add", LABEL), None, None)
        return 1

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Look for it."""
        there = LABEL in site.jira.canary.ticket(site.ticket).labels
        yield LiveAnswer(live_questions.LABEL, "kept" if there else "changed")

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Remove it."""
        if LABEL not in site.jira.canary.ticket(site.ticket).labels:
            return ()
        site.jira.edit(site.ticket, TicketEdit().doing("labels", "remove", LABEL), None, None)
        return (f"label {LABEL} of {site.ticket}",)


class PriorityStep(LiveStep):
    """The priority that the policy sets, or another one if the ticket has it already."""

    title = "Jira: priority"
    questions = (live_questions.PRIORITY,)

    def make(self, site: LiveSite) -> int:
        """Set the priority that the property names."""
        ticket = site.jira.canary.ticket(site.ticket)
        wanted = _noted(ticket, _SET)
        if not wanted or (ticket.priority is not None and ticket.priority.id == wanted):
            return 0
        _set_priority(site, wanted)
        return 1

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Read it back."""
        ticket = site.jira.canary.ticket(site.ticket)
        wanted = _noted(ticket, _SET)
        there = ticket.priority is not None and ticket.priority.id == wanted
        value = "kept" if there else "changed" if wanted else "missing"
        yield LiveAnswer(live_questions.PRIORITY, value)

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Restore the priority before, unless a person has set another one meanwhile."""
        ticket = site.jira.canary.ticket(site.ticket)
        before, wanted = _noted(ticket, _BEFORE), _noted(ticket, _SET)
        if ticket.priority is None or not before or ticket.priority.id != wanted:
            return ()
        _set_priority(site, before)
        return (f"change of the priority of {site.ticket}",)


def _set_priority(site: LiveSite, id_: str) -> None:
    site.jira.edit(site.ticket, TicketEdit().setting("priority", {"id": id_}), None, None)


def _note(site: LiveSite, ticket: CanaryTicket) -> dict[str, str]:
    note = {"run": site.mark, "text": _TEXT, NOTED_CLOSED: site.closed_ticket}
    before = ticket.priority
    others = [each for each in ticket.priorities if before is None or each.id != before.id]
    chosen = sorted(others, key=lambda each: each.name != site.priority)
    if before is not None and chosen:
        note |= {_BEFORE: before.id, _SET: chosen[0].id}
    return note


def _noted(ticket: CanaryTicket, name: str) -> str:
    """The id of a priority in the property, if the ticket can have it: anyone can edit that."""
    note: Mapping[str, Any] = ticket.note or {}
    known = {each.id for each in ticket.priorities}
    return str(note.get(name)) if str(note.get(name)) in known else ""
