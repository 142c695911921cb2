"""Turn a seed into a Slack workspace."""

from typing import Final

from reconciler.sandbox.seed_model import ChannelSeed, PersonSeed, Seed
from reconciler.sandbox.slack_state import Channel, Headline, SlackState, SlackUser

# Before any time that a test is likely to set the clock to.
FOUNDED: Final = 1_577_869_200


def build_slack(seed: Seed) -> SlackState:
    """The workspace, its people and its channels."""
    slack = SlackState(
        team_id=seed.workspace.team_id,
        team_name=seed.workspace.name,
        domain=seed.workspace.domain,
        app_id=seed.bot.app_id,
        bot_id=seed.bot.bot_id,
        bot_user=seed.bot.slack,
        scopes=list(seed.workspace.scopes),
        organisation=seed.workspace.organisation,
    )
    for user in (_bot(seed), *_people(seed)):
        slack.users[user.id] = user
    for name, channel in seed.channels.items():
        built = _channel(slack, seed, name, channel)
        slack.channels[built.id] = built
    return slack


def _bot(seed: Seed) -> SlackUser:
    return SlackUser(seed.bot.slack, seed.bot.name, seed.bot.display_name, is_bot=True)


def _people(seed: Seed) -> list[SlackUser]:
    return [_user(handle, one) for handle, one in seed.people.items() if one.slack]


def _user(handle: str, person: PersonSeed) -> SlackUser:
    return SlackUser(
        id=person.slack or "",
        name=handle,
        real_name=person.name,
        email=person.email,
        deleted=person.deactivated,
        restricted=person.guest is not None,
        ultra_restricted=person.guest == "single-channel",
        admin=person.admin,
        email_hidden=person.email_hidden,
        refusal=person.refusal,
    )


def _slack_id(seed: Seed, handle: str) -> str:
    return seed.people[handle].slack or ""


def _channel(slack: SlackState, seed: Seed, name: str, given: ChannelSeed) -> Channel:
    everyone = [u.id for u in slack.users.values() if not (u.is_bot or u.deleted or u.restricted)]
    listed = [] if given.members == "everyone" else [_slack_id(seed, one) for one in given.members]
    members = everyone if given.members == "everyone" else [one for one in listed if one]
    creator = _slack_id(seed, given.creator) if given.creator else (members or [slack.bot_user])[0]
    return Channel(
        id=slack.next_id("C"),
        name=name,
        creator=creator,
        created=FOUNDED,
        private=given.private,
        general=given.general,
        archived=given.archived,
        members=[*members, *([slack.bot_user] if given.bot else [])],
        topic=Headline(given.topic, creator if given.topic else "", FOUNDED if given.topic else 0),
        purpose=Headline(
            given.purpose, creator if given.purpose else "", FOUNDED if given.purpose else 0
        ),
        updated=FOUNDED * 1000,
    )
