"""The search index of Jira Cloud: it learns of an edit at once and shows it later."""

from reconciler.sandbox.jira_state import IndexEntry, Issue


def learn(issue: Issue, now: float) -> None:
    """Tell the index about an issue as it is now."""
    issue.index.append(IndexEntry(now, indexed(issue)))


def indexed(issue: Issue) -> dict[str, tuple[str, ...]]:
    """The fields that a search can ask about."""
    return {
        "project": (issue.project,),
        "labels": tuple(issue.labels),
        "status": (issue.status,),
        "priority": (issue.priority,) if issue.priority else (),
        "assignee": (issue.assignee,) if issue.assignee else (),
        "key": (issue.key, issue.id, *issue.former_keys),
    }


def known(issue: Issue, now: float, lag: float) -> dict[str, tuple[str, ...]] | None:
    """What a search may know about the issue; None before the index has seen it at all."""
    seen = [entry for entry in issue.index if entry.at <= now - lag]
    return seen[-1].fields if seen else None
