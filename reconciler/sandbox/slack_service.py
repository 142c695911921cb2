"""Slack's front door: whose token it is, whether it may, and which method runs."""

from typing import Final

from reconciler.sandbox import (
    slack_channels,
    slack_chat,
    slack_directory,
    slack_history,
    slack_marks,
    slack_members,
    slack_people,
)
from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.incoming import Glance, Incoming
from reconciler.sandbox.rates import Rates
from reconciler.sandbox.slack_call import Actor, Method, SlackCall, SlackError
from reconciler.sandbox.world import World

METHODS: Final[dict[str, Method]] = {
    method.name: method
    for family in (
        slack_people.methods,
        slack_directory.methods,
        slack_channels.methods,
        slack_members.methods,
        slack_history.methods,
        slack_chat.methods,
        slack_marks.methods,
    )
    for method in family
}
PERSON_TOKEN: Final = "xoxp-"  # noqa: S105


class SlackService:
    """Answers calls to Slack's Web API."""

    name = "slack"

    def __init__(self, world: World, bot_token: str) -> None:
        self._world = world
        self._bot_token = bot_token

    def glance(self, incoming: Incoming) -> Glance:
        """What the log says about a call."""
        try:
            args = _arguments(incoming)
        except SlackError:
            args = {}
        try:
            actor = self._actor(incoming, args).user.name
        except SlackError:
            actor = ""
        args.pop("token", None)
        return Glance(_name(incoming), actor, args)

    def refuse(self, rates: Rates, glance: Glance, _: Incoming) -> Answer | None:
        """The answer to a call that comes too soon for its method's tier."""
        method = METHODS.get(glance.name)
        if method is None:
            return None
        channel = str(glance.request.get("channel", ""))
        return rates.slack(method.name, method.tier, channel, self._world.clock.seconds())

    def answer(self, incoming: Incoming) -> Answer:
        """Run the method, or say why not. Slack says nearly everything with a status of 200."""
        headers: dict[str, str] = {}
        try:
            return Answer(body={"ok": True, **self._run(incoming, headers)}, headers=headers)
        except SlackError as error:
            body = {"ok": False, "error": error.code, **error.beside}
            return Answer(body=body, headers=headers, error=error.code)

    def _run(self, incoming: Incoming, headers: dict[str, str]) -> JsonObject:
        method = METHODS.get(_name(incoming))
        if method is None:
            raise SlackError("unknown_method", req_method=_name(incoming))
        args = _arguments(incoming)
        actor = self._actor(incoming, args)
        args.pop("token", None)
        provided = ",".join(actor.scopes or ("identify",))
        headers["x-oauth-scopes"] = provided
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        if not actor.has(*method.scopes):
            raise SlackError("missing_scope", needed=method.scopes[0], provided=provided)
        return method.run(SlackCall(args, self._world, actor))

    def _actor(self, incoming: Incoming, args: JsonObject) -> Actor:
        scheme, _, header = incoming.headers.get("authorization", "").partition(" ")
        token = header.strip() if scheme.lower() == "bearer" else str(args.get("token", ""))
        if not token:
            raise SlackError("not_authed")
        slack = self._world.slack
        if token == self._bot_token:
            return Actor(slack.users[slack.bot_user], tuple(slack.scopes))
        user = slack.users.get(token.removeprefix(PERSON_TOKEN))
        if not token.startswith(PERSON_TOKEN) or user is None or user.is_bot:
            raise SlackError("invalid_auth")
        if user.deleted:
            raise SlackError("account_inactive")
        return Actor(user)


def _name(incoming: Incoming) -> str:
    return incoming.path.removeprefix("/api/").strip("/")


def _arguments(incoming: Incoming) -> JsonObject:
    """Query, form and JSON, in the order in which later ones win."""
    args: JsonObject = {name: values[-1] for name, values in incoming.query.items()}
    if not incoming.is_json:
        return {**args, **incoming.form()}
    try:
        given = incoming.json()
    except ValueError as wrong:
        raise SlackError("invalid_json") from wrong
    if not isinstance(given, dict | None):
        raise SlackError("json_not_object")
    return {**args, **(given or {})}
