"""Links from issues to things outside Jira, kept apart by their global id."""

from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes
from reconciler.sandbox.jira_state import Issue, RemoteLink

LONGEST_GLOBAL_ID: Final = 255
REFUSED: Final = "You do not have permission to link issues."

routes = Routes()


@routes("GET", "/issue/{key}/remotelink")
def list_links(call: JiraCall) -> Answer:
    """All remote links, or the one with a global id."""
    issue, wanted = call.issue(), call.query("globalId")
    if not wanted:
        return Answer(body=[_show(call, issue, link) for link in issue.remote_links])
    return Answer(body=_show(call, issue, _by_global_id(issue, wanted)))


@routes("POST", "/issue/{key}/remotelink")
def write_link(call: JiraCall) -> Answer:
    """Make a link, or replace the one with the same global id: what is left out becomes null."""
    issue, body = call.issue(), call.body()
    call.need("LINK_ISSUES", issue, REFUSED)
    new = _read(body, 0)
    for link in issue.remote_links:
        if new.global_id and link.global_id == new.global_id:
            _replace(link, new)
            return Answer(200, _identify(call, issue, link))
    new.id = int(call.jira.next_id())
    new.global_id = new.global_id or f"{call.base}/remotelink/{new.id}"
    issue.remote_links.append(new)
    return Answer(201, _identify(call, issue, new))


@routes("PUT", "/issue/{key}/remotelink/{link}")
def replace_link(call: JiraCall) -> Answer:
    """Replace a link."""
    issue = call.issue()
    call.need("LINK_ISSUES", issue, REFUSED)
    link = _by_id(call, issue)
    new = _read(call.body(), link.id)
    new.global_id = new.global_id or link.global_id
    _replace(link, new)
    return Answer(204)


@routes("DELETE", "/issue/{key}/remotelink/{link}")
def delete_link(call: JiraCall) -> Answer:
    """Remove a link."""
    issue = call.issue()
    call.need("LINK_ISSUES", issue, REFUSED)
    issue.remote_links.remove(_by_id(call, issue))
    return Answer(204)


def _by_global_id(issue: Issue, wanted: str) -> RemoteLink:
    found = next((link for link in issue.remote_links if link.global_id == wanted), None)
    if found is None:
        raise JiraError(404, f"The remote issue link with global id '{wanted}' does not exist.")
    return found


def _by_id(call: JiraCall, issue: Issue) -> RemoteLink:
    wanted = call.params["link"]
    if not wanted.isdigit():
        raise JiraError(400, f"The link id '{wanted}' is not a number.")
    found = next((link for link in issue.remote_links if link.id == int(wanted)), None)
    if found is None:
        raise JiraError(404, f"The remote issue link with id '{wanted}' does not exist.")
    return found


def _read(body: JsonObject, id_: int) -> RemoteLink:
    target = body.get("object")
    shape = target if isinstance(target, dict) else {}
    missing = {name: f"'{name}' is required." for name in ("title", "url") if not shape.get(name)}
    if missing:
        raise JiraError(400, **missing)
    global_id = str(body.get("globalId") or "")
    if len(global_id) > LONGEST_GLOBAL_ID:
        raise JiraError(400, globalId="The global id exceeds 255 characters.")
    return RemoteLink(id_, global_id, body.get("relationship"), body.get("application"), shape)


def _replace(link: RemoteLink, new: RemoteLink) -> None:
    link.global_id, link.relationship = new.global_id, new.relationship
    link.application, link.object = new.application, new.object


def _identify(call: JiraCall, issue: Issue, link: RemoteLink) -> JsonObject:
    return {"id": link.id, "self": call.link(f"issue/{issue.key}/remotelink/{link.id}")}


def _show(call: JiraCall, issue: Issue, link: RemoteLink) -> JsonObject:
    shown = {
        **_identify(call, issue, link),
        "globalId": link.global_id,
        "application": link.application or {},
        "object": {"icon": {}, "status": {"icon": {}}, **link.object},
    }
    return {**shown, "relationship": link.relationship} if link.relationship else shown
