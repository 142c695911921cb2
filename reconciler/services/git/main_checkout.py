"""The tip of the remote's main branch in a work tree without files, for runs of this machine.

A run reads commits only. So nothing is checked out, and the work tree that a person uses stays as
it is.
"""

from pathlib import Path
from typing import Final

from reconciler.services.git.audit_branch import BRANCH
from reconciler.services.git.command import GitProblem, must
from reconciler.services.git.commits import common_folder
from reconciler.services.git.local_lock import state_folder
from reconciler.services.git.remote import Remote
from reconciler.services.git.standstill_branch import BRANCH as STANDSTILL

_FOLDER: Final = "main"


def update_main_checkout(remote: Remote, branch: str) -> Path:
    """Fetch main and the audit branch, and put the work tree at the tip of main; its folder.

    Raises GitProblem if the remote can't be reached or has no such branch.
    """
    repo, main = remote.repo, f"refs/heads/{branch}"
    if common_folder(repo) is None:
        raise GitProblem(f"{repo} is not a git repository. Clone the repository, and give it.")
    there = remote.refs(main, BRANCH, STANDSTILL)
    tip = there.get(main)
    if tip is None:
        raise GitProblem(f"{remote.name} has no branch {branch}. Correct default_branch.")
    remote.fetch(*(f"+{ref}:{_tracked(remote, ref)}" for ref in there if ref in _wanted(main)))
    if STANDSTILL not in there:
        must(repo, "update-ref", "-d", _tracked(remote, STANDSTILL))
    tip = must(repo, "rev-parse", "--verify", _tracked(remote, main)).decode().strip()
    folder = state_folder(repo) / _FOLDER
    if (folder / ".git").is_file():
        must(folder, "update-ref", "--no-deref", "HEAD", tip)
    else:
        must(repo, "worktree", "prune")
        must(repo, "worktree", "add", "--detach", "--no-checkout", "--force", str(folder), tip)
    return folder


def _wanted(main: str) -> set[str]:
    return {main, BRANCH, STANDSTILL}


def _tracked(remote: Remote, ref: str) -> str:
    return f"refs/remotes/{remote.name}/{ref.removeprefix('refs/heads/')}"
