"""The example company in a folder of its own, and a sandbox to reconcile it into.

Everything goes over HTTP through the real clients. People act with their own tokens.
"""

import base64
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
import yaml
from merge_policy import use_merge_policy
from slack_sdk import WebClient

from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.change import Plan
from reconciler.model.known_receipts import KnownReceipts
from reconciler.model.outcome import Outcome, Result
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.desired_states import DesiredStates
from reconciler.reconcile.effective import plain_escalations
from reconciler.reconcile.engine.apply import apply
from reconciler.reconcile.engine.budget import Budget
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.engine.request import Request, Run
from reconciler.sandbox import Box
from reconciler.services.connect import connect
from reconciler.services.errors import SetupError
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import Settings, read_settings
from reconciler.services.time_budget import TimeBudget, TimeSource

TOP = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def escalation(ticket: str, **changes: Any) -> dict[str, Any]:
    """What a valid file says; assigned to dmitri unless told otherwise."""
    base: dict[str, Any] = {
        "ticket": ticket,
        "title": f"Something fails in {ticket}",
        "impact": {
            "level": "high",
            "who": "Payers of two billers",
            "how_many": 40,
            "symptom": "The page shows an error.",
        },
        "reason": "Payers cannot pay and the hotline is overrun.",
        "initiator": "priya",
        "contact": "lena",
        "reporter": {
            "person": "owen",
            "findings": "It began with the release of Tuesday.",
            "blocked_because": "Only Dev Support can read the gateway's logs.",
        },
        "assignee": "dmitri",
    }
    return {key: value for key, value in (base | changes).items() if value is not None}


def resolution(**changes: Any) -> dict[str, Any]:
    """How an escalation ended."""
    base = {
        "root_cause": "A certificate had expired.",
        "mitigation": "It was renewed and is watched now.",
        "follow_ups": "none",
        "customer_communication": {"owner": "owen", "state": "pending"},
    }
    return base | changes


