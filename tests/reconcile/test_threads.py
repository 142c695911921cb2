"""Each reply is in the thread of its own episode, whichever answers are lost."""

import json
from typing import Any

import pytest
from company import Company, escalation, resolution

from reconciler.sandbox import Fault

TICKET = "DS-1071"
_FIELDS = ("impact", "reason", "initiator", "contact", "assignee")
EPISODE = {key: escalation(TICKET)[key] for key in _FIELDS}
ENDED = {**EPISODE, "resolution": resolution()}


def declare(company: Company, number: int) -> None:
    """The file in its episode of this number."""
    before = [ENDED] * (number - 2)
    more: dict[str, Any] = {}
    if number > 1:
        more = {"resolution": resolution(), "episodes": [*before, EPISODE]}
    company.write(TICKET, **json.loads(json.dumps(more)))  # without anchors of YAML


def suffix(kind: str) -> str:
    return kind.rpartition("-")[2] if kind.endswith(("-e2", "-e3")) else ""


def misplaced(company: Company) -> list[str]:
    ours = [
        (each["metadata"]["event_payload"]["kind"], each)
        for each in company.named("sre-escalations")["messages"]
        if (each.get("metadata") or {}).get("event_payload", {}).get("ticket") == TICKET
    ]
    roots = {kind: each["ts"] for kind, each in ours if kind.startswith("announcement")}
    assert len(roots) == len([kind for kind, _ in ours if kind.startswith("announcement")])
    found = []
    for kind, each in ours:
        episode = suffix(kind)
        root = roots.get(f"announcement-{episode}" if episode else "announcement")
        if not kind.startswith("announcement") and each["thread_ts"] != root:
            found.append(kind)
    return found


@pytest.mark.sampled(4)
@pytest.mark.parametrize("episodes", [2, 3])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, 4))
def test_a_reply_is_never_in_the_thread_of_another_episode(
    cloud: Company, episodes: int, when: str, nth: int
):
    for number in range(1, episodes):
        declare(cloud, number)
        cloud.apply()
        cloud.pass_time(days=1)
    declare(cloud, episodes)
    # The answer of one post is lost, and what would find the message again fails as well.
    cloud.box.faults.add(Fault("drop", name="chat.postMessage", when=when, nth=nth))
    cloud.box.faults.add(Fault("status", name="conversations.history", nth=2, times=20))
    cloud.apply()
    assert misplaced(cloud) == []
    cloud.box.faults.clear()
    cloud.pass_time(hours=2)
    cloud.converge()
    assert misplaced(cloud) == []
