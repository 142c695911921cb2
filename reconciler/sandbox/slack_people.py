"""auth.test and users.lookupByEmail."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.slack_call import Methods, SlackCall, SlackError
from reconciler.sandbox.slack_show import show_user

methods = Methods()


@methods("auth.test", tier=5)
def auth_test(call: SlackCall) -> JsonObject:
    """Who the token belongs to."""
    answer = {
        "url": f"{call.world.workspace}/",
        "team": call.slack.team_name,
        "user": call.actor.user.name,
        "team_id": call.slack.team_id,
        "user_id": call.me,
        "is_enterprise_install": call.world.organisation and call.actor.is_bot,
    }
    return {**answer, "bot_id": call.slack.bot_id} if call.actor.is_bot else answer


@methods("users.lookupByEmail", "users:read.email", tier=3)
def look_up(call: SlackCall) -> JsonObject:
    """The person with this e-mail address, unless they have left or hide it."""
    wanted = call.text("email").casefold()
    for user in call.slack.users.values():
        hidden = user.deleted or user.email_hidden or not user.email
        if not hidden and user.email.casefold() == wanted:
            return {"user": show_user(call.slack, user)}
    raise SlackError("users_not_found")
