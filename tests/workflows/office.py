"""Events of a repository, each handed to the workflows that listen for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from contract.folder import FOLDER
from hub import Hub

from workflows.act import TOP, Act, Ran

_SECRETS = ("JIRA_API_TOKEN", "SLACK_BOT_TOKEN", "GITHUB_TOKEN")
_VARIABLES = ("JIRA_BASE_URL", "JIRA_USER_EMAIL")


def workflow(name: str) -> dict[Any, Any]:
    """A workflow as it is written; YAML takes its word `on` for true."""
    text = (TOP / ".github" / "workflows" / f"{name}.yml").read_text()
    found: dict[Any, Any] = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in found.items()}


def recorded(event: str, ours: dict[str, Any]) -> dict[str, Any]:
    """A payload as GitHub really sent one, with our values in it; ours where none is at hand."""
    name = "pull_request" if event == "pull_request_target" else event
    action = f".{ours['action']}" if "action" in ours and event != "push" else ""
    file = FOLDER / "github-webhooks" / f"{name}{action}.payload.json"
    if not file.is_file():
        return ours
    return merged(json.loads(file.read_text()), ours)


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The values of both; those of the other where it has any."""
    found = {**one, **other}
    for key in one.keys() & other.keys():
        if isinstance(one[key], dict) and isinstance(other[key], dict):
            found[key] = merged(one[key], other[key])
    return found


@dataclass
class Office:
    """A hub and its workflows."""

    hub: Hub
    act: Act

    def happens(self, event: str, action: str = "", number: int = 0) -> Ran:
        """Run whatever listens for an event, and the workflow that follows a review."""
        payload = self.hub.box.github.event(event, action, number)
        if event == "pull_request":
            if self.hub.box.github.pull(number).state == "open":
                ran = self._run("check", event, payload, self.merge_ref(number))
                assert ran.status == 0, ran.log
            return self._run("reconcile", "pull_request_target", payload)
        if event == "pull_request_review":
            ran = self._run("acknowledge", event, payload)
            assert ran.status == 0, ran.log
            return self._run("reconcile", "workflow_run", {**payload, "action": "completed"})
        return self._run("reconcile", event, payload)

    def check(self, number: int) -> Ran:
        """Only the check of a pull request."""
        payload = self.hub.box.github.event("pull_request", "opened", number)
        return self._run("check", "pull_request", payload, self.merge_ref(number))

    def ci(self, event: str) -> Ran:
        """The project's own check."""
        return self._run("ci", event, self.hub.box.github.event("push"))

    def acknowledge(self, number: int = 0) -> Ran:
        """The status of one pull request; of all of them if somebody starts it."""
        event = "pull_request_review" if number else "workflow_dispatch"
        payload = self.hub.box.github.event(event, "submitted" if number else "", number)
        return self._run("acknowledge", event, payload)

    def form(self, number: int, sender: str, **secrets: str) -> Ran:
        """Whatever answers a form."""
        payload = self.hub.box.github.event("issues", "opened", number, sender)
        return self._run("form", "issues", payload, more=secrets)

    def comment(self, comment: int, sender: str, **secrets: str) -> Ran:
        """Whatever answers a comment."""
        payload = self.hub.box.github.event("issue_comment", "created", comment, sender)
        return self._run("form", "issue_comment", payload, more=secrets)

    def _run(
        self,
        name: str,
        event: str,
        payload: dict[str, Any],
        sha: str = "",
        more: Mapping[str, str] | None = None,
    ) -> Ran:
        payload = recorded(event, payload)
        env = self.hub.env
        # What the workflow does not name does not reach it, whatever is configured.
        secrets = {each: env[each] for each in _SECRETS} if name not in {"check", "ci"} else {}
        secrets |= more or {}
        variables = {each: env[each] for each in _VARIABLES}
        tip = sha or self.hub.box.world.bare.commit("refs/heads/main") or ""
        return self.act.run(name, event, payload, tip, secrets, variables)

    def merge_ref(self, number: int) -> str:
        """The trial merge that GitHub makes of a pull request, and that its check checks out."""
        hub = self.hub
        hub.git("fetch", "--quiet", "origin", "main", f"refs/pull/{number}/head")
        main, head = hub.git("rev-parse", "origin/main"), hub.box.github.pull(number).head
        tree = hub.git("merge-tree", "--write-tree", main, head).splitlines()[0]
        merge = hub.git("commit-tree", tree, "-p", main, "-p", head, "-m", "Merge")
        hub.git("push", "--quiet", "--force", "origin", f"{merge}:refs/pull/{number}/merge")
        return merge

    def statuses(self, number: int) -> list[tuple[str, str]]:
        """State and description of the statuses of a pull request's head, oldest first."""
        head = self.hub.box.github.pull(number).head
        every = self.hub.state()["github"]["statuses"]
        return [(each["state"], each["description"]) for each in every if each["sha"] == head]
