"""Links between issues."""

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_show import show_link_type
from reconciler.sandbox.jira_state import Issue, IssueLink, LinkType

routes = Routes()


def check_link(call: JiraCall, body: JsonObject) -> IssueLink:
    """A link as a body describes it. "Blocks": the inward issue blocks the outward one."""
    kind = _type(call, body.get("type"))
    source = _end(call, body, "inwardIssue")
    target = _end(call, body, "outwardIssue")
    if source.id == target.id:
        raise JiraError(400, "You cannot link an issue to itself.")
    return IssueLink(call.jira.next_id(), kind.id, source.id, target.id)


def _type(call: JiraCall, given: object) -> LinkType:
    wanted = given if isinstance(given, dict) else {}
    for kind in call.jira.link_types:
        if kind.id == wanted.get("id") or kind.name == wanted.get("name"):
            return kind
    name = wanted.get("name") or wanted.get("id")
    raise JiraError(404, f"No issue link type with name '{name}' found.")


def _end(call: JiraCall, body: JsonObject, name: str) -> Issue:
    given = body.get(name)
    wanted = given if isinstance(given, dict) else {}
    return call.visible(str(wanted.get("key") or wanted.get("id") or ""))


@routes("POST", "/issueLink")
def add_link(call: JiraCall) -> Answer:
    """Link two issues; a link that is there already is accepted, too."""
    made = check_link(call, call.body())
    issue = next(one for one in call.jira.issues.values() if one.id == made.source)
    call.need("LINK_ISSUES", issue, "You do not have permission to link issues.", 401)
    call.jira.links.append(made)
    return Answer(201)


@routes("DELETE", "/issueLink/{link}")
def delete_link(call: JiraCall) -> Answer:
    """Remove a link."""
    call.jira.links.remove(_link(call))
    return Answer(204)


def _link(call: JiraCall) -> IssueLink:
    wanted = call.params["link"]
    found = next((one for one in call.jira.links if one.id == wanted), None)
    if found is None:
        raise JiraError(404, f"No issue link with id '{wanted}' exists.")
    return found


@routes("GET", "/issueLinkType")
def link_types(call: JiraCall) -> Answer:
    """The kinds of links."""
    shown = [show_link_type(call, kind) for kind in call.jira.link_types]
    return Answer(body={"issueLinkTypes": shown})
