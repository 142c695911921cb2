"""Which of the tool's messages, comments and links are second copies, from the services' JSON."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from reconciler.model.comment_mark import COMMENT_PROPERTY, CommentMark
from reconciler.model.observed import Copy, CopyPlace
from reconciler.model.sealed_receipt import NO_RECEIPT
from reconciler.model.ticket_comments import recognised
from reconciler.services.jira.comments import read_marked
from reconciler.services.jira.values import read_ticket
from reconciler.services.slack.values import (
    Identity,
    PostCopy,
    PostKey,
    Thread,
    metadata,
    read_messages,
    read_thread,
)

BOT = Identity("UBOT", "BBOT", "https://x.slack.example", None)
KEY, OTHER = PostKey("DS-1", "update-2"), PostKey("DS-2", "update-2")
Json = dict[str, Any]


def post(ts: str, key: PostKey = KEY, *, by: str = "UBOT", rev: str = "r", **more: Any) -> Json:
    return {"ts": ts, "user": by, "text": "x", "metadata": metadata(key, rev), **more}


def thread(*users: str, count: int | None = None) -> Json:
    by = list(dict.fromkeys(users))
    return {
        "reply_count": count or len(users),
        "reply_users": by,
        "reply_users_count": len(by),
    }


SLACK: dict[str, tuple[list[Json], str, tuple[PostCopy, ...]]] = {
    "one copy": ([post("1.1")], "1.1", ()),
    "two": ([post("1.1"), post("2.1")], "1.1", (PostCopy("2.1", False, 0),)),
    "three": (
        [post("1.1"), post("9.1"), post("10.1")],
        "1.1",
        (PostCopy("9.1", False, 0), PostCopy("10.1", False, 0)),
    ),
    "edited": ([post("1.1"), post("2.1", rev="s")], "1.1", (PostCopy("2.1", False, 0),)),
    "people answered in the younger": (
        [post("1.1"), post("2.1", **thread("UAMARA"))],
        "1.1",
        (PostCopy("2.1", True, 1),),
    ),
    "people answered in the older": (
        [post("1.1", **thread("UAMARA")), post("2.1")],
        "1.1",
        (PostCopy("2.1", False, 0),),
    ),
    "the bot and people answered": (
        [post("1.1"), post("2.1", **thread("UBOT", "UAMARA"))],
        "1.1",
        (PostCopy("2.1", True, 2),),
    ),
    "the bot alone answered": (
        [post("1.1"), post("2.1", **thread("UBOT", "UBOT"))],
        "1.1",
        (PostCopy("2.1", False, 2),),
    ),
    "Slack does not say who answered": (
        [post("1.1"), post("2.1", reply_count=1)],
        "1.1",
        (PostCopy("2.1", True, 1),),
    ),
    "Slack names only some who answered": (
        [post("1.1"), post("2.1", **{**thread("UBOT", count=3), "reply_users_count": 2})],
        "1.1",
        (PostCopy("2.1", True, 3),),
    ),
    "people reacted": (
        [post("1.1"), post("2.1", reactions=[{"name": "eyes", "users": ["UAMARA"], "count": 1}])],
        "1.1",
        (PostCopy("2.1", True, 0),),
    ),
    "another author copied the metadata": (
        [post("1.1"), post("2.1", by="UMALLORY"), post("0.1", by="UMALLORY")],
        "1.1",
        (),
    ),
    "another ticket": ([post("1.1"), post("2.1", OTHER)], "1.1", ()),
    "another key": ([post("1.1"), post("2.1", PostKey("DS-1", "update-1"))], "1.1", ()),
    "no metadata": ([post("1.1"), {"ts": "2.1", "user": "UBOT", "text": "x"}], "1.1", ()),
    "pages that overlap": ([post("1.1"), post("1.1")], "1.1", ()),
}


@pytest.mark.parametrize("name", SLACK)
def test_messages(name: str):
    messages, first, copies = SLACK[name]
    for order in permutations(messages):
        for cut in range(len(order) + 1):
            pages = ({"messages": list(order[:cut])}, {"messages": list(order[cut:])})
            seen = read_messages(iter(pages), BOT)
            assert seen.ours[KEY].ts == first
            assert seen.copies.get(KEY, ()) == copies


def test_the_oldest_of_what_is_read_is_never_a_copy():
    """So two runs that read different parts do not remove each other's copy."""
    every = [post(f"{second}.1") for second in (1, 2, 3)]
    for size in (1, 2, 3):
        for read in permutations(every, size):
            seen = read_messages(iter([{"messages": list(read)}]), BOT)
            removed = {each.ts for each in seen.copies.get(KEY, ())}
            assert min(each["ts"] for each in read) not in removed
            assert "1.1" not in removed


