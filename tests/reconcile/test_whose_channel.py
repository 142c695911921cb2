"""Whose channel it is, over the wire: purposes, names and receipts of people move nobody."""

from collections import Counter
from typing import Any

import pytest
from company import Company, resolution

from reconciler.model.outcome import Result
from reconciler.sandbox import Fault

TICKET, OTHER = "DS-1071", "DS-1072"
NAME = "ds-1071-something-fails-in-ds-1071"
OTHERS = "ds-1072-something-fails-in-ds-1072"
UPDATE = {"at": "2026-11-23T09:00:00-05:00", "by": "dmitri", "text": "News."}


def stored(company: Company, ticket: str = TICKET) -> dict[str, Any]:
    found: dict[str, Any] = company.ticket(ticket)["properties"]["escalation"]
    return found


def lose_receipt(company: Company, ticket: str = TICKET) -> None:
    company.jira("owen", "DELETE", f"issue/{ticket}/properties/escalation")


def write_receipt(company: Company, ticket: str, receipt: dict[str, Any]) -> None:
    company.jira("owen", "PUT", f"issue/{ticket}/properties/escalation", receipt)


def messages(company: Company, channel: str) -> list[dict[str, Any]]:
    """The bot's messages in a channel."""
    found: list[dict[str, Any]] = company.state()["slack"]["channels"][channel]["messages"]
    return [each for each in found if each.get("metadata")]


def about(company: Company, channel: str) -> set[str]:
    """The tickets that the bot's messages in a channel are about."""
    return {each["metadata"]["event_payload"]["ticket"] for each in messages(company, channel)}


def created(company: Company) -> list[dict[str, Any]]:
    """The channels that the bot created."""
    bot = company.bot.auth_test()["user_id"]
    channels = company.state()["slack"]["channels"].values()
    return [each for each in channels if each["creator"] == bot]


def notices(company: Company, ticket: str = TICKET) -> list[str]:
    (plan,) = (each for each in company.plan().escalations if each.ticket == ticket)
    return [each.message for each in plan.notices]


@pytest.fixture
def first(cloud: Company) -> dict[str, Any]:
    """The channel of DS-1071, of which the receipt is lost."""
    cloud.write(TICKET, updates=[UPDATE])
    cloud.converge()
    lose_receipt(cloud)
    return cloud.channel(TICKET)


def same(company: Company, before: dict[str, Any]) -> None:
    """The next run uses the same channel, and posts nothing again."""
    said = [each["ts"] for each in messages(company, before["id"])]
    company.converge()
    assert [each["id"] for each in created(company)] == [before["id"]]
    assert stored(company)["channel"]["id"] == before["id"]
    assert [each["ts"] for each in messages(company, before["id"])] == said


# The purpose


def test_a_purpose_that_a_member_writes_mixes_no_audiences(cloud: Company):
    cloud.write(TICKET)
    cloud.converge()
    channel = cloud.channel(TICKET)["id"]
    purpose = f"Escalation {OTHER}: come in. All communication about it belongs here."
    cloud.slack("lena").conversations_setPurpose(channel=channel, purpose=purpose)
    cloud.write(OTHER, assignee="mei", initiator="tomas", contact="jun")
    cloud.converge()
    assert about(cloud, channel) == {TICKET}
    assert about(cloud, cloud.channel(OTHER)["id"]) == {OTHER}
    assert cloud.user("tomas") not in cloud.channel(TICKET)["members"]


@pytest.mark.parametrize("purpose", ["", "Lunch?", f"Escalation {OTHER}: come in."])
def test_a_channel_is_found_by_its_messages_whatever_its_purpose(
    cloud: Company, first: dict[str, Any], purpose: str
):
    cloud.slack("lena").conversations_setPurpose(channel=first["id"], purpose=purpose)
    same(cloud, first)


def test_a_purpose_gives_nobody_a_channel_without_messages(cloud: Company):
    made = cloud.bot.conversations_create(name=OTHERS)["channel"]["id"]
    cloud.slack("lena").conversations_join(channel=made)
    cloud.slack("lena").conversations_setPurpose(channel=made, purpose=f"Escalation {TICKET}: x")
    cloud.write(TICKET)
    cloud.converge()
    assert cloud.channel(TICKET)["id"] != made
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    assert cloud.channel(OTHER)["id"] == made


# The name


@pytest.mark.parametrize("name", ["lunch", "ds-1072-x", "ds-10711-x"])
def test_a_channel_is_found_by_its_messages_whatever_its_name(
    cloud: Company, first: dict[str, Any], name: str
):
    cloud.bot.conversations_rename(channel=first["id"], name=name)
    same(cloud, first)


def test_a_channel_named_after_another_ticket_is_not_its_channel(
    cloud: Company, first: dict[str, Any]
):
    cloud.bot.conversations_rename(channel=first["id"], name="ds-1072-x")
    cloud.write(OTHER, assignee="mei")
    cloud.apply()
    assert about(cloud, first["id"]) == {TICKET}
    theirs = stored(cloud, OTHER)["channel"]["id"]
    assert theirs != first["id"]
    assert about(cloud, theirs) == {OTHER}


