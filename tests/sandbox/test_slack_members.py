"""Who is in a channel, and how they get in and out."""

from sandbox.clients import BOT, CONTRACTOR, DMITRI, GONE, HANNAH, LENA, NADIA, Person, Slack
from sandbox.clients import slack_client as client

from reconciler.sandbox import Box, serve


def members(slack: Slack, channel: str) -> list[str]:
    return list(slack("conversations.members", channel=channel, limit=999)["members"])


def test_inviting_and_what_the_channel_says(slack: Slack) -> None:
    channel = slack.channel()
    answer = slack("conversations.invite", channel=channel, users=[DMITRI, LENA])
    assert "errors" not in answer
    assert members(slack, channel) == [BOT, DMITRI, LENA]
    told = slack("conversations.history", channel=channel)["messages"][0]
    assert (told["subtype"], told["user"], told["inviter"]) == ("channel_join", LENA, BOT)


def test_without_force_one_wrong_user_stops_everybody(slack: Slack) -> None:
    channel = slack.channel()
    wrong = {"already_in_channel": DMITRI, "cant_invite_self": BOT, "user_not_found": "U0NOBODY1"}
    slack("conversations.invite", channel=channel, users=DMITRI)
    for code, user in wrong.items():
        answer = slack.error("conversations.invite", channel=channel, users=f"{LENA},{user}")
        assert answer["error"] == code
        assert answer["errors"] == [{"user": user, "ok": False, "error": code}]
    assert members(slack, channel) == [BOT, DMITRI]


def test_without_force_a_removed_user_stops_nobody_else(slack: Slack) -> None:
    channel = slack.channel()
    assert slack.code("conversations.invite", channel=channel, users=f"{GONE},{LENA}") == (
        "cant_invite"
    )
    assert members(slack, channel) == [BOT, LENA]


def test_with_force_whoever_can_be_invited_is(slack: Slack) -> None:
    channel = slack.channel()
    users = ["U0NOBODY1", LENA, GONE, CONTRACTOR, BOT]
    answer = slack("conversations.invite", channel=channel, users=users, force=True)
    assert {one["user"]: one["error"] for one in answer["errors"]} == {
        "U0NOBODY1": "user_not_found",
        GONE: "cant_invite",
        CONTRACTOR: "ura_max_channels",
        BOT: "cant_invite_self",
    }
    assert members(slack, channel) == [BOT, LENA]


def test_with_force_and_nobody_to_invite(slack: Slack) -> None:
    channel = slack.channel()
    answer = slack.error("conversations.invite", channel=channel, users=GONE, force=True)
    assert answer["errors"] == [{"user": GONE, "ok": False, "error": "cant_invite"}]


def test_invitations_that_never_go_out(slack: Slack, person: Person) -> None:
    channel = slack.channel()
    many = [f"U0MANY{number:04d}" for number in range(101)]
    assert slack.code("conversations.invite", channel=channel, users=many) == "too_many_users"
    assert slack.code("conversations.invite", channel=channel, users="") == "no_user"
    outsider = person(HANNAH)
    assert outsider.code("conversations.invite", channel=channel, users=LENA) == "not_in_channel"
    slack("conversations.archive", channel=channel)
    assert slack.code("conversations.invite", channel=channel, users=LENA) == "is_archived"


def test_joining_and_leaving(slack: Slack, person: Person) -> None:
    channel, lena = slack.channel(), person(LENA)
    lena("conversations.join", channel=channel)
    again = lena("conversations.join", channel=channel)
    assert again["warning"] == "already_in_channel"
    assert members(slack, channel) == [BOT, LENA]
    lena("conversations.leave", channel=channel)
    assert members(slack, channel) == [BOT]
    assert lena("conversations.leave", channel=channel)["not_in_channel"]
    told = [one["subtype"] for one in slack("conversations.history", channel=channel)["messages"]]
    assert told == ["channel_leave", "channel_join", "channel_join"]


def test_kicking(slack: Slack) -> None:
    channel = slack.channel()
    slack("conversations.invite", channel=channel, users=LENA)
    slack("conversations.kick", channel=channel, user=LENA)
    assert members(slack, channel) == [BOT]
    assert slack.code("conversations.kick", channel=channel, user=LENA) == "not_in_channel"
    assert slack.code("conversations.kick", channel=channel, user=BOT) == "cant_kick_self"
    assert slack.code("conversations.kick", channel=channel, user="U0X") == "user_not_found"


def test_members_come_in_pages(slack: Slack) -> None:
    channel = slack.channel()
    slack("conversations.invite", channel=channel, users=[DMITRI, LENA, NADIA, HANNAH])
    pages = slack.pages("conversations.members", "members", channel=channel, limit=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({member for page in pages for member in page}) == 5


def test_scopes_are_enforced_and_named(box: Box) -> None:
    del box
    workspace = {"name": "Small", "domain": "small", "scopes": ["channels:read", "users:read"]}
    with serve({"workspace": workspace}) as small:
        bot = client(small)
        answer = bot.client.auth_test()
        assert answer.headers["x-oauth-scopes"] == "channels:read,users:read"
        refused = bot.error("conversations.create", name="ds-1")
        assert refused["error"] == "missing_scope"
        assert (refused["needed"], refused["provided"]) == (
            "channels:manage",
            "channels:read,users:read",
        )
        refused = bot.error("users.lookupByEmail", email="lena.fischer@ledgerline.example")
        assert refused["needed"] == "users:read.email"
