"""A receipt with a valid seal that names what is not the tool's: that is not believed either.

Only the tool can make the seal (test_broken_seal.py). These are the checks behind it, for a seal
key that has leaked and for what has changed since: another Slack app, a moved ticket.
"""

from collections.abc import Callable
from typing import Any

import pytest
from company import Company, resolution
from sealing import sealed_for

TICKET, OTHER = "DS-1071", "DS-1072"
PROPERTY = f"issue/{TICKET}/properties/escalation"
UPDATE = {"at": "2026-11-23T09:00:00-05:00", "by": "dmitri", "text": "News."}
QUIET = ("general", "payments")


def stored(company: Company, ticket: str = TICKET) -> dict[str, Any]:
    found: dict[str, Any] = company.ticket(ticket)["properties"]["escalation"]
    return found


def forge(company: Company, **parts: Any) -> None:
    company.jira("owen", "PUT", PROPERTY, sealed_for(company, {**stored(company), **parts}))


@pytest.fixture
def stranger(cloud: Company) -> dict[str, Any]:
    """A public channel of somebody else, with a message, a pin and a bookmark; the bot is out."""
    cloud.write(TICKET)
    cloud.converge()
    slack = cloud.slack("yusuf")
    made = slack.conversations_create(name="yusufs-corner")["channel"]
    posted = slack.chat_postMessage(channel=made["id"], text="Lunch?")
    slack.conversations_setTopic(channel=made["id"], topic="Food")
    bookmark = slack.bookmarks_add(
        channel_id=made["id"], title="Menu", type="link", link="https://menu.example/"
    )["bookmark"]
    return {"id": made["id"], "ts": posted["ts"], "bookmark": bookmark["id"]}


def untouched(company: Company, before: dict[str, Any]) -> None:
    assert company.named("yusufs-corner") == before


def reported(company: Company, *words: str) -> None:
    """A plan tells which ticket, what the receipt says, and what to do."""
    (plan,) = (each for each in company.plan().escalations if each.ticket == TICKET)
    (notice,) = (each for each in plan.notices if each.facet == "jira.receipt")
    for word in (TICKET, *words):
        assert word in notice.message
    assert "escalation" in notice.remedy


@pytest.mark.parametrize("joined", [False, True])
def test_a_channel_of_somebody_else(cloud: Company, stranger: dict[str, Any], joined: bool):
    if joined:
        cloud.slack("yusuf").conversations_invite(
            channel=stranger["id"], users=[cloud.bot.auth_test()["user_id"]]
        )
    before, right = cloud.named("yusufs-corner"), cloud.channel(TICKET)
    forge(cloud, channel={"id": stranger["id"], "name": "yusufs-corner"})
    reported(cloud, stranger["id"], "yusufs-corner")
    cloud.write(TICKET, updates=[UPDATE], contact="jun")
    cloud.converge()
    untouched(cloud, before)
    assert stored(cloud)["channel"]["id"] == right["id"]
    assert "earlier_channels" not in stored(cloud)
    assert len(cloud.channel(TICKET)["messages"]) > len(right["messages"])
    forge(cloud, channel={"id": stranger["id"], "name": "yusufs-corner"})
    cloud.set_policy(channel={"archive_after_idle_days": 0, "open_from": "assigned"})
    cloud.write(TICKET, updates=[UPDATE], contact="jun", resolution=resolution())
    cloud.converge()
    untouched(cloud, before)
    assert cloud.channel(TICKET)["archived"]


def test_a_channel_of_somebody_else_before_there_is_one(cloud: Company, stranger: dict[str, Any]):
    before = cloud.named("yusufs-corner")
    cloud.write(OTHER)
    channel = {"id": stranger["id"], "name": "yusufs-corner"}
    path = f"issue/{OTHER}/properties/escalation"
    value = {"v": 3, "ticket": OTHER, "counter": 1, "channel": channel}
    cloud.jira("owen", "PUT", path, sealed_for(cloud, value))
    cloud.converge()
    untouched(cloud, before)
    assert cloud.channel(OTHER)["id"] == stored(cloud, OTHER)["channel"]["id"]


def test_the_channel_of_another_escalation(cloud: Company, stranger: dict[str, Any]):  # noqa: ARG001
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    theirs, right = cloud.channel(OTHER), cloud.channel(TICKET)
    forge(cloud, channel={"id": theirs["id"], "name": theirs["name"]})
    reported(cloud, theirs["id"], OTHER)
    cloud.write(TICKET, updates=[UPDATE], contact="jun")
    cloud.converge()
    assert cloud.channel(OTHER) == theirs
    assert stored(cloud)["channel"]["id"] == right["id"]


def test_an_earlier_channel_of_somebody_else(cloud: Company, stranger: dict[str, Any]):
    before = cloud.named("yusufs-corner")
    forge(cloud, earlier_channels=[{"id": stranger["id"], "name": "yusufs-corner"}])
    cloud.converge()
    untouched(cloud, before)
    texts = [str(each["text"]) for each in cloud.channel(TICKET)["messages"]]
    bodies = [each["body"] for each in cloud.ticket(TICKET)["comments"]]
    assert not any(stranger["id"] in each or "yusufs" in each for each in [*texts, *bodies])
    assert "earlier_channels" not in stored(cloud)


def ts_of(company: Company, ticket: str, kind: str, channel: str) -> str:
    (found,) = (
        each["ts"]
        for each in company.named(channel)["messages"]
        if (each.get("metadata") or {}).get("event_payload", {}).get("ticket") == ticket
        and each["metadata"]["event_payload"]["kind"] == kind
    )
    return str(found)


