"""A pull request that was closed: whatever fails, a later run says the rest, and says it once."""

import pytest
from hub import Hub

from reconciler.sandbox import Fault

ONE = "DS-1071"


def kinds(hub: Hub) -> list[str]:
    return [each["metadata"]["event_payload"]["kind"] for each in hub.replies(ONE)]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("call", ["chat.postMessage", "chat.update", "conversations.replies"])
@pytest.mark.parametrize("kind", ["refused", "lost before", "lost after"])
def test_a_failure_leaves_the_rest_to_the_next_run(hub: Hub, call: str, kind: str):
    number = hub.propose(ONE)
    hub.reconcile()
    hub.close(number)
    if kind == "refused":
        hub.box.faults.add(Fault("slack_error", name=call, error="fatal_error", times=9))
    else:
        hub.box.faults.add(Fault("drop", name=call, when=kind.partition(" ")[2]))
    hub.reconcile(status=None)
    hub.box.faults.clear()
    hub.pass_time(minutes=7)
    hub.reconcile()
    (message,) = hub.announcements(ONE)
    assert "declined: " in message["text"]
    assert kinds(hub) == [f"proposed-{number}", f"declined-{number}"]
    hub.pass_time(minutes=7)
    assert "Nothing to do" in hub.reconcile()


def test_a_second_copy_of_the_last_reply_is_removed_at_night(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    hub.close(number)
    hub.box.faults.add(Fault("twice", name="chat.postMessage"))
    hub.reconcile()
    copies = [f"proposed-{number}", *2 * [f"declined-{number}"]]
    assert kinds(hub) == copies
    hub.box.faults.clear()
    hub.pass_time(hours=15)
    assert "Nothing to do" in hub.reconcile()
    assert "a second copy of declined" in hub.reconcile("--thorough")
    assert kinds(hub) == copies[:2]
    hub.pass_time(minutes=7)
    assert "Nothing to do" in hub.reconcile("--thorough")
