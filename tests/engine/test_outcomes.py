"""One outcome for each planned change, by values."""

import pytest
from plan.values import settled

from reconciler.model.change import Action, Change, EscalationPlan, Operation
from reconciler.model.observed import Announced
from reconciler.model.outcome import Result
from reconciler.model.receipt import PostReceipt, Receipt
from reconciler.reconcile.engine.outcomes import Outcomes
from reconciler.reconcile.facet import ReadBack
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.label import AddLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import EditMessage, PostMessage, Where
from reconciler.reconcile.facets.receipt import Remember
from reconciler.services.errors import InternalError, ServiceError


def _change(facet: str, op: Operation) -> Change:
    return Change(facet=facet, action=Action.ADD, why="drift", op=op)


def _plan(*changes: Change) -> EscalationPlan:
    return settled().plan().plan.model_copy(update={"changes": changes})


def _seen(**messages: PostReceipt) -> ReadBack:
    return ReadBack(None, None, Announced("C0", messages), Receipt(ticket="DS-1071"))


IN_DESK = Where.ANNOUNCEMENT
POST = _change("slack.announcement", PostMessage(where=IN_DESK, kind="a", text="", rev="1"))
EDIT = _change(
    "slack.announcement", EditMessage(where=IN_DESK, kind="a", ts="1.5", text="", rev="1")
)
LABEL = _change("jira.label", AddLabel(label="ESCALATION"))
RECEIPT = _change("jira.receipt", Remember())


def _invite(*handles: str) -> Change:
    return _change("slack.members", Invite(users={each: f"U{each}" for each in handles}))


@pytest.mark.parametrize("result", [Result.UNKNOWN, Result.SKIPPED])
def test_what_is_no_longer_wanted_is_done_only_if_it_is_found(result: Result):
    found, lost = Outcomes(_plan(POST)), Outcomes(_plan(POST))
    for each in (found, lost):
        each.note(POST, result)
    found.settle(_plan(), _seen(a=PostReceipt(ts="1.5", rev="1")))
    lost.settle(_plan(), _seen())
    assert [each.result for each in found.every()] == [Result.DONE]
    assert [each.result for each in lost.every()] == [result]


def test_what_is_still_wanted_is_not_done_yet():
    outcomes = Outcomes(_plan(POST))
    outcomes.note(POST, Result.UNKNOWN)
    outcomes.settle(_plan(POST), _seen(a=PostReceipt(ts="1.5", rev="0")))
    assert [each.result for each in outcomes.every()] == [Result.UNKNOWN]


def test_a_planned_post_may_become_an_edit_and_no_planned_edit_a_post():
    assert Outcomes(_plan(POST)).approved(EDIT) == EDIT
    assert Outcomes(_plan(EDIT)).approved(POST) is None
    assert Outcomes(_plan(POST)).approved(LABEL) is None


def test_what_the_plan_requires_is_required_in_a_second_look_too():
    """The later plan may leave out what its own change is to wait for."""
    archive = _change("slack.archive", Archive()).model_copy(update={"requires": (POST.key,)})
    later = archive.model_copy(update={"requires": ("slack.brief brief",)})
    assert Outcomes(_plan(POST, archive)).requires(later) == ("slack.brief brief", POST.key)
    assert Outcomes(_plan(POST)).requires(later) == ("slack.brief brief",)


def test_an_invitation_gains_nobody():
    outcomes = Outcomes(_plan(_invite("lena", "jun")))
    assert outcomes.approved(_invite("jun", "amara")) == _invite("jun").model_copy(
        update={"after": "jun"}
    )
    outcomes.settle(_plan(_invite("jun", "amara")), _seen())
    (_, left) = outcomes.every()
    assert (left.change.after, left.answer) == ("amara", "not in the plan of this run")


def test_the_receipt_may_always_be_written_and_is_told_only_when_it_fails():
    outcomes = Outcomes(_plan(LABEL))
    assert outcomes.approved(RECEIPT) == RECEIPT
    outcomes.note(LABEL, Result.DONE)
    outcomes.note(RECEIPT, Result.DONE)
    assert [each.change for each in outcomes.every()] == [LABEL]
    outcomes.note(RECEIPT, Result.FAILED)
    assert [each.change for each in outcomes.every()] == [LABEL, RECEIPT]


def test_what_an_internal_error_broke_is_not_tried_again():
    outcomes = Outcomes(_plan(POST))
    outcomes.internal([POST], KeyError("secret"))
    assert outcomes.approved(POST) is None
    outcomes.settle(_plan(POST), _seen())
    (only,) = outcomes.every()
    assert only.result is Result.FAILED
    assert "KeyError" in only.answer
    assert "secret" not in only.answer


@pytest.mark.parametrize(
    "error", [InternalError(KeyError("x")), ServiceError("Jira", "GET x", "HTTP 500")]
)
def test_whatever_ends_an_escalation_leaves_an_outcome_for_each_change(
    error: ServiceError | InternalError,
):
    for done in ((), (LABEL,), (LABEL, POST)):
        outcomes = Outcomes(_plan(LABEL, POST))
        for each in done:
            outcomes.note(each, Result.DONE)
        outcomes.broken(error)
        every = outcomes.every()
        assert {each.change.key for each in every} >= {LABEL.key, POST.key}
        assert any(each.result is Result.FAILED for each in every)


def test_a_change_that_nobody_reached_has_an_outcome_too():
    (only,) = Outcomes(_plan(LABEL)).every()
    assert (only.result, only.answer) == (Result.SKIPPED, "not reached")
