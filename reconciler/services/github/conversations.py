"""What was said on a pull request, and who pushed to its branch.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28: `GET
/repos/{owner}/{repo}/issues/{number}/timeline` and `GET /repos/{owner}/{repo}/activity`.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import quote

from reconciler.model.forge import (
    BaseChange,
    Conversation,
    PullRequest,
    PullRequestComment,
    PullRequestState,
    Push,
    Review,
    ReviewState,
)
from reconciler.services.errors import ServiceError
from reconciler.services.github.shapes import (
    Json,
    read_account,
    read_commit,
    read_moment,
    shaped,
)
from reconciler.services.github.wire import GitHubWire

S = TypeVar("S", Review, PullRequestComment)
_STATES: Final = {each.name: each for each in ReviewState}
_PAGE: Final = 100
_BASE_CHANGES: Final = frozenset({"base_ref_changed", "automatic_base_change_succeeded"})
"""GitHub documents them for the list of issue events, and shows them in the timeline, too."""
_DELETED: Final = "branch_deletion"
_UNSEEN: Final = frozenset({"403", "404"})
"""The answers for a repository that this token may not see."""


def read_conversation(events: Iterable[Json], pull_request: PullRequest) -> Conversation:
    """The conversation on a pull request, from its timeline. Raises ServiceError."""
    return shaped(lambda each: _conversation(list(each), pull_request), events)


def _conversation(events: list[Json], pull_request: PullRequest) -> Conversation:
    dismissed = {
        int(each["dismissed_review"]["review_id"])
        for each in events
        if each.get("event") == "review_dismissed"
    }
    handed_in = (
        each for each in events if each.get("event") == "reviewed" and each.get("submitted_at")
    )
    reviews = (_review(each, dismissed) for each in handed_in)
    remarks = (_remark(each) for each in events if each.get("event") == "commented")
    ready = (
        read_moment(each["created_at"])
        for each in events
        if each.get("event") == "ready_for_review"
    )
    waits = pull_request.draft and pull_request.state is PullRequestState.OPEN
    changes = (_base_change(each) for each in events if each.get("event") in _BASE_CHANGES)
    change = max(changes, key=lambda each: each.at, default=None)
    return Conversation(
        reviews=tuple(sorted(_since_change(reviews, change), key=lambda each: each.at)),
        remarks=tuple(sorted(_since_change(remarks, change), key=lambda each: (each.at, each.id))),
        ready_at=max(ready, default=None if waits else pull_request.opened_at),
        base_change=change,
    )


def _base_change(event: Json) -> BaseChange:
    return BaseChange(read_account(event.get("actor")), read_moment(event["created_at"]))


def _since_change(said: Iterable[S], change: BaseChange | None) -> Iterator[S]:
    """What was said later. Within the same second, it is unknown what came first."""
    return (each for each in said if change is None or each.at > change.at)


def _review(review: Json, dismissed: set[int]) -> Review:
    state = _STATES[str(review["state"]).upper()]
    at = read_moment(review["submitted_at"])
    changed = review.get("updated_at")
    return Review(
        reviewer=read_account(review.get("user")),
        state=ReviewState.DISMISSED if int(review["id"]) in dismissed else state,
        commit=_known_commit(review.get("commit_id")),
        at=at,
        body=str(review.get("body") or ""),
        # Without that moment, nothing shows that the text is still its author's.
        edited=not changed or read_moment(changed) > at,
    )


def _known_commit(name: object) -> str:
    with suppress(ValueError):
        return read_commit(str(name))
    return ""


def _remark(comment: Json) -> PullRequestComment:
    at = read_moment(comment["created_at"])
    return PullRequestComment(
        id=int(comment["id"]),
        author=read_account(comment.get("user")),
        body=str(comment.get("body") or ""),
        at=at,
        edited=read_moment(comment["updated_at"]) > at,
    )


class Pushes:
    """The pushes to the branches of pull requests."""

    def __init__(self, wire: GitHubWire, repository: str) -> None:
        """Send through `wire`; `repository` is the one that pull requests are for."""
        self._wire = wire
        self._repository = repository.casefold()

    def of(self, pull_request: PullRequest) -> tuple[Push, ...]:
        """Those to the branch of a pull request, oldest first; empty if they are unknown.

        Raises ServiceError. They are unknown if the branch is in a fork that this token may not
        see, or if the GitHub does not list them.
        """
        where, opened = pull_request.head_repository, pull_request.opened_at
        if not where or not pull_request.branch or opened is None:
            return ()
        try:
            found = shaped(lambda each: list(_since(each, opened)), self._listed(pull_request))
        except ServiceError as error:
            ours = where == self._repository
            if error.code == "404" or (error.code in _UNSEEN and not ours):
                return ()
            raise
        return tuple(reversed(found))

    def _listed(self, pull_request: PullRequest) -> Iterator[Json]:
        """The latest first."""
        path = f"repos/{quote(pull_request.head_repository)}/activity"
        ref = f"refs/heads/{pull_request.branch}"
        for each in self._wire.pages(path, {"ref": ref}):
            if each["ref"] == ref:
                yield each


def _since(activities: Iterable[Json], opened: datetime) -> Iterator[Push]:
    """Pushes since the branch was made that the pull request was opened from, latest first.

    What came before it was opened is read no further than to the end of a page.
    """
    for number, each in enumerate(activities, start=1):
        at = read_moment(each["timestamp"])
        if each["activity_type"] != _DELETED:
            push = Push(
                actor=read_account(each["actor"]),
                before=_head(each["before"]),
                after=read_commit(each["after"]),
                at=at,
            )
            yield push
            if not push.before and at <= opened:
                return
        if number >= _PAGE and at < opened:
            return


def _head(name: str) -> str:
    """A head before a push; empty if there was no branch, which git writes as zeros."""
    return read_commit(name) if name.strip("0") else ""
