"""Pull requests: opening, listing, changing, closing."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import (
    INVALID,
    GitHubCall,
    GitHubError,
    Routes,
)
from reconciler.sandbox.github_merge import try_out
from reconciler.sandbox.github_merge_rules import mergeable_state
from reconciler.sandbox.github_show import base_of, show_pull, site
from reconciler.sandbox.github_state import Pull
from reconciler.sandbox.github_sync import sync

routes = Routes()
_STATUSES: Final = {"A": "added", "D": "removed"}


@routes("GET", "/repos/{owner}/{repo}/pulls")
def list_pulls(call: GitHubCall) -> Answer:
    """Pull requests by state, base, head; newest first unless asked otherwise."""
    sync(call.world)
    state, base, head = call.query("state", "open"), call.query("base"), call.query("head")
    sort = "updated_at" if call.query("sort") == "updated" else "created_at"
    found = [
        pull
        for pull in call.github.pulls.values()
        if state in {"all", pull.state}
        and (not base or pull.base == base)
        and (not head or head == f"{pull.fork or call.github.owner}:{pull.branch}")
    ]
    usual = "asc" if call.query("sort") and sort == "created_at" else "desc"
    found.sort(
        key=lambda pull: (getattr(pull, sort), pull.number),
        reverse=call.query("direction", usual) == "desc",
    )
    return call.listed(show_pull(call, pull) for pull in found)


@routes("POST", "/repos/{owner}/{repo}/pulls")
def open_pull(call: GitHubCall) -> Answer:
    """Open one."""
    call.write()
    sync(call.world)
    body = call.body()
    title, base = call.text(body, "title"), call.text(body, "base")
    branch = call.text(body, "head").removeprefix(f"{call.github.owner}:")
    commit, tip = (call.bare.commit(f"refs/heads/{name}") for name in (branch, base))
    if commit is None or tip is None:
        field = "head" if commit is None else "base"
        raise GitHubError(INVALID, "Validation Failed", f"{field} is invalid")
    if any(
        one.state == "open" and (one.branch, one.base) == (branch, base)
        for one in call.github.pulls.values()
    ):
        reason = f"A pull request already exists for {call.github.owner}:{branch}."
        raise GitHubError(INVALID, "Validation Failed", reason)
    if call.bare.parted(tip, commit) is None:
        reason = f"The {branch} branch has no history in common with {base}"
        raise GitHubError(INVALID, "Validation Failed", reason)
    if not call.bare.between(tip, commit):
        reason = f"No commits between {base} and {branch}"
        raise GitHubError(INVALID, "Validation Failed", reason)
    pull = Pull(
        number=call.github.next_number(),
        title=title,
        body=body.get("body"),
        author=call.user.login,
        branch=branch,
        base=base,
        head=commit,
        created_at=call.now,
        updated_at=call.now,
        draft=bool(body.get("draft")),
    )
    call.github.pulls[pull.number] = pull
    call.bare.set(f"refs/pull/{pull.number}/head", commit)
    return Answer(201, show_pull(call, pull, whole=True))


@routes("GET", "/repos/{owner}/{repo}/pulls/{number}")
def get_pull(call: GitHubCall) -> Answer:
    """One of them; whether it can be merged is known to those who ask again."""
    pull = call.pull()
    shown = show_pull(call, pull, whole=True)
    if shown["mergeable_state"] == "clean" and pull.state == "open":
        shown["mergeable_state"] = mergeable_state(call, pull)
    try_out(call, pull)
    return Answer(body=shown)


@routes("PATCH", "/repos/{owner}/{repo}/pulls/{number}")
def change_pull(call: GitHubCall) -> Answer:
    """Change its words, close it, open it again."""
    pull, body = call.pull(), call.body()
    if call.user.login != pull.author:
        call.write()
    pull.title = str(body.get("title") or pull.title)
    pull.body = body.get("body", pull.body)
    if (base := str(body.get("base") or pull.base)) != pull.base:
        pull.base = base
        call.github.note(pull.number, "base_ref_changed", call.user.login, call.now)
    turn(call, pull, body.get("state", pull.state))
    pull.updated_at = call.now
    return Answer(body=show_pull(call, pull, whole=True))


def turn(call: GitHubCall, pull: Pull, wanted: object) -> None:
    """Close a pull request, or open it again where its branch still leads on from its head."""
    if wanted == pull.state:
        return
    if wanted == "closed":
        pull.state, pull.closed_at = "closed", call.now
        call.github.note(pull.number, "closed", call.user.login, call.now)
        return
    if wanted != "open":
        raise GitHubError(INVALID, "Validation Failed", "state is not included in the list")
    tip = pull.head if pull.fork else call.bare.commit(f"refs/heads/{pull.branch}")
    if pull.merged_at:
        problem = ""
    elif tip is None:
        problem = f" The {pull.branch} branch has been deleted."
    elif not call.bare.includes(tip, pull.head):
        problem = f" The {pull.branch} branch was force-pushed or recreated."
    else:
        pull.state, pull.closed_at = "open", None
        call.github.note(pull.number, "reopened", call.user.login, call.now)
        sync(call.world)
        return
    raise GitHubError(INVALID, "Validation Failed", f"state cannot be changed.{problem}")


@routes("GET", "/repos/{owner}/{repo}/pulls/{number}/files")
def list_files(call: GitHubCall) -> Answer:
    """The files that it changes."""
    pull = call.pull()
    return call.listed(
        {
            "sha": blob,
            "filename": path,
            "status": _STATUSES.get(status, "modified"),
            "additions": added,
            "deletions": removed,
            "changes": added + removed,
            "blob_url": f"{site(call)}/blob/{pull.head}/{path}",
            "raw_url": f"{site(call)}/raw/{pull.head}/{path}",
            "contents_url": f"{call.repo}/contents/{path}?ref={pull.head}",
        }
        for blob, status, path, added, removed in call.bare.files(base_of(call, pull), pull.head)
    )
