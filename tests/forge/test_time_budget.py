"""The time of a run: a limit at GitHub costs what needs GitHub, and waits are shown."""

import time

import pytest
from hub import Hub

from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")

TICKET = "DS-1071"
UPDATE = {"at": "2026-11-23T15:00:00Z", "by": "dmitri", "text": "The gateway is being restarted."}


def limited(hub: Hub, **changes: object) -> None:
    fault = {"service": "github", "times": None, "status": 403, "retry_after": 60} | changes
    hub.box.faults.add(Fault("status", **fault))  # type: ignore[arg-type]


def texts(hub: Hub) -> str:
    return "\n".join(str(each["text"]) for each in hub.channel(TICKET)["messages"])


@pytest.fixture
def updated(hub: Hub) -> Hub:
    """An escalation that is acknowledged and reconciled; an update of it is merged."""
    hub.begin(TICKET, "--record")
    update(hub)
    return hub


def update(hub: Hub) -> None:
    """The assignee merges an update."""
    number = hub.propose(TICKET, who="dmitri", branch="update", title="Up", updates=[UPDATE])
    hub.merge(number)


@pytest.fixture
def drifted(hub: Hub) -> Hub:
    """An escalation that is acknowledged and reconciled; its label is gone, and it has news."""
    hub.begin(TICKET, "--record")
    hub.jira("owen", "PUT", f"issue/{TICKET}", {"update": {"labels": [{"remove": "ESCALATION"}]}})
    update(hub)
    return hub


@pytest.mark.parametrize("seconds", [60, 86_400])
def test_a_limit_at_github_keeps_nothing_else_waiting(drifted: Hub, seconds: int):
    limited(drifted, retry_after=seconds)
    began = time.monotonic()
    drifted.reconcile("--budget", "40", status=6)
    assert time.monotonic() - began < 30
    assert "ESCALATION" in drifted.ticket(TICKET)["labels"]
    assert "being restarted" not in texts(drifted), "who merged it is not known yet"
    drifted.box.faults.clear()
    drifted.pass_time(minutes=10)
    drifted.reconcile()
    assert texts(drifted).count("being restarted") == 1


def test_github_being_down_keeps_nothing_else_waiting(drifted: Hub):
    drifted.box.faults.add(Fault("drop", service="github", times=None))
    drifted.reconcile("--budget", "5m", status=6)
    assert "ESCALATION" in drifted.ticket(TICKET)["labels"]


def test_slack_being_down_keeps_jira_from_nothing(updated: Hub):
    updated.box.faults.add(
        Fault("status", service="slack", times=None, status=429, retry_after=86_400)
    )
    updated.reconcile(status=6)
    updated.escalate("status", status=6)
    assert "being restarted" not in texts(updated)
    assert "being restarted" in str(updated.ticket(TICKET)["comments"])
    updated.box.faults.clear()
    updated.pass_time(minutes=10)
    updated.reconcile()
    assert texts(updated).count("being restarted") == 1


def test_a_wait_is_shown_as_it_begins(updated: Hub):
    updated.box.faults.add(Fault("status", name="chat.postMessage", status=429, retry_after=2))
    updated.reconcile()


def test_a_run_without_time_ends_before_a_change(updated: Hub):
    updated.reconcile("--budget", "0.001", status=1)
    assert "being restarted" not in texts(updated)


@pytest.mark.parametrize("value", ["soon", "0", "25h", "-3"])
def test_a_length_of_time_that_makes_no_sense(hub: Hub, value: str):
    hub.escalate("plan", f"--budget={value}", status=2)
