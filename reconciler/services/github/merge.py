"""The one call that merges a pull request.

Source: GitHub's REST API, "Merge a pull request": 405 if it cannot be merged, 409 if `sha` was
given and the head of the pull request is another commit.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from reconciler.model.forge import (
    MergeMethod,
    MergeRefusal,
    MergeState,
    PullRequest,
    PullRequestState,
)
from reconciler.services.errors import Effect, ServiceError, reading_answer
from reconciler.services.github.wire import GitHubWire

_MOVED: Final = "409"
_FORBIDDEN: Final = "403"
_PERMISSION: Final = (
    "Give the token of the run `contents: write`. Without it, set `merge: by-hand`."
)
_REFUSED: Final = frozenset({"405", "422", _MOVED})
"""405: rules, conflicts or a draft forbid it. 422: the request does not fit the pull request."""
_STATES: Final = {"behind": MergeState.BEHIND, "blocked": MergeState.BLOCKED}
"""Source: GitHub's GraphQL API, `MergeStateStatus`, which REST shows as `mergeable_state`."""


def merge_state(wire: GitHubWire, path: str) -> MergeState:
    """What GitHub says of the pull request at a path. Raises ServiceError."""
    with reading_answer("GitHub", "answer"):
        found = wire.get(path) or {}
        return _STATES.get(str(found.get("mergeable_state")), MergeState.OPEN)


def merge(
    wire: GitHubWire,
    path: str,
    head: str,
    method: MergeMethod,
    read: Callable[[Mapping[str, Any]], PullRequest],
) -> str | MergeRefusal:
    """Merge the pull request at a path, if its head is a commit; the new commit, or why not.

    The request is not sent again. If its answer is lost or a refusal, the pull request is read.
    Raises ServiceError.
    """
    asked = {"sha": head, "merge_method": str(method)}
    try:
        with reading_answer("GitHub", "answer"):
            return str(wire.send("PUT", f"{path}/merge", asked, repeatable=False)["sha"])
    except ServiceError as error:
        if error.code == _FORBIDDEN:
            error.remedy = _PERMISSION
        if error.effect is Effect.NONE and error.code not in _REFUSED:
            raise
        # A refusal can also be the answer to a second delivery of the same request.
        found = wire.get(path)
        if found is not None and (merged := _merge_commit(read(found), head)):
            return merged
        if error.effect is Effect.UNKNOWN:
            raise
        reason = error.answer.removeprefix(f"HTTP {error.code}: ")
        return MergeRefusal(reason, is_moved=error.code == _MOVED)


def _merge_commit(pull_request: PullRequest, head: str) -> str | None:
    """The commit that a pull request became with this head; None if it is not merged."""
    is_merged = pull_request.state is PullRequestState.MERGED and pull_request.head == head
    return pull_request.merge_commit if is_merged else None
