"""A channel that cannot be created: everything else is true, and people read why it is missing."""

import pytest
from company import Company, resolution

from reconciler.sandbox import Fault

TICKET = "DS-1071"
NAME = "ds-1071-something-fails-in-ds-1071"
TAKEN = f"There is no channel yet, because the name #{NAME} is taken by another account's channel"


def announced(company: Company) -> list[str]:
    return [
        each["text"]
        for each in company.named("sre-escalations")["messages"]
        if (each.get("metadata") or {}).get("event_payload", {}).get("ticket") == TICKET
    ]


def comments(company: Company) -> list[str]:
    return [each["body"] for each in company.ticket(TICKET)["comments"]]


def taken(company: Company) -> str:
    answer = company.slack("amara").conversations_create(name=NAME)
    company.write(TICKET)
    company.apply()
    return str(answer["channel"]["id"])


def test_a_taken_name_is_told_where_people_look(cloud: Company):
    taken(cloud)
    announcement, reply = announced(cloud)
    assert f"*Status:* Dmitri Sokolov is on it. {TAKEN}" in announcement
    assert reply == f"Assigned to Dmitri Sokolov. {TAKEN}."
    (comment,) = comments(cloud)
    assert "It has no channel on Slack yet, because the name" in comment
    ticket = cloud.ticket(TICKET)
    assert ticket["labels"] == ["ESCALATION"]
    assert ticket["priority"] == "Highest"
    assert ticket["assignee"]


def test_it_is_said_once(cloud: Company):
    taken(cloud)
    cloud.apply()
    before = announced(cloud), comments(cloud)
    cloud.pass_time(hours=5)
    cloud.box.clear_calls()
    cloud.apply()
    assert (announced(cloud), comments(cloud)) == before
    writes = {"chat.postMessage", "chat.update"}
    assert not writes & {each.name for each in cloud.box.calls}
    assert not [each for each in cloud.box.calls if each.name.startswith(("PUT", "POST /issue/{"))]


def test_when_the_name_is_free_everything_is_corrected(cloud: Company):
    channel = taken(cloud)
    cloud.pass_time(hours=5)
    cloud.slack("amara").conversations_rename(channel=channel, name="amaras-own")
    cloud.converge()
    mention = f"<#{cloud.channel(TICKET)['id']}>"
    announcement, reply = announced(cloud)
    assert f"Dmitri Sokolov is on it in {mention}" in announcement
    assert reply == f"Assigned to Dmitri Sokolov. Please go to {mention}."
    (comment,) = comments(cloud)
    assert f"[#{NAME}|" in comment


def test_an_end_that_comes_first_is_told_without_the_channel(cloud: Company):
    taken(cloud)
    cloud.write(TICKET, resolution=resolution())
    cloud.converge()
    assert "*Status:* resolved" in announced(cloud)[0]
    assert cloud.ticket(TICKET)["labels"] == []


@pytest.mark.parametrize("error", ["restricted_action", "name_taken"])
def test_another_refusal_is_told_in_slacks_words(cloud: Company, error: str):
    cloud.box.faults.add(Fault("slack_error", name="conversations.create", error=error))
    cloud.write(TICKET)
    cloud.apply()
    announcement = announced(cloud)[0]
    assert "Dmitri Sokolov is on it. There is no channel yet, because" in announcement
    if error == "restricted_action":
        assert "Slack refuses to create it (restricted_action)" in announcement
    cloud.converge()
    assert "is on it in <#" in announced(cloud)[0]
