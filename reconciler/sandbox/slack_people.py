"""auth.test, team.info, users.* and usergroups.*."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_pages import page
from reconciler.sandbox.slack_show import show_user
from reconciler.sandbox.slack_state import Usergroup

methods = Methods()


@methods("auth.test", tier=6)
def auth_test(call: SlackCall) -> JsonObject:
    """Who the token belongs to."""
    answer = {
        "url": f"https://{call.slack.domain}.slack.com/",
        "team": call.slack.team_name,
        "user": call.actor.user.name,
        "team_id": call.slack.team_id,
        "user_id": call.me,
        "is_enterprise_install": False,
    }
    return {**answer, "bot_id": call.slack.bot_id} if call.actor.is_bot else answer


@methods("team.info", "team:read", tier=3)
def team_info(call: SlackCall) -> JsonObject:
    """The workspace."""
    domain = call.slack.domain
    return {
        "team": {
            "id": call.slack.team_id,
            "name": call.slack.team_name,
            "domain": domain,
            "url": f"https://{domain}.slack.com/",
            "email_domain": "",
        }
    }


@methods("users.info", "users:read", tier=4)
def user_info(call: SlackCall) -> JsonObject:
    """One person."""
    user = call.slack.users.get(call.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": show_user(call.slack, user, call.actor)}


@methods("users.list", "users:read", tier=2)
def list_users(call: SlackCall) -> JsonObject:
    """A page of everybody, those who have left too."""
    found, metadata = page(call, list(call.slack.users.values()))
    shown = [show_user(call.slack, user, call.actor) for user in found]
    return {"members": shown, "cache_ts": call.now, "response_metadata": metadata}


@methods("users.lookupByEmail", "users:read.email", tier=3)
def look_up(call: SlackCall) -> JsonObject:
    """The person with this e-mail address, unless they have left or hide it."""
    wanted = call.text("email").casefold()
    for user in call.slack.users.values():
        hidden = user.deleted or user.email_hidden or not user.email
        if not hidden and user.email.casefold() == wanted:
            return {"user": show_user(call.slack, user, call.actor)}
    raise SlackError("users_not_found")


@methods("usergroups.list", "usergroups:read", tier=2)
def list_usergroups(call: SlackCall) -> JsonObject:
    """Every @group in one go."""
    _paid(call)
    users = call.flag("include_users")
    found = call.slack.usergroups.values()
    shown = [one for one in found if call.flag("include_disabled") or not one.disabled]
    return {"usergroups": [_show(call, one, users=users) for one in shown]}


@methods("usergroups.users.list", "usergroups:read", tier=2)
def list_usergroup_members(call: SlackCall) -> JsonObject:
    """The people in one @group."""
    _paid(call)
    group = call.slack.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _paid(call: SlackCall) -> None:
    if not call.slack.paid:
        raise SlackError("plan_upgrade_required")


def _show(call: SlackCall, group: Usergroup, *, users: bool) -> JsonObject:
    shown: JsonObject = {
        "id": group.id,
        "team_id": call.slack.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1577869200,
        "date_update": 1577869200,
        "date_delete": 1577869200 if group.disabled else 0,
        "auto_provision": False,
        "user_count": len(group.users),
    }
    return {**shown, "users": list(group.users)} if users else shown
