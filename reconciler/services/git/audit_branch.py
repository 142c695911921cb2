"""Where the audit branch is: on the remote, in this clone, and when it was last seen."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reconciler.model.audit_branch import Tips
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.commits import furthest, includes, known_commit
from reconciler.services.git.new_commit import RefUpdate
from reconciler.services.git.remote import Remote

BRANCH: Final = "refs/heads/audit"
SEEN: Final = "refs/escalate/audit-seen"
"""The latest commit of the branch that this clone knows, for finding out that it was rewritten."""
RECONCILED: Final = "refs/escalate/reconciled"
"""The commit of main that this clone reconciled and recorded last."""
_ATTEMPTS: Final = 12


def tip_there(remote: Remote) -> str | None:
    """The remote's audit branch, with its commits here; None when there is none yet."""
    return remote_tip(remote, BRANCH)


def remote_tip(remote: Remote, ref: str) -> str | None:
    """A branch of the remote, with its commits here; None if there is none."""
    found = remote.refs(ref).get(ref)
    if found is not None and not remote.has(found):
        remote.fetch(ref)
        if not remote.has(found):
            name = ref.removeprefix("refs/heads/").encode()
            raise GitProblem(remote.unreachable(b"the branch %s moved meanwhile" % name))
    return found


def known_tip(repo: Path, remote: str | None) -> str | None:
    """The furthest that this clone knows of the branch, without asking the remote."""
    there = [f"refs/remotes/{remote}/audit"] if remote else []
    return furthest(repo, [*there, BRANCH, SEEN])


def tips(repo: Path, asked: Remote | None, name: str | None) -> Tips:
    """Where the branch is: as seen before, here, and now, for which a remote is asked or not."""
    now = tip_there(asked) if asked else known_tip(repo, name)
    return Tips(known_commit(repo, SEEN) or "", known_commit(repo, BRANCH) or "", now or "")


def included(repo: Path, tip: str, commits: Iterable[str]) -> list[str]:
    """Those of the commits that a tip builds on."""
    return [each for each in commits if each and includes(repo, tip, each)]


def note_reconciled(repo: Path, commit: str) -> None:
    """Remember the commit of main that was reconciled, where nobody else can write it."""
    if known_commit(repo, RECONCILED) != commit:
        git(repo, "update-ref", RECONCILED, commit)


def noted(repo: Path, tip: str, reconciled: str) -> Iterator[RefUpdate]:
    """What this clone is to remember of a commit that it added to the branch."""
    seen = known_commit(repo, SEEN)
    if seen is None or includes(repo, tip, seen):
        yield RefUpdate(SEEN, tip, seen or "0" * len(tip))
    if reconciled and known_commit(repo, RECONCILED) != reconciled:
        yield RefUpdate(RECONCILED, reconciled)


def notice(repo: Path, tip: str) -> bool:
    """Remember the tip as the latest that was seen; False when it lacks what was seen before."""
    for _ in range(_ATTEMPTS):
        seen = known_commit(repo, SEEN)
        if seen is not None and not includes(repo, tip, seen):
            return includes(repo, seen, tip)
        if seen == tip:
            return True
        code, _, _ = git(repo, "update-ref", SEEN, tip, seen or "0" * len(tip))
        if code == 0:
            return True
    return True  # others are noticing at this very moment
