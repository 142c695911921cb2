"""What people change by hand: every facet is put right, and then there is nothing to do."""

from collections.abc import Callable

import pytest
from company import Company, resolution

from reconciler.model.change import Plan
from reconciler.sandbox import Fault

UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}
AMARA = {"client_facing": ["amara"]}


@pytest.fixture
def live(company: Company) -> Company:
    """A company with one escalation in sync."""
    company.set_policy(drift={"assignee": "repair"})
    company.write("DS-1071", updates=[UPDATE], stakeholders=AMARA)
    company.converge()
    return company


def _changes(plan: Plan) -> list[tuple[str, str]]:
    return [(change.facet, change.why) for each in plan.escalations for change in each.changes]


def _id(company: Company) -> str:
    return str(company.channel("DS-1071")["id"])


def _ts(company: Company, kind: str, channel: str | None = None) -> str:
    found = company.named(channel) if channel else company.channel("DS-1071")
    return next(
        str(each["ts"])
        for each in found["messages"]
        if each["metadata"] and each["metadata"]["event_payload"]["kind"] == kind
    )


def _edit(**body: object) -> Callable[[Company], object]:
    return lambda company: company.jira("hannah", "PUT", "issue/DS-1071", body)


def _jira_calls(company: Company) -> list[str]:
    company.plan()
    return [each.name for each in company.box.calls if each.service.startswith("jira")]


def _topics(company: Company) -> list[str]:
    """What Slack told the channel of its topics."""
    messages = company.channel("DS-1071")["messages"]
    return [each["text"] for each in messages if each["subtype"] == "channel_topic"]


def _comment(company: Company) -> str:
    return str(company.ticket("DS-1071")["comments"][0]["id"])


def _leave(handle: str) -> Callable[[Company], object]:
    return lambda company: company.slack(handle).conversations_leave(channel=_id(company))


def _delete_brief(company: Company) -> None:
    company.bot.chat_delete(channel=_id(company), ts=_ts(company, "brief"))


def _delete_announcement(company: Company) -> None:
    channel = company.named("sre-escalations")["id"]
    ts = _ts(company, "announcement", "sre-escalations")
    company.bot.chat_delete(channel=channel, ts=ts)


def _unpin(company: Company) -> None:
    channel, ts = _id(company), _ts(company, "brief")
    company.slack("sofia").pins_remove(channel=channel, timestamp=ts)


def _bookmark(company: Company) -> str:
    return str(company.channel("DS-1071")["bookmarks"][0]["id"])


def _remove_bookmark(company: Company) -> None:
    company.slack("sofia").bookmarks_remove(channel_id=_id(company), bookmark_id=_bookmark(company))


def _edit_bookmark(company: Company) -> None:
    company.slack("sofia").bookmarks_edit(
        channel_id=_id(company), bookmark_id=_bookmark(company), title="Cake", link="https://c.ake"
    )


def _remote_link(company: Company) -> str:
    return str(company.ticket("DS-1071")["remote_links"][0]["id"])


def _other_remote_link(company: Company) -> None:
    body = {"object": {"url": "https://elsewhere.example/", "title": "Elsewhere"}}
    company.jira("hannah", "PUT", f"issue/DS-1071/remotelink/{_remote_link(company)}", body)


def _edit_comment(company: Company) -> None:
    body = company.ticket("DS-1071")["comments"][0]["body"].replace("escalated", "de-escalated")
    path = f"issue/DS-1071/comment/{_comment(company)}"
    company.jira("hannah", "PUT", path, {"body": body})


