"""Acknowledgers who are new while a pull request is open are mentioned in its thread, once."""

from dataclasses import replace

import pytest
import yaml
from hub import Hub

from reconciler.sandbox import Fault

TICKET = "DS-1071"
HANNAH, INES, MARCUS, NADIA = "<@U0HANNAH1>", "<@U0INES001>", "<@U0MARCUS1>", "<@U0NADIA01>"


def set_acknowledgers(hub: Hub, *people: str) -> None:
    """A policy with these acknowledgers of the desk is on main."""
    policy = yaml.safe_load((hub.folder / "config" / "policy.yaml").read_text())
    desks = policy["desks"]
    hub.set_policy(desks={**desks, "DS": desks["DS"] | {"acknowledgers": list(people)}})
    hub.configure()


def said(hub: Hub) -> list[str]:
    return [each["text"] for each in hub.replies(TICKET)]


def slack_calls(hub: Hub) -> list[str]:
    """The calls to Slack of a run that changes nothing."""
    hub.box.clear_calls()
    assert "Nothing to do" in hub.reconcile()
    return [each.name for each in hub.box.calls if each.service == "slack"]


@pytest.mark.usefixtures("screens")
def test_a_new_acknowledger_is_mentioned_once_and_costs_no_further_call(hub: Hub):
    set_acknowledgers(hub, "hannah", "ines")
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    quiet = slack_calls(hub)
    (first,) = said(hub)
    assert first.startswith(f"{HANNAH} {INES}: please review")
    set_acknowledgers(hub, "hannah", "marcus", "nadia")
    hub.reconcile()
    before, late = said(hub)
    assert before == first, "who left is no cause for an edit"
    assert late == first.replace(f"{HANNAH} {INES}", f"{MARCUS} {NADIA}")
    assert slack_calls(hub) == quiet
    set_acknowledgers(hub, "hannah", "ines", "marcus")
    assert "Nothing to do" in hub.reconcile("--thorough"), "Ines was called before she left"
    assert len(said(hub)) == 2
    hub.review(number, "marcus")
    set_acknowledgers(hub, "hannah", "ines", "marcus", "felix")
    hub.reconcile()
    *_, last = said(hub)
    assert len(said(hub)) == 3
    assert last.startswith("Acknowledged by"), "so it needs no other review"
    hub.merge(number)
    hub.reconcile()
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_a_pull_request_that_an_earlier_version_announced(hub: Hub):
    """Its reply names no one in its metadata. The mentions in its text count."""
    set_acknowledgers(hub, "hannah", "ines")
    hub.propose(TICKET, assignee=None)
    hub.reconcile()
    with hub.box.lock:
        for channel in hub.box.world.slack.channels.values():
            for each in channel.messages:
                if each.metadata:
                    each.metadata["event_payload"].pop("calls", None)
    assert "Nothing to do" in hub.reconcile()
    set_acknowledgers(hub, "hannah", "ines", "marcus")
    hub.reconcile()
    *_, late = said(hub)
    assert late.startswith(f"{MARCUS}: please review")
    assert "Nothing to do" in hub.reconcile()


@pytest.mark.parametrize(
    "fault", [Fault("drop", when="after"), Fault("twice")], ids=["lost answer", "twice"]
)
def test_no_lost_answer_and_no_second_delivery_mentions_anyone_twice(hub: Hub, fault: Fault):
    set_acknowledgers(hub, "hannah", "ines")
    hub.propose(TICKET, assignee=None)
    hub.reconcile()
    set_acknowledgers(hub, "hannah", "ines", "marcus")
    hub.box.faults.add(replace(fault, name="chat.postMessage"))
    hub.reconcile(status=None)
    hub.reconcile()
    *_, late = said(hub)
    assert late.startswith(f"{MARCUS}: please review")
    assert len(said(hub)) == 2
    assert "Nothing to do" in hub.reconcile("--thorough")
