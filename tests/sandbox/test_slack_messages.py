"""Posting, editing, deleting, reading back, and what hangs on messages."""

from datetime import UTC, datetime

import pytest
from sandbox.clients import ADMIN, BOT, DMITRI, LENA, Person, Slack, slack_client

from reconciler.sandbox import Box, serve
from reconciler.sandbox.slack_state import Pin

PLAIN = {"type": "plain_text", "text": "<!here> & co", "emoji": False}
METADATA = {
    "event_type": "escalation_announced",
    "event_payload": {"key": "DS-1042", "kind": "announce", "rev": 3},
}


def announce_in(box: Box) -> str:
    channels = box.world.slack.channels.values()
    return next(one.id for one in channels if one.name == "sre-escalations")


def test_a_post_is_kept_as_it_came(slack: Slack) -> None:
    channel = slack.channel()
    text = "*Escalated* <https://x.example|DS-1042> &amp; <@U0LENA001>"
    answer = slack("chat.postMessage", channel=channel, text=text, unfurl_links=False)
    assert answer["channel"] == channel
    message = slack("conversations.history", channel=channel)["messages"][0]
    assert (message["text"], message["ts"]) == (text, answer["ts"])
    assert (message["user"], message["bot_id"], message["app_id"]) == (
        BOT,
        "B0ESCBOT1",
        "A0ESCBOT1",
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"text": "no type"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "a-b", "event_payload": {}}},
            "invalid_metadata_format",
        ),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": {}}}},
            "invalid_metadata_schema",
        ),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": "x" * 17_000}}},
            "metadata_too_large",
        ),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
def test_posts_that_are_refused(slack: Slack, arguments: dict[str, object], code: str) -> None:
    channel = slack.channel()
    assert slack.code("chat.postMessage", channel=channel, **arguments) == code
    assert len(slack("conversations.history", channel=channel)["messages"]) == 1


def test_blocks_stay_until_an_empty_list_removes_them(slack: Slack) -> None:
    channel, block = slack.channel(), {"type": "header", "text": PLAIN}
    ts = slack.post(channel, "x", blocks=[block])

    def shown() -> list[dict[str, object]]:
        message = slack("conversations.history", channel=channel)["messages"][0]
        return [dict(each) for each in message.get("blocks", [])]

    assert [each["text"] for each in shown()] == [PLAIN]
    assert shown()[0]["block_id"]
    slack("chat.update", channel=channel, ts=ts, text="y")
    assert [each["text"] for each in shown()] == [PLAIN]
    long = {"type": "header", "text": PLAIN | {"text": "a" * 151}}
    update = {"channel": channel, "ts": ts, "text": "y"}
    assert slack.code("chat.update", **update, blocks=[long]) == "invalid_blocks"
    slack("chat.update", **update, blocks=[])
    assert shown() == []


def test_a_long_post_becomes_several_messages(slack: Slack) -> None:
    channel = slack.channel()
    ts = slack.post(channel, "x" * 9_000, metadata=METADATA)
    shown = slack("conversations.history", channel=channel, include_all_metadata=True)
    pieces = [each for each in reversed(shown["messages"]) if not each.get("subtype")]
    assert [len(each["text"]) for each in pieces] == [4_000, 4_000, 1_000]
    assert [bool(each.get("metadata")) for each in pieces] == [False, False, True]
    assert pieces[0]["ts"] == ts


def test_posting_where_the_bot_is_not(slack: Slack, box: Box) -> None:
    channels = box.world.slack.channels.values()
    help_channel = next(one.id for one in channels if one.name == "platform-help")
    post = {"channel": help_channel, "text": "hello"}
    assert slack.code("chat.postMessage", **post) == "not_in_channel"
    assert slack.code("conversations.history", channel=help_channel) == "not_in_channel"
    box.world.slack.scopes.append("chat:write.public")
    assert slack("chat.postMessage", **post)["ok"]
    # Reading it back still needs membership.
    assert slack.code("conversations.history", channel=help_channel) == "not_in_channel"


def test_metadata_is_shown_on_request_only(slack: Slack) -> None:
    channel = slack.channel()
    slack.post(channel, metadata=METADATA)
    shown = slack("conversations.history", channel=channel, include_all_metadata=True)
    assert shown["messages"][0]["metadata"] == METADATA
    assert "metadata" not in slack("conversations.history", channel=channel)["messages"][0]


