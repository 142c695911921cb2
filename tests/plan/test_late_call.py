"""Whom the thread of an open pull request calls when its acknowledgers change."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plan.values import MONDAY, PULL_REQUEST, PullRequestScene, announced, pull_request
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.observed import Called
from reconciler.model.receipt import PostReceipt
from reconciler.reconcile.facets.message_operations import PostMessage
from reconciler.reconcile.wording.placeholders import mention

CALL = "proposed-12"
REMINDER = "remind-acknowledgement-12"
THREE = ("hannah", "ines", "marcus")
REMIND = {"reminders": {"acknowledgement_minutes": 30}}


def now_with(
    people: Iterable[str], proposed: Mapping[str, Any] | None = None, **options: Any
) -> PullRequestScene:
    """Announced to Hannah and Ines on Monday; these people can acknowledge it now."""
    facts = {"acknowledgers": tuple(people), **(proposed or {})}
    return replace(
        announced(pull_request()), desired=pull_request(proposed=facts, **options).desired
    )


def called_by(scene: PullRequestScene, **called: Called) -> PullRequestScene:
    """The scene with what the replies in the thread call, by `call`, `late` and `reminder`."""
    keys = {"call": CALL, "late": f"{CALL}-0123456789", "reminder": f"{REMINDER}-lead"}
    found = {keys[name]: each for name, each in called.items()}
    replies = {**(scene.seen.announced.replies or {})}
    replies |= {key: replies.get(key, PostReceipt(ts="3.0", rev="x")) for key in found}
    there = replace(scene.seen.announced, replies=replies, called=found)
    return scene.sees(announced=there)


def calls(scene: PullRequestScene) -> list[PostMessage]:
    """The replies that call people in the planned run."""
    every = (each.op for each in scene.plan().plan.changes)
    return [each for each in every if isinstance(each, PostMessage) and each.calls]


def test_a_new_acknowledger_is_called_as_the_others_were():
    (late,) = calls(now_with(THREE))
    (first,) = calls(pull_request())
    assert late.calls == ("marcus",)
    assert late.mentions == {"marcus": "U-marcus"}
    assert late.kind.startswith(f"{CALL}-")
    assert (late.where, late.parent) == (first.where, first.parent)
    both = f"{mention('hannah')} {mention('ines')}"
    assert late.text == first.text.replace(both, mention("marcus"))


def test_several_new_ones_share_a_reply():
    (late,) = calls(now_with((*THREE, "sofia")))
    assert late.calls == ("marcus", "sofia")


def test_other_people_have_another_reply():
    (one,), (other,) = calls(now_with(THREE)), calls(now_with(("hannah", "ines", "sofia")))
    assert one.kind != other.kind


@pytest.mark.parametrize(
    "people", [("hannah", "ines"), ("ines", "hannah"), ("ines",), ()], ids="_".join
)
def test_who_was_called_or_left_causes_no_reply(people: tuple[str, ...]):
    assert calls(now_with(people)) == []


def test_the_first_reply_calls_everyone_while_it_is_missing():
    (call,) = calls(pull_request(proposed={"acknowledgers": THREE}))
    assert (call.kind, call.calls) == (CALL, THREE)


@pytest.mark.parametrize(
    "called",
    [
        {"call": Called(frozenset(THREE))},
        {"call": Called(frozenset(THREE[:2])), "late": Called(frozenset({"marcus"}))},
        {"call": Called(frozenset(THREE[:2])), "reminder": Called(frozenset({"marcus"}))},
        {"call": Called(frozenset(), frozenset({"U-hannah", "U-ines", "U-marcus"}))},
        {"call": Called(frozenset({"hannah", "ines", "mark"}), frozenset({"U-marcus"}))},
    ],
    ids=["first", "late", "reminder", "earlier version", "other handle"],
)
def test_nobody_is_called_twice(called: dict[str, Called]):
    assert calls(called_by(now_with(THREE), **called)) == []


def test_of_an_earlier_version_only_the_new_one_is_called():
    before = Called(frozenset(), frozenset({"U-hannah", "U-ines"}))
    (late,) = calls(called_by(now_with(THREE), call=before))
    assert late.calls == ("marcus",)


def test_another_pull_request_in_the_thread_calls_its_own_people():
    scene = now_with(THREE)
    other = {**scene.seen.announced.called, "proposed-120": Called(frozenset(THREE))}
    there = replace(scene.seen.announced, called=other)
    (late,) = calls(scene.sees(announced=there))
    assert late.calls == ("marcus",)


def test_a_reminder_of_the_same_run_calls_instead():
    scene = replace(now_with(THREE, policy=REMIND), now=MONDAY + timedelta(minutes=31))
    scene = replace(scene, desired=_desired_at(scene))
    (reminder,) = calls(scene)
    assert (reminder.kind, reminder.calls) == (REMINDER, THREE)


def _desired_at(scene: PullRequestScene) -> Any:
    facts = {"acknowledgers": THREE}
    return pull_request(scene.now, proposed=facts, policy=REMIND).desired


def test_twenty_are_called_at_most():
    many = tuple(f"p{number}" for number in range(18))
    scene = called_by(now_with((*many, *THREE)), call=Called(frozenset(many)))
    (late,) = calls(scene)
    assert late.calls == ("hannah", "ines")
    full = Called(frozenset((*many, "left", "gone")))
    assert calls(called_by(now_with((*many, *THREE)), call=full)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"proposed": {"held": "3 of 3 new ones today"}},
        {"proposed": {"pull_request": replace(PULL_REQUEST, draft=True)}},
        {"case": {"acknowledged": Acknowledgement("hannah", MONDAY, "12")}},
    ],
    ids=["a limit refuses it", "a draft", "acknowledged"],
)
def test_no_new_acknowledger_is_called_where_no_review_is_needed(change: dict[str, Any]):
    called = {who for each in calls(now_with(THREE, **change)) for who in each.calls}
    assert "marcus" not in called


def test_who_is_new_while_a_limit_refuses_it_is_called_when_it_allows():
    held = announced(pull_request(proposed={"held": "3 of 3 new ones today"}))
    (call,) = calls(replace(held, desired=now_with(THREE).desired))
    assert (call.kind, call.calls) == (CALL, THREE)
