"""Transitions: from any status to any other, in one step."""

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_edit import read_draft
from reconciler.sandbox.jira_show import show_status
from reconciler.sandbox.jira_state import Issue, Named

routes = Routes()


@routes("GET", "/issue/{key}/transitions")
def list_transitions(call: JiraCall) -> Answer:
    """The steps that the issue can take from here."""
    issue = call.issue()
    shown = [_show(call, status) for status in _possible(call, issue)]
    return Answer(body={"expand": "transitions", "transitions": shown})


@routes("POST", "/issue/{key}/transitions")
def move(call: JiraCall) -> Answer:
    """Take a step, with the edits that come along."""
    issue, body = call.issue(), call.body()
    given = body.get("transition")
    if not isinstance(given, dict) or "id" not in given:
        raise JiraError(400, "Missing 'transition' identifier")
    possible = {_id(status): status for status in _possible(call, issue)}
    status = possible.get(str(given["id"]))
    if status is None:
        text = f"It seems that you have tried to perform a workflow operation ({given['id']})"
        raise JiraError(400, f"{text} that is not valid for the current state of this issue.")
    draft = read_draft(call, issue, {key: body[key] for key in body if key != "transition"})
    draft.values["status"] = status.name
    draft.make()
    issue.resolution = "Done" if status.category == "done" else None
    return Answer(204)


def _possible(call: JiraCall, issue: Issue) -> list[Named]:
    if not call.may("TRANSITION_ISSUES", issue.project):
        return []
    return [status for status in call.jira.statuses if status.name != issue.status]


def _id(status: Named) -> str:
    """A transition's id, which is never that of the status it leads to."""
    return str(int(status.id) - 10_090)


def _show(call: JiraCall, status: Named) -> JsonObject:
    return {
        "id": _id(status),
        "name": f"Move to {status.name}",
        "to": show_status(call, status.name),
        "hasScreen": False,
        "isGlobal": True,
        "isInitial": False,
        "isAvailable": True,
        "isConditional": False,
        "looped": False,
    }
