"""Second copies of what the tool posted: the oldest stays, and no run loses what people said."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
from company import (
    Company,
    budget,
    differences,
    end_state,
    read_request,
    resolution,
    snapshot_of,
)
from requests.auth import HTTPBasicAuth

from reconciler.model.change import Action, Change
from reconciler.model.outcome import Outcome, Result
from reconciler.reconcile.engine.apply import apply
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.safety import refusals
from reconciler.sandbox import Fault
from reconciler.services.connect import connect
from reconciler.services.retry import RetryPolicy

UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}
ADDS = {"chat.postMessage", "bookmarks.add"}


def deliver_again(company: Company) -> int:
    """Deliver each request of a run that adds something a second time; how many there were."""
    calls = list(company.box.calls)
    company.box.calls.clear()
    delivered = 0
    for call in calls:
        if call.service == "slack" and call.name in ADDS:
            company.bot.api_call(call.name, json=call.request)
            delivered += 1
        elif call.service.startswith("jira") and call.name == "POST /issue/{key}/comment":
            _jira(company, "POST", str(call.request["path"]), call.request["body"])
            delivered += 1
        elif call.service.startswith("jira") and call.name == "PUT /issue/{key}":
            added = _added(call.request.get("body") or {})
            if added:
                _jira(company, "PUT", str(call.request["path"]), {"update": added})
                delivered += 1
    return delivered


def _added(body: Mapping[str, Any]) -> dict[str, Any]:
    update = body.get("update") or {}
    return {name: update[name] for name in ("issuelinks",) if name in update}


def _jira(company: Company, method: str, path: str, body: Any = None) -> None:
    env = company.env
    auth = HTTPBasicAuth(env.get("JIRA_USER_EMAIL", ""), env.get("JIRA_API_TOKEN", ""))
    headers = {"Authorization": f"Bearer {env['JIRA_PAT']}"} if "JIRA_PAT" in env else {}
    address = env["JIRA_BASE_URL"] + path
    requests.request(
        method, address, json=body, headers=headers, auth=None if headers else auth, timeout=10
    ).raise_for_status()


def removals(outcomes: tuple[Outcome, ...]) -> list[Change]:
    return [each.change for each in outcomes if each.change.action is Action.REMOVE]


def lived(company: Company) -> dict[str, Any]:
    """An escalation that has everything a run posts; each request was then delivered again."""
    company.write("DS-1071", updates=[UPDATE])
    company.converge()
    company.write("DS-1071", updates=[UPDATE], resolution=resolution(follow_ups=["PAY-641"]))
    company.box.calls.clear()
    company.apply()
    return end_state(company.state())


def test_what_is_delivered_twice_is_removed(company: Company):
    company.write("DS-1071", updates=[UPDATE])
    company.apply()
    right = end_state(company.state())
    assert deliver_again(company) > 6
    wrong = end_state(company.state())
    assert differences(wrong, right)
    outcomes = company.converge(thorough=True)
    assert {each.result for each in outcomes} == {Result.DONE}
    assert {each.facet for each in removals(outcomes)} == {"slack.copy", "jira.copy"}
    assert differences(end_state(company.state()), right) == []


def test_so_are_the_copies_of_an_end(company: Company):
    right = lived(company)
    assert deliver_again(company) > 2
    outcomes = company.converge(thorough=True)
    assert "a second copy of the link Relates PAY-641" in {
        each.before for each in removals(outcomes)
    }
    assert differences(end_state(company.state()), right) == []


def test_a_normal_run_removes_the_copies_that_it_reads_anyway(company: Company):
    company.write("DS-1071", updates=[UPDATE])
    company.apply()
    deliver_again(company)
    removed = {each.facet for each in removals(company.apply())}
    assert removed == {"jira.copy"}, "every run reads the comments, and nothing of Slack"
    company.write("DS-1071", updates=[UPDATE, {**UPDATE, "text": "It is the certificate."}])
    removed = {each.before for each in removals(company.apply())}
    assert "a second copy of update 1" in removed, "the run reads the channel before it posts"


def test_a_second_link_to_the_channel_is_removed(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    right = end_state(cloud.state())
    (link,) = cloud.ticket("DS-1071")["remote_links"]
    path = "/rest/api/2/issue/DS-1071/remotelink"
    _jira(cloud, "POST", path, {"object": link["object"]})
    second = cloud.ticket("DS-1071")["remote_links"][1]["id"]
    body = {"globalId": link["global_id"], "object": link["object"]}
    _jira(cloud, "PUT", f"{path}/{second}", body)
    cloud.jira("amara", "POST", "issue/DS-1071/remotelink", {"object": link["object"]})
    cloud.converge(thorough=True)
    first, theirs = cloud.ticket("DS-1071")["remote_links"]
    assert first == link
    cloud.jira("amara", "DELETE", f"issue/DS-1071/remotelink/{theirs['id']}")
    assert differences(end_state(cloud.state()), right) == []


def two_runs(company: Company) -> None:
    """Two runs at once: one has read and planned before the other changes anything."""
    settings = company.settings
    with connect(settings, RetryPolicy(), 1) as gateways:
        request = read_request(company.folder, company.now, settings)
        run = plan_run(request, gateways, Silent())
        company.apply()
        apply(run, Silent(), budget(company.folder))


def test_what_two_runs_at_once_posted_is_there_once(company: Company):
    """The second announcement goes with the replies of the tool in its thread."""
    snapshot = company.box.snapshot()
    company.write("DS-1071", assignee=None)
    company.converge()
    right = end_state(company.state())
    company.box.restore(snapshot)
    two_runs(company)
    assert len(threads(company)) == 2
    company.converge(thorough=True)
    assert differences(end_state(company.state()), right) == []
    assert len(threads(company)) == 1


def threads(company: Company) -> dict[str, list[str]]:
    """By the time stamp of each announcement, who wrote in its thread."""
    messages = company.named("sre-escalations")["messages"]
    roots = [each["ts"] for each in messages if not each["thread_ts"] and not each["subtype"]]
    return {
        root: [each["user"] for each in messages if each["thread_ts"] == root] for root in roots
    }


@pytest.mark.parametrize("answered", ["the second", "the first", "both"])
def test_a_thread_in_which_people_have_answered_stays(cloud: Company, answered: str):
    cloud.write("DS-1071", assignee=None)
    two_runs(cloud)
    first, second = sorted(threads(cloud))
    channel, amara = cloud.named("sre-escalations")["id"], cloud.slack("amara")
    amara.conversations_join(channel=channel)
    for ts in {"the second": [second], "the first": [first], "both": [first, second]}[answered]:
        amara.chat_postMessage(channel=channel, text="On my way.", thread_ts=ts)
    outcomes = cloud.apply(thorough=True)
    assert {each.result for each in outcomes} == {Result.DONE}
    kept = {first} if answered == "the first" else {first, second}
    assert set(threads(cloud)) == kept
    said = [
        each for each in cloud.named("sre-escalations")["messages"] if each["text"] == "On my way."
    ]
    assert len(said) == (2 if answered == "both" else 1)
    notices = [n.message for each in cloud.plan(thorough=True).escalations for n in each.notices]
    assert any("second copy of announcement" in each for each in notices) is (len(kept) == 2)
    cloud.expect_nothing_to_do()


def test_an_answer_that_comes_after_the_plan_keeps_the_copy(cloud: Company):
    cloud.write("DS-1071", assignee=None)
    two_runs(cloud)
    second = max(threads(cloud))
    settings = cloud.settings
    with connect(settings, RetryPolicy(), 1) as gateways:
        request = read_request(cloud.folder, cloud.now, settings, thorough=True)
        run = plan_run(request, gateways, Silent())
        channel, amara = cloud.named("sre-escalations")["id"], cloud.slack("amara")
        amara.conversations_join(channel=channel)
        amara.chat_postMessage(channel=channel, text="On my way.", thread_ts=second)
        outcomes = apply(run, Silent(), budget(cloud.folder))
    (kept,) = [each for each in outcomes if each.result is not Result.DONE]
    assert (kept.result, kept.answer) == (Result.SKIPPED, "people have answered in it")
    assert second in threads(cloud)


def test_a_removal_that_fails_stops_nothing_and_is_tried_again(company: Company):
    company.write("DS-1071", updates=[UPDATE])
    company.apply()
    deliver_again(company)
    for name in ("chat.delete", "bookmarks.remove"):
        company.box.faults.add(Fault("slack_error", name=name, times=None, error="cant_delete"))
    name = "DELETE /issue/{key}/comment/{id}"
    company.box.faults.add(Fault("status", name=name, times=None, status=403))
    company.write("DS-1071", updates=[UPDATE], contact="jun")
    outcomes = company.apply(thorough=True)
    failed = {each.change.facet for each in outcomes if each.result is Result.FAILED}
    assert failed == {"slack.copy", "jira.copy"}
    others = [each for each in outcomes if not each.change.facet.endswith(".copy")]
    assert others
    assert {each.result for each in others} == {Result.DONE}
    company.box.faults.clear()
    company.converge(thorough=True)


def test_the_cap_limits_a_run_and_refuses_none(cloud: Company):
    cloud.write("DS-1071", updates=[UPDATE])
    cloud.apply()
    right = end_state(cloud.state())
    deliver_again(cloud)
    cloud.set_policy(safety={"copies": 3})
    outcomes = cloud.apply(thorough=True)
    copies = [each for each in outcomes if each.change.facet.endswith(".copy")]
    done = [each for each in copies if each.result is Result.DONE]
    left = {each.answer for each in copies if each.result is not Result.DONE}
    assert len(done) == 3
    assert left == {"policy allows 3 copies in one run, and this run has used them"}
    plan = cloud.plan(thorough=True)
    caps = snapshot_of(cloud.folder).policy.safety
    assert refusals(plan, caps) == []
    for _ in range(3):
        cloud.apply(thorough=True)
    cloud.expect_nothing_to_do()
    assert differences(end_state(cloud.state()), right) == []


@pytest.mark.sampled(2)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("by", [two_runs, deliver_again])
def test_a_run_that_dies_while_it_removes_loses_nothing(
    cloud: Company, when: str, by: Callable[[Company], object]
):
    """Dead at each call of the run, and then a clean run: the state is that of one run."""
    file: dict[str, Any] = {"assignee": None} if by is two_runs else {"updates": [UPDATE]}
    before = cloud.box.snapshot()
    cloud.write("DS-1071", **file)
    cloud.converge()
    right = end_state(cloud.state())
    cloud.box.restore(before)
    if by is deliver_again:
        cloud.apply()
    by(cloud)
    doubled = cloud.box.snapshot()
    cloud.box.restore(doubled)
    cloud.apply(thorough=True)
    count = len(cloud.box.calls)
    for nth in range(1, count + 1):
        cloud.box.restore(doubled)
        cloud.box.faults.add(Fault("drop", nth=nth, times=None, when=when))
        cloud.run(thorough=True, tolerant=True)
        cloud.box.faults.clear()
        cloud.apply(thorough=True)
        assert differences(end_state(cloud.state()), right) == [], f"call {nth}"
