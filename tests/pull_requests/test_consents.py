"""Who agreed to what, by pushes and words: each rule, and who would gain without it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.consent import Consent
from reconciler.model.forge import (
    Account,
    Conversation,
    PullRequest,
    PullRequestComment,
    PullRequestState,
    Push,
    Review,
    ReviewState,
)
from reconciler.pull_requests.consents import (
    PullRequestContent,
    answered,
    proposed,
    waiting,
    wanted_commits,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRIYA, OWEN, HANNAH = Account(1, "priya"), Account(2, "owen"), Account(3, "hannah")
FORMS = Account(50, "forms")
BOT, ACTIONS = Account(51, "helper[bot]", bot=True), Account(52, "github-actions[bot]", bot=True)
PULL = PullRequest("7", "T", "", "refs/pull/7/head", "c2", "main", PRIYA, opened_at=NOON)
MERGED = replace(
    PULL,
    state=PullRequestState.MERGED,
    merged_at=NOON + timedelta(hours=8),
    merge_commit="m1",
)
CONTENT = {"c0": "", "c1": "a", "c2": "ab", "c3": "abc", "evil": "x"}


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def content(final: str = "ab", **commits: str) -> PullRequestContent:
    known = {name: frozenset(ids) for name, ids in {**CONTENT, **commits}.items()}
    return PullRequestContent(frozenset(final), known.get)


def pushed(*steps: tuple[Account | None, str, int], before: str = "") -> list[Push]:
    """Pushes, each by whom, to which commit, and when; each goes on from the one before."""
    found = []
    for actor, after, minutes in steps:
        found.append(Push(actor, before, after, at(minutes)))
        before = after
    return found


def words(consents: Iterable[Consent]) -> dict[str, str]:
    """What each account agreed to; `*` for everything."""
    return {
        each.account.login: "*" if each.covers is None else "".join(sorted(each.covers))
        for each in consents
    }


def said(
    *reviews: Review, pull: PullRequest = PULL, known: PullRequestContent | None = None
) -> dict[str, str]:
    return words(answered(pull, Conversation(reviews), known or content()))


def review(  # noqa: PLR0913 - the parts of a review
    who: Account | None,
    state: ReviewState = ReviewState.APPROVED,
    commit: str = "c2",
    minutes: int = 10,
    body: str = "",
    *,
    edited: bool = False,
) -> Review:
    return Review(who, state, commit, at(minutes), body, edited)


def proposing(pushes: list[Push], pull: PullRequest = PULL, **known: str) -> dict[str, str]:
    return words(proposed(pull, pushes, frozenset({FORMS.id}), content(**known)))


# Who opened it, and who pushed.


def test_the_author_agrees_to_what_they_opened_and_pushed():
    pushes = pushed((PRIYA, "c1", -5), (PRIYA, "c2", 5))
    assert proposing(pushes) == {"priya": "*"}


def test_the_author_agrees_to_what_others_had_pushed_before():
    assert proposing(pushed((OWEN, "c2", -5))) == {"priya": "*", "owen": "*"}


def test_a_colleagues_push_into_an_open_pull_request_is_their_word_alone():
    pushes = pushed((PRIYA, "c1", -5), (OWEN, "c2", 5))
    assert proposing(pushes) == {"priya": "a", "owen": "b"}


def test_a_push_in_the_second_of_the_opening_may_have_come_after_it():
    pushes = pushed((PRIYA, "c1", -5), (OWEN, "c2", 0))
    assert proposing(pushes) == {"priya": "a", "owen": "b"}


def test_a_branch_that_was_made_in_that_second_came_before():
    assert proposing(pushed((OWEN, "c2", 0))) == {"priya": "*", "owen": "*"}


def test_the_author_who_pushes_on_top_of_a_colleague_says_nothing_about_theirs():
    pushes = pushed((PRIYA, "c1", -5), (OWEN, "c2", 5), (PRIYA, "c3", 6))
    assert proposing(pushes, final="abc") == {"priya": "ac", "owen": "b"}


def test_a_forced_push_to_something_else_and_back_keeps_the_authors_word():
    pushes = pushed((PRIYA, "c2", -5), (OWEN, "evil", 5), (OWEN, "c2", 6))
    assert proposing(pushes)["priya"] == "*"


def test_a_forced_push_to_something_else_has_nobody_elses_word():
    pushes = pushed((PRIYA, "c2", -5), (OWEN, "evil", 5))
    assert proposing(pushes, final="x") == {"owen": "*"}


def test_an_update_of_the_branch_brings_nothing_of_its_own():
    pushes = pushed((PRIYA, "c2", -5), (OWEN, "merged", 5))
    assert proposing(pushes, merged="ab") == {"priya": "*"}


@pytest.mark.parametrize("bot", [BOT, ACTIONS, Account(52, "github-actions[bot]"), None])
def test_a_push_of_a_bot_is_nobodys_word(bot: Account | None):
    assert proposing(pushed((PRIYA, "c1", -5), (bot, "c2", 5))) == {"priya": "a"}


def test_a_bot_that_opens_one_says_nothing():
    pull = replace(PULL, author=BOT)
    assert proposing(pushed((BOT, "c2", -5)), pull=pull) == {}
    assert proposing(pushed((OWEN, "c2", -5)), pull=pull) == {"owen": "*"}


def test_unknown_pushes_are_nobodys_word():
    assert proposing([]) == {}


def test_commits_that_are_gone_are_nobodys_word():
    assert proposing(pushed((PRIYA, "gone", -5))) == {}
    pushes = pushed((PRIYA, "c1", -5), (OWEN, "gone", 5), (PRIYA, "c3", 6))
    assert proposing(pushes, final="abc") == {"priya": "a"}, "who brought b is not seen"


def test_a_push_that_the_forge_does_not_list_is_nobodys_word():
    pushes = [Push(PRIYA, "", "c1", at(-5)), Push(PRIYA, "c2", "c3", at(5))]
    assert proposing(pushes, final="abc") == {"priya": "ac"}


def test_the_authors_own_forced_pushes_need_no_commit_in_between():
    pushes = pushed((PRIYA, "c1", -5), (PRIYA, "gone", 5), (PRIYA, "c2", 6))
    assert proposing(pushes) == {"priya": "*"}
    conversation = Conversation()
    assert wanted_commits(PULL, conversation, pushes, frozenset(), 20) == ("c2",)


def test_what_is_pushed_after_the_merge_is_no_part_of_it():
    pushes = pushed((PRIYA, "c1", -5), (OWEN, "c2", 9 * 60))
    assert proposing(pushes, MERGED) == {"priya": "a"}


def test_a_value_that_was_replaced_within_it_is_covered_with_what_replaced_it():
    known = replace(content("ab"), passing=frozenset("abx"), implied={"x": "a"})
    (all_of_it,) = proposed(PULL, pushed((PRIYA, "c2", -5)), frozenset(), known)
    assert all_of_it.covers is None
    (half,) = proposed(PULL, pushed((PRIYA, "c1", -5)), frozenset(), known)
    assert half.covers == frozenset("ax")


def test_what_was_taken_back_within_it_has_nobodys_word_unseen():
    known = replace(content("ab"), passing=frozenset("abx"))
    (consent,) = proposed(PULL, pushed((PRIYA, "c2", -5)), frozenset(), known)
    assert consent.covers == frozenset("ab")


def test_nothing_of_ours_is_no_word_for_everything():
    assert proposing(pushed((PRIYA, "c0", -5)), final="") == {}


# Forms.


def of_form(address: str, actor: Account = FORMS) -> list[tuple[str, int]]:
    known = replace(content(), address_at=lambda _: address)
    pull = replace(PULL, author=FORMS)
    found = proposed(pull, pushed((actor, "c2", -5)), frozenset({FORMS.id}), known)
    return [(each.account.login, each.via) for each in found]


def test_the_account_of_forms_speaks_for_whom_its_commit_names():
    found = of_form("2+owen@users.noreply.github.com")
    assert ("owen", FORMS.id) in found
    assert {("forms", 0), ("owen", FORMS.id)} == set(found)


@pytest.mark.parametrize(
    "address",
    [
        "owen@users.noreply.github.com",
        "2+owen@users.noreply.github.com.evil.example",
        "x2+owen@users.noreply.github.com",
        "owen@example.com",
        "",
    ],
)
def test_no_other_address_names_anybody(address: str):
    assert of_form(address) == [("forms", 0)]


@pytest.mark.parametrize("actor", [OWEN, BOT, ACTIONS, None])
def test_nobody_else_speaks_for_the_author_of_a_commit(actor: Account | None):
    address = "3+hannah@users.noreply.github.com"
    found = of_form(address, actor) if actor else []
    assert "hannah" not in dict(found)


def test_each_push_of_forms_speaks_for_somebody_else():
    addresses = {"c1": "2+owen@users.noreply.github.com", "c2": "3+hannah@users.noreply.github.com"}
    known = replace(content(), address_at=lambda commit: addresses[commit])
    pull = replace(PULL, author=FORMS)
    pushes = pushed((FORMS, "c1", -5), (FORMS, "c2", 5))
    found = proposed(pull, pushes, frozenset({FORMS.id}), known)
    assert {each.account.login: each.covers for each in found if each.via} == {
        "owen": frozenset("a"),
        "hannah": frozenset("b"),
    }


# Approvals.


def test_an_approval_covers_what_the_commit_changes():
    assert said(review(HANNAH)) == {"hannah": "*"}


def test_an_approval_of_an_older_commit_with_the_same_content_is_kept():
    assert said(review(HANNAH, commit="older"), known=content(older="ab")) == {"hannah": "*"}


def test_an_approval_of_an_older_commit_with_less_covers_less():
    assert said(review(HANNAH, commit="c1")) == {"hannah": "a"}


def test_an_approval_of_something_else_covers_nothing():
    assert said(review(HANNAH, commit="evil")) == {}


def test_a_later_approval_renews():
    first, second = review(HANNAH, commit="c1"), review(HANNAH, minutes=20)
    (found,) = answered(PULL, Conversation((first, second)), content())
    assert (found.covers, found.at) == (None, at(20))


def test_the_same_approval_again_is_as_old_as_the_first():
    again = [review(HANNAH), review(HANNAH, minutes=20)]
    (found,) = answered(PULL, Conversation(tuple(again)), content())
    assert found.at == at(10)


@pytest.mark.parametrize("state", [ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED])
def test_an_approval_is_taken_back(state: ReviewState):
    assert said(review(HANNAH), review(HANNAH, state, minutes=20)) == {}


@pytest.mark.parametrize("state", [ReviewState.COMMENTED, ReviewState.PENDING])
def test_a_remark_takes_nothing_back(state: ReviewState):
    assert said(review(HANNAH), review(HANNAH, state, minutes=20)) == {"hannah": "*"}


@pytest.mark.parametrize("state", [each for each in ReviewState if each.name != "APPROVED"])
def test_nothing_else_is_an_approval(state: ReviewState):
    assert said(review(HANNAH, state)) == {}


@pytest.mark.parametrize("who", [BOT, ACTIONS, None])
def test_an_approval_of_no_person_is_worth_nothing(who: Account | None):
    assert said(review(who)) == {}


def test_an_approval_of_a_commit_that_is_gone_counts_only_at_the_head():
    known = replace(content(), changes_at=lambda _: None)
    assert said(review(HANNAH), known=known) == {"hannah": "*"}
    assert said(review(HANNAH, commit="c1"), known=known) == {}
    assert said(review(HANNAH, commit=""), known=known) == {}


def test_an_approval_after_the_merge_counts_late():
    late = review(HANNAH, minutes=9 * 60)
    (found,) = answered(MERGED, Conversation((late,)), content())
    assert (found.covers, found.at) == (None, late.at)


def test_changes_that_are_asked_for_after_the_merge_take_nothing_back():
    after = review(HANNAH, ReviewState.CHANGES_REQUESTED, minutes=9 * 60)
    assert said(review(HANNAH), after, pull=MERGED) == {"hannah": "*"}


def test_an_approval_that_was_dismissed_after_the_merge_is_gone():
    assert said(review(HANNAH, ReviewState.DISMISSED), pull=MERGED) == {}


def test_a_late_approval_adds_to_one_of_less():
    first, late = review(HANNAH, commit="c1"), review(HANNAH, minutes=9 * 60)
    found = answered(MERGED, Conversation((first, late)), content())
    assert [each.covers for each in found] == [frozenset("a"), None]


# What is asked for in words.


def asking(*said: Review | PullRequestComment, pull: PullRequest = PULL) -> dict[str, str]:
    known = replace(
        content(), assigning=lambda name, _: frozenset("b" if name in {"nadia", "@nadia"} else "")
    )
    reviews = tuple(each for each in said if isinstance(each, Review))
    remarks = tuple(each for each in said if isinstance(each, PullRequestComment))
    return words(answered(pull, Conversation(reviews, remarks), known))


def remark(who: Account | None, body: str, *, edited: bool = False) -> PullRequestComment:
    return PullRequestComment(1, who, body, at(10), edited)


COMMENTED, ASKED = ReviewState.COMMENTED, ReviewState.CHANGES_REQUESTED


@pytest.mark.parametrize(
    "body", ["/assign nadia", "Fine.\r\n/assign @nadia \r\nThank you", "/assign\tnadia"]
)
def test_a_command_is_the_word_of_whoever_writes_it(body: str):
    assert asking(remark(HANNAH, body)) == {"hannah": "b"}
    assert asking(review(HANNAH, COMMENTED, body=body)) == {"hannah": "b"}
    assert asking(review(HANNAH, commit="evil", body=body)) == {"hannah": "b"}


@pytest.mark.parametrize(
    "body",
    [
        "/assign",
        "/assign owen",
        "please /assign nadia",
        " /assign nadia",
        "> /assign nadia",
        "/assign nadia owen",
        "```\n/assign nadia\n```",
        "<!--\n/assign nadia\n-->",
        "/assign nadia\u2028x",
        "/assignnadia",
    ],
)
def test_anything_else_is_no_command(body: str):
    assert asking(remark(HANNAH, body)) == {}


def test_a_text_that_was_changed_is_nobodys_word():
    assert asking(remark(HANNAH, "/assign nadia", edited=True)) == {}
    assert asking(review(HANNAH, COMMENTED, body="/assign nadia", edited=True)) == {}


@pytest.mark.parametrize("who", [BOT, ACTIONS, None])
def test_only_people_ask(who: Account | None):
    assert asking(remark(who, "/assign nadia")) == {}


def test_a_review_that_was_taken_back_asks_for_nothing():
    assert asking(review(HANNAH, ReviewState.DISMISSED, body="/assign nadia")) == {}
    assert asking(review(HANNAH, ASKED, body="/assign nadia")) == {}


def test_what_is_asked_for_and_not_there_counts_while_it_is_open():
    known = replace(content("a"), assigning=lambda _, __: frozenset("z"))
    talk = Conversation(remarks=(remark(HANNAH, "/assign nadia"),))
    assert words(answered(PULL, talk, known)) == {"hannah": "z"}
    assert words(answered(MERGED, talk, known)) == {}


# Why nobody's approval counts.


@pytest.mark.parametrize(
    ("reviews", "why"),
    [
        ([], ""),
        ([review(HANNAH, ReviewState.COMMENTED)], ""),
        (
            [review(HANNAH), review(HANNAH, ReviewState.DISMISSED, minutes=11)],
            "the approval of #7 by hannah was dismissed",
        ),
        ([review(HANNAH, ReviewState.CHANGES_REQUESTED)], "hannah asks for changes in #7"),
        ([review(HANNAH, commit="c1")], "hannah approved an older version of #7"),
        ([review(HANNAH)], "hannah approved #7 and is not among the acknowledgers"),
    ],
)
def test_why_it_waits(reviews: list[Review], why: str):
    assert waiting(PULL, Conversation(tuple(reviews)), content()) == why


def test_of_many_commits_only_some_are_fetched():
    pushes = pushed(*[(each, f"d{number}", number) for number in range(30) for each in (OWEN,)])
    pushes = [replace(each, actor=OWEN if n % 2 else HANNAH) for n, each in enumerate(pushes)]
    assert len(wanted_commits(PULL, Conversation(), pushes, frozenset(), 20)) == 20


def test_who_approves_nothing_of_ours_does_not_agree_to_everything():
    assert said(review(HANNAH), known=content("")) == {}


def test_a_value_that_was_replaced_is_not_covered_by_anything_else():
    known = replace(content("ab"), passing=frozenset("abx"), implied={"x": "b"})
    (half,) = proposed(PULL, pushed((PRIYA, "c1", -5)), frozenset(), known)
    assert half.covers == frozenset("a")
