"""Escalations through every phase after the proposal."""

import pytest
from company import Company, escalation, linked, resolution

UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}


def _kinds(channel: dict) -> list[str]:
    return [
        message["metadata"]["event_payload"]["kind"]
        for message in channel["messages"]
        if message["metadata"]
    ]


def test_assigned_opens_everything(company: Company):
    company.write(
        "DS-1071",
        updates=[UPDATE],
        stakeholders={"client_facing": ["amara"], "product_engineering": ["payments"]},
    )
    company.converge()

    ticket = company.ticket("DS-1071")
    assert ticket["labels"] == ["ESCALATION"]
    assert ticket["priority"] == "Highest"
    assert ticket["assignee"] == "5f0a1c2e:dmitri"
    assert ticket["remote_links"][0]["object"]["title"].startswith("#ds-1071-")
    channel = company.channel("DS-1071")
    (comment, news) = ticket["comments"]
    assert news["body"].startswith("*Update by Dmitri Sokolov*")
    assert channel["name"] in comment["body"]
    assert f"/archives/{channel['id']}" in comment["body"]
    # initiator, contact, reporter, assignee, always-include, the crew's lead, stakeholders
    expected = "priya lena owen dmitri hannah sofia ines amara ravi chloe pavel grace"
    assert {company.user(each) for each in expected.split()} < set(channel["members"])
    assert channel["topic"]["value"].startswith("DS-1071 assigned · high")
    assert channel["purpose"]["value"].startswith("Escalation DS-1071: ")
    assert _kinds(channel) == ["brief", "update-1"]
    announcement = company.named("sre-escalations")
    assert _kinds(announcement) == ["announcement", "assigned-dmitri"]
    reply = announcement["messages"][-1]
    assert reply["thread_ts"] == announcement["messages"][-2]["ts"]
    assert f"<#{channel['id']}>" in reply["text"]


def test_acknowledged_marks_the_ticket_and_opens_no_channel(company: Company):
    company.write("DS-1071", assignee=None)
    company.converge()
    assert company.channels("DS-1071") == []
    ticket = company.ticket("DS-1071")
    assert (ticket["labels"], ticket["priority"]) == (["ESCALATION"], "Highest")
    assert ticket["comments"] == []
    assert _kinds(company.named("sre-escalations")) == ["announcement", "acknowledged"]


def test_policy_can_open_the_channel_at_acknowledgement(cloud: Company):
    cloud.set_policy(channel={"open_from": "acknowledged"})
    cloud.write("DS-1071", assignee=None)
    cloud.converge()
    name = cloud.channel("DS-1071")["name"]
    cloud.write("DS-1071")
    cloud.converge()
    assert cloud.channel("DS-1071")["name"] == name
    assert company_members(cloud) >= {cloud.user("dmitri"), cloud.user("ines")}


def company_members(company: Company) -> set[str]:
    return set(company.channel("DS-1071")["members"])


def test_each_desk_announces_in_its_own_channel(cloud: Company):
    cloud.write("DS-1071")
    cloud.write("PLAT-320", assignee="carla")
    cloud.converge()
    assert "PLAT-320" in cloud.named("platform-escalations")["messages"][-2]["text"]
    assert "DS-1071" in cloud.named("sre-escalations")["messages"][-2]["text"]


def test_assignment_follows_acknowledgement(company: Company):
    company.write("DS-1071", assignee=None)
    company.converge()
    company.write("DS-1071")
    company.converge()
    announcement = company.named("sre-escalations")
    assert _kinds(announcement) == ["announcement", "acknowledged", "assigned-dmitri"]
    first = announcement["messages"][-3]
    assert "Dmitri Sokolov is on it" in first["text"]
    assert company.channel("DS-1071")


