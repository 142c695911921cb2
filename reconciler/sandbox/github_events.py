"""The payloads of webhooks, as a workflow finds them."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_call import GitHubCall
from reconciler.sandbox.github_git import NOTHING
from reconciler.sandbox.github_show import show_pull, show_repo, show_user, site
from reconciler.sandbox.github_sync import sync
from reconciler.sandbox.github_talk import show_comment, show_issue, show_review


def payload(call: GitHubCall, kind: str, action: str, number: int) -> JsonObject:
    """The payload of an event. Raises ValueError for a kind that is not known here.

    The number is that of the issue or pull request; for a comment, the id of the comment.
    """
    sync(call.world)
    common = {
        "repository": show_repo(call),
        "sender": show_user(call, call.user.login),
    }
    match kind:
        case "pull_request":
            pull = show_pull(call, call.github.pulls[number], whole=True)
            about = {"action": action, "number": number, "pull_request": pull}
            return {**about, **_moved(call, action, number), **common}
        case "pull_request_review":
            pull = show_pull(call, call.github.pulls[number])
            reviews = [each for each in call.github.reviews if each.pull == number]
            if not reviews:
                raise ValueError("there are no reviews yet")
            review = show_review(call, reviews[-1])
            review["state"] = str(review["state"]).lower()
            return {"action": action, "review": review, "pull_request": pull, **common}
        case "issues" | "issue_comment":
            about = _issue(call, number) if kind == "issues" else _comment(call, number)
            return {"action": action, **about, **common}
        case "push":
            return {**_push(call), **common}
        case "workflow_dispatch":
            ref = f"refs/heads/{call.github.default_branch}"
            return {"inputs": None, "ref": ref, "workflow": "workflow.yml", **common}
        case "schedule":
            return {"schedule": action, **common}
        case _:
            raise ValueError(f"no payload of kind {kind!r} is made here")


def _comment(call: GitHubCall, number: int) -> JsonObject:
    """A comment with what it was written on."""
    comment = next(each for each in call.github.comments if each.id == number)
    return {**_issue(call, comment.number), "comment": show_comment(call, comment)}


def _issue(call: GitHubCall, number: int) -> JsonObject:
    thing = call.github.issues.get(number) or call.github.pulls[number]
    return {"issue": show_issue(call, thing)}


def _moved(call: GitHubCall, action: str, number: int) -> JsonObject:
    """What only a push to the branch of a pull request tells."""
    if action != "synchronize":
        return {}
    pull = call.github.pulls[number]
    return {"before": pull.before, "after": pull.head}


def _push(call: GitHubCall) -> JsonObject:
    branch = call.github.default_branch
    tip = call.bare.commit(f"refs/heads/{branch}") or NOTHING
    before = call.bare.commit(f"refs/heads/{branch}^") or NOTHING
    head = None if tip == NOTHING else _commit(call, tip)
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": tip,
        "created": before == NOTHING,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{call.world.forge}/{call.github.full_name}/compare/{before}...{tip}",
        "commits": [] if head is None else [head],
        "head_commit": head,
        "pusher": {"name": call.user.login, "email": None},
    }


def _commit(call: GitHubCall, sha: str) -> JsonObject:
    """A commit as a push tells of it."""
    commit = call.bare.describe(sha)
    files = call.bare.files(commit.parents[0], sha) if commit.parents else []
    return {
        "id": sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": commit.author.date,
        "url": f"{site(call)}/commit/{sha}",
        "author": {"name": commit.author.name, "email": commit.author.email},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
        **{
            name: [path for _, status, path, _, _ in files if status == letter]
            for name, letter in (("added", "A"), ("removed", "D"), ("modified", "M"))
        },
    }
