"""Links between issues."""

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_show import show_link_type, show_other_end
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
def link_issues(call: JiraCall) -> Answer:
    """Link two issues; an equal link that exists already does not stop a second one."""
    link = check_link(call, call.body())
    for end in (link.source, link.target):
        text = "You do not have permission to link issues."
        call.need("LINK_ISSUES", call.visible(end), text, 401)
    call.jira.links.append(link)
    return Answer(201)


@routes("GET", "/issueLink/{link}")
def get_link(call: JiraCall) -> Answer:
    """One link with both of its ends."""
    link = _link(call)
    kind = next(one for one in call.jira.link_types if one.id == link.type_id)
    return Answer(
        body={
            "id": link.id,
            "self": call.link(f"issueLink/{link.id}"),
            "type": show_link_type(call, kind),
            "inwardIssue": show_other_end(call, call.visible(link.source)),
            "outwardIssue": show_other_end(call, call.visible(link.target)),
        }
    )


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
