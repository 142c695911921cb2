"""What happened in the services of a sandbox, in order: one line for each act, and who did it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hub import Hub

TOOL = "the tool"
OURS = frozenset({"github-actions[bot]", "U0ESCBOT1", "5f0a1c2e:escalation-bot"})
Act = tuple[str, str, str]
"""When, by whom, what."""


def timeline(hub: Hub, ticket: str) -> str:
    """The acts, with the number of those by people."""
    state = hub.state()
    acts = sorted(
        [*_on_github(state["github"]), *_on_jira(state, ticket), *_on_slack(state, ticket)],
        key=lambda act: (act[0], act[1] == TOOL),  # what people do begins a run
    )
    people = [who for _, who, _ in acts if who != TOOL]
    lines = [f"{when}  {who:<13} {what}" for when, who, what in acts]
    return "\n".join([*lines, f"{len(people)} acts of {len(set(people))} people", ""])


def _who(account: str) -> str:
    return TOOL if account in OURS else account


def _clock(when: str) -> str:
    return datetime.fromisoformat(when).astimezone(UTC).strftime("%H:%M")


def _stamp(when: str) -> str:
    return datetime.fromtimestamp(float(when), UTC).strftime("%H:%M")


def _on_github(state: dict[str, Any]) -> Iterator[Act]:
    for pull in state["pulls"].values():
        name = f"pull request #{pull['number']}"
        opened = f"opens {name}: {pull['title']}"
        yield _clock(pull["created_at"]), _who(pull["author"]), opened
        if pull["merged_at"]:
            yield _clock(pull["merged_at"]), _who(pull["merged_by"]), f"merges {name}"
    for review in state["reviews"]:
        text = " ".join(review["body"].split())
        what = f"reviews #{review['pull']}, {review['state']}: {text}"
        yield _clock(review["at"]), _who(review["author"]), what
    for comment in state["comments"]:
        what = f"comments on #{comment['number']}"
        yield _clock(comment["created_at"]), _who(comment["author"]), what


def _on_jira(state: dict[str, Any], ticket: str) -> Iterator[Act]:
    issue = state["jira"]["issues"][ticket]
    for entry in issue["history"]:
        fields = ", ".join(f"{item['field']} {item['toString']}" for item in entry["items"])
        yield _clock(entry["created"]), _who(entry["author"]), f"sets on {ticket}: {fields}"
    for comment in issue["comments"]:
        first = comment["body"].splitlines()[0]
        what = f"comments on {ticket}: {first[:60]}"
        yield _clock(comment["created"]), _who(comment["author"]), what


def _on_slack(state: dict[str, Any], ticket: str) -> Iterator[Act]:
    for channel in state["slack"]["channels"].values():
        if channel["name"].startswith(f"{ticket.lower()}-"):
            invited = len(channel["members"]) - 1
            what = f"creates #{channel['name']}, invites {invited} people"
            yield _stamp(channel["created"]), _who(channel["creator"]), what
        for message in channel["messages"]:
            payload = (message["metadata"] or {}).get("event_payload", {})
            if payload.get("ticket") == ticket:
                what = f"posts in #{channel['name']}: {payload['kind']}"
                yield _stamp(message["ts"]), _who(message["user"]), what
