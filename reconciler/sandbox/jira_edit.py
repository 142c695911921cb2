"""Editing an issue: everything in one request happens, or nothing does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_fields import FIELDS, choose, edit_screen, show_issue
from reconciler.sandbox.jira_history import apply_values
from reconciler.sandbox.jira_links import check_link
from reconciler.sandbox.jira_properties import check_property
from reconciler.sandbox.jira_state import Comment, Issue, IssueLink, named
from reconciler.sandbox.jira_text import check_text

LONGEST_SUMMARY: Final = 255
LONGEST_LABEL: Final = 255
OFF_SCREEN: Final = "It is not on the appropriate screen, or unknown."

routes = Routes()


@dataclass
class PendingEdit:
    """An edit that has been understood and not been made yet."""

    call: JiraCall
    issue: Issue
    values: JsonObject = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    links: list[IssueLink] = field(default_factory=list)
    properties: JsonObject = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def current(self, name: str) -> object:
        """A field's value with what this edit has done to it so far."""
        return self.values.get(name, getattr(self.issue, name))

    def make(self) -> None:
        """Make the edit."""
        if self.errors:
            raise JiraError(400, **self.errors)
        apply_values(self.call, self.issue, self.values)
        self.issue.comments += self.comments
        self.call.jira.links += self.links
        self.issue.properties |= self.properties
        if self.comments or self.links:
            self.issue.updated = self.call.world.clock.now()


@routes("PUT", "/issue/{key}")
def edit(call: JiraCall) -> Answer:
    """Edit an issue; `returnIssue` gives it back on Cloud."""
    issue = call.issue()
    draft = read_draft(call, issue, call.body())
    if draft.values:
        text = "You do not have permission to edit issues in this project."
        needed = set(draft.values) - {"assignee"}
        if needed:
            call.need("EDIT_ISSUES", issue, text)
    draft.make()
    if call.cloud and call.query("returnIssue") == "true":
        expand = call.listed("expand")
        shown = show_issue(call, issue, choose(["*all"]), properties=[], expand=expand)
        return Answer(body=shown)
    return Answer(204)


def read_draft(call: JiraCall, issue: Issue, body: JsonObject) -> PendingEdit:
    """Understand an edit, collecting every mistake in it."""
    draft = PendingEdit(call, issue)
    fields, update = _object(body, "fields"), _object(body, "update")
    screen = edit_screen(call, issue)
    for name in {**fields, **update}:
        if name not in screen:
            draft.errors[name] = f"Field '{name}' cannot be set. {OFF_SCREEN}"
        elif name in fields and name in update:
            draft.errors[name] = f"Field '{name}' cannot appear in both 'fields' and 'update'"
    for name, value in fields.items():
        if name not in draft.errors:
            _try(draft, name, "set", value)
    for name, operations in update.items():
        if name not in draft.errors:
            _operate(draft, name, operations)
    if call.cloud:
        for entry in body.get("properties") or []:
            key, value = check_property(entry)
            draft.properties[key] = value
    return draft


def _object(body: JsonObject, name: str) -> JsonObject:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise JiraError(400, f"'{name}' must be an object.")
    return value


def _operate(draft: PendingEdit, name: str, operations: object) -> None:
    if not isinstance(operations, list):
        draft.errors[name] = "data was not an array"
        return
    for operation in operations:
        if not isinstance(operation, dict) or len(operation) != 1:
            draft.errors[name] = "Each operation needs exactly one verb"
            return
        [(verb, value)] = operation.items()
        _try(draft, name, verb, value)


def _try(draft: PendingEdit, name: str, verb: str, value: object) -> None:
    allowed = FIELDS[name].operations
    if verb not in allowed or name not in VERBS:
        given = ", ".join(allowed)
        draft.errors[name] = f"Field '{name}' does not support operation '{verb}' ({given})"
        return
    try:
        VERBS[name](draft, verb, value)
    except JiraError as error:
        draft.errors |= error.errors or {name: " ".join(error.messages)}


