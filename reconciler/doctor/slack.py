"""Slack: the token, its scopes, and the channels for announcements."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.policy import Policy
from reconciler.model.setup_check import SetupCheck, fine, unknown, wrong
from reconciler.services.errors import ServiceError
from reconciler.services.slack.gateway import SCOPES, SlackGateway

_LOOK: Final = "Compare the scopes under OAuth & Permissions with docs/how-to/slack-app.md."


def examine_slack(
    slack: SlackGateway, policy: Policy, desks: Iterable[str]
) -> Iterator[SetupCheck]:
    """Who the bot is, what it may do, and where it is."""
    try:
        identity = slack.identify()
        yield fine("Slack", "token", f"of {identity.user} at {identity.workspace_url}")
        yield from scopes(identity.scopes)
        channels = {each.channel.name for each in slack.own_channels()}
        for name in dict.fromkeys(policy.desks[desk].announce_in for desk in desks):
            if name in channels:
                yield fine("Slack", f"#{name}", "the bot is a member")
            else:
                remedy = (
                    "In the channel, write /invite with the name of the app. Or correct "
                    "announce_in in config/policy.yaml."
                )
                yield wrong("Slack", f"#{name}", "the bot is not a member", remedy)
    except ServiceError as error:
        yield wrong("Slack", "answers", str(error), error.remedy or "Run the command again.")


def scopes(granted: frozenset[str] | None) -> Iterator[SetupCheck]:
    """Whether the token has the scopes that are needed, if Slack says which it has."""
    if granted is None:
        yield unknown("Slack", "scopes", "Slack does not show which scopes the token has", _LOOK)
        return
    missing, more = SCOPES - granted, granted - SCOPES
    if missing:
        remedy = "Add the scopes under OAuth & Permissions, and reinstall the app."
        yield wrong("Slack", "scopes", f"missing: {', '.join(sorted(missing))}", remedy)
    else:
        message = f"all {len(SCOPES)} required scopes"
        if more:
            message += f"; not needed: {', '.join(sorted(more))}"
        yield fine("Slack", "scopes", message)
