"""Which commits of the main line a pull request became: one, or several after a rebase.

GitHub names the last one only. A rebase keeps the author and the message of each commit, so the
commits before it are told by these. Both can be forged. A consent covers changes by their content,
so that gives nobody's word to anything. But it could take a commit from the pull request that
brought it, whose consents would then be lost. So a commit that another one brought is not taken.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from reconciler.model.forge import PullRequest
from reconciler.model.timeline import MainCommit
from reconciler.services.git.command import GitProblem, must
from reconciler.services.git.commit_objects import WrittenCommit, written_commit
from reconciler.services.git.commits import merge_base

_MOST: Final = 250
"""Source: https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request"""
_TOGETHER: Final = 60
"""Seconds within which GitHub writes the commits of one rebase."""


def commits_of(
    repo: Path, pull_request: PullRequest, is_of_another: Callable[[str, str], bool]
) -> tuple[str, ...]:
    """The commits that a merged pull request became, oldest first.

    `is_of_another` says of a commit and its subject whether another pull request brought it.
    """
    last = pull_request.merge_commit or ""
    made = written_commit(repo, last)
    if made is None or len(made.parents) != 1:
        return (last,)
    branch: Sequence[WrittenCommit] = ()
    with suppress(GitProblem):
        branch = _commits_on_branch(repo, last, pull_request.head)
    found: list[str] = []
    name, at = last, made
    for each in branch:
        if not _is_same(each, at):
            continue
        apart = made.time - at.time > _TOGETHER
        if found and (apart or is_of_another(name, at.message.partition("\n")[0])):
            break
        found.append(name)
        name = at.parents[0]
        older = written_commit(repo, name)
        if older is None or len(older.parents) != 1:
            break
        at = older
    return tuple(reversed(found)) or (last,)


def _is_same(one: WrittenCommit, other: WrittenCommit) -> bool:
    return one.author == other.author and one.message.strip() == other.message.strip()


def _commits_on_branch(repo: Path, main: str, head: str) -> list[WrittenCommit]:
    """The commits of a branch that the main branch lacks, the latest first, without merges."""
    base, found, name = merge_base(repo, main, head), list[WrittenCommit](), head
    while name != base and len(found) < _MOST:
        commit = written_commit(repo, name)
        if commit is None or len(commit.parents) != 1:
            return _listed(repo, main, head)
        found.append(commit)
        name = commit.parents[0]
    return found


def _listed(repo: Path, main: str, head: str) -> list[WrittenCommit]:
    out = must(repo, "rev-list", "--no-merges", f"--max-count={_MOST}", head, f"^{main}")
    read = (written_commit(repo, each) for each in out.decode("ascii").split())
    return [each for each in read if each is not None]


def last_of_rebases(commits: Iterable[MainCommit]) -> list[MainCommit]:
    """The commits without those that may be part of the same rebase as a later one.

    The forge is asked about the last commit of a rebase, which then tells of those before it.
    """
    found, waits = list(commits), set[str]()
    latest: MainCommit | None = None
    for each in sorted(found, key=lambda one: -one.position):
        alone = latest is None or latest.at - each.at > timedelta(seconds=_TOGETHER)
        if each.pull_request is None and not alone:
            waits.add(each.sha)
        if each.pull_request is None:
            latest = each
    return [each for each in found if each.sha not in waits]