def _summary(draft: PendingEdit, _: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise JiraError(400, summary="You must specify a summary of the issue.")
    if "\n" in value or len(value) > LONGEST_SUMMARY:
        raise JiraError(400, summary="Summary must be one line of up to 255 characters.")
    draft.values["summary"] = value


def _description(draft: PendingEdit, _: str, value: object) -> None:
    empty = value is None or value == ""
    text = None if empty else check_text(value, "description")
    draft.values["description"] = text


def _priority(draft: PendingEdit, _: str, value: object) -> None:
    if not isinstance(value, dict) or not any(
        isinstance(value.get(k), str) for k in ("id", "name")
    ):
        raise JiraError(400, priority="Specify the Priority (id or name) in the string format")
    known = named(draft.call.jira.priorities, str(value.get("id") or value.get("name")))
    scheme = draft.call.jira.projects[draft.issue.project].priorities
    if known is None or known.name not in scheme:
        raise JiraError(400, priority="The priority selected is invalid.")
    draft.values["priority"] = known.name


def _assignee(draft: PendingEdit, _: str, value: object) -> None:
    draft.values["assignee"] = _account(draft, "assignee", value)


def _reporter(draft: PendingEdit, _: str, value: object) -> None:
    account = _account(draft, "reporter", value)
    if account is None:
        raise JiraError(400, reporter="Reporter is required.")
    draft.values["reporter"] = account


def _account(draft: PendingEdit, field_name: str, value: object) -> str | None:
    """The account that a value names: by id on Cloud, by name on Data Center."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise JiraError(400, **{field_name: "data was not an object"})
    jira, cloud = draft.call.jira, draft.call.cloud
    keys = ("accountId", "id") if cloud else ("name",)
    wanted = next((value[key] for key in keys if key in value), "")
    if wanted is None:
        return None
    if wanted == "-1":
        return jira.projects[draft.issue.project].lead
    account = jira.accounts.get(str(wanted)) if cloud else jira.by_name(str(wanted))
    if account is None:
        raise JiraError(400, **{field_name: "Specify a valid value for " + field_name})
    denied = jira.projects[draft.issue.project].deny.get("ASSIGNABLE_USER", [])
    if not account.active or account.id in denied:
        raise JiraError(400, **{field_name: f"User '{wanted}' cannot be assigned issues."})
    return account.id


def _labels(draft: PendingEdit, verb: str, value: object) -> None:
    given = value if verb == "set" else [value]
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise JiraError(400, labels="data was not an array of strings")
    for label in given:
        if not label or any(sign.isspace() for sign in label):
            raise JiraError(400, labels=f"The label '{label}' can't contain spaces.")
        if len(label) > LONGEST_LABEL:
            raise JiraError(400, labels=f"The label '{label[:20]}...' exceeds 255 characters.")
    before = draft.current("labels")
    old = set(before) if isinstance(before, list) else set()
    new = {"set": set(given), "add": old | set(given), "remove": old - set(given)}[verb]
    draft.values["labels"] = sorted(new)


def _comment(draft: PendingEdit, verb: str, value: object) -> None:
    if verb != "add" or not isinstance(value, dict):
        raise JiraError(400, comment="Only adding a comment is supported here")
    text = check_text(value.get("body"), "comment")
    now, me = draft.call.world.clock.now(), draft.call.account.id
    pairs = [check_property(entry) for entry in value.get("properties") or []]
    id_ = draft.call.jira.next_id()
    draft.comments.append(Comment(id_, me, text, now, now, me, dict(pairs)))


def _issue_link(draft: PendingEdit, _: str, value: object) -> None:
    if not isinstance(value, dict):
        raise JiraError(400, issuelinks="data was not an object")
    here = {"id": draft.issue.id}
    other = "inwardIssue" if "outwardIssue" in value else "outwardIssue"
    try:
        draft.links.append(check_link(draft.call, {other: here, **value}))
    except JiraError as error:
        raise JiraError(400, issuelinks=" ".join(error.messages)) from error


VERBS: Final[dict[str, Callable[[PendingEdit, str, object], None]]] = {
    "summary": _summary,
    "description": _description,
    "priority": _priority,
    "assignee": _assignee,
    "reporter": _reporter,
    "labels": _labels,
    "comment": _comment,
    "issuelinks": _issue_link,
}