def _load(path: Path) -> Any:
    """Read YAML with the parser in C, which is eight times as fast."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@dataclass
class Company:
    """A folder of files, the services behind it, and a clock."""

    folder: Path
    box: Box
    data_center: bool = False
    now: datetime = NOW
    workers: int = 4
    pauses: list[float] = field(default_factory=list)
    more_env: dict[str, str] = field(default_factory=dict)
    """Variables beside those that the sandbox prints."""

    def __post_init__(self) -> None:
        shutil.copytree(TOP / "config", self.folder / "config")
        use_merge_policy(self.folder)
        (self.folder / "escalations" / "2026").mkdir(parents=True)
        self.box.clock.set(self.now)
        if self.data_center:  # users have names there, not account ids
            path = self.folder / "config" / "roster.yaml"
            roster = _load(path)
            for handle, person in roster["people"].items():
                person["jira"] = handle
            path.write_text(yaml.dump(roster, Dumper=yaml.CSafeDumper))

    def pass_time(self, **span: float) -> None:
        """Let time go by, here and in the services."""
        self.now += timedelta(**span)
        self.box.clock.set(self.now)

    def write(self, ticket: str, **changes: Any) -> Path:
        """Declare an escalation."""
        path = self.folder / "escalations" / "2026" / f"{ticket}.yaml"
        text = yaml.safe_dump(escalation(ticket, **changes), sort_keys=False, allow_unicode=True)
        path.write_text(text, encoding="utf-8")
        return path

    def set_policy(self, **changes: Any) -> None:
        """Change values at the top of the policy."""
        path = self.folder / "config" / "policy.yaml"
        path.write_text(yaml.safe_dump(_load(path) | changes))

    def edit_roster(self, handle: str, **changes: Any) -> None:
        """Change a person; None takes a value away."""
        path = self.folder / "config" / "roster.yaml"
        roster = _load(path)
        person = roster["people"].setdefault(handle, {}) | changes
        roster["people"][handle] = {key: each for key, each in person.items() if each is not None}
        path.write_text(yaml.dump(roster, Dumper=yaml.CSafeDumper))

    @property
    def env(self) -> dict[str, str]:
        return self.box.env(data_center=self.data_center) | self.more_env

    @property
    def settings(self) -> Settings:
        return read_settings(self.env)

    def run(  # noqa: PLR0913 - how it runs
        self,
        *,
        thorough: bool = False,
        applies: bool = True,
        timeout: float = 5.0,
        tolerant: bool = False,
        patient: bool = False,
        last_counters: Mapping[str, int] | None = None,
    ) -> tuple[Run | None, tuple[Outcome, ...]]:
        """A run; `tolerant` of not being able to begin, `patient` in real time."""
        settings = Settings(self.settings.jira, self.settings.slack, timeout)
        retries = RetryPolicy(
            attempts=3, budget=TimeBudget(waiting=10.0, clock=TimeSource(sleep=self.pauses.append))
        )
        if patient:
            retries = RetryPolicy()
        with connect(settings, retries, self.workers) as gateways:
            request = replace(
                read_request(self.folder, self.now, settings, thorough=thorough),
                receipts=KnownReceipts(written=last_counters or {}),
            )
            try:
                run = plan_run(request, gateways, Silent())
            except SetupError:
                if not tolerant:
                    raise
                return None, ()
            return run, apply(run, Silent(), budget(self.folder)) if applies else ()

    def plan(self, *, thorough: bool = False) -> Plan:
        run, _ = self.run(thorough=thorough, applies=False)
        assert run is not None
        return run.plan

    def apply(self, *, thorough: bool = False, patient: bool = False) -> tuple[Outcome, ...]:
        return self.run(thorough=thorough, patient=patient)[1]

    def converge(self, *, thorough: bool = False) -> tuple[Outcome, ...]:
        """Apply, expect success, and expect nothing to be left to do."""
        outcomes = self.apply(thorough=thorough)
        bad = [each for each in outcomes if each.result is not Result.DONE]
        assert bad == []
        self.expect_nothing_to_do()
        return outcomes

    def expect_nothing_to_do(self) -> None:
        for thorough in (False, True):
            plan = self.plan(thorough=thorough)
            left = [(each.ticket, change) for each in plan.escalations for change in each.changes]
            assert left == [], f"thorough={thorough}"

    # What people do, with their own tokens.

    def slack(self, handle: str) -> WebClient:
        user = self.user(handle)
        return WebClient(f"xoxp-{user}", base_url=self.box.slack_url, retry_handlers=[])

    @property
    def bot(self) -> WebClient:
        return WebClient("xoxb-sandbox-bot", base_url=self.box.slack_url, retry_handlers=[])

    def user(self, handle: str) -> str:
        roster = _load(TOP / "config" / "roster.yaml")
        return str(roster["people"][handle]["slack"])

    def jira(self, handle: str, method: str, path: str, body: Any = None) -> Any:
        """A request to Jira Cloud by a person."""
        roster = _load(TOP / "config" / "roster.yaml")
        email = roster["people"][handle]["email"]
        key = base64.b64encode(f"{email}:jira-{handle}".encode()).decode()
        response = requests.request(
            method,
            f"{self.box.jira_url}/rest/api/2/{path}",
            json=body,
            headers={"Authorization": f"Basic {key}"},
            timeout=10,
        )
        response.raise_for_status()
        return response.json() if response.content else None

    # What is there.

    def ticket(self, key: str) -> dict[str, Any]:
        issue: dict[str, Any] = self.state()["jira"]["issues"][key]
        return issue

    def channel(self, ticket: str) -> dict[str, Any]:
        """The one live channel of a ticket."""
        found = self.channels(ticket)
        assert len(found) == 1, [each["name"] for each in found]
        return found[0]

    def channels(self, ticket: str) -> list[dict[str, Any]]:
        channels = self.state()["slack"]["channels"].values()
        return [each for each in channels if each["name"].startswith(ticket.lower() + "-")]

    def named(self, name: str) -> dict[str, Any]:
        channels = self.state()["slack"]["channels"].values()
        return next(each for each in channels if each["name"] == name)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.box.state()
        return state


def snapshot_of(folder: Path) -> Snapshot:
    """The files of a folder, which have no findings. Files that are the same are read once."""
    return _book(tuple(read_worktree(folder)))


@lru_cache(4)
def _book(raws: tuple[RawFile, ...]) -> Snapshot:
    loaded = load_snapshot(raws)
    assert loaded.snapshot is not None, loaded.findings
    assert not loaded.findings, loaded.findings
    return loaded.snapshot


def read_request(
    folder: Path, now: datetime, settings: Settings, *, thorough: bool = False
) -> Request:
    """What a run on the files of a folder is to do."""
    snapshot = snapshot_of(folder)
    policy = snapshot.policy
    return Request(
        desired=DesiredStates(snapshot, plain_escalations(snapshot, now), settings.jira.url, now),
        declared=frozenset(entry.escalation.ticket for entry in snapshot.entries),
        roster=snapshot.roster,
        label=policy.jira.label,
        projects=tuple(policy.desks),
        now=now,
        thorough=thorough,
    )


def apply_here(folder: Path, env: dict[str, str], now: datetime) -> None:
    """Apply the files of a folder in this process, one escalation after the other."""
    os.environ.update(env)
    settings = read_settings(env)
    with connect(settings, RetryPolicy(), 1) as gateways:
        run = plan_run(read_request(folder, now, settings), gateways, Silent())
        apply(run, Silent(), budget(folder))


def budget(folder: Path) -> Budget:
    """What the policy of a folder allows one run."""
    return Budget(snapshot_of(folder).policy.safety)


def end_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """What people see, without ids and times: equal for equal outcomes however they came about."""
    slack, jira = state["slack"], state["jira"]
    names = {key: each["name"] for key, each in slack["channels"].items()}

    def named(text: str) -> str:
        text = re.sub(r"C0SBX\w+", lambda match: names.get(match[0], match[0]), text)
        return re.sub(r"\b\d{10}\.\d{6}\b", "TS", text)

    def tidy(value: Any) -> Any:
        return json.loads(named(json.dumps(value, sort_keys=True, ensure_ascii=False)))

    channels = {}
    for channel in slack["channels"].values():
        pinned = {str(each["ts"]) for each in channel["pins"]}
        marks = {str(each["ts"]): _mark(each) for each in channel["messages"]}
        messages = [
            [
                message.get("subtype") or "",
                message.get("user"),
                named(str(message.get("text"))),
                _mark(message),
                marks.get(str(message.get("thread_ts")), ""),
                str(message["ts"]) in pinned,
            ]
            for message in channel["messages"]
        ]
        channels[channel["name"]] = {
            "topic": channel["topic"]["value"],
            "purpose": channel["purpose"]["value"],
            "members": sorted(channel["members"]),
            "archived": channel["archived"],
            "bookmarks": sorted([each["title"], each["link"]] for each in channel["bookmarks"]),
            "messages": sorted(messages, key=json.dumps),
        }
    issues = {}
    for key, issue in jira["issues"].items():
        issues[key] = {
            "labels": sorted(issue["labels"]),
            "priority": issue["priority"],
            "assignee": issue["assignee"],
            "comments": sorted(named(f"{_key(each)}{each['body']}") for each in issue["comments"]),
            "properties": _without_ids(tidy(issue["properties"])),
            "remote_links": sorted(json.dumps(tidy(_link(each))) for each in issue["remote_links"]),
        }
    links = sorted([each["type_id"], *linked(state, each)] for each in jira["links"])
    return {"channels": channels, "issues": issues, "links": links}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two end states differ, in words."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        pairs = [(f"{path}/{key}", one.get(key), other.get(key)) for key in keys]
        return [each for name, a, b in pairs for each in differences(a, b, name)]
    if isinstance(one, list) and isinstance(other, list):
        extra = [each for each in one if one.count(each) > other.count(each)]
        lost = [each for each in other if other.count(each) > one.count(each)]
        return [f"{path}: too many {extra}, missing {lost}"] if extra or lost else []
    return [] if one == other else [f"{path}: {one!r}, not {other!r}"]


def linked(state: Mapping[str, Any], link: Mapping[str, Any]) -> tuple[str, str]:
    """The keys of the tickets that a link joins."""
    keys = {each["id"]: key for key, each in state["jira"]["issues"].items()}
    return keys[link["source"]], keys[link["target"]]


def _mark(message: Mapping[str, Any]) -> str:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return f"{payload.get('ticket', '')} {payload.get('kind', '')}".strip()


_OFTEN = {"id", "ts", "counter", "seal", "comments_through", "channel_comment", "event_comments"}
"""What differs each time: ids, times, how often a receipt was written, and so its seal."""


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(each) for key, each in value.items() if key not in _OFTEN}
    if isinstance(value, list):
        return [_without_ids(each) for each in value]
    return "TS" if value == "TS" else value


def _key(comment: Mapping[str, Any]) -> str:
    mark = comment["properties"].get("escalation")
    return f"{mark['ticket']} {mark['key']}: " if mark else ""


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in link.items() if key not in {"id", "self"}}
