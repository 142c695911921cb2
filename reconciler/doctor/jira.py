"""Jira: whether the reconciler's account may do in each desk's project what it has to."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.observed import Ticket
from reconciler.model.policy import JiraPolicy, Policy
from reconciler.model.setup_check import SetupCheck, fine, unknown, wrong
from reconciler.services.errors import ServiceError
from reconciler.services.jira.gateway import JiraGateway

PERMISSIONS: Final = {
    "BROWSE_PROJECTS": "Browse Projects",
    "EDIT_ISSUES": "Edit Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "ADD_COMMENTS": "Add Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "LINK_ISSUES": "Link Issues",
}
"""What the reconciler does there needs these, by their names in the settings."""


_NO_TICKET: Final = (
    "If the project has no ticket, create one. If it has tickets, the account may be only a"
    " customer of the portal. Give it a licence and a role in the project. Then run the command"
    " again."
)
"""For permissions of a Jira Service Management project, Jira answers as in the customer portal.
Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/ ."""


def examine_jira(jira: JiraGateway, policy: Policy, desks: Iterable[str]) -> Iterator[SetupCheck]:
    """Credentials, and for each desk permissions and fields."""
    try:
        yield fine("Jira", "credentials", f"signed in as {jira.account()}")
        yield _link_type(jira, policy.jira.follow_up_link)
        for desk in desks:
            yield from _project(jira, policy, desk)
    except ServiceError as error:
        yield wrong("Jira", "answers", str(error), error.remedy or "Run the command again.")


def _link_type(jira: JiraGateway, wanted: str) -> SetupCheck:
    known = jira.link_types()
    if wanted in known:
        return fine("Jira", "link type", wanted)
    message = f"Jira has no {wanted!r}; it has {', '.join(sorted(known)) or 'none'}"
    return wrong("Jira", "link type", message, "Correct jira.follow_up_link in config/policy.yaml.")


def _project(jira: JiraGateway, policy: Policy, desk: str) -> Iterator[SetupCheck]:
    what = f"permissions in {desk}"
    try:
        held = jira.permissions(desk, PERMISSIONS)
    except ServiceError as error:
        if error.code not in {"400", "404"}:
            raise
        remedy = f"Correct desks.{desk} in config/policy.yaml, or let the account see the project."
        yield wrong("Jira", what, f"Jira shows no project {desk}", remedy)
        return
    ticket = jira.a_ticket(desk)
    if ticket is not None:  # of a project, Jira also counts what a customer or a reporter may do
        held &= jira.permissions_on(ticket.key, PERMISSIONS)
    lacking = [name for key, name in PERMISSIONS.items() if key not in held]
    if lacking:
        remedy = f"Give the account these permissions in the permission scheme of {desk}."
        yield wrong("Jira", what, f"missing: {', '.join(lacking)}", remedy)
    else:
        yield fine("Jira", what, "all required permissions")
    if ticket is None:
        message = "Jira shows no ticket of the project, so the permissions may be a customer's"
        yield unknown("Jira", f"fields in {desk}", message, _NO_TICKET)
        return
    yield from fields(ticket, policy.jira, desk)


def fields(ticket: Ticket, policy: JiraPolicy, desk: str) -> Iterator[SetupCheck]:
    """Whether the fields that the reconciler sets can be set on a ticket."""
    editable = ticket.editable
    if editable is None:
        message = f"Jira does not show which fields of {ticket.key} can be edited"
        yield unknown("Jira", f"fields in {desk}", message, "Run the command again.")
        return
    for field in ("labels", "priority", "assignee"):
        what = f"{field} in {desk}"
        if field not in editable:
            remedy = f"Add the field to the edit screen of {desk}."
            yield wrong(
                "Jira", what, f"the field can't be edited (checked with {ticket.key})", remedy
            )
        elif field != "priority":
            yield fine("Jira", what, "on the edit screen")
        else:
            yield _priority(ticket, policy.priority, what)


def _priority(ticket: Ticket, wanted: str, what: str) -> SetupCheck:
    if ticket.priorities is None:
        message = f"Jira does not show which priorities {ticket.key} can have"
        return unknown("Jira", what, message, "Run the command again.")
    names = [each.name for each in ticket.priorities]
    if wanted in names:
        return fine("Jira", what, f"the project has {wanted}")
    message = f"Jira has no {wanted!r}; it has {', '.join(names) or 'none'}"
    remedy = "Correct jira.priority in config/policy.yaml, or the project's priority scheme."
    return wrong("Jira", what, message, remedy)
