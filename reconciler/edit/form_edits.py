"""The edits that forms and commands become. Each raises UnclearError or EditRefusedError."""

from collections.abc import Mapping
from typing import Any

from reconciler.edit import changes
from reconciler.edit import form_fields as f
from reconciler.edit.form_fields import Fields
from reconciler.edit.form_requests import FormEdit, FormRequest
from reconciler.edit.new import new_file, path_of
from reconciler.edit.parse_fields import UnclearError, moment, number, person_called, tickets
from reconciler.model.finding import Loc
from reconciler.model.phase import phase


def escalate(request: FormRequest) -> FormEdit:
    """A new escalation, or a new episode of a ticket that was escalated before."""
    if request.entry is not None:
        return reopen(request)
    said = request.said
    reporter = {
        "person": person_called(request.snapshot.roster, f.REPORTER, said),
        "findings": said[f.FINDINGS],
        "blocked_because": said[f.BLOCKED],
    }
    ticket = request.ticket
    top = {"ticket": ticket, "title": said[f.TITLE], **_episode(request), "reporter": reporter}
    path = path_of(ticket, request.at, request.snapshot.policy.zone)
    return FormEdit(ticket, path, new_file(top), f"Escalate {ticket}", _places(()))


def reopen(request: FormRequest) -> FormEdit:
    """A new episode of a ticket whose escalation has ended."""
    entry, ticket = request.entry, request.ticket
    if entry is None:
        raise UnclearError(
            f.TICKET,
            f"{ticket} was not escalated before.",
            "Correct the key, or send the form that escalates a ticket.",
        )
    state = phase(entry.escalation)
    if not state.ended:
        raise UnclearError(
            f.TICKET,
            f"{ticket} is already escalated: the escalation is {state}.",
            "You need not do anything.",
        )
    loc = ("episodes", len(entry.escalation.episodes))
    data = changes.reopened(entry, _episode(request))
    return FormEdit(ticket, entry.source.path, data, f"Escalate {ticket} again", _places(loc))


def assign(request: FormRequest) -> FormEdit:
    """An engineer works on the ticket."""
    entry = request.existing
    person = person_called(request.snapshot.roster, f.ENGINEER, request.said)
    data = changes.assigned(entry, person)
    fields = {f.ENGINEER: (*entry.escalation.current_loc, "assignee")}
    return _edit(request, data, f"Assign {request.ticket} to {person}", fields)


def hand_over(request: FormRequest) -> FormEdit:
    """Another contact, at once or from a time on."""
    entry, zone = request.existing, request.snapshot.policy.zone
    person = person_called(request.snapshot.roster, f.TAKES_OVER, request.said)
    when = moment(request.said[f.FROM_WHEN], zone)
    at = (when or request.at).astimezone(zone)
    current, loc = entry.escalation.current, entry.escalation.current_loc
    data = changes.handed_over(entry, person, at, later=when is not None)
    subject = f"Hand the contact of {request.ticket} over to {person}"
    if when is None and not current.handovers:
        return _edit(request, data, subject, {f.TAKES_OVER: (*loc, "contact")})
    place = (*loc, "handovers", changes.place_of(current.handovers, at))
    fields = {f.FROM_WHEN: (*place, "at"), f.TAKES_OVER: (*place, "to")}
    return _edit(request, data, subject, fields)


def update(request: FormRequest) -> FormEdit:
    """News, by whoever sent it."""
    entry = request.existing
    at = request.at.astimezone(request.snapshot.policy.zone)
    index = changes.place_of(entry.escalation.current.updates, at)
    data = changes.updated(entry, at, request.person, request.said[f.NEWS])
    fields = {f.NEWS: (*entry.escalation.current_loc, "updates", index, "text")}
    return _edit(request, data, f"Update {request.ticket}", fields)


def assess(request: FormRequest) -> FormEdit:
    """A first idea of what is wrong."""
    entry = request.existing
    data = changes.assessed(entry, request.said[f.ASSESSMENT])
    fields = {f.ASSESSMENT: (*entry.escalation.current_loc, "assessment")}
    return _edit(request, data, f"Assess {request.ticket}", fields)


def resolve(request: FormRequest) -> FormEdit:
    """The end, with its root cause."""
    said, entry = request.said, request.existing
    resolution: dict[str, Any] = {
        "root_cause": said[f.ROOT_CAUSE],
        "mitigation": said[f.MITIGATION],
        "follow_ups": tickets(said[f.FOLLOW_UPS]) or "none",
        "customer_communication": {
            "owner": person_called(request.snapshot.roster, f.OWNER, said),
            "state": _choice(said[f.STATE]),
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
    return _edit(request, changes.resolved(entry, resolution), f"Resolve {request.ticket}", fields)


def communicate(request: FormRequest) -> FormEdit:
    """The message to the affected customers has come further."""
    entry, state = request.existing, _choice(request.said[f.STATE])
    loc = (*entry.escalation.current_loc, "resolution", "customer_communication")
    data = changes.communicated(entry, state)
    subject = f"Customer communication of {request.ticket}"
    return _edit(request, data, subject, {f.STATE: (*loc, "state")})


def withdraw(request: FormRequest) -> FormEdit:
    """The end without a resolution, by whoever sent it."""
    entry = request.existing
    data = changes.withdrawn(entry, request.person, request.said[f.NOT_NEEDED])
    loc = (*entry.escalation.current_loc, "withdrawn")
    fields = {f.NOT_NEEDED: (*loc, "reason")}
    return _edit(request, data, f"Withdraw {request.ticket}", fields)


def _edit(request: FormRequest, data: bytes, subject: str, fields: Fields) -> FormEdit:
    return FormEdit(request.ticket, request.existing.source.path, data, subject, fields)


def _episode(request: FormRequest) -> Mapping[str, Any]:
    said = request.said
    return {
        "impact": {
            "level": _choice(said[f.LEVEL]),
            "who": said[f.WHO],
            "how_many": number(said[f.HOW_MANY]),
            "symptom": said[f.SYMPTOM],
        },
        "reason": said[f.REASON],
        "initiator": request.person,
        "contact": person_called(request.snapshot.roster, f.CONTACT, said),
    }


def _places(loc: Loc) -> Fields:
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


def _choice(text: str) -> str:
    """The word of a choice, without its explanation."""
    return text.partition(":")[0].strip().lower()
