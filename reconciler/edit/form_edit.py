"""What a form asks for as an edit of a file, in the name of the person who sent it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reconciler.edit import changes
from reconciler.edit import read_form as f
from reconciler.edit.new import new_file, path_of
from reconciler.edit.parse_fields import UnclearError, moment, number, person_called, tickets
from reconciler.edit.read_form import Fields, Form, FormKind, FormProblem
from reconciler.model.base import TICKET_PATTERN
from reconciler.model.finding import Loc
from reconciler.model.phase import phase
from reconciler.model.snapshot import Entry, Snapshot

_HANDOVERS: Final = "handovers"


@dataclass(frozen=True)
class FormEdit:
    """The edit that a form asks for."""

    ticket: str
    path: str
    data: bytes
    subject: str
    """Nothing in it is free text: a subject can close issues, and call people."""
    fields: Fields
    """Where the values of the fields stand in the file."""


def edit_from_form(
    form: Form, person: str, snapshot: Snapshot, at: datetime
) -> FormEdit | FormProblem:
    """The edit, or what keeps it from being made.

    `person` is the handle of whoever sent the form, which no field can say; `at` is when that was.
    Raises EditRefusedError.
    """
    try:
        return _edit(form, person, snapshot, at)
    except UnclearError as unclear:
        return unclear.problem


def _edit(form: Form, person: str, snapshot: Snapshot, at: datetime) -> FormEdit:
    ticket = form.values[f.TICKET].upper()
    if re.search(TICKET_PATTERN, ticket) is None:
        raise UnclearError(
            f.TICKET, "This is not the key of a ticket.", "Write the key, such as DS-1234."
        )
    entry = next((each for each in snapshot.entries if each.escalation.ticket == ticket), None)
    if form.kind is FormKind.ESCALATE:
        return _escalate(form, ticket, person, snapshot, at, entry)
    if entry is None:
        raise UnclearError(
            f.TICKET,
            f"{ticket} is not escalated.",
            "Correct the key, or escalate the ticket first.",
        )
    state = phase(entry.escalation)
    if state.ended:
        raise UnclearError(
            f.TICKET,
            f"The escalation of {ticket} has ended: it is {state}.",
            "Correct the key, or escalate the ticket again.",
        )
    _require_permission(form.kind, entry, person, snapshot)
    make = _hand_over if form.kind is FormKind.HANDOVER else _resolve
    return make(form, entry, snapshot, at)


def _escalate(  # noqa: PLR0913, PLR0917 - who escalates what, where and when
    form: Form, ticket: str, person: str, snapshot: Snapshot, at: datetime, entry: Entry | None
) -> FormEdit:
    said, roster = form.values, snapshot.roster
    desk = snapshot.policy.desks.get(ticket.rpartition("-")[0])
    if snapshot.policy.forms is not None and desk is not None and person in desk.acknowledgers:
        # GitHub lets nobody approve their own pull request, and this one will not be theirs.
        raise UnclearError(
            "",
            f"You are an acknowledger of {desk.name}.",
            "Open the pull request yourself, so that another acknowledger must approve it.",
        )
    episode = {
        "impact": {
            "level": said[f.LEVEL].partition(":")[0].strip().lower(),
            "who": said[f.WHO],
            "how_many": number(said[f.HOW_MANY]),
            "symptom": said[f.SYMPTOM],
        },
        "reason": said[f.REASON],
        "initiator": person,
        "contact": person_called(roster, f.CONTACT, said),
    }
    reporter = {
        "person": person_called(roster, f.REPORTER, said),
        "findings": said[f.FINDINGS],
        "blocked_because": said[f.BLOCKED],
    }
    if entry is None:
        path = path_of(ticket, at, snapshot.policy.zone)
        data = new_file({"ticket": ticket, "title": said[f.TITLE], **episode, "reporter": reporter})
        return FormEdit(ticket, path, data, f"Escalate {ticket}", _episode_at(()))
    state = phase(entry.escalation)
    if not state.ended:
        raise UnclearError(
            f.TICKET,
            f"{ticket} is already escalated: the escalation is {state}.",
            "You need not do anything.",
        )
    loc = ("episodes", len(entry.escalation.episodes))
    data = changes.reopened(entry, episode)
    subject = f"Escalate {ticket} again"
    return FormEdit(ticket, entry.source.path, data, subject, _episode_at(loc))


def _episode_at(loc: Loc) -> Fields:
    top: Fields = {
        f.TICKET: ("ticket",),
        f.TITLE: ("title",),
        f.REPORTER: ("reporter", "person"),
        f.FINDINGS: ("reporter", "findings"),
        f.BLOCKED: ("reporter", "blocked_because"),
    }
    return {
        **(top if not loc else {}),
        f.LEVEL: (*loc, "impact", "level"),
        f.WHO: (*loc, "impact", "who"),
        f.HOW_MANY: (*loc, "impact", "how_many"),
        f.SYMPTOM: (*loc, "impact", "symptom"),
        f.REASON: (*loc, "reason"),
        f.CONTACT: (*loc, "contact"),
    }


def _hand_over(form: Form, entry: Entry, snapshot: Snapshot, at: datetime) -> FormEdit:
    person = person_called(snapshot.roster, f.TAKES_OVER, form.values)
    zone = snapshot.policy.zone
    when = moment(form.values[f.FROM_WHEN], zone)
    current, loc = entry.escalation.current, entry.escalation.current_loc
    data = changes.handed_over(entry, person, (when or at).astimezone(zone), later=when is not None)
    added = when is not None or current.handovers
    place = (*loc, _HANDOVERS, len(current.handovers)) if added else (*loc, "contact")
    ticket = entry.escalation.ticket
    subject = f"Hand the contact of {ticket} over to {person}"
    fields: Fields = (
        {f.FROM_WHEN: (*place, "at"), f.TAKES_OVER: (*place, "to")}
        if added
        else {f.TAKES_OVER: place}
    )
    return FormEdit(ticket, entry.source.path, data, subject, fields)


def _resolve(form: Form, entry: Entry, snapshot: Snapshot, _at: datetime) -> FormEdit:
    said, ticket = form.values, entry.escalation.ticket
    resolution: dict[str, Any] = {
        "root_cause": said[f.ROOT_CAUSE],
        "mitigation": said[f.MITIGATION],
        "follow_ups": tickets(said[f.FOLLOW_UPS]) or "none",
        "customer_communication": {
            "owner": person_called(snapshot.roster, f.OWNER, said),
            "state": said[f.STATE].partition(":")[0].strip().lower(),
        },
    }
    loc = (*entry.escalation.current_loc, "resolution")
    fields = {
        f.ROOT_CAUSE: (*loc, "root_cause"),
        f.MITIGATION: (*loc, "mitigation"),
        f.FOLLOW_UPS: (*loc, "follow_ups"),
        f.OWNER: (*loc, "customer_communication", "owner"),
        f.STATE: (*loc, "customer_communication", "state"),
    }
    data = changes.resolved(entry, resolution)
    return FormEdit(ticket, entry.source.path, data, f"Resolve {ticket}", fields)


def _require_permission(kind: FormKind, entry: Entry, person: str, snapshot: Snapshot) -> None:
    """Raise UnclearError if this person may not send this form."""
    episode, roster = entry.escalation.current, snapshot.roster
    desk = snapshot.policy.desks.get(entry.escalation.desk)
    team = roster.people[person].team
    if desk is not None and team in desk.teams:
        return
    if kind is FormKind.RESOLVE:
        who = desk.name if desk else "the desk"
        raise UnclearError(
            "",
            f"Only people of {who} may resolve its escalations.",
            "Ask the assignee to send this form.",
        )
    contacts = {episode.contact, *(each.to for each in episode.handovers)}
    teams = {roster.people[each].team for each in contacts if each in roster.people}
    involved = {episode.initiator, entry.escalation.reporter.person, *contacts}
    if person not in involved and team not in teams:
        raise UnclearError(
            "",
            "Only the initiator, the reporter, the contact and the team of the contact may "
            "change the contact.",
            f"Ask {roster.name(episode.initiator)} to send this form.",
        )
