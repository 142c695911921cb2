"""Merging pull requests: for real, in three ways, and on trial."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import CONFLICT, INVALID, GitHubCall, GitHubError, Routes
from reconciler.sandbox.github_git import ConflictError, GitError, Signature
from reconciler.sandbox.github_merge_rules import METHODS, refused_method, violations
from reconciler.sandbox.github_state import Pull
from reconciler.sandbox.github_sync import sync

routes = Routes()
_NOT_NOW: Final = 405


@routes("PUT", "/repos/{owner}/{repo}/pulls/{number}/merge")
def merge_pull(call: GitHubCall) -> Answer:
    """Merge it, for real."""
    call.write()
    pull, body = call.pull(), call.body()
    method = body.get("merge_method", "merge")
    if body.get("sha") not in {None, pull.head}:
        raise GitHubError(CONFLICT, "Head branch was modified. Review and try the merge again.")
    if pull.state != "open" or method not in METHODS:
        raise GitHubError(_NOT_NOW, "Pull Request is not mergeable")
    if pull.draft:
        raise GitHubError(_NOT_NOW, "Pull Request is still a draft")
    if refused := refused_method(call, pull, method):
        raise GitHubError(_NOT_NOW, refused)
    if broken := violations(call, pull):
        text = "\n\n".join(("Repository rule violations found", *broken))
        raise GitHubError(_NOT_NOW, text)
    tip = call.bare.commit(f"refs/heads/{pull.base}") or ""
    try:
        made = _merge(call, pull, tip, body)
    except ConflictError as error:
        raise GitHubError(_NOT_NOW, "Pull Request has merge conflicts") from error
    except GitError as error:
        raise GitHubError(_NOT_NOW, "Base branch was modified. Review and try again.") from error
    call.github.moved(f"refs/heads/{pull.base}", tip, made, call.user.login, call.now, merge=True)
    pull.onto, pull.merge_commit = tip, made
    pull.state, pull.closed_at = "closed", call.now
    pull.merged_at, pull.merged_by, pull.updated_at = call.now, call.user.login, call.now
    call.github.note(pull.number, "merged", call.user.login, call.now, commit=made)
    call.github.note(pull.number, "closed", call.user.login, call.now)
    body = {"sha": made, "merged": True, "message": "Pull Request successfully merged"}
    return Answer(body=body)


@routes("PUT", "/repos/{owner}/{repo}/pulls/{number}/update-branch")
def update_branch(call: GitHubCall) -> Answer:
    """Merge the base into the branch, as the button *Update branch* does."""
    call.write()
    pull, bare = call.pull(), call.bare
    if call.body().get("expected_head_sha") not in {None, pull.head}:
        raise GitHubError(INVALID, "expected head sha didn't match current head ref.")
    tip = bare.commit(f"refs/heads/{pull.base}") or ""
    if pull.state != "open" or pull.fork or bare.includes(pull.head, tip):
        raise GitHubError(INVALID, "There are no new commits on the base branch.")
    words = f"Merge branch '{pull.base}' into {pull.branch}"
    try:
        tree = bare.tree(pull.head, tip)
    except ConflictError as error:
        raise GitHubError(INVALID, "merge conflict between base and head") from error
    made = bare.make(tree, [pull.head, tip], words, _signed(call, call.user.login), call.now)
    ref = f"refs/heads/{pull.branch}"
    bare.set(ref, made, pull.head)
    call.github.moved(ref, pull.head, made, call.user.login, call.now)
    sync(call.world)
    body = {"message": "Updating pull request branch.", "url": f"{call.repo}/pulls/{pull.number}"}
    return Answer(202, body)


def _merge(call: GitHubCall, pull: Pull, tip: str, body: dict[str, object]) -> str:
    """The commit that the base ends in. Raises ConflictError, GitError."""
    bare, method = call.bare, body.get("merge_method", "merge")
    if method == "merge":
        source = f"{pull.fork or call.github.owner}/{pull.branch}"
        subject = body.get("commit_title") or f"Merge pull request #{pull.number} from {source}"
        message = f"{subject}\n\n{body.get('commit_message') or pull.title}"
        who = _signed(call, call.user.login)
        made = bare.make(bare.tree(tip, pull.head), [tip, pull.head], message, who, call.now)
    elif method == "squash":
        message = _squashed(call, pull, tip, body)
        who = _signed(call, pull.author)
        made = bare.make(bare.tree(tip, pull.head), [tip], message, who, call.now)
    else:
        made = tip
        for each in map(bare.describe, bare.between(tip, pull.head)):
            tree = bare.tree(tip, each.sha)
            made = bare.make(tree, [made], each.message, each.author, call.now)
    bare.set(f"refs/heads/{pull.base}", made, tip)
    return made


def _squashed(call: GitHubCall, pull: Pull, tip: str, body: dict[str, object]) -> str:
    """One commit keeps its own words; several are listed below the title."""
    said = [call.bare.describe(each).message for each in call.bare.between(tip, pull.head)]
    if len(said) == 1:
        title, _, rest = said[0].partition("\n")
    else:
        title, rest = pull.title, "\n\n".join(f"* {each}" for each in said)
    subject = body.get("commit_title") or f"{title} (#{pull.number})"
    return f"{subject}\n\n{body.get('commit_message') or rest.strip()}".rstrip()


def _signed(call: GitHubCall, login: str) -> Signature:
    return Signature(login, f"{login}@users.noreply.github.example", call.now.isoformat())


def try_out(call: GitHubCall, pull: Pull) -> None:
    """Merge an open one on trial, as GitHub does once somebody has asked whether it could be."""
    tip = call.bare.commit(f"refs/heads/{pull.base}")
    if tip is None or pull.state != "open" or pull.tried == f"{tip} {pull.head}":
        return
    pull.tried, pull.trial = f"{tip} {pull.head}", None
    try:
        tree = call.bare.tree(tip, pull.head)
    except ConflictError:
        return
    who, words = _signed(call, pull.author), f"Merge {pull.head} into {tip}"
    pull.trial = call.bare.make(tree, [tip, pull.head], words, who, call.now)
    call.bare.set(f"refs/pull/{pull.number}/merge", pull.trial)
