"""Whose word acknowledges a proposal: the latest of each reviewer, on the commit that counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from company import TOP
from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.approvals import acknowledgement, acknowledgers, person_of
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.forge import Account, PullRequest, PullRequestState, Review, ReviewState
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster

ROSTER = Roster.model_validate(yaml.safe_load((TOP / "config/roster.yaml").read_text()))
DESK = Policy.model_validate(yaml.safe_load((TOP / "config/policy.yaml").read_text())).desks["DS"]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HEAD, OLD = "a" * 40, "b" * 40
PRIYA, HANNAH, INES = (
    Account(1, "priya-raman"),
    Account(2, "Hannah-Weiss"),
    Account(3, "ines-carvalho"),
)
OWEN, BOT = Account(4, "owen-brooks"), Account(5, "marcus-bell", bot=True)


def pull_request(**changes: Any) -> PullRequest:
    base = {"id": "7", "title": "T", "url": "", "ref": "", "head": HEAD, "base": "main"}
    return PullRequest(**{**base, "author": PRIYA, **changes})


def said(who: Account | None, state: ReviewState, minute: int, commit: str = HEAD) -> Review:
    return Review(who, state, commit, NOON + timedelta(minutes=minute))


def judged(
    *reviews: Review, initiators: tuple[str, ...] = ("priya",), **changes: Any
) -> Acknowledgement | Unacknowledged:
    return acknowledgement(pull_request(**changes), reviews, DESK, ROSTER, initiators)


YES, NO = ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED


def test_the_first_of_two():
    found = judged(said(INES, YES, 5), said(HANNAH, YES, 3))
    assert isinstance(found, Acknowledgement)
    assert (found.by, found.at, found.late) == ("hannah", NOON + timedelta(minutes=3), False)


def test_approving_twice_does_not_make_it_later():
    found = judged(said(HANNAH, YES, 3), said(HANNAH, YES, 9))
    assert isinstance(found, Acknowledgement)
    assert found.at == NOON + timedelta(minutes=3)


def test_one_who_is_content_is_enough_while_another_is_not():
    assert isinstance(judged(said(INES, NO, 1), said(HANNAH, YES, 3)), Acknowledgement)


@pytest.mark.parametrize(
    ("reviews", "why"),
    [
        ([], "Hannah Weiss, Inês Carvalho or Marcus Bell has not approved #7 yet"),
        ([said(HANNAH, ReviewState.COMMENTED, 1)], "has not approved #7 yet"),
        ([said(None, YES, 1)], "has not approved #7 yet"),
        ([said(HANNAH, YES, 1, OLD)], "Hannah-Weiss approved an older version of #7"),
        ([said(HANNAH, YES, 1), said(HANNAH, YES, 2, OLD)], "an older version"),
        ([said(HANNAH, ReviewState.DISMISSED, 1)], "was dismissed"),
        ([said(HANNAH, YES, 1), said(HANNAH, NO, 2)], "asks for changes"),
        ([said(OWEN, YES, 1)], "is not among the acknowledgers of Dev Support"),
        ([said(BOT, YES, 1)], "is not among the acknowledgers of Dev Support"),
        ([said(PRIYA, YES, 1)], "is the author of #7"),
    ],
)
def test_what_does_not_count(reviews: list[Review], why: str):
    found = judged(*reviews)
    assert isinstance(found, Unacknowledged)
    assert why in found.why
    assert found.silent is ("has not approved" in why)


def test_the_author_even_as_an_acknowledger():
    assert isinstance(judged(said(HANNAH, YES, 1), author=HANNAH), Unacknowledged)
    assert acknowledgers(pull_request(author=HANNAH), DESK, ROSTER, ()) == ("ines", "marcus")


def test_the_initiator_cannot_acknowledge_what_a_delegate_or_a_form_proposes():
    found = judged(said(HANNAH, YES, 1), initiators=("hannah",))
    assert isinstance(found, Unacknowledged)
    assert found.why == "Hannah-Weiss escalates in #7 and can't acknowledge it"
    assert acknowledgers(pull_request(), DESK, ROSTER, ("hannah",)) == ("ines", "marcus")
    both = judged(said(HANNAH, YES, 1), said(INES, YES, 2), initiators=("hannah",))
    assert isinstance(both, Acknowledgement)
    assert both.by == "ines"


def test_nobody_vouches_for_the_author():
    assert isinstance(judged(said(HANNAH, YES, 1), author=None), Unacknowledged)


def test_before_the_merge_counts_before_what_comes_after_it():
    merged = {"state": PullRequestState.MERGED, "merged_at": NOON + timedelta(minutes=5)}
    early = judged(said(HANNAH, YES, 3), said(HANNAH, NO, 9), **merged)
    assert isinstance(early, Acknowledgement)
    assert not early.late
    late = judged(said(HANNAH, YES, 9), **merged)
    assert isinstance(late, Acknowledgement)
    assert late.late
    with_the_merge = judged(said(HANNAH, YES, 5), **merged)
    assert isinstance(with_the_merge, Acknowledgement)
    assert not with_the_merge.late


def test_numbers_decide_where_the_roster_has_them():
    people = {
        **ROSTER.people,
        "hannah": ROSTER.people["hannah"].model_copy(update={"github_id": 2}),
    }
    roster = ROSTER.model_copy(update={"people": people})
    assert person_of(Account(2, "renamed"), roster) == "hannah"
    assert person_of(Account(9, "hannah-weiss"), roster) is None
    assert person_of(Account(0, "hannah-weiss"), roster) == "hannah", "no number is known"
    assert person_of(None, roster) is None


WHO = st.sampled_from([PRIYA, HANNAH, INES, OWEN, BOT])
WHAT = st.tuples(WHO, st.sampled_from([*ReviewState]), st.sampled_from([HEAD, OLD]))


@given(st.lists(WHAT, max_size=12))
def test_it_agrees_with_the_words_of_the_design(told: list[tuple[Account, ReviewState, str]]):
    """A reviewer on the desk's roster, not the author, whose latest state is APPROVED."""
    reviews = [said(who, state, at, commit) for at, (who, state, commit) in enumerate(told)]
    latest: dict[int, Review] = {}
    for each in reviews:
        if each.reviewer and each.state not in {ReviewState.COMMENTED, ReviewState.PENDING}:
            latest[each.reviewer.id] = each
    right = any(
        each.state is YES and each.commit == HEAD and each.reviewer in {HANNAH, INES}
        for each in latest.values()
    )
    assert isinstance(judged(*reviews), Acknowledgement) is right
