"""Changes that are not agreed, in words: what is not carried out, and whose word is missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from reconciler.load.did_you_mean import listed
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import Handover, Override, Update, Withdrawn
from reconciler.model.field_change import FieldChange, NotAgreed
from reconciler.model.roster import Roster

_SHORT: Final = 12
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
_IN_FULL: Final = frozenset({"assignee", "contact", "initiator", "impact.level"})
"""Fields whose values are short and say it all."""


def in_words(change: FieldChange) -> str:
    """A change in a few words, such as `the assignee nadia`."""
    value = change.after if change.after is not None else change.before
    verb = "the removal of " if change.after is None else ""
    match value:
        case Update():
            return f"{verb}an update by {value.by}"
        case Handover():
            return f"{verb}the handover to {value.to}"
        case Withdrawn():
            return f"{verb}the withdrawal by {value.by}"
        case Override():
            return f"{verb}the override by {value.by}"
    name = _NAMES.get(change.key.name, f"the {change.key.name}")
    if change.key.name in _IN_FULL and change.after is not None:
        return f"{name} {change.after}"
    if change.key.name.startswith("stakeholders."):
        return f"{verb}the stakeholder {value}"
    return f"{verb}{name}"


def list_changes(changes: Iterable[FieldChange]) -> str:
    """Several changes in words, each once."""
    return listed(dict.fromkeys(map(in_words, changes)), "and")


def people(handles: Iterable[str], roster: Roster) -> str:
    """Names of people of whom one is enough."""
    return listed([roster.name(each) for each in handles], "or")


def not_agreed(changes: Sequence[NotAgreed], roster: Roster) -> Iterator[Diagnostic]:
    """What is on the main branch and is not carried out: a message for each group of owners."""
    groups: dict[tuple[object, ...], list[NotAgreed]] = {}
    for each in changes:
        key = (each.lacks, each.pull_request, each.commit, each.unread, each.waits)
        groups.setdefault(key, []).append(each)
    for group in groups.values():
        yield _diagnostic(group[0], list_changes(each.change for each in group), roster)


def _diagnostic(first: NotAgreed, what: str, roster: Roster) -> Diagnostic:
    name = f"#{first.pull_request}" if first.pull_request else ""
    where = f" of {name}" if name else ""
    if first.unread:
        message = f"unknown who agreed to {what}{where}: {first.unread}"
        return Diagnostic("agreement", message, "The value before it stays. The next run asks.")
    if first.waits:
        message = f"{what}{where} builds on a version that is not agreed"
        return Diagnostic("agreement", message, "It counts as soon as that version is agreed.")
    if not first.lacks:
        message = f"not agreed: {what}{where}; nobody on the roster may change it so"
        return Diagnostic("agreement", message, "Take the change back, or name another person.")
    message = f"not agreed: {what}{where}; the word of {people(first.lacks, roster)} is missing"
    if name:
        return Diagnostic("agreement", message, f"An approval of {name} still carries it out.")
    short = first.commit[:_SHORT]
    remedy = f"Commit {short} came without a pull request. Take it back, and open one."
    return Diagnostic("agreement", message, remedy)
