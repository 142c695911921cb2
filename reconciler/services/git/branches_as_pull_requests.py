"""A plain git remote as a forge: branches are proposals, and there are no reviews or comments."""

from datetime import datetime
from typing import Final, NoReturn

from reconciler.model.forge import (
    Account,
    BranchRules,
    CommitStatus,
    Conversation,
    MergeMethod,
    PullRequest,
    PullRequestState,
    Push,
)
from reconciler.model.standstill import RunHistory
from reconciler.services.errors import ServiceError
from reconciler.services.forge_protocol import Said
from reconciler.services.git.command import GitProblem, complaint, git
from reconciler.services.git.fetch_pull_requests import fetch_heads
from reconciler.services.git.remote import Remote

PREFIX: Final = "refs/heads/escalate/"
"""Branches under it are proposals; all others are people's own business."""
_HEADS: Final = "refs/heads/"
_MERGED: Final = 0
_NOT_MERGED: Final = 1
"""What git answers to --is-ancestor; anything else is a failure."""


class GitForge:
    """A remote whose branches `escalate/…` propose what is not on the main branch yet."""

    name = "git"
    reviews_exist = False
    comments_exist = False
    merges_exist = False

    def __init__(self, remote: Remote, branch: str) -> None:
        """Look at `remote`; proposals are those for `branch`, which is checked out here."""
        self._remote = remote
        self._branch = branch

    def pull_requests(self) -> tuple[PullRequest, ...]:
        """Branches that are not merged yet, by name."""
        found = [self._read(ref, head) for ref, head in sorted(self._branches().items())]
        return tuple(each for each in found if each.state is PullRequestState.OPEN)

    def pull_request(self, pull_request: str) -> PullRequest | None:
        """One of them by its branch; None when the branch is gone."""
        ref = f"{_HEADS}{pull_request}"
        head = self._branches().get(ref)
        return None if head is None else self._read(ref, head)

    def _branches(self) -> dict[str, str]:
        try:
            return self._remote.refs(f"{PREFIX}*")
        except GitProblem as problem:
            raise _failed("ls-remote", str(problem)) from problem

    def _read(self, ref: str, head: str) -> PullRequest:
        pull_request = PullRequest(
            id=ref.removeprefix(_HEADS),
            title=ref.removeprefix(PREFIX),
            url="",
            ref=ref,
            head=head,
            base=self._branch,
            author=None,
        )
        if pull_request.id in fetch_heads(self._remote, [pull_request]):
            return pull_request  # whoever reads it finds out why it can't be fetched
        code, _, err = git(self._remote.repo, "merge-base", "--is-ancestor", head, "HEAD")
        if code not in {_MERGED, _NOT_MERGED}:
            raise _failed("merge-base", complaint(err))
        state = PullRequestState.MERGED if code == _MERGED else PullRequestState.OPEN
        return PullRequest(**{**vars(pull_request), "state": state})

    def pull_request_of(self, commit: str, hint: str | None = None) -> PullRequest | None:
        """None: a remote keeps no account of what became of a branch."""
        del commit, hint
        return None

    def conversation(self, pull_request: PullRequest) -> Conversation:
        """Nothing: a remote keeps no words, and git's own dates are anybody's word."""
        del pull_request
        return Conversation()

    def pushes(self, pull_request: PullRequest) -> tuple[Push, ...]:
        """Unknown: git does not say who pushed."""
        del pull_request
        return ()

    def merge_state(self, pull_request: str) -> NoReturn:
        """Not here."""
        _nothing(f"a merge of {pull_request}")

    def merge(self, pull_request: PullRequest, method: MergeMethod) -> NoReturn:
        """Not here."""
        del method
        _nothing(f"a merge of {pull_request.id}")

    def comment(self, pull_request: str, marker: str, body: str) -> Said:
        """Not here."""
        del marker, body
        _nothing(f"comments on {pull_request}")

    def edit_comment(self, pull_request: str, marker: str, body: str) -> NoReturn:
        """Not here."""
        del marker, body
        _nothing(f"comments on {pull_request}")

    def status(self, commit: str, context: str) -> CommitStatus | None:
        """Not here."""
        del context
        _nothing(f"a status of {commit}")

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Not here."""
        del status
        _nothing(f"a status of {commit}")

    def rules(self, branch: str) -> BranchRules:
        """None that can be seen from outside."""
        del branch
        return BranchRules()

    def user(self, login: str) -> Account | None:
        """None: a remote knows nobody."""
        del login
        return None

    def environment_branches(self, name: str) -> None:
        """None: a remote has no environments."""
        del name

    def default_branch(self) -> str:
        """The branch that is checked out here."""
        return self._branch

    def run_history(self, workflow: str) -> RunHistory:
        """Nothing: a remote runs nothing."""
        del workflow
        return RunHistory()

    def last_run(self, workflow: str, event: str) -> datetime | None:
        """None: a remote runs nothing."""
        del workflow, event
        return None


def _nothing(what: str) -> NoReturn:
    raise ServiceError("git", what, "a git remote has none")


def _failed(command: str, why: str) -> ServiceError:
    return ServiceError("git", command, why, remedy="The next run tries again.")
