"""A change of a field in a few words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from reconciler.history.field_changes import ESCALATING, WHOLE_FILE
from reconciler.load.did_you_mean import listed
from reconciler.model.escalation import Handover, Override, Update, Withdrawn
from reconciler.model.field_change import FieldChange

_NAMES: Final[Mapping[str, str]] = {
    "file": "the file",
    "reporter.person": "the reporter",
    "reporter.findings": "the reporter's findings",
    "reporter.blocked_because": "why the reporter is blocked",
    "stakeholders.client_facing": "stakeholders",
    "stakeholders.product_engineering": "stakeholders",
    "channel": "the name of the channel",
    "adopted": "what people made before the import",
    "impact.level": "the impact",
    "impact.who": "who is affected",
    "impact.how_many": "how many are affected",
    "impact.symptom": "the symptom",
    "resolution.root_cause": "the root cause",
    "resolution.mitigation": "the mitigation",
    "resolution.follow_ups": "the follow-ups",
    "resolution.customer_communication.owner": "who writes to the customers",
    "resolution.customer_communication.state": "the state of the customer communication",
    "snooze_until": "the pause of reminders",
    "config/policy.yaml": "the policy",
    "config/roster.yaml": "the roster",
}
_SPOKEN: Final = {
    Update: "an update",
    Withdrawn: "the withdrawal",
    Override: "the override",
}
_IN_FULL: Final = frozenset({"assignee", "contact", "initiator", "impact.level"})
"""Fields whose values are short and say it all."""


_PEOPLE: Final = frozenset({"assignee", "contact", "initiator"})


def in_words(change: FieldChange, person: Callable[[str], str] = str) -> str:
    """A change in a few words, such as `the assignee nadia`.

    `person` turns the handle of a person or a team into what the reader calls them.
    """
    value = change.after if change.after is not None else change.before
    verb = "the removal of " if change.after is None else ""
    if isinstance(value, Handover):
        return f"{verb}the handover to {person(value.to)}"
    if isinstance(value, Update | Withdrawn | Override):
        return f"{verb}{_SPOKEN[type(value)]} by {person(value.by)}"
    name = _NAMES.get(change.key.name, f"the {change.key.name}")
    if change.key.name in _IN_FULL and change.after is not None:
        shown = str(change.after)
        return f"{name} {person(shown) if change.key.name in _PEOPLE else shown}"
    if change.key.name.startswith("stakeholders."):
        return f"{verb}the stakeholder {person(str(value))}"
    return f"{verb}{name}"


def list_changes(changes: Iterable[FieldChange], person: Callable[[str], str] = str) -> str:
    """Several changes in words, each once. A new episode is one. See `in_words` for `person`."""
    found = tuple(changes)
    new = {each.key.episode for each in found if each.key.name == "reason" and each.before is None}
    begun = new - {WHOLE_FILE, 1}
    words = (
        f"episode {each.key.episode}"
        if each.key.episode in begun and each.field in ESCALATING
        else in_words(each, person)
        for each in found
    )
    return listed(dict.fromkeys(words), "and")