DRIFT: dict[str, tuple[Callable[[Company], object], str, bool]] = {
    "label removed": (_edit(update={"labels": [{"remove": "ESCALATION"}]}), "jira.label", False),
    "priority lowered": (_edit(fields={"priority": {"name": "Low"}}), "jira.priority", False),
    "assignee changed": (
        _edit(fields={"assignee": {"accountId": "5f0a1c2e:nadia"}}),
        "jira.assignee",
        False,
    ),
    "nobody assigned": (_edit(fields={"assignee": None}), "jira.assignee", False),
    "comment deleted": (
        lambda company: company.jira(
            "hannah", "DELETE", f"issue/DS-1071/comment/{_comment(company)}"
        ),
        "jira.comment",
        False,
    ),
    "comment edited": (_edit_comment, "jira.comment", False),
    "remote link deleted": (
        lambda company: company.jira(
            "hannah", "DELETE", f"issue/DS-1071/remotelink/{_remote_link(company)}"
        ),
        "jira.remote_link",
        True,
    ),
    "remote link changed": (_other_remote_link, "jira.remote_link", True),
    "topic changed": (
        lambda company: company.slack("sofia").conversations_setTopic(
            channel=_id(company), topic="Lunch at noon"
        ),
        "slack.topic",
        False,
    ),
    "purpose changed": (
        lambda company: company.slack("sofia").conversations_setPurpose(
            channel=_id(company), purpose="Fun"
        ),
        "slack.purpose",
        False,
    ),
    "initiator left": (_leave("priya"), "slack.members", False),
    "contact left": (_leave("lena"), "slack.members", False),
    "reporter left": (_leave("owen"), "slack.members", False),
    "assignee left": (_leave("dmitri"), "slack.members", False),
    "crew lead left": (_leave("ines"), "slack.members", False),
    "always-include left": (_leave("hannah"), "slack.members", False),
    "brief deleted": (_delete_brief, "slack.brief", True),
    "brief unpinned": (_unpin, "slack.pin", True),
    "bookmark removed": (_remove_bookmark, "slack.bookmark", True),
    "bookmark changed": (_edit_bookmark, "slack.bookmark", True),
    "announcement deleted": (_delete_announcement, "slack.announcement", True),
}


@pytest.mark.sampled(14)
@pytest.mark.parametrize("name", DRIFT)
def test_drift_is_repaired(live: Company, name: str):
    drift, facet, thorough = DRIFT[name]
    drift(live)
    plan = live.plan(thorough=thorough)
    assert (facet, "drift") in _changes(plan)
    live.converge(thorough=thorough)


def test_everything_at_once_is_repaired_in_one_run(cloud: Company):
    cloud.set_policy(drift={"assignee": "repair"})
    cloud.write("DS-1071", updates=[UPDATE])
    cloud.converge()
    deleted = {
        "comment deleted",
        "remote link deleted",
        "bookmark removed",
        "nobody assigned",
        "brief deleted",
    }
    for name, (drift, _, _) in DRIFT.items():
        if name not in deleted:  # what is gone can't be changed as well
            drift(cloud)
    facets = {facet for facet, _ in _changes(cloud.plan(thorough=True))}
    assert facets >= {facet for name, (_, facet, _) in DRIFT.items() if name not in deleted}
    cloud.converge(thorough=True)


