"""Who moved which ref of the repository, the latest first."""

from typing import Final
from urllib.parse import urlencode

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import MOST, USUAL, GitHubCall, Routes, moment, node
from reconciler.sandbox.github_git import NOTHING
from reconciler.sandbox.github_show import show_user
from reconciler.sandbox.github_state import Activity
from reconciler.sandbox.github_sync import sync

routes = Routes()
_FILTERS: Final = ("ref", "actor", "activity_type")


@routes("GET", "/repos/{owner}/{repo}/activity")
def activity(call: GitHubCall) -> Answer:
    """Pushes, merges, and branches that were made or deleted. Pages follow each other by cursor."""
    sync(call.world)
    fork = "" if call.params["owner"] == call.github.owner else call.params["owner"]
    ours = (each for each in reversed(call.github.activities) if each.fork == fork)
    every = [_show(call, each) for each in ours]
    if call.query("direction") == "asc":
        every.reverse()
    asked = {name: call.query(name) for name in _FILTERS if call.query(name)}
    if (ref := asked.get("ref")) and not ref.startswith("refs/"):
        asked["ref"] = f"refs/heads/{ref}"
    found = [each for each in every if all(_value(each, name) == asked[name] for name in asked)]
    ids = [str(each["id"]) for each in found]
    first = ids.index(call.query("after")) + 1 if call.query("after") in ids else 0
    size = call.query("per_page")
    some = min(max(int(size), 1), MOST) if size.isdecimal() else USUAL
    shown, rest = found[first : first + some], found[first + some :]
    return Answer(body=shown, headers=_next(call, shown) if rest else {})


def _value(shown: JsonObject, name: str) -> object:
    return (shown["actor"] or {}).get("login") if name == "actor" else shown[name]


def _next(call: GitHubCall, shown: list[JsonObject]) -> dict[str, str]:
    kept = {name: each[-1] for name, each in call.incoming.query.items() if name != "after"}
    query = urlencode({**kept, "after": shown[-1]["id"]})
    return {"link": f'<{call.base}{call.path}?{query}>; rel="next"'}


def _show(call: GitHubCall, activity: Activity) -> JsonObject:
    return {
        "id": activity.id,
        "node_id": node("PSH", activity.id),
        "before": activity.before,
        "after": activity.after,
        "ref": activity.ref,
        "timestamp": moment(activity.at),
        "activity_type": _kind(call, activity),
        "actor": show_user(call, activity.actor),
    }


def _kind(call: GitHubCall, activity: Activity) -> str:
    if activity.merge:
        return "pr_merge"
    if NOTHING in {activity.before, activity.after}:
        return "branch_creation" if activity.before == NOTHING else "branch_deletion"
    grown = call.bare.includes(activity.after, activity.before)
    return "push" if grown else "force_push"
