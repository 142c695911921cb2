"""Announcements go to the desk's channel and to no other, over the wire."""

from typing import Any

import pytest
from company import Company

TICKET, OTHER = "DS-1071", "DS-1072"
NAME = "sre-escalations"


def desk(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = company.named(NAME)
    return found


def announced(company: Company, channel: str) -> set[str]:
    """The tickets whose announcements are in a channel."""
    messages = company.state()["slack"]["channels"][channel]["messages"]
    return {
        each["metadata"]["event_payload"]["ticket"] for each in messages if each.get("metadata")
    }


def rename(company: Company, channel: dict[str, Any], name: str) -> None:
    """As its creator, who may."""
    handle = next(
        each
        for each in ("sofia", "ines", "hannah", "amara", "priya", "dmitri", "owen", "yusuf")
        if company.user(each) == channel["creator"]
    )
    company.slack(handle).conversations_rename(channel=channel["id"], name=name)


def squat(company: Company, name: str = NAME, *, first: str = "") -> str:
    """A channel of a stranger, with the bot in it."""
    yusuf = company.slack("yusuf")
    made = str(yusuf.conversations_create(name=first or name)["channel"]["id"])
    if first:
        yusuf.conversations_rename(channel=made, name=name)
    bot = company.bot.auth_test()["user_id"]
    yusuf.conversations_invite(channel=made, users=[bot])
    return made


def said(company: Company) -> str:
    plan = company.plan()
    problems = [each for block in plan.escalations for each in block.problems]
    return " ".join(each.message for each in (*plan.notices, *problems))


def test_the_desks_channel_is_renamed(cloud: Company):
    cloud.write(TICKET)
    cloud.converge()
    before = desk(cloud)
    rename(cloud, before, "sre-alerts")
    assert "the desk's channel #sre-escalations is now called #sre-alerts" in said(cloud)
    cloud.write(TICKET, contact="jun")
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    assert announced(cloud, before["id"]) == {TICKET, OTHER}


@pytest.mark.parametrize("first", ["", "yusufs-corner"], ids=["created", "renamed"])
def test_another_channel_takes_its_name(cloud: Company, first: str):
    cloud.write(TICKET)
    cloud.converge()
    before = desk(cloud)
    rename(cloud, before, "sre-alerts")
    stranger = squat(cloud, first=first)
    assert f"and another channel ({stranger}) has its name" in said(cloud)
    cloud.write(TICKET, contact="jun")
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    assert announced(cloud, before["id"]) == {TICKET, OTHER}
    assert announced(cloud, stranger) == set()


def test_another_channel_takes_its_name_before_anything_is_announced(cloud: Company):
    before = desk(cloud)
    rename(cloud, before, "sre-alerts")
    stranger = squat(cloud)
    cloud.write(TICKET)
    assert f"#sre-escalations ({stranger}) may not be the desk's channel" in said(cloud)
    cloud.apply()
    assert announced(cloud, stranger) == set()
    assert announced(cloud, before["id"]) == set()
    assert cloud.ticket(TICKET)["priority"] == "Highest"
    cloud.bot.conversations_leave(channel=stranger)
    rename(cloud, cloud.named(NAME), "yusufs-corner")
    rename(cloud, cloud.named("sre-alerts"), NAME)
    cloud.converge()
    assert announced(cloud, before["id"]) == {TICKET}


def test_it_is_renamed_before_anything_is_announced(cloud: Company):
    before = desk(cloud)
    rename(cloud, before, "sre-alerts")
    cloud.write(TICKET)
    text = said(cloud)
    assert "the bot is in no channel #sre-escalations, and #sre-alerts" in text
    assert before["id"] in text
    cloud.apply()
    assert announced(cloud, before["id"]) == set()


@pytest.mark.parametrize("kind", ["announcement", "junk"])
@pytest.mark.parametrize("thorough", [False, True])
def test_a_receipt_names_the_channel_of_a_stranger(cloud: Company, kind: str, *, thorough: bool):
    stranger = squat(cloud, "yusufs-corner")
    cloud.write(TICKET)
    cloud.converge()
    path = f"issue/{TICKET}/properties/escalation"
    receipt = cloud.ticket(TICKET)["properties"]["escalation"]
    announcements = {kind: receipt["announcements"]["announcement"]}
    forged = {**receipt, "announced_in": stranger, "announcements": announcements}
    cloud.jira("owen", "PUT", path, forged)
    cloud.write(OTHER, assignee="mei")
    cloud.apply(thorough=thorough)
    cloud.apply(thorough=True)
    cloud.expect_nothing_to_do()
    assert announced(cloud, stranger) == set()
    assert announced(cloud, desk(cloud)["id"]) == {TICKET, OTHER}


def test_the_first_announcement_of_a_forged_receipt(cloud: Company):
    stranger = squat(cloud, "yusufs-corner")
    junk = {"junk": {"ts": "1795442400.000100", "rev": "0" * 10}}
    forged = {"v": 2, "ticket": TICKET, "announced_in": stranger, "announcements": junk}
    cloud.jira("owen", "PUT", f"issue/{TICKET}/properties/escalation", forged)
    cloud.write(TICKET)
    cloud.converge()
    assert announced(cloud, stranger) == set()
    assert announced(cloud, desk(cloud)["id"]) == {TICKET}
