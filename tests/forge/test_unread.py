"""What GitHub could not tell: figures that stay unknown, and decisions that wait."""

import json
from typing import Any

import pytest
from hub import Hub

from reconciler.sandbox import Fault

TICKET = "DS-1071"
TIMELINE = "GET /repos/{owner}/{repo}/issues/{number}/timeline"
REVIEWS = "GET /repos/{owner}/{repo}/pulls/{number}/reviews"


def fails(hub: Hub, name: str, kind: str = "status", status: int = 500) -> None:
    hub.box.faults.add(Fault(kind, name=name, times=None, status=status))


def records(hub: Hub, ticket: str = TICKET) -> list[dict[str, Any]]:
    hub.git("fetch", "--quiet", "origin", "+audit:audit")
    lines = hub.git("show", f"audit:audit/2026/{ticket}.jsonl").splitlines()
    return [json.loads(each) for each in lines]


def of_kind(hub: Hub, kind: str, ticket: str = TICKET) -> list[dict[str, Any]]:
    return [each for each in records(hub, ticket) if each["kind"] == kind]


def verify(hub: Hub, status: int = 0) -> str:
    done = hub.escalate("history", "--verify", status=None)
    assert done.returncode == status, done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("kind", ["status", "garbage"])
def test_a_time_that_feeds_figures_only_stops_nothing(hub: Hub, kind: str):
    number = hub.propose(TICKET)
    hub.pass_time(minutes=7)
    hub.review(number)
    hub.merge(number)
    fails(hub, TIMELINE, kind)
    hub.reconcile("--record")
    assert hub.channel(TICKET)["name"].startswith("ds-1071-")
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]
    (record,) = of_kind(hub, "acknowledgement")
    assert record["by"] == "hannah"
    assert "ready_at" not in record
    told = " ".join(hub.escalate("history", TICKET).stdout.split())
    assert "acknowledged by hannah on #1 after an unknown time" in told
    report = " ".join(hub.escalate("report").stdout.split())
    assert "unknown" in report
    hub.pass_time(minutes=10)
    assert "Nothing to do" in hub.reconcile("--record"), "still unknown, and nothing to repeat"
    hub.box.faults.clear()
    hub.pass_time(minutes=10)
    hub.reconcile("--record")
    assert hub.ticket(TICKET)["properties"]["escalation"]["acknowledged"]["ready_at"]
    assert of_kind(hub, "acknowledgement")[-1]["ready_at"] == "2026-11-23T15:00:00+00:00"
    told = " ".join(hub.escalate("history", TICKET).stdout.split())
    assert "acknowledged by hannah on #1 after 7 minutes" in told
    assert "Nothing to do" in hub.reconcile("--record")
    verify(hub)
