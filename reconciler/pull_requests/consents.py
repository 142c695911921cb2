"""Who agreed to what in a pull request: pure, from what the forge vouches for.

The author agrees to what the branch had when they opened the pull request. Whoever pushes agrees to
what they brought onto the branch, and an approver to what the approved commit changes. Changes are
known by their ids, which name what they lead to. So each consent is bound to content.

The authors and committers of commits are never believed, because everybody can write them. The one
exception are pushes of an account of forms. Only its workflow pushes with it, and writes in whose
name. Such a word counts only where the policy in force names that account, so each one says by
which account it came.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.edit.commands import read_commands
from reconciler.edit.form_fields import FormKind
from reconciler.model.consent import Consent
from reconciler.model.forge import (
    Account,
    BaseChange,
    Conversation,
    PullRequest,
    PullRequestComment,
    Push,
    Review,
    ReviewState,
)
from reconciler.pull_requests.push_series import (
    ACTIONS_LOGIN,
    PushSeries,
    head_at,
    in_series,
    opened_head,
)

Ids = frozenset[str]
_SAYS_NOTHING: Final = frozenset({ReviewState.COMMENTED, ReviewState.PENDING})
_ASKS: Final = frozenset({ReviewState.APPROVED, ReviewState.COMMENTED})
_NOREPLY: Final = re.compile(r"(?P<id>[1-9][0-9]*)\+(?P<login>[^@]+)@users\.noreply\.github\.com")
"""Source: https://docs.github.com/en/account-and-profile/reference/email-addresses-reference"""


@dataclass(frozen=True)
class PullRequestContent:
    """What the commits of a pull request change, as ids."""

    final: Ids
    """What reached the main branch, or would reach it."""
    changes_at: Callable[[str], Ids | None]
    """What a commit changes against the main branch; None if this clone lacks the commit."""
    address_at: Callable[[str], str] = field(default=lambda _: "")
    """The address of a commit's author; empty if it is unknown."""
    assigning: Callable[[str, str], Ids] = field(default=lambda _, __: frozenset())
    """Ids of the changes that assign the ticket of a commit to the person of `/assign NAME`.

    The arguments are NAME and the commit. Empty if the commit changes no ticket, or several.
    """
    implied: Mapping[str, str] = field(default_factory=dict)
    """Changes that another one of the pull request replaced, with the id of that one."""
    passing: Ids = frozenset()
    """What single commits of it changed on the main branch, also if others took it back."""


def proposed(
    pull_request: PullRequest,
    pushes: Sequence[Push],
    forms: Collection[int],
    content: PullRequestContent,
    base_change: BaseChange | None = None,
) -> tuple[Consent, ...]:
    """What the author and those who pushed agree to. `forms` are ids of accounts of forms.

    Whoever changes the base proposes all of it for that branch. What others proposed before was
    for another branch.
    """
    found: dict[tuple[int, int], Consent] = {}
    aimed = [each for each in pushes if _is_for_base(each, base_change)]
    pushed = in_series(aimed, pull_request.merged_at, forms)
    pull_request = _as_aimed(pull_request, base_change)
    for each in (*_opened(pull_request, pushes, content), *_pushed(pushed, forms, content)):
        known = found.get((each.account.id, each.via))
        found[each.account.id, each.via] = each if known is None else _both(known, each)
    return _bound(found.values(), content)


def _is_for_base(push: Push, change: BaseChange | None) -> bool:
    return change is None or push.at > change.at or _is_same(push.actor, change.by)


def _as_aimed(pull_request: PullRequest, change: BaseChange | None) -> PullRequest:
    """A pull request as if it were opened with the last change of its base."""
    if change is None:
        return pull_request
    author = pull_request.author if _is_same(pull_request.author, change.by) else None
    return replace(pull_request, opened_at=change.at, author=author)


def _is_same(one: Account | None, other: Account | None) -> bool:
    return one is not None and other is not None and one.id == other.id


def _both(one: Consent, other: Consent) -> Consent:
    covers = (one.covers or frozenset()) | (other.covers or frozenset())
    return replace(one, at=min(one.at, other.at), covers=covers)


def _opened(
    pull_request: PullRequest, pushes: Sequence[Push], content: PullRequestContent
) -> Iterator[Consent]:
    author, at = pull_request.author, pull_request.opened_at
    head = opened_head(pull_request, pushes)
    if author is None or author.bot or at is None or not head:
        return
    if covers := content.changes_at(head):
        yield Consent(author, at, approved=False, covers=covers)


def _pushed(
    pushed: Sequence[PushSeries], forms: Collection[int], content: PullRequestContent
) -> Iterator[Consent]:
    for series in pushed:
        before = content.changes_at(series.before) if series.before else frozenset()
        after = content.changes_at(series.after)
        if before is None or after is None or not after - before:
            continue
        for account, via in _speakers(series, forms, content):
            yield Consent(account, series.at, approved=False, covers=after - before, via=via)


def _speakers(
    series: PushSeries, forms: Collection[int], content: PullRequestContent
) -> Iterator[tuple[Account, int]]:
    """Whose word a push is, and by which account of forms; nobody's if it is a bot's."""
    actor = series.actor
    if actor is None or actor.login == ACTIONS_LOGIN:
        return
    if actor.id in forms:
        found = _NOREPLY.fullmatch(content.address_at(series.after))
        if found is not None:
            yield Account(int(found["id"]), found["login"]), actor.id
    if not actor.bot:
        yield actor, 0


