"""Making, finding and changing channels."""

import pytest
from sandbox.clients import ADMIN, BOT, DMITRI, HANNAH, Person, Slack

from reconciler.sandbox import Box


def test_a_new_channel_belongs_to_its_creator(slack: Slack) -> None:
    channel = slack("conversations.create", name="ds-1042-checkout")["channel"]
    assert (channel["name"], channel["creator"], channel["is_member"]) == (
        "ds-1042-checkout",
        BOT,
        True,
    )
    assert slack("conversations.members", channel=channel["id"])["members"] == [BOT]
    [joined] = slack("conversations.history", channel=channel["id"])["messages"]
    assert (joined["subtype"], joined["user"]) == ("channel_join", BOT)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "invalid_name_required"),
        ("a" * 81, "invalid_name_maxlength"),
        ("DS-1042", "invalid_name_specials"),
        ("ds 1042", "invalid_name_specials"),
        ("ds.1042", "invalid_name_specials"),
        ("--__", "invalid_name_punctuation"),
        ("here", "name_taken"),
        ("general", "name_taken"),
        ("ds-managers", "name_taken"),
        ("ds-777-old-incident", "name_taken"),
    ],
)
def test_names_that_are_not_taken(slack: Slack, name: str, code: str) -> None:
    assert slack.code("conversations.create", name=name) == code


def test_eighty_characters_are_fine(slack: Slack) -> None:
    assert slack.channel("a" * 80)


def test_a_channel_is_unknown_or_private(slack: Slack, person: Person, box: Box) -> None:
    private = next(one.id for one in box.world.slack.channels.values() if one.private)
    assert slack.code("conversations.info", channel="C0NOWHERE1") == "channel_not_found"
    assert slack.code("conversations.info", channel=private) == "channel_not_found"
    assert person(HANNAH)("conversations.info", channel=private)["channel"]["is_private"]


def test_listing_pages_through_everything_and_filters_after_paging(slack: Slack) -> None:
    for number in range(5):
        slack.channel(f"ds-{number}")
    pages = slack.pages("conversations.list", "channels", limit=4, exclude_archived=True)
    names = [channel["name"] for page in pages for channel in page]
    assert "ds-4" in names
    assert "ds-777-old-incident" not in names
    assert "ds-managers" not in names
    assert len(names) == len(set(names))
    # The archived one left its page short although more pages follow.
    assert [len(page) for page in pages] == [4, 3, 4]


def test_listing_one_s_own_channels(slack: Slack) -> None:
    mine = slack.channel()
    slack("conversations.archive", channel=mine)
    found = slack("users.conversations", limit=999)["channels"]
    assert {one["name"] for one in found} == {
        "sre-escalations",
        "platform-escalations",
        "ds-1042-checkout",
    }
    live = slack("users.conversations", exclude_archived=True)["channels"]
    assert mine not in {one["id"] for one in live}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"limit": 0}, "invalid_limit"),
        ({"limit": 1000}, "invalid_limit"),
        ({"cursor": "!"}, "invalid_cursor"),
        ({"cursor": "bmV4dF90czox"}, "invalid_cursor"),
        ({"types": "public"}, "invalid_types"),
    ],
)
def test_bad_paging(slack: Slack, arguments: dict[str, object], code: str) -> None:
    assert slack.code("conversations.list", **arguments) == code


@pytest.mark.parametrize("what", ["topic", "purpose"])
def test_topic_and_purpose(slack: Slack, what: str) -> None:
    channel, method = slack.channel(), f"conversations.set{what.title()}"
    answer = slack(method, channel=channel, **{what: "Card payments fail"})
    assert answer["channel"][what]["value"] == "Card payments fail"
    told = slack("conversations.history", channel=channel)["messages"][0]
    assert (told["subtype"], told["user"]) == (f"channel_{what}", BOT)
    assert slack.code(method, channel=channel, **{what: "x" * 251}) == "too_long"
    slack(method, channel=channel, **{what: "x" * 250})


def test_topic_needs_membership_and_an_open_channel(slack: Slack, box: Box) -> None:
    general = next(one.id for one in box.world.slack.channels.values() if one.general)
    arguments = {"topic": "hello"}
    assert slack.code("conversations.setTopic", channel=general, **arguments) == "not_in_channel"
    channel = slack.channel()
    slack("conversations.archive", channel=channel)
    assert slack.code("conversations.setTopic", channel=channel, **arguments) == "is_archived"


def test_renaming(slack: Slack, person: Person) -> None:
    channel = slack.channel()
    slack("conversations.invite", channel=channel, users=f"{DMITRI},{ADMIN}")
    stranger = person(DMITRI)
    assert stranger.code("conversations.rename", channel=channel, name="x") == "not_authorized"
    assert slack.code("conversations.rename", channel=channel, name="general") == "name_taken"
    # Renaming tidies a name up instead of refusing it.
    renamed = person(ADMIN)("conversations.rename", channel=channel, name="DS 1042 Fixed")
    assert renamed["channel"]["name"] == "ds-1042-fixed"
    info = slack("conversations.info", channel=channel)["channel"]
    assert info["previous_names"] == ["ds-1042-checkout"]
    told = slack("conversations.history", channel=channel)["messages"][0]
    assert (told["subtype"], told["old_name"]) == ("channel_name", "ds-1042-checkout")


def test_archiving(slack: Slack, person: Person) -> None:
    channel = slack.channel()
    outsider = person(DMITRI)
    assert outsider.code("conversations.archive", channel=channel) == "not_in_channel"
    slack("conversations.archive", channel=channel)
    assert slack("conversations.info", channel=channel)["channel"]["is_archived"]
    assert slack.code("conversations.archive", channel=channel) == "already_archived"
    assert slack.code("chat.postMessage", channel=channel, text="x") == "is_archived"
    assert slack.code("conversations.join", channel=channel) == "is_archived"
    told = slack("conversations.history", channel=channel)["messages"][0]
    assert (told["subtype"], told["user"]) == ("channel_archive", BOT)


def test_only_people_open_an_archived_channel_again(slack: Slack, person: Person) -> None:
    channel = slack.channel()
    assert slack.code("conversations.unarchive", channel=channel) == "not_archived"
    slack("conversations.archive", channel=channel)
    assert slack.code("conversations.unarchive", channel=channel) == "not_in_channel"
    person(HANNAH)("conversations.unarchive", channel=channel)
    assert not slack("conversations.info", channel=channel)["channel"]["is_archived"]


def test_the_general_channel_stays(box: Box, person: Person) -> None:
    general = next(one.id for one in box.world.slack.channels.values() if one.general)
    admin = person(ADMIN)
    assert admin.code("conversations.archive", channel=general) == "cant_archive_general"
    kick = {"channel": general, "user": DMITRI}
    assert admin.code("conversations.kick", **kick) == "cant_kick_from_general"
    assert admin.code("conversations.leave", channel=general) == "cant_leave_general"


def test_the_number_of_members_comes_on_request(slack: Slack) -> None:
    channel = slack.channel()
    assert "num_members" not in slack("conversations.info", channel=channel)["channel"]
    info = slack("conversations.info", channel=channel, include_num_members=True)
    assert info["channel"]["num_members"] == 1
