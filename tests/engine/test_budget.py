"""Caps are spent when a change is carried out."""

import re
from pathlib import Path

from company import NOW

from reconciler.model.change import Action, Change, EscalationPlan, Operation, Plan
from reconciler.model.phase import Phase
from reconciler.model.policy import Safety
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.comment_operations import AddComment, EditComment
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.reconcile.safety import counts, refusals

CAPS = Safety(posts=2, invitations=3, archives=0, removals=0)


def _plan(*operations: Operation, vanished: bool = False) -> Plan:
    changes = tuple(
        Change(facet="jira.comment", action=Action.ADD, why="drift", op=op) for op in operations
    )
    one = EscalationPlan(
        ticket="DS-1",
        title="",
        phase=Phase.ASSIGNED,
        path="",
        desk="DS",
        basis="",
        vanished=vanished,
        changes=changes,
    )
    return Plan(made_at=NOW, escalations=(one,))


def test_messages_and_comments_count_as_posts_and_edits_do_not():
    plan = _plan(
        PostMessage(where=Where.CHANNEL, kind="brief", text="", rev=""),
        AddComment(kind="channel", body=""),
        EditComment(kind="resolved", id="1", body=""),
    )
    assert counts(plan)["posts"] == 2


def test_every_cap_is_counted():
    plan = _plan(Archive(), Invite(users={"a": "U1", "b": "U2"}), vanished=True)
    assert counts(plan) == {
        "archives": 1,
        "invitations": 2,
        "removals": 1,
        "posts": 0,
        "copies": 0,
        "merges": 0,
    }
    assert [each.facet for each in refusals(plan, CAPS)] == ["safety.archives", "safety.removals"]


def test_what_is_over_a_cap_is_not_allowed():
    budget = Budget(CAPS)
    assert budget.spend("one", {"posts": 1}) is None
    assert budget.spend("two", {"posts": 1}) is None
    assert budget.spend("three", {"posts": 1}) == "posts"
    assert budget.spend("four", {"invitations": 4}) == "invitations"
    assert budget.spend("five", {"invitations": 3}) is None


def test_a_change_that_is_tried_again_is_not_counted_twice():
    budget = Budget(CAPS)
    for _ in range(3):
        assert budget.spend("one", {"invitations": 3}) is None
    assert budget.spend("one", {"invitations": 2}) is None
    assert budget.spend("two", {"invitations": 1}) == "invitations"


def test_what_is_refused_costs_nothing():
    budget = Budget(CAPS)
    assert budget.spend("one", {"posts": 1, "archives": 1}) == "archives"
    assert budget.spend("two", {"posts": 2}) is None


def test_the_description_of_a_cap_says_what_is_counted():
    page = Path("docs/reference/files.md").read_text(encoding="utf-8")
    assert re.search(
        r"posts.*How many messages and comments one run may post\. Edits do not count", page
    )
