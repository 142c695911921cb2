"""What Slack answers about a person who cannot be invited."""

from typing import Final

REFUSALS: Final = frozenset(
    {
        "cant_invite",
        "cant_invite_self",
        "external_channel_migrating",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "no_user",
        "org_user_not_in_team",
        "ura_max_channels",
        "user_is_bot",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_not_found",
        "user_team_not_in_channel",
    }
)
"""What Slack answers if a person cannot be invited into a channel.
Source: https://docs.slack.dev/reference/methods/conversations.invite#errors"""
