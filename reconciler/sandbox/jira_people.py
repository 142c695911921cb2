"""Who the caller is, who else there is, and what they may do."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes, page
from reconciler.sandbox.jira_show import hides_email, show_user
from reconciler.sandbox.jira_state import Account, Project

PERMISSIONS: Final = {
    "BROWSE_PROJECTS": "Browse Projects",
    "EDIT_ISSUES": "Edit Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "ASSIGNABLE_USER": "Assignable User",
    "ADD_COMMENTS": "Add Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "LINK_ISSUES": "Link Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "MODIFY_REPORTER": "Modify Reporter",
    "ADMINISTER_PROJECTS": "Administer Projects",
    "ADMINISTER": "Administer Jira",
    "USER_PICKER": "Browse users and groups",
}
_GLOBAL: Final = frozenset({"ADMINISTER", "USER_PICKER"})
FOR_ADMINISTRATORS: Final = frozenset({"ADMINISTER", "ADMINISTER_PROJECTS"})

routes = Routes()


@routes("GET", "/myself")
def myself(call: JiraCall) -> Answer:
    """The caller."""
    return Answer(body=show_user(call, call.account.id))


@routes("GET", "/mypermissions")
def my_permissions(call: JiraCall) -> Answer:
    """Which permissions the caller has, in a project if one is named."""
    wanted = call.listed("permissions") or ([] if call.cloud else list(PERMISSIONS))
    if not wanted:
        raise JiraError(400, "The permissions query parameter is required.")
    unknown = [key for key in wanted if key not in PERMISSIONS]
    if unknown:
        raise JiraError(400, "Unrecognized permission: " + ", ".join(unknown))
    project = _project(call)
    shown = {
        key: {
            "id": str(number),
            "key": key,
            "name": PERMISSIONS[key],
            "type": "GLOBAL" if key in _GLOBAL else "PROJECT",
            "description": "",
            "havePermission": _has(call, key, project),
        }
        for number, key in enumerate(PERMISSIONS)
        if key in wanted
    }
    return Answer(body={"permissions": shown})


def _has(call: JiraCall, key: str, project: Project | None) -> bool:
    if key in FOR_ADMINISTRATORS:
        return call.account.admin
    if key == "USER_PICKER" and call.world.moods.jira_people == "refused":
        return call.account.id != call.jira.bot
    if issue := call.query("issueKey") or call.query("issueId"):
        return call.may_on(key, call.visible(issue))
    if project and call.account.id in project.customers:
        return True  # "evaluated similarly to a user in the customer portal"
    projects = [project.key] if project else list(call.jira.projects)
    return any(call.may(key, one) for one in projects)


def _project(call: JiraCall) -> Project | None:
    if issue := call.query("issueKey") or call.query("issueId"):
        return call.jira.projects[call.visible(issue).project]
    if key := call.query("projectKey") or call.query("projectId") or call.query("project"):
        return call.project(key)
    return None


@routes("GET", "/user/search")
def search_users(call: JiraCall) -> Answer:
    """Accounts whose name or e-mail begins with the query; none for who may not search."""
    if not (call.query("query") or call.query("username") or call.query("accountId")):
        raise JiraError(400, "A query, a username or an accountId is required.")
    may = _has(call, "USER_PICKER", None)
    return _matching(call, list(call.jira.accounts.values()) if may else [])


@routes("GET", "/user/assignable/search")
def search_assignable(call: JiraCall) -> Answer:
    """Accounts that can be assigned in a project, whose name or e-mail begins with the query.

    None for somebody who has neither of the permissions that Jira documents.
    """
    project = _project(call)
    if project is None:
        raise JiraError(400, "Either issueKey or project is required.")
    denied = project.deny.get("ASSIGNABLE_USER", [])
    may = _has(call, "USER_PICKER", None) or call.may("ASSIGN_ISSUES", project.key)
    accounts = call.jira.accounts.values() if may else ()
    return _matching(call, [one for one in accounts if one.active and one.id not in denied])


def _matching(call: JiraCall, accounts: list[Account]) -> Answer:
    query = call.query("query" if call.cloud else "username")
    exact = call.query("accountId") if call.cloud else ""
    found = [one for one in accounts if _matches(call, one, query) and exact in {"", one.id}]
    if not call.cloud:
        found = [one for one in found if one.active]
    shown, _ = page(call, [show_user(call, one.id) for one in found])
    return Answer(body=shown)


def _matches(call: JiraCall, account: Account, query: str) -> bool:
    words = [account.display_name, *account.display_name.split(), account.name]
    if not hides_email(call, account):
        words.append(account.email)
    return any(word.casefold().startswith(query.casefold()) for word in words)