def test_a_channel_that_has_the_name_and_is_of_another_is_refused(
    cloud: Company, first: dict[str, Any]
):
    cloud.bot.conversations_rename(channel=first["id"], name=OTHERS)
    cloud.write(OTHER, assignee="mei")
    outcomes = cloud.apply()
    (refused,) = (each for each in outcomes if each.result is Result.FAILED)
    assert refused.change.facet == "slack.channel"
    assert "is another escalation's channel" in refused.answer
    assert about(cloud, first["id"]) == {TICKET}
    announced = [each["text"] for each in cloud.named("sre-escalations")["messages"]]
    assert any("is taken by another escalation's channel" in each for each in announced)


def test_a_stranger_with_the_name_the_purpose_and_the_words(cloud: Company):
    yusuf = cloud.slack("yusuf")
    made = yusuf.conversations_create(name="ds-1071-come-in")["channel"]["id"]
    yusuf.conversations_setPurpose(channel=made, purpose=f"Escalation {TICKET}: come in.")
    payload = {"ticket": TICKET, "kind": "brief", "rev": "0" * 10}
    copied = {"event_type": "escalation_as_code", "event_payload": payload}
    yusuf.chat_postMessage(channel=made, text="The brief.", metadata=copied)
    yusuf.conversations_invite(channel=made, users=[cloud.bot.auth_test()["user_id"]])
    before = cloud.named("ds-1071-come-in")
    cloud.write(TICKET, updates=[UPDATE])
    cloud.converge()
    assert cloud.named("ds-1071-come-in") == before
    assert stored(cloud)["channel"]["id"] == cloud.named(NAME)["id"]


# Runs that ended early


def test_a_run_that_ended_right_after_creating_the_channel(cloud: Company):
    made = cloud.bot.conversations_create(name=NAME)["channel"]["id"]
    cloud.write(TICKET)
    cloud.converge()
    assert [each["id"] for each in created(cloud)] == [made]
    assert stored(cloud)["channel"]["id"] == made


def test_people_write_into_it_before_the_bot_does(cloud: Company):
    made = cloud.bot.conversations_create(name=NAME)["channel"]["id"]
    cloud.slack("yusuf").conversations_join(channel=made)
    cloud.slack("yusuf").chat_postMessage(channel=made, text=f"This is about {OTHER}.")
    cloud.write(OTHER, assignee="mei")
    cloud.write(TICKET)
    cloud.converge()
    assert stored(cloud)["channel"]["id"] == made
    assert about(cloud, made) == {TICKET}
    assert len(created(cloud)) == 2


@pytest.mark.parametrize("title", ["Something fails in DS-1071", "Another title since"])
def test_the_title_has_changed_since(cloud: Company, title: str):
    made = cloud.bot.conversations_create(name=NAME)["channel"]["id"]
    cloud.write(TICKET, title=title)
    cloud.converge()
    assert [each["id"] for each in created(cloud)] == [made]


@pytest.mark.parametrize("listed", [0, 1])
def test_slack_lists_the_new_channel_late(cloud: Company, listed: int):
    """A run ended after creating it; the next one does not find it, and Slack refuses the name."""
    made = cloud.bot.conversations_create(name=NAME)["channel"]["id"]
    cloud.write(TICKET)
    fault = Fault("slack_error", name="conversations.create", nth=1 + listed, error="name_taken")
    cloud.box.faults.add(fault)
    bot = cloud.bot.auth_test()["user_id"]
    cloud.bot.conversations_leave(channel=made)  # so that it is not among the bot's channels
    cloud.converge()
    (channel,) = created(cloud)
    assert channel["id"] == made
    assert bot in channel["members"]
    assert about(cloud, made) == {TICKET}


def test_all_messages_are_deleted_and_the_receipt_too(cloud: Company, first: dict[str, Any]):
    for each in messages(cloud, first["id"]):  # as an administrator may
        cloud.bot.chat_delete(channel=first["id"], ts=str(each["ts"]))
    cloud.converge()
    assert [each["id"] for each in created(cloud)] == [first["id"]]
    assert stored(cloud)["channel"]["id"] == first["id"]


# Receipts and files of others


def test_the_receipt_of_another_ticket_holds_the_channel(cloud: Company):
    cloud.write(TICKET)
    cloud.converge()
    theirs = cloud.channel(TICKET)
    receipt = {"v": 2, "ticket": OTHER, "channel": {"id": theirs["id"], "name": theirs["name"]}}
    write_receipt(cloud, OTHER, receipt)
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    assert about(cloud, theirs["id"]) == {TICKET}
    assert about(cloud, cloud.channel(OTHER)["id"]) == {OTHER}
    assert stored(cloud, OTHER)["channel"]["id"] == cloud.channel(OTHER)["id"]


