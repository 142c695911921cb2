"""What GitHub could not tell: figures that stay unknown, and decisions that wait."""

import json
from typing import Any

from hub import Hub

from reconciler.model.audit import AdmissionRecord, AdmissionState, FiledRecord
from reconciler.sandbox import Fault
from reconciler.services.git.audit_write import record
from reconciler.services.git.remote import choose_remote

TICKET = "DS-1071"
TIMELINE = "GET /repos/{owner}/{repo}/issues/{number}/timeline"


def fails(hub: Hub, name: str, kind: str = "status", status: int = 500) -> None:
    hub.box.faults.add(Fault(kind, name=name, times=None, status=status))


def records(hub: Hub, ticket: str = TICKET) -> list[dict[str, Any]]:
    hub.git("fetch", "--quiet", "origin", "+audit:audit")
    lines = hub.git("show", f"audit:audit/2026/{ticket}.jsonl").splitlines()
    return [json.loads(each) for each in lines]


def of_kind(hub: Hub, kind: str, ticket: str = TICKET) -> list[dict[str, Any]]:
    return [each for each in records(hub, ticket) if each["kind"] == kind]


def verify(hub: Hub, *options: str, status: int = 0) -> str:
    done = hub.escalate("history", "--verify", *options, status=None)
    assert done.returncode == status, done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


def waits_for_github(hub: Hub) -> int:
    """An acknowledged escalation is merged, and its reviews cannot be read."""
    number = hub.propose(TICKET)
    hub.review(number)
    hub.merge(number)
    fails(hub, TIMELINE)
    hub.pass_time(minutes=3)
    shown = hub.reconcile("--record", status=6)
    assert "Until then, the tool does not carry out the change." in " ".join(shown.split())
    assert hub.channels(TICKET) == []
    assert "ESCALATION" not in hub.ticket(TICKET)["labels"]
    assert of_kind(hub, "admission") == []
    hub.pass_time(minutes=17)
    hub.reconcile("--record", status=6)
    verify(hub)
    return number


def test_nothing_is_recorded_that_nobody_could_decide(hub: Hub):
    waits_for_github(hub)
    assert not [each for each in records(hub) if each["kind"] != "outcome"]
    hub.box.faults.clear()
    hub.pass_time(minutes=40)
    hub.reconcile("--record")
    (admission,) = of_kind(hub, "admission")
    assert admission["state"] == "admitted"
    assert len(hub.channels(TICKET)) == 1
    verify(hub)
    hub.pass_time(days=2)
    hub.reconcile("--record")
    verify(hub)


def test_an_approval_that_turns_out_to_be_none(hub: Hub):
    number = hub.propose(TICKET)
    hub.merge(number)
    fails(hub, TIMELINE)
    hub.reconcile("--record", status=6)
    hub.box.faults.clear()
    hub.pass_time(hours=1)
    hub.reconcile("--record")
    (admission,) = of_kind(hub, "admission")
    assert admission["state"] == "held"
    hub.pass_time(hours=1)
    hub.review(number)
    hub.reconcile("--record")
    assert [each["state"] for each in of_kind(hub, "admission")] == ["held", "admitted"]
    hub.pass_time(days=1)
    hub.reconcile("--record")
    verify(hub)


def written_by_hand(hub: Hub, state: AdmissionState) -> str:
    """A line as versions before this one recorded it; where it stands."""
    hub.pull_main()
    record_of = AdmissionRecord(
        at=hub.now,
        run=f"9/{len(hub.box.calls)}",
        commit=hub.git("rev-parse", "HEAD"),
        ticket=TICKET,
        state=state,
        since=hub.now,
    )
    entry = FiledRecord(f"audit/2026/{TICKET}.jsonl", record_of)
    assert not record(hub.folder, [entry], choose_remote(hub.folder, None), hub.now).problem
    return f"{entry.path}:{len(records(hub))}"


def test_a_line_of_an_older_version_can_be_excused_and_no_other(hub: Hub):
    number = hub.propose(TICKET)
    hub.review(number)
    hub.merge(number)
    place = written_by_hand(hub, AdmissionState.ADMITTED)
    hub.pass_time(hours=1)
    hub.reconcile("--record")
    found = verify(hub, status=1)
    assert f"{place}: audit-admission: recorded as admitted" in found
    assert f"accept the line with --known {place}" in found
    verify(hub, "--known", place)
    hub.pass_time(days=1)
    hub.reconcile("--record")
    verify(hub, "--known", place)
    other = written_by_hand(hub, AdmissionState.HELD)
    found = verify(hub, "--known", place, "--known", other, status=1)
    assert f"{other}: audit-admission: recorded as held" in found
    assert "excuse" not in found


def test_a_ticket_that_cannot_be_read_is_left_alone(hub: Hub):
    hub.begin(TICKET)
    hub.propose("DS-1072", assignee="nadia")
    with hub.box.lock:
        hub.box.world.jira.busy = {TICKET, "DS-1072"}
    fails(hub, "GET /issue/{key}")
    before = hub.channel("DS-1071")
    shown = " ".join(hub.reconcile("--record", status=6).split())
    assert "HTTP 500" in shown
    assert "shows no ticket" not in shown
    assert "which Jira does not show" not in shown
    assert hub.channel(TICKET) == before
    assert "DS-1072" not in str(hub.named("sre-escalations")["messages"])
    hub.box.faults.clear()
    hub.reconcile("--record")
    assert len(of_kind(hub, "admission")) == 1
    assert "DS-1072" in str(hub.named("sre-escalations")["messages"])
