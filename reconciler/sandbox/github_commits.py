"""Commits: the pull requests behind them, and their statuses."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import INVALID, GitHubCall, GitHubError, Routes
from reconciler.sandbox.github_show import show_pull, show_status
from reconciler.sandbox.github_state import Status
from reconciler.sandbox.github_sync import sync

routes = Routes()
_STATES: Final = frozenset({"error", "failure", "pending", "success"})
_DESCRIPTION: Final = 140
_MOST: Final = 1000


@routes("GET", "/repos/{owner}/{repo}/commits/{sha}/pulls")
def pulls_of(call: GitHubCall) -> Answer:
    """Merged ones that brought the commit, or the open ones that have it."""
    sync(call.world)
    commit = _commit(call)
    tip = call.bare.commit(f"refs/heads/{call.github.default_branch}")
    on_main = tip is not None and call.bare.includes(tip, commit)
    found = []
    for pull in call.github.pulls.values():
        if on_main:
            brought = pull.merge_commit == commit or call.bare.includes(pull.head, commit)
            if pull.merged_at and brought:
                found.append(pull)
        elif pull.state == "open" and call.bare.includes(pull.head, commit):
            found.append(pull)
    return call.listed(show_pull(call, pull) for pull in found)


@routes("GET", "/repos/{owner}/{repo}/commits/{sha}/statuses")
def statuses_of(call: GitHubCall) -> Answer:
    """The statuses of a commit, the latest first."""
    commit = _commit(call)
    found = [each for each in call.github.statuses if each.sha == commit]
    return call.listed(show_status(call, each) for each in reversed(found))


@routes("POST", "/repos/{owner}/{repo}/statuses/{sha}")
def set_status(call: GitHubCall) -> Answer:
    """Give a commit a status."""
    call.write()
    commit, body = _commit(call), call.body()
    state, description = call.text(body, "state"), body.get("description")
    if state not in _STATES:
        raise GitHubError(INVALID, "Validation Failed", "state is not included in the list")
    if description is not None and len(str(description)) > _DESCRIPTION:
        reason = f"description is too long (maximum is {_DESCRIPTION} characters)"
        raise GitHubError(INVALID, "Validation Failed", reason)
    context = str(body.get("context") or "default")
    same = [each for each in call.github.statuses if (each.sha, each.context) == (commit, context)]
    if len(same) >= _MOST:
        # Source: docs.github.com/rest/commits/statuses, "1000 statuses per sha and context".
        reason = f"This SHA and context has reached the maximum number of statuses: {_MOST}"
        raise GitHubError(INVALID, reason)
    made = Status(
        call.github.next_id(),
        commit,
        context,
        state,
        description,
        body.get("target_url"),
        call.user.login,
        call.now,
    )
    call.github.statuses.append(made)
    return Answer(201, show_status(call, made))


def _commit(call: GitHubCall) -> str:
    found = call.bare.commit(call.params["sha"])
    if found is None:
        reason = f"No commit found for SHA: {call.params['sha']}"
        raise GitHubError(INVALID, reason)
    return found
