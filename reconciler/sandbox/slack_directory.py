"""users.list and user groups: everyone in the workspace."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_pages import page
from reconciler.sandbox.slack_show import show_user

methods = Methods()


@methods("users.list", "users:read", tier=2)
def list_users(call: SlackCall) -> JsonObject:
    """A page of all members, also of those who left; addresses need a scope of their own."""
    found, metadata = page(call, list(call.slack.users.values()))
    shown = [show_user(call.slack, user) for user in found]
    for user, each in zip(found, shown, strict=True):
        if user.email_hidden or not user.email or not call.actor.has("users:read.email"):
            del each["profile"]["email"]
    return {"members": shown, "cache_ts": 1577869200, "response_metadata": metadata}


@methods("usergroups.list", "usergroups:read", tier=2)
def list_groups(call: SlackCall) -> JsonObject:
    """The user groups."""
    groups = call.slack.groups.items()
    return {"usergroups": [_shown(call, name, members) for name, members in groups]}


@methods("usergroups.users.list", "usergroups:read", tier=2)
def list_members(call: SlackCall) -> JsonObject:
    """Ids of the members of a group."""
    wanted = call.text("usergroup")
    for name, members in call.slack.groups.items():
        if _id(name) == wanted:
            return {"users": list(members)}
    raise SlackError("no_such_subteam")


def _id(name: str) -> str:
    return f"S0{name.replace('-', '').upper()}"


def _shown(call: SlackCall, name: str, members: list[str]) -> JsonObject:
    return {
        "id": _id(name),
        "team_id": call.slack.team_id,
        "is_usergroup": True,
        "name": name,
        "description": "",
        "handle": name,
        "is_external": False,
        "date_create": 1577869200,
        "date_update": 1577869200,
        "date_delete": 0,
        "auto_type": None,
        "created_by": call.me,
        "updated_by": call.me,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(members),
    }
