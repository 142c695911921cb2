"""What a forge knows: pull requests, reviews, and the rules of a branch."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Account:
    """An account on the forge. The id is permanent; a login can pass to another account."""

    id: int
    """0 if unknown."""
    login: str
    bot: bool = False


class ReviewState(StrEnum):
    """The state of a review."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"
    PENDING = "pending"


@dataclass(frozen=True)
class Review:
    """One review of a pull request."""

    reviewer: Account | None
    """None when the account is gone."""
    state: ReviewState
    commit: str
    """The commit that was looked at; empty when it is gone."""
    at: datetime
    body: str = ""
    """What the reviewer wrote. Those who may write to the repository can edit it."""
    edited: bool = False
    """True if it was changed after it was handed in."""


@dataclass(frozen=True)
class PullRequestComment:
    """A comment on a pull request."""

    id: int
    author: Account | None
    """None when the account is gone."""
    body: str
    at: datetime
    edited: bool = False
    """True if it was changed since, by its author or by somebody else."""


@dataclass(frozen=True)
class BaseChange:
    """That a pull request was aimed at another branch than before."""

    by: Account | None
    """None when the account is gone."""
    at: datetime


@dataclass(frozen=True)
class Conversation:
    """What was said on a pull request, since its base was changed last.

    Before that, people saw it compared with another branch.
    """

    reviews: tuple[Review, ...] = ()
    """Oldest first. A dismissed review has the state DISMISSED."""
    remarks: tuple[PullRequestComment, ...] = ()
    """Oldest first."""
    ready_at: datetime | None = None
    """When it was last marked ready for review, or opened if it never was a draft."""
    base_change: BaseChange | None = None
    """The last change of its base; None if there was none."""


@dataclass(frozen=True)
class Push:
    """A push to a branch, as the forge saw it. The authors of its commits can be forged."""

    actor: Account | None
    """None when the account is gone."""
    before: str
    """The head before it; empty if it made the branch."""
    after: str
    at: datetime


class PullRequestState(StrEnum):
    """What became of a pull request."""

    OPEN = "open"
    MERGED = "merged"
    DECLINED = "declined"
    """Closed, and not merged."""


@dataclass(frozen=True)
class PullRequest:
    """A pull request, or a branch under `escalate/` on a remote that has no forge."""

    id: str
    """`12` on GitHub; the branch where there is no forge."""
    title: str
    url: str
    """Where people look at it; empty where there is no forge."""
    ref: str
    """The ref of the remote under which its head can be fetched, such as `refs/pull/12/head`."""
    head: str
    """The commit at its head."""
    base: str
    """The branch that it is for."""
    author: Account | None
    """None without a forge, because git does not verify its authors."""
    state: PullRequestState = PullRequestState.OPEN
    draft: bool = False
    opened_at: datetime | None = None
    merged_at: datetime | None = None
    merge_commit: str | None = None
    """The commit on the main branch that it became; None unless it is merged."""
    from_fork: bool = False
    """True if its branch is in another repository, where everybody can push."""
    branch: str = ""
    """The branch that it is from."""
    head_repository: str = ""
    """The repository of that branch, `owner/name`; empty if it is gone or there is no forge."""

    @property
    def name(self) -> str:
        """What people call it: `#12`, or the branch."""
        return f"#{self.id}" if self.id.isdecimal() else self.id


@dataclass(frozen=True)
class Issue:
    """A GitHub issue: a submitted form, or anything else."""

    number: int
    author: Account | None
    """None when the account is gone."""
    body: str
    """Anyone with write access can change it later."""
    labels: frozenset[str]
    open: bool
    was_closed: bool
    """True if it was ever closed, as answered forms are. People can reopen it."""
    opened_at: datetime


@dataclass(frozen=True)
class IssueComment:
    """A comment on an issue or a pull request, as it is now."""

    id: int
    number: int
    """Of the issue or pull request."""
    author: Account | None
    """None when the account is gone."""
    body: str
    at: datetime
    edited: bool
    """True if it was changed after it was written. Anyone with write access can do that."""
    of_member: bool
    """True if its author belongs to the repository or its organisation."""


class CheckState(StrEnum):
    """The state of a commit status."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"


@dataclass(frozen=True)
class CommitStatus:
    """A check mark on a commit."""

    context: str
    state: CheckState
    description: str
    """At most 140 characters."""
    url: str = ""


class MergeMethod(StrEnum):
    """How a pull request is merged."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class MergeState(StrEnum):
    """What a forge says of a merge that nobody has asked for yet."""

    OPEN = "open"
    """Nothing is known against it."""
    BEHIND = "behind"
    """A rule wants its branch to have what main has."""
    BLOCKED = "blocked"
    """A rule forbids it at this moment: an approval or a status is missing."""


@dataclass(frozen=True)
class MergeRefusal:
    """Why a forge did not merge a pull request."""

    reason: str
    """The forge's own words."""
    is_moved: bool = False
    """True if its branch has another commit at its head now."""


@dataclass(frozen=True)
class BranchRules:
    """The rules that hold for everybody on a branch, from all rulesets and protections together."""

    pull_request: bool = False
    """Whether changes need a pull request."""
    approvals: int = 0
    dismisses_stale: bool = False
    """Whether a push takes approvals back."""
    last_push_approved: bool = False
    """Whether the last push needs the approval of another person."""
    code_owners: bool = False
    merge_methods: frozenset[str] = field(default_factory=frozenset)
    """Allowed ways to merge, of `merge`, `squash`, `rebase`; empty when all are."""
    checks: frozenset[str] = field(default_factory=frozenset)
    """Contexts of the required status checks."""
    up_to_date: bool = False
    """Whether a branch must have what main has before it is merged."""
    no_force_push: bool = False
    no_deletion: bool = False
    restricted: bool = False
    """Whether only those on a bypass list may make such a branch and push to it."""

    @property
    def methods(self) -> tuple[MergeMethod, ...]:
        """The allowed ways to merge, the preferred one first."""
        return tuple(
            each for each in MergeMethod if not self.merge_methods or each in self.merge_methods
        )
