"""What is wrong with a run and with what is left in the end."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from company import end_state

from sweep.stage import Ran

LOST: Final = "lost"
DOUBLED: Final = "doubled"
NOT_CONVERGED: Final = "not converged"
TRACEBACK: Final = "traceback"
WAIT: Final = "wait over"
LINES: Final = "lines missing"
CLASSES: Final = (LOST, DOUBLED, NOT_CONVERGED, TRACEBACK, WAIT, LINES)
MOST_WAITING: Final = 300.0
"""Seconds that a run may wait for one service. A fault strikes only one of them."""
_APPROVAL: Final = "acknowledged"
_BY_SLACK: Final = {"channel_topic", "channel_purpose"}
_INTERNAL: Final = ("Traceback (most recent call last)", "internal error")
_POSTED_AT: Final = re.compile(r"(?<=/p)\d{16}\b")


@dataclass(frozen=True)
class Problem:
    """Something that must not be."""

    kind: str
    what: str


def end_of(state: Mapping[str, Any], *, merges: bool = False) -> dict[str, Any]:
    """What people see of Jira, Slack and GitHub.

    A run that `merges` replies to the approval only if the merge fails, because the reply on the
    assignment shows the approval. So that reply may be there once.

    Slack's own messages about a topic or purpose count once: nobody can delete a second one. A
    comment on a merged pull request counts without its text, which is as of the last run before.
    The link to an announcement counts without the time at which Slack got it.
    """
    pulls = state["github"].get("pulls", {}).values()
    merged = {each["number"] for each in pulls if each["merged_at"] is not None}
    comments: dict[str, list[str]] = {}
    for each in state["github"]["comments"]:
        comments.setdefault(str(each["number"]), []).append(
            "a comment" if each["number"] in merged else _POSTED_AT.sub("", each["body"])
        )
    end = {**end_state(state), "comments": comments}
    for channel in end["channels"].values():
        messages = channel["messages"]
        channel["messages"] = [
            each
            for place, each in enumerate(messages)
            if each[0] not in _BY_SLACK or each not in messages[:place]
        ]
        if merges:
            _drop_approval(channel["messages"])
    for issue in end["issues"].values() if merges else ():
        issue["properties"].get("escalation", {}).get("replies", {}).pop(_APPROVAL, None)
    return end


def _drop_approval(messages: list[Any]) -> None:
    """Drop one reply to an approval for each ticket that is assigned."""
    assigned = {each[3].partition(" ")[0] for each in messages if " assigned-" in each[3]}
    for ticket in assigned:
        for each in [each for each in messages if each[3] == f"{ticket} {_APPROVAL}"][:1]:
            messages.remove(each)


def judge_run(ran: Ran) -> Iterator[Problem]:
    """What is wrong with a run, whatever it met."""
    if ran.status is None:
        yield Problem(WAIT, "the run hung and was killed")
    if ran.waited > MOST_WAITING:
        yield Problem(WAIT, f"the run waited {ran.waited:.0f} s")
    for words in _INTERNAL:
        if words in ran.told:
            line = next(each for each in ran.told.splitlines() if words in each)
            yield Problem(TRACEBACK, line.strip()[:300])


def judge_end(
    end: Mapping[str, Any], right: Mapping[str, Any], lines: Counter[str], expected: Counter[str]
) -> Iterator[Problem]:
    """What is wrong with the end, compared with that of runs without a fault."""
    yield from _differences(end, right, "")
    for line, count in (expected - lines).items():
        yield Problem(LINES, f"{count} x {line}")


def _differences(one: Any, other: Any, path: str) -> Iterator[Problem]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            where = f"{path}/{key}"
            if key not in other:
                yield Problem(DOUBLED, f"{where} is too many")
            elif key not in one:
                yield Problem(LOST, f"{where} is missing")
            else:
                yield from _differences(one[key], other[key], where)
    elif isinstance(one, list) and isinstance(other, list):
        extra = [each for each in one if one.count(each) > other.count(each)]
        missing = [each for each in other if other.count(each) > one.count(each)]
        if len(one) > len(other):
            yield Problem(DOUBLED, f"{path}: too many: {extra}, missing: {missing}")
        elif len(one) < len(other):
            yield Problem(LOST, f"{path}: missing: {missing}, too many: {extra}")
        elif extra or missing:
            yield Problem(NOT_CONVERGED, f"{path}: {extra}, not {missing}")
    elif one != other:
        yield Problem(NOT_CONVERGED, f"{path}: {one!r}, not {other!r}")
