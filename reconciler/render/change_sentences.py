"""A pull request that changes what is escalated already: what it does, with its text."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from reconciler.history.change_words import list_changes
from reconciler.model.escalation import Handover, Override, Update, Withdrawn
from reconciler.model.field_change import FieldChange
from reconciler.render.comment_facts import CommentFacts
from reconciler.render.markdown_text import line, quotation

_TEXT: Final = 1_500
_TITLE: Final = 100
_PROSE: Final = {
    "title": "Title",
    "reason": "Why now",
    "impact.level": "Level",
    "impact.who": "Who is hit",
    "impact.how_many": "How many",
    "impact.symptom": "What they see",
    "reporter.findings": "Known so far",
    "reporter.blocked_because": "Why Dev Support",
    "assessment": "Assessment",
    "resolution.root_cause": "Root cause",
    "resolution.mitigation": "What was done",
    "resolution.follow_ups": "Follow-ups",
}
"""Fields whose new value is shown, under a name for readers."""
_COMMUNICATION: Final = "resolution.customer_communication."


def change_heading(ticket: str, changes: Sequence[FieldChange], facts: CommentFacts) -> str:
    """What it does, such as `Assigns DS-1042 to Nadia Rossi: Card payments fail`."""
    entry = facts.entries.get(ticket)
    title = f": {line(entry.escalation.title, _TITLE)}" if entry else ""
    return f"{_deed(line(ticket), changes, facts)}{title}"


def _deed(ticket: str, changes: Sequence[FieldChange], facts: CommentFacts) -> str:
    names = {each.key.name for each in changes}
    if any(each.key.name == "file" and each.after is None for each in changes):
        return f"Removes the file of {ticket}"
    if "withdrawn" in names:
        return f"Withdraws {ticket}"
    if any(each.key.name == "resolution.root_cause" and each.before is None for each in changes):
        return f"Resolves {ticket}"
    if len(names) > 1 or not names:
        return f"Changes {ticket}"
    return _only_deed(ticket, changes[-1], facts)


def _only_deed(ticket: str, change: FieldChange, facts: CommentFacts) -> str:
    match change.key.name, change.after:
        case "updates", Update():
            deed = f"Update on {ticket}"
        case "assignee", str(handle):
            deed = f"Assigns {ticket} to {facts.name(handle)}"
        case "assignee", None:
            deed = f"Removes the assignee of {ticket}"
        case ("contact", str(to)) | ("handovers", Handover(to=to)):
            deed = f"Hands {ticket} over to {facts.name(to)}"
        case "assessment", str():
            deed = f"Assessment of {ticket}"
        case "override", Override():
            deed = f"Lets {ticket} pass a limit"
        case _:
            deed = f"Changes {ticket}"
    return deed


def change_sentences(changes: Sequence[FieldChange], facts: CommentFacts) -> Iterator[str]:
    """What it changes, each in a sentence with its text."""
    rest: list[FieldChange] = []
    for each in changes:
        if text := _sentence(each, facts):
            yield text
        elif not each.key.name.startswith(_COMMUNICATION) and each.key.name != "file":
            rest.append(each)
    if text := _communication(changes, facts):
        yield text
    if rest:
        yield f"**Changes:** {line(list_changes(rest, facts.plain_name))}."


def _sentence(change: FieldChange, facts: CommentFacts) -> str:
    """One change with its text; empty if its name is enough."""
    name, after = change.key.name, change.after
    match after:
        case Update(by=by, at=at, text=text):
            shown = f"**{facts.name(by)}** writes, {_moment(at)}:\n\n{quotation(text, _TEXT)}"
        case Handover(to=to, at=at):
            shown = f"**{facts.name(to)}** becomes the contact on {_moment(at)}."
        case Withdrawn(by=by, reason=why):
            shown = f"**{facts.name(by)}** withdraws it:\n\n{quotation(why, _TEXT)}"
        case Override(by=by, reason=why):
            shown = f"**{facts.name(by)}** lets it pass a limit:\n\n{quotation(why, _TEXT)}"
        case str(handle) if name in {"assignee", "contact"}:
            before = f", instead of {facts.name(str(change.before))}" if change.before else ""
            shown = f"**{facts.name(handle)}** becomes the {name}{before}."
        case str() | int() | tuple() if name in _PROSE:
            shown = f"**{_PROSE[name]}:** {line(_value(after), _TEXT)}"
        case _:
            shown = ""
    return shown


def _communication(changes: Sequence[FieldChange], facts: CommentFacts) -> str:
    """Who writes to the customers, and how far that is."""
    found = {
        each.key.name.removeprefix(_COMMUNICATION): str(each.after)
        for each in changes
        if each.key.name.startswith(_COMMUNICATION) and each.after is not None
    }
    words = []
    if owner := found.get("owner"):
        words.append(f"{facts.name(owner)} writes to them")
    if state := found.get("state"):
        words.append(f"the message is {line(state)}")
    return f"**Customers:** {', and '.join(words)}." if words else ""


def _value(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
