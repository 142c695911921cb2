"""The time of a run: a limit at GitHub costs what needs GitHub, and waits are shown."""

import time

import pytest
from hub import Hub

from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")

TICKET = "DS-1071"
UPDATE = {"at": "2026-11-23T15:00:00Z", "by": "lena", "text": "The gateway is being restarted."}


def limited(hub: Hub, **changes: object) -> None:
    fault = {"service": "github", "times": None, "status": 403, "retry_after": 60} | changes
    hub.box.faults.add(Fault("status", **fault))  # type: ignore[arg-type]


def texts(hub: Hub) -> str:
    return "\n".join(str(each["text"]) for each in hub.channel(TICKET)["messages"])


@pytest.fixture
def updated(hub: Hub) -> Hub:
    """An escalation that is acknowledged and reconciled; an update of it is merged."""
    hub.begin(TICKET)
    hub.merge(hub.propose(TICKET, branch="update", title="Update", updates=[UPDATE]))
    return hub


@pytest.mark.parametrize("seconds", [60, 86_400])
def test_a_limit_at_github_keeps_nothing_else_waiting(updated: Hub, seconds: int):
    limited(updated, retry_after=seconds)
    began = time.monotonic()
    updated.reconcile("--budget", "40", status=6)
    assert time.monotonic() - began < 30
    assert "being restarted" in texts(updated)
    assert len(updated.ticket(TICKET)["comments"]) == 2
    updated.box.faults.clear()
    updated.pass_time(minutes=10)
    updated.reconcile()


def test_github_being_down_keeps_nothing_else_waiting(updated: Hub):
    updated.box.faults.add(Fault("drop", service="github", times=None))
    updated.reconcile("--budget", "5m", status=6)
    assert "being restarted" in texts(updated)


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
