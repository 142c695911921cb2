"""Main is merged into the branch of a pull request, field by field, and the branch is pushed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciler.model.forge import BranchRules, CheckState, CommitStatus, PullRequest
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.acknowledgement_status import wanted_status
from reconciler.pull_requests.merge_preview import MergePreview
from reconciler.pull_requests.open import Opened
from reconciler.services.git.command import GitProblem
from reconciler.services.git.new_commit import NewCommit, written
from reconciler.services.git.remote import Remote

CHECK: Final = "check"
"""The name of the check of a pull request's files; a ruleset can require it."""
_CHECKED: Final = "checked by the run that merged main into this branch"
_LONGEST: Final = 200


@dataclass(frozen=True)
class UpdatedBranch:
    """A merge commit that is not pushed yet."""

    commit: str
    _remote: Remote
    _pull_request: PullRequest

    def push(self) -> None:
        """Make it the head of the branch. Raises GitProblem if the branch has moved meanwhile."""
        refusal = self._remote.push(self.commit, f"refs/heads/{self._pull_request.branch}")
        if refusal is not None:
            name = self._pull_request.name
            raise GitProblem(f"the branch of {name} can't be pushed: {refusal[:_LONGEST]}")


@contextmanager
def update_branch(
    remote: Remote, pull_request: PullRequest, main: str, preview: MergePreview, at: datetime
) -> Iterator[UpdatedBranch]:
    """A commit with the files of main and the changes of both. Its parents are the head and main.

    A push of it is accepted only if the branch still is at that head.
    """
    entries = {
        path: entry for path, entry in preview.changes.items() if path not in preview.spliced
    }
    message = f"Merge main into {pull_request.branch}\n"
    draft = NewCommit(pull_request.head, preview.spliced, message, at, merged=main, entries=entries)
    with written(remote.repo, draft) as new:
        yield UpdatedBranch(new.commit, remote, pull_request)


def judged_statuses(
    rules: BranchRules, opened: Opened, snapshot: Snapshot
) -> Iterator[CommitStatus]:
    """The required statuses that the tool answers for, of a head whose files have no errors."""
    for status in (
        CommitStatus(CHECK, CheckState.SUCCESS, _CHECKED),
        wanted_status(opened, snapshot),
    ):
        if status.context in rules.checks:
            yield status
