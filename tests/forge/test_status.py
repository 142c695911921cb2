"""`escalate status`, with tokens and without."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hub import Hub

from reconciler.sandbox.faults import Fault

pytestmark = pytest.mark.usefixtures("screens")
HELD = "DS-1072"
RUNNING = "DS-1071"
TOKENS = ("JIRA_API_TOKEN", "SLACK_BOT_TOKEN", "GITHUB_TOKEN")
COMPARED = {"sync"}
"""What only the services show."""
UNJUDGED = {"assignee", "notes"}
"""Of what is held: without the key of the seals, it is unknown who agreed. Records have handles."""


def status(hub: Hub, code: int = 0) -> dict[str, Any]:
    return dict(json.loads(hub.escalate("status", "--format", "json", status=code).stdout))


def by_ticket(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["ticket"]: each for each in found["escalations"]}


@pytest.fixture
def company(hub: Hub) -> Hub:
    """One that runs and one that nobody has acknowledged, on main and on the audit branch."""
    hub.begin(RUNNING, "--record")
    hub.pass_time(hours=5)
    hub.merge(hub.propose(HELD, assignee="nadia"))
    hub.reconcile("--record", status=None)
    hub.git("fetch", "--quiet", "origin", "+audit:refs/remotes/origin/audit")
    return hub


@pytest.fixture
def without_tokens(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Takes the tokens out of the environment of later commands."""
    env = Hub.env.fget
    assert env is not None

    def take_away(names: tuple[str, ...] = TOKENS) -> None:
        kept = lambda hub: {k: v for k, v in env(hub).items() if k not in names}  # noqa: E731
        monkeypatch.setattr(Hub, "env", property(kept))

    return take_away


def test_a_clone_without_tokens_shows_what_git_has(
    company: Hub, without_tokens: Callable[..., None]
):
    compared = by_ticket(status(company))
    company.box.faults.add(Fault("drop", times=None))
    without_tokens()
    found = status(company)
    recorded = by_ticket(found)
    for ticket, each in compared.items():
        left_out = COMPARED | (UNJUDGED if ticket == HELD else set())
        known = {key: value for key, value in each.items() if key not in left_out}
        assert known == {key: recorded[ticket][key] for key in known}, ticket
    assert recorded[HELD]["notes"][0].startswith("held: it is not acknowledged: ")
    assert {key: each["sync"] for key, each in recorded.items()} == {
        RUNNING: "not compared",
        HELD: "held",
    }
    assert recorded[RUNNING]["waiting_on"] == "the assessment, from Dmitri Sokolov"
    assert recorded[RUNNING]["channel"] == "ds-1071-something-fails-in-ds-1071"
    assert "an approval by" in recorded[HELD]["waiting_on"]
    assert "because no tokens of Jira and Slack are set" in found["missing"][0]
    told = company.escalate("status")
    assert "\x1b" not in told.stdout + told.stderr
    assert "Has waited" in told.stdout
    for each in ("markdown", "csv"):
        assert RUNNING in company.escalate("status", "--format", each).stdout


def test_github_alone_shows_open_pull_requests(hub: Hub, without_tokens: Callable[..., None]):
    hub.merge(hub.propose(HELD, assignee="nadia"))
    hub.propose(RUNNING)
    without_tokens(TOKENS[:2])
    found = status(hub)
    shown = by_ticket(found)
    assert {key: each["phase"] for key, each in shown.items()} == {
        RUNNING: "proposed",
        HELD: "held",
    }
    assert shown[RUNNING]["waiting_on"].startswith("an approval by ")
    assert found["missing"] == ["Jira and Slack are not shown, because no tokens of them are set."]
    limited = Fault("status", service="github", times=None, status=429, retry_after=86_400)
    hub.box.faults.add(limited)
    (_, line) = status(hub, 6)["missing"]
    assert "GitHub" in line


def test_a_service_that_does_not_answer_takes_the_rest_from_nobody(company: Hub):
    whole = by_ticket(status(company))
    for service in ("slack", "jira", "github"):
        limited = Fault("status", service=service, times=None, status=429, retry_after=86_400)
        company.box.faults.add(limited)
        found = status(company, 6)
        company.box.faults.clear()
        (line,) = found["missing"]
        name = {"github": "GitHub"}.get(service, service.capitalize())
        assert name in line
        for ticket, each in by_ticket(found).items():
            for key in ("title", "level", "phase", "contact", "waiting_on", "channel"):
                assert each[key] == whole[ticket][key], (service, ticket, key)


def test_tokens_that_are_refused_leave_what_git_has(company: Hub):
    company.more_env = {"JIRA_API_TOKEN": "wrong", "SLACK_BOT_TOKEN": "xoxb-wrong"}
    found = status(company, 6)
    assert set(by_ticket(found)) == {RUNNING, HELD}
    (line,) = (each for each in found["missing"] if "not shown" in each)
    assert "Jira" in line
    assert "wrong" not in json.dumps(found)
    company.more_env = {"SLACK_BOT_TOKEN": ""}
    assert any("SLACK_BOT_TOKEN is not set" in each for each in status(company, 6)["missing"])


def test_an_open_pull_request_shows_who_can_act(hub: Hub):
    hub.propose(RUNNING)
    hub.pass_time(minutes=20)
    (found,) = status(hub)["escalations"]
    assert (found["phase"], found["level"], found["contact"]) == (
        "proposed",
        "high",
        "Lena Fischer",
    )
    assert found["waiting_on"].startswith("an approval by ")
    assert found["waiting_since"] == "2026-11-23T15:00:00Z"
    hub.review(1)
    assert by_ticket(status(hub))[RUNNING]["waiting_on"] == "its merge"
