"""Who acknowledges a proposal: the latest word of each reviewer on the commit that counts.

Source: facts on GitHub's REST API, `GET /pulls/{n}/reviews`: reviews come in the order of time, a
dismissal turns a review's state to DISMISSED, and a comment does not take an approval back.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from reconciler.load.did_you_mean import listed
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.forge import Account, Proposal, Review, ReviewState
from reconciler.model.policy import Desk
from reconciler.model.roster import Person, Roster

_SAYS_NOTHING = frozenset({ReviewState.COMMENTED, ReviewState.PENDING})


def acknowledgement(
    proposal: Proposal,
    reviews: Sequence[Review],
    desk: Desk,
    roster: Roster,
    initiators: Collection[str],
) -> Acknowledgement | Unacknowledged:
    """The first valid approval, or why there is none.

    `initiators` are the handles of those in whose name it escalates: they cannot acknowledge it,
    whether they opened the pull request, a delegate did, or a form did.

    Policy and roster must be those of the revision that the proposal changes, or it could grant
    itself rights. What was said before the merge counts first; what was said after it can only
    acknowledge late.
    """
    merged = proposal.merged_at
    in_time = [each for each in reviews if merged is None or each.at <= merged]
    for said in (in_time, reviews):
        approvals = _valid(proposal, said, _without(desk, initiators), roster)
        if approvals:
            at, by = min(approvals)
            late = merged is not None and at > merged
            return Acknowledgement(by, at, proposal.id, late=late)
    said = [each for each in reviews if each.reviewer and each.state not in _SAYS_NOTHING]
    if said:
        return Unacknowledged(_why(proposal, said[-1], desk, roster, initiators))
    able = acknowledgers(proposal, desk, roster, initiators)
    names = listed([roster.name(each) for each in able])
    return Unacknowledged(f"{names or 'nobody'} has not approved {proposal.name} yet", silent=True)


def acknowledgers(
    proposal: Proposal | None, desk: Desk, roster: Roster, initiators: Collection[str]
) -> tuple[str, ...]:
    """Handles of those whose approval would count: the desk's, without author and initiators."""
    author = proposal.author if proposal else None
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
    proposal: Proposal, reviews: Iterable[Review], desk: Desk, roster: Roster
) -> list[tuple[datetime, str]]:
    """When and by whom it is approved at this moment."""
    approved: dict[int, tuple[datetime, Account]] = {}
    for each in reviews:
        if each.reviewer is None or each.state in _SAYS_NOTHING:
            continue
        if each.state is ReviewState.APPROVED and each.commit == proposal.head:
            approved.setdefault(each.reviewer.id, (each.at, each.reviewer))
        else:
            approved.pop(each.reviewer.id, None)
    return [
        (at, handle)
        for at, account in approved.values()
        if (handle := _acknowledger(proposal, account, desk, roster)) is not None
    ]


def _acknowledger(proposal: Proposal, account: Account, desk: Desk, roster: Roster) -> str | None:
    if proposal.author is None or proposal.author.id == account.id:
        return None
    return next((one for one in desk.acknowledgers if _holds(one, account, roster)), None)


def _holds(handle: str, account: Account, roster: Roster) -> bool:
    person = roster.people.get(handle)
    return person is not None and _is(person, account)


def _why(
    proposal: Proposal, last: Review, desk: Desk, roster: Roster, initiators: Collection[str]
) -> str:
    """Why no approval counts, by the latest review that looks like one."""
    login = last.reviewer.login if last.reviewer else "somebody"
    match last.state:
        case ReviewState.DISMISSED:
            return f"the approval of {proposal.name} by {login} was dismissed"
        case ReviewState.CHANGES_REQUESTED:
            return f"{login} asks for changes in {proposal.name}"
        case _ if last.commit != proposal.head:
            return f"{login} approved an older version of {proposal.name}"
        case _ if proposal.author and last.reviewer and proposal.author.id == last.reviewer.id:
            return f"{login} is the author of {proposal.name} and can't acknowledge it"
        case _ if person_of(last.reviewer, roster) in initiators:
            return f"{login} escalates in {proposal.name} and can't acknowledge it"
    return f"{login} approved {proposal.name} and is not among the acknowledgers of {desk.name}"
