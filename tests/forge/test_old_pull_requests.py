"""Pull requests that stay open for months: announced once, whatever is read first."""

import pytest
from hub import Hub

OLD, NEW = "DS-1071", "DS-1072"


def kinds(hub: Hub) -> list[str]:
    return [each["metadata"]["event_payload"]["kind"] for each in hub.replies(OLD)]


def searches(hub: Hub) -> int:
    return sum(each.name == "conversations.history" for each in hub.box.calls)


@pytest.mark.parametrize("days", [45, 120])
def test_one_that_is_open_for_long_is_announced_once(hub: Hub, days: int):
    """Something new on main makes the run search the desk's channel for that, too."""
    number = hub.propose(OLD)
    hub.reconcile()
    hub.pass_time(days=days)
    other = hub.propose(NEW, assignee="nadia")
    hub.review(other)
    hub.merge(other)
    hub.reconcile()
    assert len(hub.announcements(OLD)) == 1
    assert kinds(hub) == [f"proposed-{number}"], "nobody is called again"


@pytest.mark.parametrize("days", [45, 120])
def test_when_it_is_merged_at_last_the_same_message_goes_on(hub: Hub, days: int):
    number = hub.propose(OLD)
    hub.reconcile()
    hub.pass_time(days=days)
    hub.review(number)
    hub.merge(number)
    hub.reconcile()
    (message,) = hub.announcements(OLD)
    assert "Dmitri Sokolov is on it" in message["text"]
    assert kinds(hub) == [f"proposed-{number}", "assigned-dmitri"]


def test_each_desks_channel_is_read_once_in_a_run(hub: Hub):
    """The price of a longer range is a call more for each 999 messages in it."""
    hub.propose(OLD)
    hub.reconcile()
    hub.pass_time(days=120)
    hub.box.clear_calls()
    hub.reconcile()
    assert searches(hub) == 2, "one for each of the two desks"
