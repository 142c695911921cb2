"""A run after a run changes nothing, however much later it is: Slack, Jira and GitHub alike."""

from typing import Any

import pytest
from company import escalation, resolution
from hub import Hub

ONE, TWO, THREE = "DS-1071", "DS-1072", "DS-1073"
SPANS = ({"seconds": 40}, {"minutes": 7}, {"hours": 1}, {"hours": 2, "minutes": 31})
"""Within one day of the desk, and before anything is overdue."""


def writes(hub: Hub) -> list[str]:
    """The calls that change something."""
    reads = ("GET ", "POST /search/jql", "POST /issue/bulkfetch", "POST /graphql")
    read_methods = (
        *("auth.test", "users.conversations", "users.lookupByEmail", "users.info"),
        *("conversations.history", "conversations.replies", "conversations.members"),
        *("conversations.info", "conversations.list", "bookmarks.list", "pins.list"),
    )
    return [
        each.name for each in hub.box.calls if not each.name.startswith((*reads, *read_methods))
    ]


def nothing_is_written(hub: Hub, *numbers: int) -> None:
    """Whatever time passes between the runs."""
    bodies = [hub.plan_comments(each)[0]["body"] for each in numbers]
    for span in SPANS:
        hub.pass_time(**span)
        hub.box.clear_calls()
        assert "Nothing to do" in hub.reconcile()
        assert writes(hub) == []
        assert [hub.plan_comments(each)[0]["body"] for each in numbers] == bodies
    for body in bodies:
        assert "jira.receipt" not in body


def test_after_a_pull_request_was_announced(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    nothing_is_written(hub, number)


def test_after_it_was_acknowledged(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    hub.pass_time(minutes=5)
    hub.review(number)
    hub.reconcile()
    nothing_is_written(hub, number)


def test_after_a_run_that_changed_what_a_pull_request_is_about(hub: Hub):
    """The escalation arrives on main while a pull request for it is open."""
    number = hub.propose(ONE)
    hub.review(number)
    hub.merge(number)
    changes: dict[str, Any] = {"assignee": "nadia", "reason": "It has become worse."}
    hub.push("more", {f"escalations/2026/{ONE}.yaml": escalation(ONE, **changes)})
    second = hub.open("more", "Hand it over")
    hub.reconcile()
    nothing_is_written(hub, second)


def test_after_a_reopening_was_announced(hub: Hub):
    hub.begin(ONE)
    hub.change(ONE, "end", resolution=resolution())
    fields = ("impact", "reason", "initiator", "contact", "assignee")
    again = {each: escalation(ONE)[each] for each in fields}
    content = escalation(ONE, resolution=resolution(), episodes=[again])
    hub.push("again", {f"escalations/2026/{ONE}.yaml": content})
    number = hub.open("again", "It has come back")
    hub.reconcile()
    nothing_is_written(hub, number)


@pytest.mark.parametrize("draft", [True, False])
def test_with_several_in_one_pull_request(hub: Hub, draft: bool):
    files = {
        f"escalations/2026/{ONE}.yaml": escalation(ONE),
        f"escalations/2026/{TWO}.yaml": escalation(TWO, assignee=None),
    }
    hub.push("escalate/both", files)
    number = hub.open("escalate/both", "Two at once", draft=draft)
    hub.reconcile()
    nothing_is_written(hub, number)


def test_only_the_capacity_changes_with_the_day(hub: Hub):
    other = hub.propose(THREE, assignee="nadia")
    hub.review(other)
    hub.merge(other)
    number = hub.propose(ONE)
    hub.reconcile()
    before = hub.plan_comments(number)[0]["body"]
    assert "Capacity left at DS: 2 of 3 today" in before
    hub.pass_time(hours=16)
    hub.reconcile()
    after = hub.plan_comments(number)[0]["body"]
    assert after == before.replace("2 of 3 today", "3 of 3 today")
