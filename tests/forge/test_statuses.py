"""`apply --statuses`: what a lost event left out of date is set, and nothing is set twice."""

import pytest
from hub import Hub

from reconciler.sandbox import Fault

TICKET = "DS-1071"


def statuses(hub: Hub, number: int) -> list[tuple[str, str]]:
    head = hub.box.github.pull(number).head
    every = hub.state()["github"]["statuses"]
    return [(each["state"], each["description"]) for each in every if each["sha"] == head]


def run(hub: Hub, *options: str, status: int = 0) -> str:
    done = hub.escalate("apply", "--comment", "--statuses", *options, status=status)
    return done.stdout + done.stderr


def test_a_run_sets_what_is_missing_and_what_differs(hub: Hub):
    number = hub.propose(TICKET)
    run(hub)
    assert [state for state, _ in statuses(hub, number)] == ["pending"]
    run(hub)
    assert len(statuses(hub, number)) == 1, "it is set already"
    hub.review(number)
    run(hub)
    assert statuses(hub, number)[-1] == ("success", "acknowledged by Hannah Weiss")
    hub.review(number, event="REQUEST_CHANGES", body="No.")
    run(hub)
    assert statuses(hub, number)[-1][0] == "pending"
    assert len(statuses(hub, number)) == 3


def test_a_pull_request_that_escalates_nothing_gets_one_too(hub: Hub):
    hub.push("words", {"README.md": "Other words."})
    number = hub.open("words", "Other words")
    run(hub)
    assert statuses(hub, number) == [("success", "it changes no escalation")]


def test_a_status_of_others_does_not_count(hub: Hub):
    number = hub.propose(TICKET)
    head = hub.box.github.pull(number).head
    forged = {"context": "escalations/ack", "state": "success", "description": "trust me"}
    hub.call("priya", "POST", f"statuses/{head}", forged, 201)
    hub.call("priya", "POST", f"statuses/{head}", {**forged, "context": "other"}, 201)
    run(hub)
    assert statuses(hub, number)[-1][0] == "pending"
    hub.call("priya", "POST", f"statuses/{head}", {**forged, "state": "error"}, 201)
    run(hub)
    assert statuses(hub, number)[-1][0] == "pending"


def test_acknowledge_sets_no_status_twice(hub: Hub):
    number = hub.propose(TICKET)
    for _ in range(3):
        hub.escalate("acknowledge", "--all")
    assert len(statuses(hub, number)) == 1


@pytest.mark.parametrize("desk", ["DS", "PLAT"])
def test_one_run_for_each_desk_sets_each_status_once(hub: Hub, desk: str):
    number = hub.propose(TICKET)
    run(hub, "--desk", desk)
    assert len(statuses(hub, number)) == (desk == "DS")


def test_a_refusal_is_told_and_stops_nothing(hub: Hub):
    hub.begin(TICKET)
    hub.propose("DS-1072")
    hub.box.faults.add(
        Fault("status", service="github", name="POST /repos/{owner}/{repo}/statuses/{sha}",
              times=None, status=403)
    )  # fmt: skip
    said = run(hub, status=6)
    assert "the status of #2 can't be set" in said
    assert "statuses: write" in said
    assert hub.announcements("DS-1072")
