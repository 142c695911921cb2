"""The fields of an issue: how they are shown, and what the edit screen says about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.clock import jira_time
from reconciler.sandbox.jira_call import JiraCall
from reconciler.sandbox.jira_show import (
    show_comment,
    show_history,
    show_issue_link,
    show_priority,
    show_project,
    show_status,
    show_type,
    show_user,
)
from reconciler.sandbox.jira_state import Issue, Named, named

Show = Callable[[JiraCall, Issue], object]


@dataclass(frozen=True)
class Field:
    """A system field."""

    name: str
    type: str
    show: Show
    operations: tuple[str, ...] = ("set",)
    items: str = ""
    navigable: bool = True

    def schema(self, id_: str) -> JsonObject:
        """The field's type as Jira describes it."""
        schema = {"type": self.type, "system": id_}
        return {**schema, "items": self.items} if self.items else schema


def _links(call: JiraCall, issue: Issue) -> list[JsonObject]:
    mine = [link for link in call.jira.links if issue.id in {link.source, link.target}]
    return [shown for link in mine if (shown := show_issue_link(call, issue, link))]


def _resolution(call: JiraCall, issue: Issue) -> JsonObject | None:
    if issue.resolution is None:
        return None
    return {"self": call.link("resolution/10000"), "id": "10000", "name": issue.resolution}


def _priority(call: JiraCall, issue: Issue) -> JsonObject | None:
    missing = call.world.moods.jira_priority == "missing"
    return None if missing else show_priority(call, issue.priority)


def _comments(call: JiraCall, issue: Issue) -> JsonObject:
    """All comments; whoever shows many issues keeps the newest only."""
    shown = [show_comment(call, issue, comment) for comment in issue.comments]
    link = call.link(f"issue/{issue.id}/comment")
    return {"comments": shown, "self": link, "startAt": 0, **_sizes(len(shown), len(shown))}


def _sizes(shown: int, total: int) -> JsonObject:
    return {"maxResults": shown, "total": total}


def cut_comments(field: JsonObject, most: int) -> JsonObject:
    """The newest comments only, which is all that a page of issues carries."""
    shown = field["comments"][-most:]
    return {**field, "comments": shown, **_sizes(len(shown), field["total"])}


FIELDS: Final[dict[str, Field]] = {
    "summary": Field("Summary", "string", lambda _, issue: issue.summary),
    "description": Field(
        "Description",
        "string",
        lambda _, issue: issue.description,
        navigable=False,
    ),
    "issuetype": Field("Issue Type", "issuetype", lambda c, issue: show_type(c, issue.type)),
    "project": Field(
        "Project",
        "project",
        lambda call, issue: show_project(call, call.jira.projects[issue.project]),
    ),
    "status": Field("Status", "status", lambda call, issue: show_status(call, issue.status)),
    "priority": Field("Priority", "priority", _priority),
    "resolution": Field("Resolution", "resolution", _resolution),
    "labels": Field(
        "Labels",
        "array",
        lambda _, issue: list(issue.labels),
        operations=("add", "set", "remove"),
        items="string",
    ),
    "assignee": Field("Assignee", "user", lambda call, issue: show_user(call, issue.assignee)),
    "reporter": Field("Reporter", "user", lambda call, issue: show_user(call, issue.reporter)),
    "created": Field("Created", "datetime", lambda _, issue: jira_time(issue.created)),
    "updated": Field("Updated", "datetime", lambda _, issue: jira_time(issue.updated)),
    "issuelinks": Field(
        "Linked Issues", "array", _links, operations=("add", "copy"), items="issuelinks"
    ),
    "comment": Field(
        "Comment",
        "comments-page",
        _comments,
        operations=("add", "edit", "remove"),
        navigable=False,
    ),
}


def choose(wanted: Iterable[str]) -> list[str]:
    """The names of fields behind a list with *all, *navigable and -field in it."""
    chosen: list[str] = []
    names = list(wanted)
    if names and all(name.startswith("-") for name in names):
        names.insert(0, "*all")
    for name in names:
        if name == "*all":
            chosen += FIELDS
        elif name == "*navigable":
            chosen += [id_ for id_, field in FIELDS.items() if field.navigable]
        elif name.startswith("-"):
            chosen = [id_ for id_ in chosen if id_ != name[1:]]
        elif name in FIELDS:
            chosen.append(name)
    return list(dict.fromkeys(chosen))


def show_fields(call: JiraCall, issue: Issue, names: Iterable[str]) -> JsonObject:
    """The chosen fields of an issue."""
    return {name: FIELDS[name].show(call, issue) for name in names}


def edit_screen(call: JiraCall, issue: Issue) -> list[str]:
    """The fields that the caller can set on an issue: none in a status that is locked.

    https://support.atlassian.com/jira-cloud-administration/docs/use-workflow-properties/
    """
    status = named(call.jira.statuses, issue.status)
    if status is not None and _is_locked(call, status):
        return []
    needs = {
        "assignee": "ASSIGN_ISSUES",
        "issuelinks": "LINK_ISSUES",
        "comment": "ADD_COMMENTS",
        "reporter": "MODIFY_REPORTER",
    }
    screen = call.jira.projects[issue.project].edit_fields
    return [
        name
        for name in screen
        if name in FIELDS
        and not (name == "priority" and call.world.moods.jira_priority == "missing")
        and call.may(needs.get(name, "EDIT_ISSUES"), issue.project)
    ]


def _is_locked(call: JiraCall, status: Named) -> bool:
    mood = call.world.moods.jira_closed_fields
    if mood is not None and status.category == "done":
        return mood == "locked"
    return not status.editable


def show_editmeta(call: JiraCall, issue: Issue) -> JsonObject:
    """What can be set on an issue, and to what."""
    fields = {}
    for name in edit_screen(call, issue):
        field = FIELDS[name]
        shown: JsonObject = {
            "required": name == "summary",
            "schema": field.schema(name),
            "name": field.name,
            "key": name,
            "operations": list(field.operations),
        }
        if name == "priority":
            scheme = call.jira.projects[issue.project].priorities
            shown["allowedValues"] = [show_priority(call, priority) for priority in scheme]
        fields[name] = shown
    return {"fields": fields}


def show_issue(
    call: JiraCall,
    issue: Issue,
    names: list[str],
    *,
    properties: list[str],
    expand: list[str],
) -> JsonObject:
    """An issue with what was asked for beside its fields."""
    shown: JsonObject = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": issue.id,
        "self": call.link(f"issue/{issue.id}"),
        "key": issue.key,
        "fields": show_fields(call, issue, names),
    }
    if properties:
        wanted = issue.properties if "*all" in properties else properties
        kept = {key: issue.properties[key] for key in wanted if key in issue.properties}
        shown["properties"] = kept
    if "editmeta" in expand:
        shown["editmeta"] = show_editmeta(call, issue)
    if "changelog" in expand:
        histories = [show_history(call, entry) for entry in reversed(issue.history)]
        total = len(histories)
        shown["changelog"] = {"startAt": 0, **_sizes(total, total), "histories": histories}
    if "names" in expand:
        shown["names"] = {name: FIELDS[name].name for name in names}
    if "schema" in expand:
        shown["schema"] = {name: FIELDS[name].schema(name) for name in names}
    return shown
