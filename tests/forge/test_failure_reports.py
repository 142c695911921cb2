"""A failed run is seen by the manager, the reviewer and the desk; a good run takes that back."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from goldens import hold_section
from hub import Hub

from reconciler.cli.failure_reports import WORKFLOW
from reconciler.model.standstill import FailureCause, NotDone, RunHistory, must_be_reported
from reconciler.render.standstill import LABEL, MARKER, NOTICE
from reconciler.sandbox import Fault
from reconciler.sandbox.answer import JsonObject

GOLDEN = Path(__file__).parent / "golden" / "failures.txt"
TICKET = "DS-1071"
BOT = "github-actions[bot]"


def run(hub: Hub, *options: str, status: int | None = 0) -> str:
    done = hub.escalate("apply", "--comment", "--record", "--report-failures", *options,
                        status=status)  # fmt: skip
    return done.stdout + done.stderr


def issues(hub: Hub) -> list[JsonObject]:
    return [each for each in hub.state()["github"]["issues"].values() if each["author"] == BOT]


def notices(hub: Hub, number: int) -> list[str]:
    found = [each["body"] for each in hub.plan_comments(number)]
    return [each for each in found if each.startswith(NOTICE)]


def standstills(hub: Hub, channel: str = "sre-escalations") -> list[str]:
    return [
        each["text"]
        for each in hub.named(channel)["messages"]
        if (each.get("metadata") or {}).get("event_payload", {}).get("ticket") == "standstill"
    ]


def marked(hub: Hub) -> bool:
    return "escalate-standstill" in hub.git("ls-remote", "origin")


def seen(hub: Hub, number: int) -> str:
    """What people see, by where they look."""
    parts = [
        *(f"The manager, on pull request #{number}:\n{each}" for each in notices(hub, number)),
        *(
            f"The operator, in issue #{each['number']}, {each['state']}: {each['title']}\n"
            f"{each['body']}"
            for each in issues(hub)
        ),
        *(f"The desk, in #sre-escalations:\n{each}" for each in standstills(hub)),
    ]
    text = "\n\n".join(parts).replace(hub.box.github_url, "<github>") + "\n"
    text = re.sub(r"(http:\u200b?//127\.0\.0\.1):\d+", r"\1:PORT", text)
    text = re.sub(r"at \d\d:\d\d:\d\d UTC", "at HH:MM:SS UTC", text)
    return re.sub(
        r"this run can wait only (?:\d+ (?:min|s) ?)+more", "this run can wait no longer", text
    )


def good_before(hub: Hub) -> None:
    """A run has succeeded; then a pull request comes, and with it the failure."""
    hub.begin("DS-1072")
    run(hub)
    hub.pass_time(minutes=10)


def fail(hub: Hub, how: str) -> None:
    wrong = {"slack": "SLACK_BOT_TOKEN", "jira": "JIRA_API_TOKEN"}
    if how.startswith("expired"):
        name = wrong[how.partition(" ")[2]]
        hub.box.faults.add(
            Fault("slack_error", service="slack", times=None, error="token_expired")
            if name == "SLACK_BOT_TOKEN"
            else Fault("status", service="jira", times=None, status=401)
        )
    elif how == "Jira down":
        hub.box.faults.add(Fault("status", service="jira", times=None, status=503))
    else:
        hub.box.faults.add(
            Fault("status", service="github", name="GET /repos/{owner}/{repo}/pulls",
                  times=None, status=403, retry_after=3000)
        )  # fmt: skip


@pytest.mark.parametrize("how", ["expired slack", "expired jira", "Jira down", "GitHub limited"])
def test_what_people_see_of_a_failure_and_of_its_end(hub: Hub, how: str):
    good_before(hub)
    number = hub.propose(TICKET)
    fail(hub, how)
    run(hub, "--budget", "5s", status=None)
    hub.pass_time(minutes=40)
    run(hub, "--budget", "5s", status=None)
    failed = seen(hub, number)
    again = run(hub, "--budget", "5s", status=None)
    assert seen(hub, number) == failed, "a further failure changes nothing"
    assert "can't be reported" not in again or how in {"expired slack", "GitHub limited"}
    hub.box.faults.clear()
    hub.pass_time(minutes=5)
    run(hub)
    hold_section(GOLDEN, how, f"{failed}\n=== after the next good run ===\n\n{seen(hub, number)}")
    assert not marked(hub)
    assert [each["state"] for each in issues(hub)] in ([], ["closed"])
    assert len(hub.announcements(TICKET)) == 1


def test_a_short_failure_is_no_news(hub: Hub):
    good_before(hub)
    number = hub.propose(TICKET)
    fail(hub, "Jira down")
    said = run(hub, "--budget", "5s", status=6)
    assert "this failure may pass" in said
    assert (issues(hub), notices(hub, number), standstills(hub), marked(hub)) == ([], [], [], False)
    hub.box.faults.clear()
    run(hub)


def test_a_quiet_run_asks_no_more_than_without_the_option(hub: Hub):
    hub.begin(TICKET)
    run(hub)
    counts = []
    for options in (("--comment", "--record"), ("--comment", "--record", "--report-failures")):
        before = len(hub.box.calls)
        hub.escalate("apply", *options)
        counts.append([each.name for each in hub.box.calls[before:]])
    assert sorted(counts[0]) == sorted(counts[1])


def test_the_second_standstill_reopens_the_issue_and_posts_anew(hub: Hub):
    good_before(hub)
    for expected in (1, 2):
        hub.propose(f"DS-107{expected + 2}")
        fail(hub, "expired jira")
        run(hub, status=1)
        hub.box.faults.clear()
        hub.pass_time(minutes=5)
        run(hub)
        assert len(issues(hub)) == 1
        assert len(standstills(hub)) == expected
        assert all("works again" in each for each in standstills(hub))
        hub.pass_time(minutes=5)


def test_an_issue_of_others_is_left_alone(hub: Hub):
    copied = {"title": "x", "body": f"{MARKER}\nhe", "labels": [LABEL]}
    number = hub.call("priya", "POST", "issues", copied, 201)["number"]
    good_before(hub)
    fail(hub, "expired jira")
    run(hub, status=1)
    hub.box.faults.clear()
    run(hub)
    theirs = hub.state()["github"]["issues"][str(number)]
    assert (theirs["state"], theirs["body"]) == ("open", f"{MARKER}\nhe")
    assert [each["state"] for each in issues(hub)] == ["closed"]


def test_pull_requests_that_were_announced_get_no_notice(hub: Hub):
    early = hub.propose("DS-1073")
    hub.pass_time(minutes=1)
    good_before(hub)
    late = hub.propose(TICKET)
    draft = hub.propose("DS-1074", draft=True)
    fail(hub, "expired slack")
    run(hub, status=1)
    assert [len(notices(hub, each)) for each in (early, late, draft)] == [0, 1, 0]


def test_in_actions_github_knows_the_last_good_run(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    """Each run of Actions has a new clone, which knows nothing of the runs before."""
    hub.begin("DS-1072")
    minute = timedelta(minutes=1)
    hub.box.github.ran(WORKFLOW, "push", hub.now - 50 * minute)
    hub.box.github.ran(WORKFLOW, "push", hub.now - 40 * minute, "skipped")
    fail(hub, "Jira down")
    monkeypatch.setattr(hub, "more_env", {"GITHUB_RUN_ID": "77"})
    assert "this failure may pass" in run(hub, "--budget", "5s", status=6)
    hub.box.github.ran(WORKFLOW, "schedule", hub.now - 20 * minute, "failure")
    run(hub, "--budget", "5s", status=6)
    (issue,) = issues(hub)
    assert f"The last good run was at {hub.now - 50 * minute:%Y-%m-%d %H:%M} UTC" in issue["body"]


def test_hostile_text_of_a_service_is_text(hub: Hub):
    good_before(hub)
    number = hub.propose(TICKET)
    hub.box.faults.add(
        Fault("slack_error", service="slack", times=None, error="a](http://evil) <!channel> @here")
    )
    run(hub, "--budget", "5s", status=None)
    text = seen(hub, number)
    for each in ("<!channel>", "](http", "@here"):
        assert each not in text


def test_without_issues_pull_requests_are_told_all_the_same(hub: Hub):
    good_before(hub)
    number = hub.propose(TICKET)
    fail(hub, "expired slack")
    for name in ("GET /repos/{owner}/{repo}/issues", "POST /repos/{owner}/{repo}/issues"):
        hub.box.faults.add(Fault("status", service="github", name=name, times=None, status=410))
    run(hub, status=1)
    assert "has not been called" in notices(hub, number)[0]
    assert issues(hub) == []
    hub.box.faults.clear()
    run(hub)
    assert "works again" in notices(hub, number)[0]


def test_a_good_run_writes_no_comment_where_none_is(hub: Hub):
    """The text of the issue can be edited by others, so the numbers in it may be any."""
    good_before(hub)
    other = hub.call("priya", "POST", "issues", {"title": "x", "body": "y"}, 201)["number"]
    fail(hub, "expired jira")
    run(hub, status=1)
    (issue,) = issues(hub)
    body = f"{issue['body']}\nPull requests that were not announced: #{other}, #999999\n"
    hub.call("hannah", "PATCH", f"issues/{issue['number']}", {"body": body})
    hub.box.faults.clear()
    run(hub)
    assert hub.plan_comments(other) == []
    assert [each["state"] for each in issues(hub)] == ["closed"]


CAUSE = FailureCause("x", "", NotDone.ALL, passing=True)
LASTING = FailureCause("x", "", NotDone.ALL, passing=False)
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("causes", "since", "failures", "reported"),
    [
        ([LASTING], 1, 0, True),
        ([LASTING, CAUSE], 1, 0, True),
        ([CAUSE], 29, 5, False),
        ([CAUSE], 30, 1, True),
        ([CAUSE], 120, 0, False),
        ([CAUSE], None, 0, True),
    ],
)
def test_when_a_failure_is_reported(
    hub: Hub, causes: list[FailureCause], since: int | None, failures: int, reported: bool
):
    good = None if since is None else hub.now - since * MINUTES
    history = RunHistory(good, failures)
    assert must_be_reported(causes, history, hub.now, 30 * MINUTES) is reported