def test_an_edit_keeps_metadata_that_is_left_out(slack: Slack) -> None:
    channel = slack.channel()
    ts = slack.post(channel, metadata=METADATA)
    answer = slack("chat.update", channel=channel, ts=ts, text="changed")
    assert (answer["ts"], answer["text"]) == (ts, "changed")
    shown = slack("conversations.history", channel=channel, include_all_metadata=True)
    message = shown["messages"][0]
    assert (message["text"], message["metadata"]) == ("changed", METADATA)
    assert message["edited"]["user"] == BOT
    changed = {"event_type": "escalation_announced", "event_payload": {"rev": 4}}
    slack("chat.update", channel=channel, ts=ts, text="again", metadata=changed)
    shown = slack("conversations.history", channel=channel, include_all_metadata=True)
    assert shown["messages"][0]["metadata"] == changed


def test_edits_that_are_refused(slack: Slack, box: Box, person: Person) -> None:
    channel = announce_in(box)
    ts = person(LENA).post(channel, "mine")
    arguments = {"channel": channel, "text": "x"}
    assert slack.code("chat.update", ts=ts, **arguments) == "cant_update_message"
    assert slack.code("chat.update", ts="1.000001", **arguments) == "message_not_found"
    own = slack.post(channel)
    long = {"channel": channel, "ts": own, "text": "x" * 4_001}
    assert slack.code("chat.update", **long) == "msg_too_long"
    joined = slack("conversations.history", channel=slack.channel())["messages"][0]["ts"]
    assert slack.code("chat.update", ts=joined, **arguments) == "message_not_found"


def test_only_administrators_delete_what_others_wrote(
    slack: Slack, box: Box, person: Person
) -> None:
    channel = announce_in(box)
    ts = slack.post(channel)
    assert person(LENA).code("chat.delete", channel=channel, ts=ts) == "cant_delete_message"
    person(ADMIN)("chat.delete", channel=channel, ts=ts)
    assert slack.code("chat.delete", channel=channel, ts=ts) == "message_not_found"


def test_a_deleted_parent_leaves_a_tombstone(slack: Slack) -> None:
    channel = slack.channel()
    parent = slack.post(channel)
    slack.post(channel, "reply", thread_ts=parent)
    slack("chat.delete", channel=channel, ts=parent)
    grave = slack("conversations.history", channel=channel)["messages"][0]
    assert (grave["subtype"], grave["ts"]) == ("tombstone", parent)
    thread = slack("conversations.replies", channel=channel, ts=parent)["messages"]
    assert [one["text"] for one in thread][1:] == ["reply"]


def test_threads(slack: Slack, person: Person) -> None:
    channel = slack.channel()
    parent = slack.post(channel, "announcement")
    first = slack.post(channel, "acknowledged", thread_ts=parent)
    person(LENA)("conversations.join", channel=channel)
    # A reply to a reply goes to the same thread.
    last = person(LENA).post(channel, "thanks", thread_ts=first)
    shown = slack("conversations.history", channel=channel)["messages"]
    assert [one["text"] for one in shown if "subtype" not in one] == ["announcement"]
    head = next(one for one in shown if one["ts"] == parent)
    assert (head["reply_count"], head["reply_users"], head["latest_reply"]) == (
        2,
        [BOT, LENA],
        last,
    )
    pages = slack.pages("conversations.replies", "messages", channel=channel, ts=parent, limit=2)
    texts = [one["text"] for page in pages for one in page]
    assert texts == ["announcement", "acknowledged", "thanks"]
    assert slack.code("conversations.replies", channel=channel, ts="1.000001") == (
        "thread_not_found"
    )


def test_history_in_pages_and_between_times(slack: Slack, box: Box) -> None:
    box.clock.set(datetime(2026, 3, 2, 15, tzinfo=UTC))
    channel = slack.channel()
    box.clock.advance(3600)
    stamps = [slack.post(channel, f"number {number}") for number in range(7)]
    # A frozen clock still gives every message a time of its own.
    assert stamps == sorted(set(stamps))
    assert stamps[0].startswith("1772467200.")
    pages = slack.pages("conversations.history", "messages", channel=channel, limit=3)
    assert [len(page) for page in pages] == [3, 3, 2]
    found = [one["ts"] for page in pages for one in page]
    assert found[:7] == stamps[::-1]
    between = {"oldest": stamps[2], "latest": stamps[4]}
    inner = slack("conversations.history", channel=channel, **between)["messages"]
    assert [one["ts"] for one in inner] == [stamps[3]]
    outer = slack("conversations.history", channel=channel, inclusive=True, **between)["messages"]
    assert len(outer) == 3
    assert slack.code("conversations.history", channel=channel, oldest="x") == "invalid_ts_oldest"


