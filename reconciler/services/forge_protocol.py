"""What the reconciler asks of a forge, whichever it is."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reconciler.model.forge import (
    Account,
    BranchRules,
    CommitStatus,
    Conversation,
    MergeMethod,
    MergeRefusal,
    MergeState,
    PullRequest,
    Push,
)
from reconciler.model.standstill import RunHistory


class Said(StrEnum):
    """What became of a comment."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Forge(Protocol):
    """Where proposals are made and reviewed.

    All methods raise ServiceError. What a forge cannot do it says by `reviews_exist`,
    `comments_exist` and `merges_exist`; the methods behind those must not be called then.
    """

    @property
    def name(self) -> str:
        """What people call it, such as `GitHub`."""

    @property
    def reviews_exist(self) -> bool:
        """Whether proposals are reviewed there, by people whom the forge vouches for."""

    @property
    def comments_exist(self) -> bool:
        """Whether proposals can be commented on, and commits given a status."""

    @property
    def merges_exist(self) -> bool:
        """Whether the forge merges a pull request when it is asked to."""

    def pull_requests(self) -> tuple[PullRequest, ...]:
        """Those that are open for the main branch, oldest first, drafts too."""

    def pull_request(self, pull_request: str) -> PullRequest | None:
        """One of them by its id, whatever became of it; None when there is none."""

    def pull_request_of(self, commit: str, hint: str | None = None) -> PullRequest | None:
        """The merged proposal whose merge made this commit of the main branch; None without one.

        `hint` is the id that the commit's subject names. Whoever writes the subject can claim any,
        so it only saves a call: a proposal counts when the forge says that it became this commit.
        """

    def conversation(self, pull_request: PullRequest) -> Conversation:
        """What was said on a pull request, from one list: reviews, comments, when it was ready."""

    def pushes(self, pull_request: PullRequest) -> tuple[Push, ...]:
        """Who pushed what to the branch of a pull request, oldest first; empty if it is unknown."""

    def merge_state(self, pull_request: str) -> MergeState:
        """Whether the rules allow a merge at this moment, as far as the forge knows."""

    def merge(self, pull_request: PullRequest, method: MergeMethod) -> str | MergeRefusal:
        """Merge it, if its head is still the one that is named; the new commit of main, or why not.

        If the answer is lost, the forge is asked what became of it. It is never sent twice.
        """

    def comment(self, pull_request: str, marker: str, body: str) -> Said:
        """Keep one comment of ours up to date: the one that begins with `marker`, written by us.

        The same text is not sent again.
        """

    def edit_comment(self, pull_request: str, marker: str, body: str) -> None:
        """Edit the comment of ours that begins with `marker`, and add none."""

    def status(self, commit: str, context: str) -> CommitStatus | None:
        """The latest status of a commit with this context; None if there is none."""

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Give a commit a status."""

    def rules(self, branch: str) -> BranchRules:
        """The rules of a branch."""

    def environment_branches(self, name: str) -> frozenset[str] | None:
        """Names of the branches that may use an environment, `*` for all; None if there is none."""

    def user(self, login: str) -> Account | None:
        """The account with a login; None when there is none."""

    def default_branch(self) -> str:
        """The branch that people see first."""

    def run_history(self, workflow: str) -> RunHistory:
        """How the latest runs of a workflow ended, skipped and cancelled ones left out."""

    def last_run(self, workflow: str, event: str) -> datetime | None:
        """When a workflow, given by its file name, last succeeded for an event; None if never."""
