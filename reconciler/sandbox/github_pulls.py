"""Pull requests: opening, listing, changing, merging."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import (
    CONFLICT,
    INVALID,
    GitHubCall,
    GitHubError,
    Routes,
    moment,
    node,
)
from reconciler.sandbox.github_git import ConflictError, GitError
from reconciler.sandbox.github_show import show_pull, show_user, site
from reconciler.sandbox.github_state import Pull
from reconciler.sandbox.github_sync import sync

routes = Routes()
METHODS: Final = ("merge", "squash", "rebase")
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
        told = f"A pull request already exists for {call.github.owner}:{branch}."
        raise GitHubError(INVALID, "Validation Failed", told)
    if call.bare.parted(tip, commit) is None:
        told = f"The {branch} branch has no history in common with {base}"
        raise GitHubError(INVALID, "Validation Failed", told)
    if not call.bare.between(tip, commit):
        told = f"No commits between {base} and {branch}"
        raise GitHubError(INVALID, "Validation Failed", told)
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
    """One of them."""
    return Answer(body=show_pull(call, call.pull(), whole=True))


@routes("PATCH", "/repos/{owner}/{repo}/pulls/{number}")
def change_pull(call: GitHubCall) -> Answer:
    """Change its words, close it, open it again."""
    pull, body = call.pull(), call.body()
    if call.user.login != pull.author:
        call.write()
    pull.title = str(body.get("title") or pull.title)
    pull.body = body.get("body", pull.body)
    pull.base = str(body.get("base") or pull.base)
    wanted = body.get("state", pull.state)
    if wanted not in {"open", "closed"} or (wanted == "open" and pull.merged_at):
        raise GitHubError(INVALID, "Validation Failed", "state cannot be changed")
    if wanted != pull.state:
        pull.state = wanted
        pull.closed_at = call.now if wanted == "closed" else None
        event = "closed" if wanted == "closed" else "reopened"
        call.github.note(pull.number, event, call.user.login, call.now)
    pull.updated_at = call.now
    return Answer(body=show_pull(call, pull, whole=True))


@routes("PUT", "/repos/{owner}/{repo}/pulls/{number}/merge")
def merge_pull(call: GitHubCall) -> Answer:
    """Merge it, for real."""
    call.write()
    pull, body = call.pull(), call.body()
    method = body.get("merge_method", "merge")
    if body.get("sha") not in {None, pull.head}:
        raise GitHubError(CONFLICT, "Head branch was modified. Review and try the merge again.")
    if pull.state != "open" or pull.draft or method not in METHODS:
        raise GitHubError(405, "Pull Request is not mergeable")
    allowed = [
        rule["parameters"]["allowed_merge_methods"]
        for rule in call.github.rules_of(pull.base)
        if rule["type"] == "pull_request" and "allowed_merge_methods" in rule.get("parameters", {})
    ]
    if any(method not in methods for methods in allowed):
        raise GitHubError(405, f"The merge method {method} is not allowed")
    try:
        pull.merge_commit = _merge(call, pull, method, body)
    except ConflictError as error:
        raise GitHubError(405, "Pull Request has merge conflicts") from error
    except GitError as error:
        raise GitHubError(405, "Base branch was modified. Review and try again.") from error
    pull.state, pull.closed_at = "closed", call.now
    pull.merged_at, pull.merged_by, pull.updated_at = call.now, call.user.login, call.now
    call.github.note(pull.number, "merged", call.user.login, call.now)
    call.github.note(pull.number, "closed", call.user.login, call.now)
    told = {"sha": pull.merge_commit, "merged": True, "message": "Pull Request successfully merged"}
    return Answer(body=told)


def _merge(call: GitHubCall, pull: Pull, method: str, body: dict[str, object]) -> str:
    bare, ref = call.bare, f"refs/heads/{pull.base}"
    tip = bare.commit(ref) or ""
    commits = bare.between(tip, pull.head)
    if method == "merge":
        source = f"{pull.fork or call.github.owner}/{pull.branch}"
        subject = body.get("commit_title") or f"Merge pull request #{pull.number} from {source}"
        message = f"{subject}\n\n{body.get('commit_message') or pull.title}"
        who = _author(call.user.login)
        made = bare.make(bare.tree(tip, pull.head), [tip, pull.head], message, who, call.now)
    elif method == "squash":
        alone = bare.message(commits[0]).partition("\n")[0] if len(commits) == 1 else pull.title
        subject = body.get("commit_title") or f"{alone} (#{pull.number})"
        listed = "\n\n".join(f"* {bare.message(each)}" for each in commits)
        message = f"{subject}\n\n{body.get('commit_message') or listed}"
        tree = bare.tree(tip, pull.head)
        made = bare.make(tree, [tip], message, _author(pull.author), call.now)
    else:
        made = tip
        for each in commits:
            tree = bare.tree(tip, each)
            made = bare.make(tree, [made], bare.message(each), _author(pull.author), call.now)
    bare.set(ref, made, tip)
    return made


def _author(login: str) -> tuple[str, str]:
    return login, f"{login}@users.noreply.github.example"


@routes("GET", "/repos/{owner}/{repo}/pulls/{number}/files")
def list_files(call: GitHubCall) -> Answer:
    """The files that it changes."""
    pull = call.pull()
    tip = call.bare.commit(f"refs/heads/{pull.base}") or pull.head
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
        for blob, status, path, added, removed in call.bare.files(tip, pull.head)
    )


@routes("GET", "/repos/{owner}/{repo}/issues/{number}/timeline")
def timeline(call: GitHubCall) -> Answer:
    """What happened to it."""
    pull = call.pull()
    return call.listed(
        {
            "id": each.id,
            "node_id": node("E", each.id),
            "url": f"{call.repo}/issues/events/{each.id}",
            "actor": show_user(call, each.actor),
            "event": each.event,
            "commit_id": None,
            "commit_url": None,
            "created_at": moment(each.at),
            "performed_via_github_app": None,
        }
        for each in call.github.events
        if each.number == pull.number
    )
