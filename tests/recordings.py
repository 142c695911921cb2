"""What an earlier version left in Jira, Slack, GitHub and git, in a sandbox of this version."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import yaml
from lives.commits import git
from lives.runs import Worker
from pydantic import TypeAdapter

from reconciler.cli.files import read_files
from reconciler.cli.options import Options
from reconciler.model.audit import AuditLine
from reconciler.model.audit_branch import read_lines
from reconciler.sandbox import Box
from reconciler.sandbox.github_state import GitHubState
from reconciler.sandbox.jira_index import learn
from reconciler.sandbox.jira_state import JiraState
from reconciler.sandbox.slack_state import SlackState
from reconciler.services.connect import connect
from reconciler.services.connect_forge import connect_forge
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_settings

FOLDER = Path(__file__).parent / "reconcile" / "recorded"
NAMES = ("cloud", "data-center")
_WHO = ("-c", "user.name=Priya Raman", "-c", "user.email=priya.raman@ledgerline.example")


def read(name: str, part: str) -> Any:
    """A file of a recording."""
    return json.loads((FOLDER / name / f"{part}.json").read_text(encoding="utf-8"))


def receipts() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each recorded receipt with the recording and the ticket that it is from."""
    for name in NAMES:
        for ticket, issue in read(name, "jira")["issues"].items():
            if "escalation" in issue["properties"]:
                yield name, ticket, issue["properties"]["escalation"]


@dataclass
class Recording:
    """A recording in a sandbox, with a clone of its repository."""

    folder: Path
    box: Box
    now: datetime
    jira: str
    """Jira's address when it was recorded; links in messages have it."""
    data_center: bool

    @contextmanager
    def working(self, *, thorough: bool = False) -> Iterator[Worker]:
        """Runs at the recorded moment, whose links have the recorded address."""
        env = self.box.env(data_center=self.data_center, github=not self.data_center)
        kind = ForgeKind.GIT if self.data_center else ForgeKind.GITHUB
        options = Options(self.folder, self.now, thorough, workers=1, forge=kind)
        files = read_files(options)
        settings, (_, github) = read_settings(env), read_forge_settings(env, kind)
        retries = RetryPolicy(attempts=1)
        connected = connect_forge(kind, github, self.folder, "main", settings.timeout, retries)
        linked = replace(settings, jira=replace(settings.jira, url=self.jira))
        with connected as forge, connect(settings, retries, 1) as gateways:
            yield Worker(options, files, linked, gateways, forge)

    def pass_time(self, **span: float) -> None:
        """Let time pass since the recording."""
        self.now += timedelta(**span)
        self.box.clock.set(self.now)

    def declare(self, ticket: str, **changes: Any) -> None:
        """Change values of a file on the main branch."""
        path = f"escalations/2026/{ticket}.yaml"
        file = self.folder / path
        file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | changes))
        git(self.folder, *_WHO, "commit", "--quiet", "--message", f"Change {ticket}", path)
        git(self.folder, "push", "--quiet", "origin", "main")

    def merge(self, branch: str, reviewer: str) -> None:
        """A person approves the pull request of a branch and merges it."""
        pulls = self.box.world.github.pulls.values()
        (number,) = (each.number for each in pulls if each.branch == branch)
        pull = f"{self.box.github_url}/repos/{self.box.github.repository}/pulls/{number}"
        headers = {"Authorization": f"Bearer ghp-{reviewer}"}
        for method, what, body in (
            ("POST", "reviews", {"event": "APPROVE"}),
            ("PUT", "merge", {"merge_method": "squash"}),
        ):
            done = requests.request(method, f"{pull}/{what}", json=body, headers=headers, timeout=9)
            assert done.ok, done.text
        git(self.folder, "pull", "--quiet", "--ff-only", "origin", "main")

    def lose_receipts(self) -> None:
        """A person deletes the receipts of all tickets."""
        with self.box.lock:
            for issue in self.box.world.jira.issues.values():
                issue.properties.pop("escalation", None)

    def posted(self) -> Counter[str]:
        """How often each message and comment is there, by place and kind.

        Slack's own messages, such as those about a new topic, are left out.
        """
        state = self.box.state()
        found: Counter[str] = Counter()
        for channel in state["slack"]["channels"].values():
            messages = [each for each in channel["messages"] if not each["subtype"]]
            found.update(f"#{channel['name']} {_kind(each)}" for each in messages)
        for key, issue in state["jira"]["issues"].items():
            found.update(f"{key} {_key(each)}" for each in issue["comments"])
        return found

    def audit_lines(self) -> Iterator[AuditLine]:
        """The lines of the audit branch."""
        for path in git(self.folder, "ls-tree", "-r", "--name-only", "origin/audit").split():
            yield from read_lines(path, git(self.folder, "show", f"origin/audit:{path}").encode())


def load(name: str, box: Box, folder: Path) -> Recording:
    """Put a recording into a sandbox, and a clone of its main branch into a folder."""
    moment = read(name, "moment")
    now = datetime.fromisoformat(moment["now"])
    remote = box.github.remote
    repository = (FOLDER / name / "repository.txt").read_bytes()
    git(remote, "fast-import", "--quiet", given=repository)
    git(remote, "clone", "--quiet", "--branch=main", str(remote), str(folder))
    with box.lock:
        box.clock.set(now)
        box.world.slack = TypeAdapter(SlackState).validate_python(read(name, "slack"))
        box.world.jira = TypeAdapter(JiraState).validate_python(read(name, "jira"))
        box.world.github = TypeAdapter(GitHubState).validate_python(read(name, "github"))
        for issue in box.world.jira.issues.values():
            learn(issue, now.timestamp())
        assert box.world.bare.refs() == box.world.github.refs
    return Recording(folder, box, now, moment["jira"], data_center=name == "data-center")


def _kind(message: dict[str, Any]) -> str:
    payload = (message.get("metadata") or {}).get("event_payload")
    return f"{payload['ticket']} {payload['kind']}" if payload else "by hand"


def _key(comment: dict[str, Any]) -> str:
    """The key in the property of a comment, or in the text of one by an earlier version."""
    if mark := comment["properties"].get("escalation"):
        return str(mark["key"])
    found = re.search(r"escalation-as-code \S+ (\S+)", comment["body"])
    return found[1] if found else "by hand"
