"""How often a run starts git. Held by tests/reconcile/test_budget.py.

GitPython starts it twice when it is imported; that is counted too.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from benchmarks.scene import on_github, run_apply

APPLYING: Final = 15
"""How often a run that changes something may start git."""
QUIET: Final = 8
"""How often a run that changes nothing may start git."""


class Starts(NamedTuple):
    """How often a run started git, and how often it may."""

    what: str
    status: int
    found: int
    most: int


def measure() -> Iterator[Starts]:
    """Runs of `escalate apply --record --comment`, as CI starts them."""
    with on_github() as hub:
        for what, ticket in (("first", "DS-1071"), ("second", "DS-1072")):
            number = hub.propose(ticket, assignee=None)
            hub.review(number)
            hub.merge(number)
            hub.pull_main()
            done = run_apply(hub)
            yield Starts(f"{what} escalation", done.status, done.started, APPLYING)
            done = run_apply(hub)
            yield Starts(f"nothing to do after the {what}", done.status, done.started, QUIET)


def run() -> list[tuple[str, str]]:
    """Measure; what was measured and what came out."""
    return [(f"starts of git, {each.what}", f"{each.found} of {each.most}") for each in measure()]
