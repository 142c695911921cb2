"""A service that is down or limited keeps the other one from nothing that does not need it."""

from typing import Any

import pytest
from company import Company, differences, end_state, resolution

from reconciler.model.outcome import Outcome, Result
from reconciler.sandbox import Fault
from reconciler.services.errors import SetupError

TICKET, NEW = "DS-1071", "DS-1072"
UPDATE = {"at": "2026-11-23T14:00:00Z", "by": "lena", "text": "The gateway is being restarted."}
DAY = 86_400
JIRA_ALONE = {"jira.label", "jira.priority", "jira.assignee", "jira.comment", "jira.link"}


def slack_asks_for_a_day(company: Company) -> None:
    company.box.faults.add(
        Fault("status", service="slack", times=None, status=429, retry_after=DAY)
    )


def slack_is_down(company: Company) -> None:
    company.box.faults.add(Fault("status", service="slack", times=None, status=503))


def jira(company: Company) -> str:
    return "jira-dc" if company.data_center else "jira"


def jira_is_down(company: Company) -> None:
    company.box.faults.add(Fault("status", service=jira(company), times=None, status=503))


def jira_asks_for_a_day(company: Company) -> None:
    company.box.faults.add(
        Fault("status", service=jira(company), times=None, status=429, retry_after=DAY)
    )


def jira_cuts_connections(company: Company) -> None:
    company.box.faults.add(Fault("drop", service=jira(company), times=None))


def run(company: Company) -> tuple[str, tuple[Outcome, ...]]:
    """The diagnostics of a run, and what became of its changes, all of which are done."""
    company.pauses.clear()
    found, outcomes = company.run()
    assert found is not None
    assert {each.result for each in outcomes} <= {Result.DONE}
    assert found.plan.problems >= 1, "the exit status is 6"
    problems = [one.message for each in found.plan.escalations for one in each.problems]
    return "; ".join([*problems, *(each.message for each in found.plan.diagnostics)]), outcomes


def facets(outcomes: tuple[Outcome, ...]) -> set[str]:
    return {each.change.facet for each in outcomes}


def without_receipts(state: Any) -> Any:
    for issue in state["issues"].values():
        issue["properties"] = {}
    return state


@pytest.mark.parametrize("fault", [slack_asks_for_a_day, slack_is_down])
def test_without_slack_jira_is_changed(company: Company, fault: Any):
    company.write(TICKET)
    company.converge()
    company.write(TICKET, resolution=resolution(follow_ups=["PAY-641"]))
    company.write(NEW, assignee="nadia", updates=[UPDATE])
    fault(company)
    said, outcomes = run(company)
    assert "Slack auth.test: " in said
    assert facets(outcomes) == JIRA_ALONE
    assert company.ticket(TICKET)["labels"] == []
    assert "ESCALATION" in company.ticket(NEW)["labels"]
    assert company.channels(NEW) == []
    assert run(company)[1] == (), "it is done once"
    company.box.faults.clear()
    company.converge()


@pytest.mark.parametrize("fault", [jira_is_down, jira_asks_for_a_day, jira_cuts_connections])
def test_without_jira_channels_that_exist_are_posted_in(company: Company, fault: Any):
    company.write(TICKET, updates=[])
    company.converge()
    company.write(TICKET, updates=[UPDATE])
    company.write(NEW, assignee="nadia")
    fault(company)
    said, outcomes = run(company)
    assert "Jira " in said
    assert "slack.update" in facets(outcomes)
    assert not [each for each in facets(outcomes) if each.startswith("jira.")]
    posted = [each["text"] for each in company.channel(TICKET)["messages"]]
    assert len([each for each in posted if "being restarted" in each]) == 1
    assert company.channels(NEW) == [], "nothing is created for a ticket that is not read"
    assert run(company)[1] == (), "it is done once"
    company.box.faults.clear()
    company.converge()
    posted = [each["text"] for each in company.channel(TICKET)["messages"]]
    assert len([each for each in posted if "being restarted" in each]) == 1


@pytest.mark.parametrize("fault", [jira_is_down, slack_is_down])
@pytest.mark.parametrize("ended", [False, True])
def test_what_one_run_left_out_the_next_one_does(cloud: Company, fault: Any, ended: bool):
    def changed() -> None:
        more = {"resolution": resolution()} if ended else {"contact": "owen"}
        cloud.write(TICKET, updates=[UPDATE], **more)

    cloud.write(TICKET)
    cloud.converge()
    changed()
    cloud.converge()
    wanted = without_receipts(end_state(cloud.state()))
    cloud.box.reset()
    cloud.box.clock.set(cloud.now)
    cloud.write(TICKET)
    cloud.converge()
    changed()
    fault(cloud)
    run(cloud)
    run(cloud)
    cloud.box.faults.clear()
    cloud.converge()
    assert differences(without_receipts(end_state(cloud.state())), wanted) == []


def test_a_day_of_one_call_costs_only_what_needs_it(cloud: Company):
    cloud.write(TICKET)
    cloud.box.faults.add(
        Fault("status", name="bookmarks.add", times=None, status=429, retry_after=DAY)
    )
    found, outcomes = cloud.run()
    assert found is not None
    bad = [each for each in outcomes if each.result is not Result.DONE]
    assert {each.change.facet for each in bad} == {"slack.bookmark"}
    assert {each.result for each in bad} == {Result.FAILED}, "known: not done"
    assert all("Slack asks for a pause of 24 h" in each.answer for each in bad)
    assert cloud.pauses == []
    assert "ESCALATION" in cloud.ticket(TICKET)["labels"]


def test_without_both_the_run_ends(cloud: Company):
    cloud.write(TICKET)
    slack_is_down(cloud)
    jira_is_down(cloud)
    with pytest.raises(SetupError, match=r"Slack .*HTTP 503.*; Jira .*HTTP 503"):
        cloud.plan()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", service="jira", times=None, status=401),
        Fault("slack_error", service="slack", times=None, error="invalid_auth"),
    ],
)
def test_wrong_credentials_end_the_run_before_a_change(cloud: Company, fault: Fault):
    cloud.write(TICKET)
    cloud.box.faults.add(fault)
    with pytest.raises(SetupError):
        cloud.run()
    assert cloud.ticket(TICKET)["labels"] == []


def test_without_slack_no_files_are_taken_for_no_escalations(cloud: Company):
    file = cloud.write(TICKET)
    cloud.converge()
    file.unlink()
    slack_is_down(cloud)
    with pytest.raises(SetupError, match="unknown whether escalations without a file are active"):
        cloud.run()
