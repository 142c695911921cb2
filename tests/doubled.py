"""What a service has twice though it should have it once: messages, comments, links, pins."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any


def doubled(state: Mapping[str, Any]) -> list[str]:
    """Each thing of the tool that is there more than once, with how often."""
    return sorted(
        f"{thing}: {count}" for thing, count in Counter(_things(state)).items() if count > 1
    )


def things(state: Mapping[str, Any]) -> int:
    """How many things of the tool are there."""
    return sum(1 for _ in _things(state))


def _things(state: Mapping[str, Any]) -> Iterator[str]:
    channels = state["slack"]["channels"].values()
    for channel in channels:
        name = channel["name"]
        for message in channel["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload:
                yield f"message {payload['ticket']} {payload['kind']} in #{name}"
        for mark in channel["bookmarks"]:
            yield f"bookmark {mark['title']} {mark['link']} in #{name}"
        yield f"channel {'-'.join(name.split('-')[:2])}"
    for key, issue in state["jira"]["issues"].items():
        for comment in issue["comments"]:
            yield f"comment on {key}: {comment['properties'].get('escalation') or comment['body']}"
        for link in issue["remote_links"]:
            yield f"remote link of {key}: {link}"
    for link in state["jira"]["links"]:
        yield f"link {link['type_id']} {link['source']} {link['target']}"
