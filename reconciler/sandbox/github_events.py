"""The payloads of webhooks, as a workflow finds them."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_call import GitHubCall
from reconciler.sandbox.github_git import NOTHING
from reconciler.sandbox.github_show import show_pull, show_repo, show_review, show_user
from reconciler.sandbox.github_sync import sync


def payload(call: GitHubCall, kind: str, action: str, number: int) -> JsonObject:
    """The payload of an event about a pull request, a review or a push."""
    sync(call.world)
    common = {
        "repository": show_repo(call),
        "sender": show_user(call, call.user.login),
    }
    match kind:
        case "pull_request" | "pull_request_target":
            pull = show_pull(call, call.github.pulls[number], whole=True)
            return {"action": action, "number": number, "pull_request": pull, **common}
        case "pull_request_review":
            pull = show_pull(call, call.github.pulls[number])
            mine = [each for each in call.github.reviews if each.pull == number]
            review = show_review(call, mine[-1])
            review["state"] = str(review["state"]).lower()
            return {"action": action, "review": review, "pull_request": pull, **common}
        case "push":
            return {**_push(call), **common}
        case "schedule":
            return {"schedule": action, **common}
        case _:
            return {"inputs": {}, "ref": f"refs/heads/{call.github.default_branch}", **common}


def _push(call: GitHubCall) -> JsonObject:
    branch = call.github.default_branch
    tip = call.bare.commit(f"refs/heads/{branch}") or NOTHING
    before = call.bare.commit(f"refs/heads/{branch}^") or NOTHING
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": tip,
        "created": before == NOTHING,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"https://github.example/{call.github.full_name}/compare/{before}...{tip}",
        "commits": [],
        "head_commit": None,
        "pusher": {"name": call.user.login, "email": None},
    }