def test_a_follow_up_link_that_was_removed_comes_back(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    cloud.write("DS-1071", resolution=resolution(follow_ups=["PAY-641"]))
    cloud.converge()
    link = cloud.state()["jira"]["links"][-1]["id"]
    cloud.jira("hannah", "DELETE", f"issueLink/{link}")
    assert [facet for facet, _ in _changes(cloud.plan())] == ["jira.link"]
    cloud.converge()


def test_a_list_that_lags_makes_slack_repeat_no_topic(live: Company):
    before = live.box.snapshot()
    live.write("DS-1071", assignee="nadia", updates=[UPDATE], stakeholders=AMARA)
    live.converge()
    told = _topics(live)
    assert len(told) == 2
    late = Fault("stale", service="slack", name="users.conversations", times=None, world=before)
    live.box.faults.add(late)
    live.apply()
    assert late.hit.is_set()
    assert _topics(live) == told
    live.box.faults.clear()
    live.slack("sofia").conversations_setTopic(channel=_id(live), topic="Lunch at noon")
    live.apply()
    assert len(_topics(live)) == 4


def test_a_stakeholder_who_left_is_not_invited_again(live: Company):
    _leave("amara")(live)
    live.expect_nothing_to_do()
    assert live.user("amara") not in live.channel("DS-1071")["members"]


def test_strangers_may_stay(live: Company):
    live.slack("jun").conversations_join(channel=_id(live))
    live.expect_nothing_to_do()
    assert live.user("jun") in live.channel("DS-1071")["members"]


def test_a_deleted_update_is_not_posted_again(live: Company):
    live.bot.chat_delete(channel=_id(live), ts=_ts(live, "update-1"))
    live.expect_nothing_to_do()


def test_a_label_put_back_on_an_ended_escalation_is_found(live: Company):
    live.write("DS-1071", resolution=resolution())
    live.converge()
    _edit(update={"labels": [{"add": "ESCALATION"}]})(live)
    assert ("jira.label", "escalations/2026/DS-1071.yaml:19") in [
        (facet, why.partition(":")[0] + ":19") for facet, why in _changes(live.plan())
    ]
    live.converge()
    assert live.ticket("DS-1071")["labels"] == []


def test_a_label_without_a_file_is_told(live: Company):
    _edit(update={"labels": [{"add": "ESCALATION"}]})(live)
    live.jira("hannah", "PUT", "issue/DS-1072", {"update": {"labels": [{"add": "ESCALATION"}]}})
    for thorough in (False, True):
        (notice,) = live.plan(thorough=thorough).notices
        assert notice.message == "DS-1072 carries the label ESCALATION and has no file"
        assert "escalate import DS-1072" in notice.remedy
    live.converge()
    assert "ESCALATION" in live.ticket("DS-1072")["labels"], "it is left alone"


def test_a_label_search_that_fails_is_told_and_stops_nothing(live: Company):
    _leave("priya")(live)
    search = next(each for each in _jira_calls(live) if "search" in each)
    live.box.faults.add(Fault("status", name=search, status=403, times=None))
    plan = live.plan()
    assert [each.facet for each in plan.diagnostics] == ["jira.label"]
    assert ("slack.members", "drift") in _changes(plan)


def test_a_renamed_channel_keeps_its_name_and_the_ticket_follows(live: Company):
    live.bot.conversations_rename(channel=_id(live), name="ds-1071-all-hands")
    assert {facet for facet, _ in _changes(live.plan())} >= {"jira.comment", "jira.remote_link"}
    live.converge()
    assert "ds-1071-all-hands" in live.ticket("DS-1071")["comments"][0]["body"]


def test_a_bot_that_was_removed_joins_again(live: Company):
    live.slack("hannah").conversations_kick(channel=_id(live), user="U0ESCBOT1")
    _leave("priya")(live)
    live.converge()
    members = live.channel("DS-1071")["members"]
    assert {"U0ESCBOT1", live.user("priya")} <= set(members)


def test_a_channel_archived_by_hand_is_told_and_left_alone(live: Company):
    live.bot.conversations_archive(channel=_id(live))
    plan = live.plan()
    (escalation,) = plan.escalations
    assert [each.facet for each in escalation.notices] == ["slack.channel"]
    assert "was archived in Slack" in escalation.notices[0].message
    live.converge()
    assert live.channel("DS-1071")["archived"]


@pytest.mark.parametrize("thorough", [False, True])
def test_a_lost_receipt_costs_nothing_but_a_look(live: Company, thorough: bool):
    before = live.state()
    live.jira("hannah", "DELETE", "issue/DS-1071/properties/escalation")
    outcomes = live.converge(thorough=thorough)
    # The link is written again because that can't double it and reading it costs as much.
    assert [each.change.facet for each in outcomes] == ["jira.remote_link", "jira.receipt"]
    after = live.state()
    assert after["slack"]["channels"] == before["slack"]["channels"]
    for part in ("comments", "remote_links", "priority", "labels"):
        assert after["jira"]["issues"]["DS-1071"][part] == before["jira"]["issues"]["DS-1071"][part]
    live.write("DS-1071", updates=[UPDATE], resolution=resolution())
    live.converge()
    assert live.ticket("DS-1071")["priority"] == "Medium", "the change log knew what it was"


def test_a_mangled_receipt_is_a_lost_one(live: Company):
    path = "issue/DS-1071/properties/escalation"
    live.jira("hannah", "PUT", path, {"v": 1, "posts": "nonsense"})
    live.converge()
    assert len(live.channels("DS-1071")) == 1


def test_a_copied_marker_does_not_pass_for_ours(live: Company):
    body = live.ticket("DS-1071")["comments"][0]["body"]
    live.jira("hannah", "DELETE", f"issue/DS-1071/comment/{_comment(live)}")
    live.jira("lena", "POST", "issue/DS-1071/comment", {"body": body})
    live.converge()
    naming = [each for each in live.ticket("DS-1071")["comments"] if "#ds-" in each["body"]]
    assert [each["author"] for each in naming] == ["5f0a1c2e:lena", "5f0a1c2e:escalation-bot"]


def test_our_comment_is_found_among_very_many(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    for number in range(120):
        cloud.jira("lena", "POST", "issue/DS-1071/comment", {"body": f"Me too, {number}"})
    cloud.expect_nothing_to_do()


def test_a_lost_receipt_and_another_purpose_still_find_the_channel(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    cloud.slack("sofia").conversations_setPurpose(channel=_id(cloud), purpose="Fun")
    cloud.jira("hannah", "DELETE", "issue/DS-1071/properties/escalation")
    cloud.converge()
    assert len(cloud.channels("DS-1071")) == 1