THREADS: dict[str, tuple[list[Json], Thread]] = {
    "gone": ([], Thread((), False)),
    "no replies": ([post("1.1")], Thread((), False)),
    "ours": ([post("1.1"), post("2.1"), post("3.1", by="", bot_id="BBOT")],
             Thread(("2.1", "3.1"), False)),
    "people": ([post("1.1"), post("2.1"), post("3.1", by="UAMARA")], Thread(("2.1",), True)),
    "another bot": ([post("1.1"), post("2.1", by="", bot_id="BX")], Thread((), True)),
    "a reaction to the root": ([post("1.1", reactions=[{}])], Thread((), True)),
    "a reaction to a reply": ([post("1.1"), post("2.1", reactions=[{}])], Thread(("2.1",), True)),
}  # fmt: skip


@pytest.mark.parametrize("name", THREADS)
def test_threads(name: str):
    messages, expected = THREADS[name]
    assert read_thread(iter([{"messages": messages}]), "1.1", BOT) == expected


def comment(
    number: int, kind: str = "channel", ticket: str = "DS-1", author: str = "bot", editor: str = ""
) -> Json:
    mark = CommentMark(ticket, kind, "0123456789").as_property()
    by = {"accountId": author}
    edited = {"accountId": editor or author}
    properties = [{"key": COMMENT_PROPERTY, "value": mark}]
    shown = {"id": str(number), "author": by, "updateAuthor": edited, "body": "Something"}
    return {**shown, "properties": properties}


def issue(comments: list[Json] | None = None, links: list[Json] | None = None) -> Json:
    fields = {"comment": {"comments": comments or []}, "issuelinks": links or []}
    return {"key": "DS-1", "fields": fields}


def removed(id_: int, key: str = "channel", *, used: bool = False) -> Copy:
    return Copy(CopyPlace.COMMENT, key, str(id_), used)


COMMENTS: dict[str, tuple[list[Json], str, tuple[Copy, ...]]] = {
    "one copy": ([comment(9)], "9", ()),
    "two": ([comment(9), comment(10)], "9", (removed(10),)),
    "three": ([comment(9), comment(10), comment(100)], "9", (removed(10), removed(100))),
    "a person edited the younger": (
        [comment(9), comment(10, editor="amara")],
        "9",
        (removed(10, used=True),),
    ),
    "a person edited the older": ([comment(9, editor="amara"), comment(10)], "9", (removed(10),)),
    "another author copied the marker": ([comment(9), comment(10, author="mallory")], "9", ()),
    "another ticket": ([comment(9), comment(10, ticket="DS-2")], "9", ()),
    "another kind": ([comment(9), comment(10, kind="summary")], "9", ()),
    "pages that overlap": ([comment(9), comment(9)], "9", ()),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_comments(name: str):
    comments, first, copies = COMMENTS[name]
    for order in permutations(comments):
        found: Json = issue(list(order))
        ticket = read_ticket(found, "accountId", NO_RECEIPT, account="bot")
        read = {each.id: each for one in order if (each := read_marked(one, "accountId", "bot"))}
        ticket = recognised(replace(ticket, own_comments=tuple(read.values())))
        assert ticket.comments["channel"].id == first
        assert ticket.copies == copies


def link(number: int, key: str = "PAY-1", kind: str = "Relates", side: str = "outward") -> Json:
    return {"id": str(number), "type": {"name": kind}, f"{side}Issue": {"key": key}}


def second(number: int) -> Copy:
    return Copy(CopyPlace.LINK, "Relates PAY-1", str(number))


LINKS: dict[str, tuple[list[Json], tuple[Copy, ...]]] = {
    "one": ([link(9)], ()),
    "two": ([link(9), link(10)], (second(10),)),
    "three": ([link(100), link(9), link(10)], (second(10), second(100))),
    "another type": ([link(9), link(10, kind="Blocks")], ()),
    "the other direction": ([link(9), link(10, side="inward")], ()),
    "another ticket": ([link(9), link(10, "PAY-2")], ()),
    "the same twice": ([link(9), link(9)], ()),
}


@pytest.mark.parametrize("name", LINKS)
def test_links(name: str):
    links, copies = LINKS[name]
    seen: Mapping[str, Any] = issue(links=links)
    assert read_ticket(seen, "accountId", NO_RECEIPT).copies == copies
