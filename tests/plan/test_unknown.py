"""While nobody can tell how an escalation stands, nothing about it is changed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from company import escalation

from plan.values import (
    MONDAY,
    PATH,
    TICKET,
    UPDATE,
    Scene,
    again,
    desired,
    ended,
    lost,
    new,
    settled,
    snapshot_of,
    told,
)
from reconciler.model.admission import Admission, Admissions, Decision
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.timeline import MainCommit, Timeline, Version
from reconciler.reconcile.desired_states import desire
from reconciler.reconcile.effective import judged_escalations

UNREAD = Diagnostic("acknowledgement", "GitHub does not answer", "The next run asks again.")


def judged(decision: Decision) -> Desired:
    """What the standard file asks for after admission has decided."""
    snapshot = snapshot_of(escalation(TICKET))
    (entry,) = snapshot.entries
    commit = MainCommit("c" * 40, MONDAY, "Priya", "Escalate", 12, 0)
    timeline = Timeline((commit,), (Version(TICKET, PATH, commit, entry.escalation),), ())
    unread = UNREAD if decision is Decision.UNKNOWN else None
    admission = Admission(TICKET, decision, MONDAY, why="the day is full", unread=unread)
    cases = judged_escalations(snapshot.entries, Admissions({TICKET: admission}), timeline)
    (found,) = desire(snapshot, cases, "https://jira.example", MONDAY)
    return found


@pytest.mark.parametrize(
    ("decision", "facets"),
    [
        (Decision.ADMITTED, {"jira.label", "slack.channel"}),
        (Decision.HELD, {"slack.announcement"}),
        (Decision.UNKNOWN, set()),
    ],
)
def test_the_plan_follows_the_decision(decision: Decision, facets: set[str]):
    scene = new().wants(judged(decision)).read().announced(messages={}, replies={})
    planned = scene.plan()
    found = {change.facet for change in planned.plan.changes}
    assert found >= facets
    if decision is not Decision.ADMITTED:
        assert found == facets
    problems = [each.message for each in planned.plan.problems]
    assert problems == ([UNREAD.message] if decision is Decision.UNKNOWN else [])


def changed() -> Scene:
    """A run has done everything, and then the file changes."""
    return settled().wants(desired(contact="jun", updates=[UPDATE]))


@pytest.mark.parametrize("scene", [new, settled, changed, ended, again, lost])
def test_nothing_is_planned_and_nothing_read_in_any_state(scene: Callable[[], Scene]):
    found = scene()
    unknown = replace(found, desired=replace(found.desired, unread=UNREAD))
    assert told(unknown.plan()) == ["problem acknowledgement: GitHub does not answer"]


@pytest.mark.parametrize("scene", [settled, changed, ended, again])
def test_a_receipt_of_a_newer_version_stops_the_plan_in_any_state(scene: Callable[[], Scene]):
    (problem,) = told(scene().on_ticket(receipt=None, newer_receipt=3).plan())
    assert problem.startswith(
        "problem jira.receipt: the receipt on DS-1071 has version 3, and this"
    )