def answered(
    pull_request: PullRequest,
    conversation: Conversation,
    content: PullRequestContent,
    pushes: Sequence[Push] = (),
) -> tuple[Consent, ...]:
    """What approvers agree to, and those who asked for something in a review or a comment."""
    merged = pull_request.merged_at
    in_time = [each for each in conversation.reviews if merged is None or each.at <= merged]
    said = _approvals(pull_request, in_time, content)
    # What was said before the merge counts first. What was said after it can only come late.
    late = _approvals(pull_request, conversation.reviews, content)
    said += [each for each in late if each not in said]
    heads: dict[Review | PullRequestComment, str] = {
        each: head_at(pull_request, pushes, each.at) for each in conversation.remarks
    }
    heads.update({each: each.commit for each in conversation.reviews})
    asked = _requests(heads, content)
    bound = (*_bound(said, content), *_bound(asked, content, extra=merged is None))
    return tuple(sorted(bound, key=lambda each: each.at))


def _approvals(
    pull_request: PullRequest, reviews: Iterable[Review], content: PullRequestContent
) -> list[Consent]:
    """The latest word of each reviewer, where it is an approval."""
    found: dict[int, Consent] = {}
    for each in reviews:
        reviewer = each.reviewer
        if reviewer is None or reviewer.bot or each.state in _SAYS_NOTHING:
            continue
        known = found.pop(reviewer.id, None)
        covers = _approved(pull_request, each, content)
        if each.state is ReviewState.APPROVED and covers:
            again = known is not None and known.covers == covers
            at = known.at if known is not None and again else each.at
            found[reviewer.id] = Consent(reviewer, at, approved=True, covers=covers)
    return sorted(found.values(), key=lambda each: each.at)


def _approved(pull_request: PullRequest, review: Review, content: PullRequestContent) -> Ids:
    covers = content.changes_at(review.commit) if review.commit else None
    if covers is None:
        return content.final if review.commit == pull_request.head else frozenset()
    return covers


def assigning(
    conversation: Conversation, content: PullRequestContent
) -> tuple[tuple[Account, str], ...]:
    """Who asked for which engineer in an approval, in words that nobody changed since."""
    return tuple(
        (each.reviewer, name)
        for each in conversation.reviews
        if each.reviewer is not None
        and each.state is ReviewState.APPROVED
        and not each.reviewer.bot
        and not each.edited
        for one in read_commands(each.body)
        if one.kind is FormKind.ASSIGN
        for name in [one.text]
        if content.assigning(name, each.commit)
    )


def _requests(
    said: Mapping[Review | PullRequestComment, str], content: PullRequestContent
) -> list[Consent]:
    """What people asked for with a command, in words that nobody changed since.

    A command names no ticket. It is for that of the commit on which it was said.
    """
    found = []
    for each, commit in said.items():
        account = each.reviewer if isinstance(each, Review) else each.author
        silent = isinstance(each, Review) and each.state not in _ASKS
        if account is None or account.bot or each.edited or silent:
            continue
        commands = (one for one in read_commands(each.body) if one.kind is FormKind.ASSIGN)
        wanted = [content.assigning(one.text, commit) for one in commands]
        if covers := frozenset[str]().union(*wanted):
            found.append(Consent(account, each.at, approved=False, covers=covers))
    return found


def _bound(
    consents: Iterable[Consent], content: PullRequestContent, *, extra: bool = False
) -> tuple[Consent, ...]:
    """Consents to what is in the pull request; with `extra`, also to what is only asked for.

    One that covers everything says so in short. A change that was replaced within the pull request
    is covered if the one that replaced it is.
    """
    every = content.final | content.passing
    found = []
    for each in consents:
        if each.covers is None:
            continue
        covers = each.covers | {
            replaced for replaced, by in content.implied.items() if by in each.covers
        }
        if every and every <= covers:
            found.append(replace(each, covers=None))
        elif covers := covers if extra else covers & every:
            found.append(replace(each, covers=covers))
    return tuple(sorted(found, key=lambda each: each.at))


def waiting(
    pull_request: PullRequest, conversation: Conversation, content: PullRequestContent
) -> str:
    """Why an approval may not count, by the latest review that says something; empty if none."""
    said = [
        each
        for each in conversation.reviews
        if each.reviewer is not None and each.state not in _SAYS_NOTHING
    ]
    if not said:
        return ""
    last, name = said[-1], pull_request.name
    login = last.reviewer.login if last.reviewer else ""
    match last.state:
        case ReviewState.DISMISSED:
            return f"the approval of {name} by {login} was dismissed"
        case ReviewState.CHANGES_REQUESTED:
            return f"{login} asks for changes in {name}"
        case _ if not content.final <= _approved(pull_request, last, content):
            return f"{login} approved an older version of {name}"
    return f"{login} approved {name} and is not among the acknowledgers"


def wanted_commits(
    pull_request: PullRequest,
    conversation: Conversation,
    pushes: Sequence[Push],
    forms: Collection[int],
    most: int,
) -> tuple[str, ...]:
    """The commits whose content decides who agreed to what, beside the head; at most so many."""
    pushed = in_series(pushes, pull_request.merged_at, forms)
    names = [each.commit for each in conversation.reviews]
    commanding = (each for each in conversation.remarks if read_commands(each.body))
    names += [head_at(pull_request, pushes, each.at) for each in commanding]
    names += [name for series in pushed for name in (series.after, series.before)]
    if len(pushed) > 1 or any(each.actor != pull_request.author for each in pushed):
        names.append(opened_head(pull_request, pushes))
    return tuple(dict.fromkeys(each for each in names if each))[:most]