@pytest.mark.parametrize("joined", [False, True])
def test_an_announcement_somewhere_else(cloud: Company, stranger: dict[str, Any], joined: bool):
    if joined:
        cloud.slack("yusuf").conversations_invite(
            channel=stranger["id"], users=[cloud.bot.auth_test()["user_id"]]
        )
    before = cloud.named("yusufs-corner")
    root = {"announcement": {"ts": stranger["ts"], "rev": "0" * 10}}
    forge(cloud, announced_in=stranger["id"], announcements=root, replies={})
    cloud.write(TICKET, contact="jun", assignee="mei")
    cloud.converge()
    untouched(cloud, before)
    desk = cloud.named("sre-escalations")
    assert stored(cloud)["announced_in"] == desk["id"]
    ts = ts_of(cloud, TICKET, "announcement", "sre-escalations")
    assert stored(cloud)["announcements"]["announcement"]["ts"] == ts
    kinds = [
        each["metadata"]["event_payload"]["kind"]
        for each in desk["messages"]
        if each.get("thread_ts") == ts and each["ts"] != ts
    ]
    assert len(kinds) == len(set(kinds))
    assert "assigned-mei" in kinds


def test_the_announcement_of_another_escalation(cloud: Company, stranger: dict[str, Any]):  # noqa: ARG001
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    theirs = ts_of(cloud, OTHER, "announcement", "sre-escalations")
    (before,) = (e for e in cloud.named("sre-escalations")["messages"] if e["ts"] == theirs)
    forge(cloud, announcements={"announcement": {"ts": theirs, "rev": "0" * 10}})
    reported(cloud, theirs)
    cloud.write(TICKET, contact="jun")
    cloud.converge()
    (after,) = (e for e in cloud.named("sre-escalations")["messages"] if e["ts"] == theirs)
    assert after == before


def by_somebody(company: Company, where: str) -> str:
    return str(company.slack("owen").chat_postMessage(channel=where, text="Mine.")["ts"])


def brief_is_a_persons(company: Company, channel: str) -> dict[str, Any]:
    ts = by_somebody(company, channel)
    return {"posts": {"brief": {"ts": ts, "rev": "0" * 10}}, "pinned": None}


def pin_is_a_persons(company: Company, channel: str) -> dict[str, Any]:
    return {"pinned": by_somebody(company, channel)}


def brief_is_an_update(company: Company, channel: str) -> dict[str, Any]:
    ts = ts_of(company, TICKET, "update-1", company.channel(TICKET)["name"])
    return {"posts": {"brief": {"ts": ts, "rev": "0" * 10}}, "pinned": channel}


def bookmark_is_a_persons(company: Company, channel: str) -> dict[str, Any]:
    made = company.slack("owen").bookmarks_add(
        channel_id=channel, title="Mine", type="link", link="https://mine.example/"
    )["bookmark"]
    known = stored(company)["bookmarks"]
    return {"bookmarks": {**known, "file": {"id": made["id"], "rev": "0" * 10}}}


@pytest.mark.parametrize(
    "parts", [brief_is_a_persons, pin_is_a_persons, brief_is_an_update, bookmark_is_a_persons]
)
def test_places_in_our_own_channel_that_are_not_ours(
    cloud: Company, parts: Callable[[Company, str], dict[str, Any]]
):
    cloud.write(TICKET, updates=[UPDATE])
    cloud.converge()
    before = cloud.channel(TICKET)
    more = parts(cloud, before["id"])
    there = cloud.channel(TICKET)
    forge(cloud, **more)
    cloud.write(TICKET, updates=[UPDATE], contact="jun")
    cloud.converge()
    after = cloud.channel(TICKET)
    kinds = [
        (e.get("metadata") or {}).get("event_payload", {}).get("kind") for e in after["messages"]
    ]
    assert kinds.count("brief") == 1
    brief = ts_of(cloud, TICKET, "brief", after["name"])
    assert [str(each["ts"]) for each in after["pins"]] == [brief]
    same = {str(each["ts"]): each["text"] for each in there["messages"] if str(each["ts"]) != brief}
    assert {str(e["ts"]): e["text"] for e in after["messages"] if str(e["ts"]) in same} == same
    assert [each for each in after["bookmarks"] if each not in there["bookmarks"]] == []
    assert len(after["bookmarks"]) == len(there["bookmarks"])


def test_a_name_that_the_channel_never_had(cloud: Company, stranger: dict[str, Any]):  # noqa: ARG001
    before = cloud.channel(TICKET)
    forge(cloud, channel={"id": before["id"], "name": "owen-was-here"})
    reported(cloud, "owen-was-here", before["name"])
    cloud.converge()
    assert cloud.channel(TICKET)["name"] == before["name"]
    assert stored(cloud)["channel"]["name"] == before["name"]


def test_a_receipt_for_another_ticket(company: Company):
    company.write(TICKET)
    company.write(OTHER, assignee="mei")
    company.converge()
    theirs = company.channel(OTHER)
    comments = len(company.ticket(TICKET)["comments"])
    company.jira("owen", "PUT", PROPERTY, stored(company, OTHER))
    reported(company, OTHER)
    company.write(TICKET, contact="jun")
    company.converge()
    assert company.channel(OTHER) == theirs
    assert stored(company)["ticket"] == TICKET
    assert stored(company)["channel"]["id"] == company.channel(TICKET)["id"]
    assert len(company.ticket(TICKET)["comments"]) == comments


def test_a_priority_that_the_change_log_does_not_know(company: Company):
    company.write(TICKET)
    company.converge()
    known = stored(company)["priority"]
    forge(company, priority={**known, "previous_id": "5", "previous_name": "Lowest"})
    company.write(TICKET, resolution=resolution())
    reported(company, "Lowest", "Medium")
    company.converge()
    assert company.ticket(TICKET)["priority"] == "Medium"
