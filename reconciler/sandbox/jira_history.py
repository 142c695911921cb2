"""Changing an issue's fields, and what the history tab and the search index learn of it."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.jira_call import JiraCall
from reconciler.sandbox.jira_index import learn
from reconciler.sandbox.jira_state import HistoryEntry, Issue, named


def apply_values(call: JiraCall, issue: Issue, values: JsonObject) -> None:
    """Set fields; only what really changes leaves a trace."""
    items = []
    for name, value in values.items():
        before = getattr(issue, name)
        if before != value:
            items.append(_item(call, name, before, value))
            setattr(issue, name, value)
    if not items:
        return
    now = call.world.clock.now()
    issue.updated = now
    issue.history.append(HistoryEntry(call.jira.next_id(), call.account.id, now, items))
    learn(issue, now.timestamp())


def _item(call: JiraCall, name: str, before: object, after: object) -> JsonObject:
    old_id, old = _words(call, name, before)
    new_id, new = _words(call, name, after)
    return {
        "field": name,
        "fieldtype": "jira",
        "fieldId": name,
        "from": old_id,
        "fromString": old,
        "to": new_id,
        "toString": new,
    }


def _words(call: JiraCall, name: str, value: object) -> tuple[str | None, str | None]:
    """A value as its id and its words."""
    if name == "labels" and isinstance(value, list):
        return "", " ".join(value)
    if value is None:
        return None, None
    text = str(value)
    if name in {"assignee", "reporter"}:
        account = call.jira.accounts[text]
        return (account.id if call.cloud else account.name), account.display_name
    known = {"priority": call.jira.priorities, "status": call.jira.statuses}.get(name)
    found = named(known, text) if known else None
    return (found.id if found else None), text
