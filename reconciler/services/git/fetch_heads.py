"""The heads of proposals as objects of the local clone: nothing is checked out, no ref is made."""

from collections.abc import Iterable

from reconciler.model.forge import Proposal
from reconciler.services.git.command import GitProblem
from reconciler.services.git.remote import Remote


def fetch_heads(remote: Remote, proposals: Iterable[Proposal]) -> dict[str, str]:
    """Bring the heads that are missing here; what went wrong, by the proposal's id.

    All come with one fetch. If that fails, they come one by one, so that one that can't be fetched
    stops no other.
    """
    missing = [each for each in proposals if not remote.has(each.head)]
    if not missing:
        return {}
    try:
        remote.fetch(*(each.ref for each in missing))
    except GitProblem:
        return _one_by_one(remote, missing)
    return {each.id: _moved(each) for each in missing if not remote.has(each.head)}


def _one_by_one(remote: Remote, proposals: Iterable[Proposal]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for each in proposals:
        try:
            remote.fetch(each.ref)
        except GitProblem as problem:
            problems[each.id] = str(problem)
            continue
        if not remote.has(each.head):
            problems[each.id] = _moved(each)
    return problems


def _moved(proposal: Proposal) -> str:
    return f"{proposal.name} moved while it was looked at; the next run sees it"
