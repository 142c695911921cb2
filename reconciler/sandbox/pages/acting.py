"""What people do on the pages. Each act is a call to the service, with the person's own token.

So the service decides whether the person may, with the errors that its API has.
"""

import base64
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_service import GitHubService
from reconciler.sandbox.incoming import Incoming
from reconciler.sandbox.jira_service import JiraService
from reconciler.sandbox.jira_show import VISIBILITY
from reconciler.sandbox.pages.people import CompanyPeople, CompanyPerson
from reconciler.sandbox.slack_service import SlackService

_REFUSALS: Final = {
    "is_archived": "The channel is archived.",
    "no_text": "Write a text first.",
    "not_in_channel": "You are not in this channel. Join it first.",
    "thread_not_found": "The message is no longer there.",
}
_HANDLE: Final = re.compile(r"(?<![\w.])@([a-z][a-z0-9.-]*[a-z0-9])")
_EVENTS: Final = {"approve": "APPROVE", "request": "REQUEST_CHANGES"}


class ActRefusedError(Exception):
    """A service refused what a person wanted to do; the message is for the person."""


@dataclass(frozen=True)
class Services:
    """The services of the sandbox, called without a wire."""

    slack: SlackService
    jira: JiraService
    github: GitHubService


@dataclass(frozen=True)
class Acting:
    """A person who acts in the services. Each method raises ActRefusedError."""

    services: Services
    person: CompanyPerson
    people: CompanyPeople

    def write(self, channel: str, text: str, thread: str = "") -> None:
        """Post a message, or a reply in a thread. `@handle` mentions a person."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        args = {"channel": channel, "text": _HANDLE.sub(self._mention, escaped.strip())}
        self._slack("chat.postMessage", {**args, **({"thread_ts": thread} if thread else {})})

    def join(self, channel: str) -> None:
        """Join a channel."""
        self._slack("conversations.join", {"channel": channel})

    def comment_on_ticket(self, key: str, text: str, *, internal: bool) -> None:
        """Comment on a ticket; customers do not see an internal note."""
        if not self.person.jira:
            raise ActRefusedError(f"{self.person.name} has no account in Jira.")
        hidden = [{"key": VISIBILITY, "value": {"internal": True}}]
        body = {"body": text, **({"properties": hidden} if internal else {})}
        pair = f"{self.person.email}:jira-{self.person.handle}".encode()
        credentials = f"Basic {base64.b64encode(pair).decode()}"
        path = f"/rest/api/2/issue/{key}/comment"
        answer = self.services.jira.answer(_call("POST", path, credentials, body))
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise ActRefusedError(answer.error)

    def comment(self, repo: str, number: int, text: str) -> None:
        """Comment on a pull request."""
        self._github("POST", f"/repos/{repo}/issues/{number}/comments", {"body": text})

    def review(self, repo: str, number: int, verdict: str, text: str) -> None:
        """Approve or request changes, with a text if there is one."""
        body = {"event": _EVENTS[verdict], "body": text}
        self._github("POST", f"/repos/{repo}/pulls/{number}/reviews", body)

    def merge(self, repo: str, number: int) -> None:
        """Merge a pull request."""
        self._github("PUT", f"/repos/{repo}/pulls/{number}/merge", {})

    def _mention(self, found: re.Match[str]) -> str:
        known = self.people.by_handle.get(found[1])
        return f"<@{known.slack}>" if known and known.slack else found[0]

    def _slack(self, method: str, args: JsonObject) -> None:
        if not self.person.slack:
            raise ActRefusedError(f"{self.person.name} has no account in Slack.")
        call = _call("POST", f"/api/{method}", f"Bearer xoxp-{self.person.slack}", args)
        if error := self.services.slack.answer(call).error:
            raise ActRefusedError(_REFUSALS.get(error, f"Slack answered {error}."))

    def _github(self, method: str, path: str, body: JsonObject) -> None:
        if not self.person.github:
            raise ActRefusedError(f"{self.person.name} has no account on GitHub.")
        call = _call(method, path, f"Bearer ghp-{self.person.github}", body)
        answer = self.services.github.answer(call)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise ActRefusedError(_reason(answer))


def _call(method: str, path: str, credentials: str, body: JsonObject) -> Incoming:
    headers = {"authorization": credentials, "content-type": "application/json"}
    return Incoming(method, path, {}, headers, json.dumps(body).encode())


def _reason(answer: Answer) -> str:
    """GitHub's reason, with its details."""
    body = answer.body if isinstance(answer.body, dict) else {}
    details = [str(each.get("message", "")) for each in body.get("errors", [])]
    return "; ".join([str(body.get("message", "")), *details])
