"""Commits: the pull requests behind them, their statuses, the files in them."""

import base64
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import INVALID, NOT_FOUND, GitHubCall, GitHubError, Routes, node
from reconciler.sandbox.github_show import show_pull, show_repo, show_status, site
from reconciler.sandbox.github_state import Status
from reconciler.sandbox.github_sync import sync

routes = Routes()
_STATES: Final = frozenset({"error", "failure", "pending", "success"})
_DESCRIPTION: Final = 140
_PLAIN: Final = "100644"


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


@routes("POST", "/repos/{owner}/{repo}/statuses/{sha}")
def set_status(call: GitHubCall) -> Answer:
    """Give a commit a status."""
    call.write()
    commit, body = _commit(call), call.body()
    state, description = call.text(body, "state"), body.get("description")
    if state not in _STATES:
        raise GitHubError(INVALID, "Validation Failed", "state is not included in the list")
    if description is not None and len(str(description)) > _DESCRIPTION:
        told = f"description is too long (maximum is {_DESCRIPTION} characters)"
        raise GitHubError(INVALID, "Validation Failed", told)
    made = Status(
        call.github.next_id(),
        commit,
        str(body.get("context") or "default"),
        state,
        description,
        body.get("target_url"),
        call.user.login,
        call.now,
    )
    call.github.statuses.append(made)
    return Answer(201, show_status(call, made))


@routes("GET", "/repos/{owner}/{repo}/commits/{sha}/statuses")
def list_statuses(call: GitHubCall) -> Answer:
    """Latest first."""
    commit = _commit(call)
    mine = [each for each in call.github.statuses if each.sha == commit]
    return call.listed(show_status(call, each) for each in reversed(mine))


@routes("GET", "/repos/{owner}/{repo}/commits/{sha}/status")
def combined(call: GitHubCall) -> Answer:
    """The latest of each context."""
    commit = _commit(call)
    latest = {each.context: each for each in call.github.statuses if each.sha == commit}
    states = {each.state for each in latest.values()}
    bad = states & {"failure", "error"}
    state = "failure" if bad else "success" if states == {"success"} else "pending"
    return Answer(
        body={
            "state": state,
            "statuses": [show_status(call, each) for each in latest.values()],
            "sha": commit,
            "total_count": len(latest),
            "repository": show_repo(call),
            "commit_url": f"{call.repo}/commits/{commit}",
            "url": f"{call.repo}/commits/{commit}/status",
        }
    )


@routes("GET", "/repos/{owner}/{repo}/contents/{path*}")
def contents(call: GitHubCall) -> Answer:
    """A file as committed, or what is in a folder."""
    path, ref = call.params["path"], call.query("ref", call.github.default_branch)
    commit = call.bare.commit(ref)
    if commit is None:
        raise GitHubError(NOT_FOUND, f"No commit found for the ref {ref}")
    data = call.bare.show(commit, path)
    if data is not None:
        shown = _entry(call, ref, path, (_PLAIN, call.bare.blob(commit, path), len(data)))
        text = base64.encodebytes(data).decode()
        return Answer(body={**shown, "encoding": "base64", "content": text})
    inside = call.bare.listing(commit, path)
    if not inside:
        raise GitHubError(NOT_FOUND, "Not Found")
    return Answer(
        body=[_entry(call, ref, name, (mode, blob, size)) for mode, blob, name, size in inside]
    )


def _entry(call: GitHubCall, ref: str, path: str, about: tuple[str, str, int]) -> JsonObject:
    """A file or a folder, without what is in it; `about` is mode, object and size."""
    mode, name, size = about
    # Lists call submodules files: GitHub keeps that for those who relied on it.
    kind = {"040000": "dir", "120000": "symlink"}.get(mode, "file")
    api = f"{call.repo}/contents/{path}?ref={ref}"
    tree = "trees" if kind == "dir" else "blobs"
    html = f"{site(call)}/{'tree' if kind == 'dir' else 'blob'}/{ref}/{path}"
    git = f"{call.repo}/git/{tree}/{name}"
    return {
        "type": kind,
        "size": size,
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": name,
        "url": api,
        "git_url": git,
        "html_url": html,
        "download_url": None if kind == "dir" else f"{site(call)}/raw/{ref}/{path}",
        "_links": {"self": api, "git": git, "html": html},
    }


@routes("GET", "/repos/{owner}/{repo}/git/ref/{ref*}")
def get_ref(call: GitHubCall) -> Answer:
    """A ref and its commit."""
    ref = f"refs/{call.params['ref']}"
    commit = call.bare.refs().get(ref)
    if commit is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    return Answer(body=_ref(call, ref, commit))


@routes("POST", "/repos/{owner}/{repo}/git/refs")
def make_ref(call: GitHubCall) -> Answer:
    """Make a branch."""
    call.write()
    body = call.body()
    ref, sha = call.text(body, "ref"), call.text(body, "sha")
    if ref in call.bare.refs():
        raise GitHubError(INVALID, "Reference already exists")
    commit = call.bare.commit(sha)
    if commit is None or not ref.startswith("refs/"):
        raise GitHubError(INVALID, "Object does not exist")
    call.bare.set(ref, commit)
    return Answer(201, _ref(call, ref, commit))


def _ref(call: GitHubCall, ref: str, commit: str) -> JsonObject:
    return {
        "ref": ref,
        "node_id": node("REF", len(ref)),
        "url": f"{call.repo}/git/{ref}",
        "object": {"type": "commit", "sha": commit, "url": f"{call.repo}/git/commits/{commit}"},
    }


def _commit(call: GitHubCall) -> str:
    found = call.bare.commit(call.params["sha"])
    if found is None:
        told = f"No commit found for SHA: {call.params['sha']}"
        raise GitHubError(INVALID, told)
    return found