def test_an_update_is_posted_once(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", updates=[UPDATE])
    company.converge()
    company.write("DS-1071", updates=[UPDATE, UPDATE | {"at": "2026-11-23T15:00:00-05:00"}])
    company.converge()
    assert _kinds(company.channel("DS-1071")) == ["brief", "update-1", "update-2"]


def test_a_handover_invites_the_new_contact_and_edits_the_brief(company: Company):
    company.write("DS-1071")
    company.converge()
    brief = company.channel("DS-1071")["messages"]
    company.write("DS-1071", contact="jun")
    company.converge()
    channel = company.channel("DS-1071")
    assert company.user("jun") in channel["members"]
    assert company.user("lena") in channel["members"], "nobody is ever removed"
    texts = [each["text"] for each in channel["messages"] if each["metadata"]]
    assert len(texts) == 1
    assert "*Contact:* Jun Watanabe" in texts[0]
    assert "contact Jun Watanabe" in channel["topic"]["value"]
    assert len(channel["messages"]) > len(brief), "the join and the new topic are told by Slack"


def test_resolution_puts_everything_back(company: Company):
    company.write("DS-1071")
    company.converge()
    before = len(company.state()["jira"]["links"])
    company.write("DS-1071", resolution=resolution(follow_ups=["PAY-641", "PAY-655"]))
    company.converge()

    ticket = company.ticket("DS-1071")
    assert ticket["labels"] == []
    assert ticket["priority"] == "Medium"
    assert [each["body"].count("certificate had expired") for each in ticket["comments"]] == [0, 1]
    state = company.state()
    links = [linked(state, each) for each in state["jira"]["links"][before:]]
    assert links == [("DS-1071", "PAY-641"), ("DS-1071", "PAY-655")]
    assert ticket["remote_links"][0]["object"]["status"]["resolved"] is True
    channel = company.channel("DS-1071")
    assert _kinds(channel) == ["brief", "summary"]
    assert channel["topic"]["value"].startswith("DS-1071 resolved")
    announcement = company.named("sre-escalations")
    assert _kinds(announcement) == ["announcement", "assigned-dmitri", "resolved"]
    assert announcement["messages"][-3]["text"].startswith(":white_check_mark:")
    assert "certificate had expired" in announcement["messages"][-1]["text"]


def test_a_withdrawal_takes_the_marks_off_and_tells_why(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", withdrawn={"by": "priya", "reason": "It was a test account."})
    company.converge()
    ticket = company.ticket("DS-1071")
    assert (ticket["labels"], ticket["priority"]) == ([], "Medium")
    channel = company.channel("DS-1071")
    assert _kinds(channel) == ["brief", "withdrawn"]
    assert "It was a test account." in channel["messages"][-1]["text"]


def test_the_channel_is_archived_after_the_idle_days(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=resolution())
    company.converge()
    company.pass_time(days=13, hours=23)
    company.expect_nothing_to_do()
    company.pass_time(hours=1, minutes=5)
    company.converge()
    assert company.channel("DS-1071")["archived"] is True
    company.pass_time(days=100)
    company.expect_nothing_to_do()


def test_talk_after_the_end_postpones_the_archiving(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=resolution())
    company.converge()
    company.pass_time(days=10)
    channel = company.channel("DS-1071")
    company.slack("lena").chat_postMessage(channel=channel["id"], text="One more thing")
    company.pass_time(days=10)
    company.expect_nothing_to_do()
    company.pass_time(days=4, minutes=5)
    company.converge()
    assert company.channel("DS-1071")["archived"] is True


def test_zero_idle_days_archive_at_once(cloud: Company):
    cloud.set_policy(channel={"archive_after_idle_days": 0})
    cloud.write("DS-1071")
    cloud.converge()
    cloud.write("DS-1071", resolution=resolution())
    cloud.converge()
    assert cloud.channel("DS-1071")["archived"] is True


def test_reopening_uses_the_same_channel_while_it_is_open(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=resolution())
    company.converge()
    company.write("DS-1071", resolution=resolution(), episodes=[_episode()])
    company.converge()
    channel = company.channel("DS-1071")
    assert company.user("nadia") in channel["members"]
    assert company.ticket("DS-1071")["labels"] == ["ESCALATION"]
    announcements = _kinds(company.named("sre-escalations"))
    assert announcements[-2:] == ["announcement-e2", "assigned-nadia-e2"]


def test_reopening_after_the_archive_opens_a_second_channel(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=resolution())
    company.converge()
    company.pass_time(days=15)
    company.converge()
    company.write("DS-1071", resolution=resolution(), episodes=[_episode()])
    company.converge()
    first, second = company.channels("DS-1071")
    assert first["archived"]
    assert second["name"] == f"{first['name']}-2"
    assert _kinds(second) == ["brief", "earlier"]
    assert f"it was in <#{first['id']}>." in second["messages"][-1]["text"]
    announced = company.named("sre-escalations")["messages"]
    assert announced[0]["text"].endswith(f"\n*Escalated again* in <#{second['id']}>.")
    (comment,) = [
        each["body"]
        for each in company.ticket("DS-1071")["comments"]
        if "All communication" in each["body"]
    ]
    assert f"[#{second['name']}|" in comment
    assert f"Before that it was in #{first['name']}." in comment
    company.write("DS-1071", resolution=resolution(), episodes=[_episode(resolution=resolution())])
    company.converge()
    assert company.ticket("DS-1071")["priority"] == "Medium"
    assert _kinds(company.channels("DS-1071")[1]) == ["brief", "earlier", "summary-e2"]
    announced = company.named("sre-escalations")["messages"]
    assert announced[0]["text"].endswith(f"\n*Escalated again* in <#{second['id']}>.")


def _episode(**changes: object) -> dict[str, object]:
    base = escalation("DS-1071")
    names = ("impact", "reason", "initiator", "contact")
    return {name: base[name] for name in names} | {"assignee": "nadia"} | changes


@pytest.mark.parametrize("end", ["resolution", "withdrawn"])
def test_what_ended_before_any_run_saw_it_is_left_alone(company: Company, end: str):
    ends = {"resolution": resolution(), "withdrawn": {"by": "priya", "reason": "A mistake."}}
    company.write("DS-1071", **{end: ends[end]})
    before = company.state()
    company.converge()
    assert company.state()["jira"] == before["jira"]
    assert company.state()["slack"] == before["slack"]


def test_a_ticket_that_was_highest_before_stays_highest(company: Company):
    company.jira("hannah", "PUT", "issue/DS-1071", {"fields": {"priority": {"name": "Highest"}}})
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=resolution())
    company.converge()
    assert company.ticket("DS-1071")["priority"] == "Highest"


def test_a_priority_that_somebody_chose_is_not_put_back(company: Company):
    company.write("DS-1071")
    company.converge()
    company.jira("hannah", "PUT", "issue/DS-1071", {"fields": {"priority": {"name": "High"}}})
    company.write("DS-1071", resolution=resolution())
    company.converge()
    assert company.ticket("DS-1071")["priority"] == "High"


def test_other_labels_are_never_touched(company: Company):
    company.jira("hannah", "PUT", "issue/DS-1071", {"update": {"labels": [{"add": "billing"}]}})
    company.write("DS-1071")
    company.converge()
    assert sorted(company.ticket("DS-1071")["labels"]) == ["ESCALATION", "billing"]
    company.write("DS-1071", resolution=resolution())
    company.converge()
    assert company.ticket("DS-1071")["labels"] == ["billing"]