def test_pins(slack: Slack, box: Box, person: Person) -> None:
    channel = slack.channel()
    ts = slack.post(channel, "brief")
    slack("pins.add", channel=channel, timestamp=ts)
    [pin] = slack("pins.list", channel=channel)["items"]
    assert (pin["message"]["ts"], pin["created_by"]) == (ts, BOT)
    link = f"https://ledgerline.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    assert pin["message"]["permalink"] == link
    message = slack("conversations.history", channel=channel)["messages"][0]
    assert message["pinned_to"] == [channel]
    again = {"channel": channel, "timestamp": ts}
    assert slack.code("pins.add", **again) == "already_pinned"
    slack("conversations.invite", channel=channel, users=LENA)
    person(LENA)("pins.remove", **again)
    assert slack.code("pins.remove", **again) == "no_pin"
    assert slack.code("pins.add", channel=channel, timestamp="1.1") == "message_not_found"
    joined = slack("conversations.history", channel=channel)["messages"][-1]["ts"]
    assert slack.code("pins.add", channel=channel, timestamp=joined) == "not_pinnable"
    assert person(DMITRI).code("pins.list", channel=channel) == "not_in_channel"
    with box.lock:
        box.world.slack.channels[channel].pins += [Pin(f"1.{n}", 0, BOT) for n in range(100)]
    assert slack.code("pins.add", **again) == "too_many_pins"


def test_deleting_a_pinned_message_takes_the_pin_along(slack: Slack) -> None:
    channel = slack.channel()
    ts = slack.post(channel)
    slack("pins.add", channel=channel, timestamp=ts)
    slack("chat.delete", channel=channel, ts=ts)
    assert slack("pins.list", channel=channel)["items"] == []


def test_bookmarks(slack: Slack, person: Person) -> None:
    channel = slack.channel()
    given = {"title": "Ticket", "type": "link", "link": "https://jira.example/browse/DS-1042"}
    bookmark = slack("bookmarks.add", channel_id=channel, **given)["bookmark"]
    assert (bookmark["title"], bookmark["link"]) == (given["title"], given["link"])
    at = {"channel_id": channel, "bookmark_id": bookmark["id"]}
    slack("bookmarks.edit", title="The ticket", **at)
    [shown] = slack("bookmarks.list", channel_id=channel)["bookmarks"]
    assert (shown["title"], shown["link"]) == ("The ticket", given["link"])
    # Nothing stops a second bookmark with the same link.
    slack("bookmarks.add", channel_id=channel, **given)
    assert len(slack("bookmarks.list", channel_id=channel)["bookmarks"]) == 2
    slack("bookmarks.remove", **at)
    assert slack.code("bookmarks.remove", **at) == "not_found"
    outsider = person(DMITRI)
    assert outsider.code("bookmarks.add", channel_id=channel, **given) == "permission_denied"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"link": "jira.example"}, "invalid_link"),
        ({"type": "folder"}, "invalid_bookmark_type"),
        ({"emoji": "ticket"}, "invalid_emoji"),
        ({"title": ""}, "invalid_arguments"),
        ({"channel_id": "C0NOWHERE1"}, "channel_not_found"),
    ],
)
def test_bookmarks_that_are_refused(slack: Slack, change: dict[str, str], code: str) -> None:
    given = {"channel_id": slack.channel(), "title": "T", "type": "link", "link": "https://x.test"}
    assert slack.code("bookmarks.add", **{**given, **change}) == code


def test_bookmarks_have_a_limit() -> None:
    with serve() as box:
        slack = slack_client(box)
        channel = slack.channel()
        given = {"channel_id": channel, "title": "T", "type": "link", "link": "https://x.test"}
        for _ in range(100):
            slack("bookmarks.add", **given)
        assert slack.code("bookmarks.add", **given) == "too_many_bookmarks"
