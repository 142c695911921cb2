"""Who acknowledges a pull request: the latest word of each reviewer on the commit that counts.

Source: facts on GitHub's REST API, `GET /pulls/{n}/reviews`: reviews come in the order of time, a
dismissal turns a review's state to DISMISSED, and a comment does not take an approval back.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from reconciler.load.did_you_mean import listed
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.forge import Account, PullRequest, Review, ReviewState
from reconciler.model.policy import Desk
from reconciler.model.roster import Person, Roster

_SAYS_NOTHING = frozenset({ReviewState.COMMENTED, ReviewState.PENDING})


def acknowledgement(
    pull_request: PullRequest,
    reviews: Sequence[Review],
    desk: Desk,
    roster: Roster,
    initiators: Collection[str],
) -> Acknowledgement | Unacknowledged:
    """The first valid approval, or why there is none.

    `initiators` are the handles of those in whose name it escalates: they cannot acknowledge it,
    whether they opened the pull request, a delegate did, or a form did.

    Policy and roster must be those of the revision that the pull request changes, or it could grant
    itself rights. What was said before the merge counts first; what was said after it can only
    acknowledge late.
    """
    merged = pull_request.merged_at
    in_time = [each for each in reviews if merged is None or each.at <= merged]
    for said in (in_time, reviews):
        approvals = _valid(pull_request, said, _without(desk, initiators), roster)
        if approvals:
            at, by = min(approvals)
            late = merged is not None and at > merged
            return Acknowledgement(by, at, pull_request.id, late=late)
    said = [each for each in reviews if each.reviewer and each.state not in _SAYS_NOTHING]
    if said:
        return Unacknowledged(_why(pull_request, said[-1], desk, roster, initiators))
    able = acknowledgers(pull_request, desk, roster, initiators)
    names = listed([roster.name(each) for each in able])
    return Unacknowledged(
        f"{names or 'nobody'} has not approved {pull_request.name} yet", silent=True
    )


def acknowledgers(
    pull_request: PullRequest | None, desk: Desk, roster: Roster, initiators: Collection[str]
) -> tuple[str, ...]:
    """Handles of those whose approval would count: the desk's, without author and initiators."""
    author = pull_request.author if pull_request else None
    return tuple(
        handle
        for handle in _without(desk, initiators).acknowledgers
        if (person := roster.people.get(handle)) is not None and not _is(person, author)
    )


def _without(desk: Desk, initiators: Collection[str]) -> Desk:
    able = tuple(each for each in desk.acknowledgers if each not in initiators)
    return desk.model_copy(update={"acknowledgers": able})


def person_of(account: Account | None, roster: Roster) -> str | None:
    """Handle of the person with this account; nobody for a bot or a stranger."""
    found = (handle for handle, person in roster.people.items() if _is(person, account))
    return next(found, None)


def _is(person: Person, account: Account | None) -> bool:
    """Whether the account is the person's. Its number decides where both are known."""
    if account is None or account.bot:
        return False
    if person.github_id is not None and account.id:
        return person.github_id == account.id
    return person.github.casefold() == account.login.casefold()


def _valid(
    pull_request: PullRequest, reviews: Iterable[Review], desk: Desk, roster: Roster
) -> list[tuple[datetime, str]]:
    """When and by whom it is approved at this moment."""
    approved: dict[int, tuple[datetime, Account]] = {}
    for each in reviews:
        if each.reviewer is None or each.state in _SAYS_NOTHING:
            continue
        if each.state is ReviewState.APPROVED and each.commit == pull_request.head:
            approved.setdefault(each.reviewer.id, (each.at, each.reviewer))
        else:
            approved.pop(each.reviewer.id, None)
    return [
        (at, handle)
        for at, account in approved.values()
        if (handle := _acknowledger(pull_request, account, desk, roster)) is not None
    ]


def _acknowledger(
    pull_request: PullRequest, account: Account, desk: Desk, roster: Roster
) -> str | None:
    if pull_request.author is None or pull_request.author.id == account.id:
        return None
    return next((one for one in desk.acknowledgers if _holds(one, account, roster)), None)


def _holds(handle: str, account: Account, roster: Roster) -> bool:
    person = roster.people.get(handle)
    return person is not None and _is(person, account)


def _why(
    pull_request: PullRequest, last: Review, desk: Desk, roster: Roster, initiators: Collection[str]
) -> str:
    """Why no approval counts, by the latest review that looks like one."""
    login = last.reviewer.login if last.reviewer else "somebody"
    match last.state:
        case ReviewState.DISMISSED:
            return f"the approval of {pull_request.name} by {login} was dismissed"
        case ReviewState.CHANGES_REQUESTED:
            return f"{login} asks for changes in {pull_request.name}"
        case _ if last.commit != pull_request.head:
            return f"{login} approved an older version of {pull_request.name}"
        case _ if (
            pull_request.author and last.reviewer and pull_request.author.id == last.reviewer.id
        ):
            return f"{login} is the author of {pull_request.name} and can't acknowledge it"
        case _ if person_of(last.reviewer, roster) in initiators:
            return f"{login} escalates in {pull_request.name} and can't acknowledge it"
    return f"{login} approved {pull_request.name} and is not among the acknowledgers of {desk.name}"
