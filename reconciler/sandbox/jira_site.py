"""The site itself: its version, its priorities, its fields and its projects."""

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.clock import jira_time
from reconciler.sandbox.jira_call import JiraCall, Routes, page
from reconciler.sandbox.jira_fields import FIELDS
from reconciler.sandbox.jira_show import show_priority, show_project, show_type, show_user
from reconciler.sandbox.jira_state import Named

routes = Routes()


@routes("GET", "/serverInfo", anonymous=True)
def server_info(call: JiraCall) -> Answer:
    """Which Jira this is."""
    version = [1001, 0, 0] if call.cloud else [9, 12, 5]
    return Answer(
        body={
            "baseUrl": call.base,
            "version": "1001.0.0-SNAPSHOT" if call.cloud else "9.12.5",
            "versionNumbers": version,
            "deploymentType": "Cloud" if call.cloud else "Server",
            "buildNumber": 100250 if call.cloud else 9120005,
            "buildDate": jira_time(call.world.clock.now()),
            "serverTime": jira_time(call.world.clock.now()),
            "scmInfo": "sandbox",
            "serverTitle": call.jira.title,
        }
    )


@routes("GET", "/priority")
def priorities(call: JiraCall) -> Answer:
    """All priorities of the site, whatever a project's scheme says."""
    return Answer(body=[_priority(call, one) for one in call.jira.priorities])


@routes("GET", "/priority/search", faces=("cloud",))
def search_priorities(call: JiraCall) -> Answer:
    """A page of priorities, those of a project's scheme if one is named."""
    wanted = call.listed("projectId")
    known = {one for key in wanted for one in call.project(key).priorities}
    found = [one for one in call.jira.priorities if not wanted or one.name in known]
    shown, sizes = page(call, [_priority(call, one) for one in found])
    last = sizes["startAt"] + len(shown) >= sizes["total"]
    return Answer(body={**sizes, "isLast": last, "values": shown})


def _priority(call: JiraCall, priority: Named) -> JsonObject:
    shown = show_priority(call, priority.name) or {}
    default = call.jira.priorities[len(call.jira.priorities) // 2]
    return {
        **shown,
        "statusColor": "#cd1317",
        "description": "",
        "isDefault": priority is default,
    }


@routes("GET", "/field")
def fields(call: JiraCall) -> Answer:
    """The fields that the sandbox knows."""
    del call
    return Answer(
        body=[
            {
                "id": id_,
                "key": id_,
                "name": field.name,
                "custom": False,
                "orderable": True,
                "navigable": field.navigable,
                "searchable": True,
                "clauseNames": [id_],
                "schema": field.schema(id_),
            }
            for id_, field in FIELDS.items()
        ]
    )


@routes("GET", "/project/{project}")
def project(call: JiraCall) -> Answer:
    """One project."""
    found = call.project(call.params["project"])
    shown = {
        **show_project(call, found),
        "description": "",
        "lead": show_user(call, found.lead),
        "issueTypes": [show_type(call, one.name) for one in call.jira.types],
        "projectTypeKey": "service_desk",
        "assigneeType": "UNASSIGNED",
    }
    if call.cloud:
        shown |= {"style": "classic", "simplified": False, "isPrivate": False}
    return Answer(body=shown)
