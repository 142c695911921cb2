"""Fetching pull requests: commits and trees of their heads, then single blobs by name.

Nothing is checked out, no ref is made, and nothing is written into the configuration. If the remote
does not support filters, it sends the blobs with the heads, and git warns of that. The limits of
bytes hold for both.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from reconciler.model.forge import PullRequest
from reconciler.services.git.command import GitProblem
from reconciler.services.git.remote import Remote

_HEADS_BYTES: Final = 32 * 1024 * 1024
_FETCHES: Final = 40
"""How often a remote is asked for commits of which it lacks some."""
_BLOBS_BYTES: Final = 8 * 1024 * 1024


def fetch_heads(remote: Remote, pull_requests: Iterable[PullRequest]) -> dict[str, str]:
    """Bring the heads of pull requests here, without blobs; error messages by pull request id.

    All come with one fetch. If it fails, they come one by one, so that one that can't be fetched
    stops no other.
    """
    missing = {each.id: each for each in pull_requests if not remote.has(each.head)}
    refs = {id_: (each.ref,) for id_, each in missing.items()}
    problems = _together_or_alone(
        refs, lambda names: remote.fetch_without_blobs(names, _HEADS_BYTES)
    )
    moved = (each for id_, each in missing.items() if id_ not in problems)
    return problems | {each.id: _moved(each) for each in moved if not remote.has(each.head)}


def fetch_commits(remote: Remote, names: Sequence[str]) -> None:
    """Bring commits here, without blobs, by the refs or the names of the commits.

    All come with one fetch. The remote sends nothing at all if it lacks one of them, as it may lack
    what a force push took from a branch. Then they come in halves, and what is lacking stays away.
    """
    waiting = [list(names)] if names else []
    for _ in range(_FETCHES):
        if not waiting:
            return
        some = waiting.pop()
        try:
            remote.fetch_without_blobs(some, _HEADS_BYTES)
        except GitProblem:
            middle = len(some) // 2
            waiting += [half for half in (some[middle:], some[:middle]) if half and middle]


def fetch_blobs(remote: Remote, wanted: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Bring blobs here by name; error messages by pull request id, as `wanted` is."""
    return _together_or_alone(wanted, lambda names: remote.fetch_blobs(names, _BLOBS_BYTES))


def _together_or_alone(
    wanted: Mapping[str, Collection[str]], fetch: Callable[[Iterable[str]], None]
) -> dict[str, str]:
    every = {name: None for names in wanted.values() for name in names}
    if not every:
        return {}
    try:
        fetch(every)
    except GitProblem as problem:
        if len(wanted) == 1:
            return dict.fromkeys(wanted, str(problem))
        return {
            id_: why
            for id_, names in wanted.items()
            for why in _together_or_alone({id_: names}, fetch).values()
        }
    return {}


def _moved(pull_request: PullRequest) -> str:
    return f"{pull_request.name} changed during the run; the next run reads it again"
