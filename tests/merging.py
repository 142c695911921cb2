"""Runs that merge what is agreed, and what GitHub got of them."""

from typing import Any

from hub import Hub

TICKET = "DS-1071"
OTHER = "DS-1072"
ASSIGNEES = {TICKET: "dmitri", OTHER: "nadia"}
PUT = "PUT /repos/{owner}/{repo}/pulls/{number}/merge"


def begin_with(hub: Hub, **policy: Any) -> None:
    """Let main begin with another policy, which no one has to agree to."""
    hub.set_policy(**policy)
    hub.git("add", "--all")
    hub.git("commit", "--quiet", "--amend", "--no-edit")
    hub.git("push", "--quiet", "--force", "origin", "HEAD:main")


def run(hub: Hub, *options: str, status: int | None = 0) -> str:
    """A run as the workflow starts it; what it prints, on one line."""
    done = hub.escalate("apply", "--comment", "--statuses", "--record", *options, status=status)
    return " ".join((done.stdout + done.stderr).split())


def is_merged(hub: Hub, number: int) -> bool:
    return hub.box.github.pull(number).merged_at is not None


def proposals(hub: Hub, *tickets: str) -> list[int]:
    """Approved pull requests, each a minute later."""
    found = []
    for each in tickets:
        found.append(hub.propose(each, assignee=ASSIGNEES[each]))
        hub.pass_time(minutes=1)
        hub.review(found[-1])
    return found


def merges(hub: Hub) -> list[tuple[int, str]]:
    """The requests to merge that GitHub got, by number, with the head that they name."""
    return [
        (int(call.request["params"]["number"]), call.request["body"].get("sha", ""))
        for call in hub.box.calls
        if call.name == PUT
    ]
