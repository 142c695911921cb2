"""The judge of the sweep finds what it is there for."""

from collections import Counter
from copy import deepcopy
from typing import Any

import pytest

from sweep.judge import (
    CLASSES,
    DOUBLED,
    LINES,
    LOST,
    NOT_CONVERGED,
    TRACEBACK,
    WAIT,
    end_of,
    judge_end,
    judge_run,
)
from sweep.stage import Ran

RIGHT: dict[str, Any] = {
    "channels": {"ds-1": {"messages": [["", "brief"], ["", "update"]], "topic": "one"}},
    "comments": {"3": ["plan"]},
}
MESSAGES = ("channels", "ds-1", "messages")


def _with(path: tuple[str, ...], value: object) -> dict[str, Any]:
    end = deepcopy(RIGHT)
    part = end
    for each in path[:-1]:
        part = part[each]
    part[path[-1]] = value
    return end


@pytest.mark.parametrize(
    ("end", "kinds"),
    [
        (RIGHT, []),
        (_with(MESSAGES, [["", "brief"], ["", "update"], ["", "update"]]), [DOUBLED]),
        (_with(MESSAGES, [["", "brief"]]), [LOST]),
        (_with(MESSAGES, [["", "brief"], ["", "brief"]]), [NOT_CONVERGED]),
        (_with(("channels", "ds-1", "topic"), "two"), [NOT_CONVERGED]),
        (_with(("channels", "ds-1-2"), {}), [DOUBLED]),
        (_with(("comments",), {}), [LOST]),
    ],
)
def test_what_is_left_is_judged(end: dict[str, Any], kinds: list[str]) -> None:
    assert [each.kind for each in judge_end(end, RIGHT, Counter(), Counter())] == kinds


def test_a_line_that_is_missing_is_found_and_one_more_is_not() -> None:
    found = list(judge_end(RIGHT, RIGHT, Counter("aac"), Counter("aab")))
    assert [(each.kind, each.what) for each in found] == [(LINES, "1 x b")]
    assert not list(judge_end(RIGHT, RIGHT, Counter("aabc"), Counter("aab")))


@pytest.mark.parametrize(
    ("ran", "kinds"),
    [
        (Ran(0, "Nothing to do: 3 escalations as declared.", 300.0), []),
        (Ran(0, "", 300.1), [WAIT]),
        (Ran(None, "", 0.0), [WAIT]),
        (Ran(1, "x\nTraceback (most recent call last):\n", 0.0), [TRACEBACK]),
        (Ran(6, "failed  slack.topic  internal error: KeyError", 0.0), [TRACEBACK]),
    ],
)
def test_a_run_is_judged(ran: Ran, kinds: list[str]) -> None:
    assert [each.kind for each in judge_run(ran)] == kinds
    assert set(kinds) <= set(CLASSES)


def test_only_messages_of_slack_itself_count_once() -> None:
    """Nobody can delete a second message about a topic; a second one of ours is one too many."""
    shared = {"user": "U1", "metadata": None, "thread_ts": None}
    topic = {"subtype": "channel_topic", "text": "set the topic", **shared}
    ours = {"subtype": "", "text": "set the topic", **shared}
    messages = [
        {**each, "ts": f"{number}.0"} for number, each in enumerate((topic, topic, ours, ours))
    ]
    channel = {
        "name": "ds-1",
        "topic": {"value": ""},
        "purpose": {"value": ""},
        "members": [],
        "bookmarks": [],
        "pins": [],
        "archived": False,
        "messages": messages,
    }
    state = {
        "slack": {"channels": {"C0SBX1": channel}},
        "jira": {"issues": {}, "links": []},
        "github": {"comments": []},
    }
    kinds = [each[0] for each in end_of(state)["channels"]["ds-1"]["messages"]]
    assert sorted(kinds) == ["", "", "channel_topic"]