def test_a_receipt_that_was_moved_to_another_ticket_holds_nothing(cloud: Company):
    cloud.write(TICKET)
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    ours, theirs = cloud.channel(TICKET)["id"], cloud.channel(OTHER)["id"]
    write_receipt(cloud, TICKET, stored(cloud, OTHER))
    lose_receipt(cloud, OTHER)
    cloud.converge()
    assert stored(cloud)["channel"]["id"] == ours
    assert stored(cloud, OTHER)["channel"]["id"] == theirs
    assert len(created(cloud)) == 2


def test_a_file_adopts_the_channel_of_another_escalation(cloud: Company):
    cloud.write(TICKET)
    cloud.converge()
    theirs = cloud.channel(TICKET)
    cloud.write(OTHER, assignee="mei", adopted={"channel": theirs["id"]})
    (notice,) = (each for each in notices(cloud, OTHER) if theirs["id"] in each)
    assert f"escalations/2026/{OTHER}.yaml adopts the channel" in notice
    assert f"belongs to {TICKET}" in notice
    cloud.converge()
    assert about(cloud, theirs["id"]) == {TICKET}
    assert cloud.channel(TICKET)["members"] == theirs["members"]


def test_a_file_adopts_the_channel_of_another_whose_receipt_is_lost(
    cloud: Company, first: dict[str, Any]
):
    cloud.write(OTHER, assignee="mei", adopted={"channel": first["id"]})
    cloud.converge()
    assert about(cloud, first["id"]) == {TICKET}
    assert cloud.channel(TICKET)["members"] == first["members"]
    assert stored(cloud, OTHER)["channel"]["id"] == cloud.channel(OTHER)["id"]


def test_two_files_adopt_one_channel(cloud: Company):
    made = cloud.slack("yusuf").conversations_create(name="war-room")["channel"]["id"]
    cloud.write(TICKET, adopted={"channel": made}, updates=[UPDATE])
    theirs = UPDATE | {"by": "mei"}
    cloud.write(OTHER, assignee="mei", adopted={"channel": made}, updates=[theirs])
    for _ in range(2):
        cloud.apply()
        assert about(cloud, made) == {TICKET}
        assert about(cloud, cloud.channel(OTHER)["id"]) == {OTHER}
    assert "#war-room belongs to DS-1071" in " ".join(notices(cloud, OTHER))


def test_a_file_adopts_the_channel_in_which_its_desk_announces(cloud: Company):
    desk = cloud.named("sre-escalations")
    cloud.write(TICKET, adopted={"channel": desk["id"]})
    (notice,) = (each for each in notices(cloud) if desk["id"] in each)
    assert "a desk announces in #sre-escalations" in notice
    cloud.converge()
    after = cloud.named("sre-escalations")
    for part in ("topic", "purpose", "pins", "bookmarks", "members", "archived"):
        assert after[part] == desk[part]
    assert stored(cloud)["channel"]["id"] == cloud.channel(TICKET)["id"]


# Later episodes


AGAIN = {
    "impact": {"level": "high", "who": "Payers", "how_many": 5, "symptom": "Errors."},
    "reason": "It is back.",
    "initiator": "tomas",
    "contact": "owen",
    "assignee": "nadia",
}


@pytest.mark.parametrize("keeps", [True, False], ids=["receipt", "no-receipt"])
def test_a_run_that_ended_right_after_creating_the_channel_of_an_episode(
    cloud: Company, *, keeps: bool
):
    cloud.set_policy(channel={"archive_after_idle_days": 0, "open_from": "assigned"})
    cloud.write(TICKET, resolution=resolution())
    cloud.write(TICKET)
    cloud.converge()
    cloud.write(TICKET, resolution=resolution())
    cloud.converge()
    made = cloud.bot.conversations_create(name=f"{NAME}-2")["channel"]["id"]
    cloud.write(TICKET, resolution=resolution(), episodes=[AGAIN])
    if not keeps:
        lose_receipt(cloud)
    cloud.converge()
    assert stored(cloud)["channel"]["id"] == made
    assert len(created(cloud)) == 2


# What it costs


def counted(company: Company) -> Counter[str]:
    """Calls to Slack of a plan."""
    company.box.clear_calls()
    company.plan()
    return Counter(each.name for each in company.box.calls if each.service == "slack")


def test_with_sealed_receipts_it_costs_no_call(cloud: Company):
    cloud.write(TICKET)
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    assert counted(cloud) == {
        "auth.test": 1,
        "users.conversations": 1,
        "conversations.members": 2,
    }


def test_without_a_receipt_the_messages_of_one_channel_are_read(cloud: Company):
    cloud.write(TICKET)
    cloud.write(OTHER, assignee="mei")
    cloud.converge()
    lose_receipt(cloud)
    ours, desk = cloud.channel(TICKET)["id"], cloud.named("sre-escalations")["id"]
    cloud.box.clear_calls()
    cloud.plan()
    read = [each for each in cloud.box.calls if each.name == "conversations.history"]
    about_ours = [each for each in read if ours in str(each.request)]
    assert len(about_ours) == 1
    assert all(ours in str(each.request) or desk in str(each.request) for each in read)
