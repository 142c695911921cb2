"""People, priorities, statuses and links as Jira's answers show them."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.clock import jira_time
from reconciler.sandbox.jira_call import JiraCall
from reconciler.sandbox.jira_state import (
    Account,
    Comment,
    HistoryEntry,
    Issue,
    IssueLink,
    LinkType,
    Named,
    Project,
    named,
)
from reconciler.sandbox.jira_text import shown_text

VISIBILITY = "sd.public.comment"
"""The property of a comment that hides it from customers, if it has `internal`."""
CATEGORIES = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {
        "id": 4,
        "key": "indeterminate",
        "colorName": "yellow",
        "name": "In Progress",
    },
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}


def show_user(call: JiraCall, account_id: str | None) -> JsonObject | None:
    """An account: by its id on Cloud, by its name on Data Center."""
    account = call.jira.accounts.get(account_id or "")
    if account is None:
        return None
    shown: JsonObject = {"displayName": account.display_name, "active": account.active}
    shown |= {"timeZone": "America/New_York", "avatarUrls": {}}
    if not hides_email(call, account):
        shown["emailAddress"] = account.email
    if call.cloud:
        link = call.link(f"user?accountId={account.id}")
        return {"self": link, "accountId": account.id, "accountType": "atlassian", **shown}
    link = call.link(f"user?username={account.name}")
    return {"self": link, "name": account.name, "key": f"JIRAUSER-{account.name}", **shown}


def hides_email(call: JiraCall, account: Account) -> bool:
    """Whether the caller does not see the e-mail address of an account; everyone sees their own."""
    if call.account.id == account.id:
        return False
    return account.email_hidden or call.world.moods.jira_people == "hidden"


def show_priority(call: JiraCall, name: str | None) -> JsonObject | None:
    """A priority."""
    priority = named(call.jira.priorities, name) if name else None
    if priority is None:
        return None
    link = call.link(f"priority/{priority.id}")
    icon = f"{call.base}/images/icons/priorities/{priority.name.lower()}.svg"
    return {"self": link, "iconUrl": icon, "name": priority.name, "id": priority.id}


def show_status(call: JiraCall, name: str) -> JsonObject:
    """A status with its category."""
    status = named(call.jira.statuses, name) or Named("0", name, "new")
    category = CATEGORIES[status.category]
    return {
        "self": call.link(f"status/{status.id}"),
        "description": "",
        "iconUrl": f"{call.base}/images/icons/status.png",
        "name": status.name,
        "id": status.id,
        "statusCategory": {**category, "self": call.link(f"statuscategory/{category['id']}")},
    }


def show_type(call: JiraCall, name: str) -> JsonObject:
    """An issue type."""
    found = named(call.jira.types, name) or Named("0", name)
    link = call.link(f"issuetype/{found.id}")
    return {"self": link, "id": found.id, "name": found.name, "subtask": False}


def show_project(call: JiraCall, project: Project) -> JsonObject:
    """A project, in short."""
    link = call.link(f"project/{project.id}")
    mood = call.world.moods.jira_project
    kind = {"projectTypeKey": mood.replace("-", "_") if mood else project.type}
    return {"self": link, "id": project.id, "key": project.key, "name": project.name, **kind}


def show_link_type(call: JiraCall, kind: LinkType) -> JsonObject:
    """A kind of link."""
    return {
        "id": kind.id,
        "name": kind.name,
        "inward": kind.inward,
        "outward": kind.outward,
        "self": call.link(f"issueLinkType/{kind.id}"),
    }


def show_comment(call: JiraCall, issue: Issue, comment: Comment) -> JsonObject:
    """A comment; its properties only if the caller asks for them."""
    moods = call.world.moods
    rewrites = call.cloud and moods.jira_comment_text == "rewritten"
    shown: JsonObject = {
        "self": call.link(f"issue/{issue.id}/comment/{comment.id}"),
        "id": comment.id,
        "author": show_user(call, comment.author),
        "body": shown_text(call.base, comment.body) if rewrites else comment.body,
        "updateAuthor": show_user(call, comment.update_author),
        "created": jira_time(comment.created),
        "updated": jira_time(comment.updated),
    }
    if call.cloud:
        hidden = comment.properties.get(VISIBILITY)
        internal = isinstance(hidden, dict) and hidden.get("internal") is True
        shown["jsdPublic"] = not internal or moods.jira_comment_visibility == "public"
    if "properties" in call.listed("expand"):
        pairs = comment.properties.items()
        shown["properties"] = [{"key": key, "value": value} for key, value in pairs]
    return shown


def show_history(call: JiraCall, entry: HistoryEntry) -> JsonObject:
    """One edit in the changelog."""
    return {
        "id": entry.id,
        "author": show_user(call, entry.author),
        "created": jira_time(entry.created),
        "items": entry.items,
    }


def show_issue_link(call: JiraCall, issue: Issue, link: IssueLink) -> JsonObject | None:
    """A link as seen from one of its ends; None if the other end is out of sight."""
    outward = link.source == issue.id
    other = call.jira.find(link.target if outward else link.source)
    kind = next(one for one in call.jira.link_types if one.id == link.type_id)
    if other is None or not call.sees(other):
        return None
    return {
        "id": link.id,
        "self": call.link(f"issueLink/{link.id}"),
        "type": show_link_type(call, kind),
        "outwardIssue" if outward else "inwardIssue": show_other_end(call, other),
    }


def show_other_end(call: JiraCall, other: Issue) -> JsonObject:
    """The issue at the other end of a link."""
    return {
        "id": other.id,
        "key": other.key,
        "self": call.link(f"issue/{other.id}"),
        "fields": {
            "summary": other.summary,
            "status": show_status(call, other.status),
            "priority": show_priority(call, other.priority),
            "issuetype": show_type(call, other.type),
        },
    }
