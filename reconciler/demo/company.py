"""The people of the story, who act through Slack and Jira as themselves, and what they see."""

import base64
import http.client
import json
import re
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from reconciler.sandbox import Box
from reconciler.sandbox.pages.dates import slack_date

_LINK: Final = re.compile(r"<(?P<url>https?://[^|>]+)\|(?P<text>[^>]+)>")
_DATE: Final = re.compile(r"<!date\^(?P<at>[0-9]{1,11})\^(?P<form>[^|>^]+)[^>]*>")
_CHANNEL: Final = re.compile(r"<#(?P<id>[A-Z0-9]+)(\|[^>]*)?>")
_MENTION: Final = re.compile(r"<@(?P<id>[A-Z0-9]+)>")
_LINE: Final = re.compile(r"^> ?", re.MULTILINE)


LOGINS: Final = {
    "priya": "priya-raman",
    "tomas": "tomas-herrera",
    "hannah": "hannah-weiss",
    "dmitri": "dmitri-sokolov",
    "lena": "lena-fischer",
    "yusuf": "yusuf-demir",
}
"""On GitHub."""


def acting_as(who: str) -> dict[str, str]:
    """The environment of a command that a person runs: their token, and their name in git."""
    email = f"{who}@ledgerline.example"
    return {
        "GITHUB_TOKEN": f"ghp-{LOGINS[who]}",
        "GIT_AUTHOR_NAME": who,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": who,
        "GIT_COMMITTER_EMAIL": email,
    }


class DemoFailedError(Exception):
    """Something did not happen as told."""


class Company:
    """Ledgerline's Jira and Slack, for as long as the story lasts."""

    def __init__(self, box: Box) -> None:
        """Look into the sandbox's own state, not at what the commands say about it."""
        self._box = box

    def at(self, moment: datetime) -> None:
        """Let it be `moment` in Jira and Slack."""
        self._box.clock.set(moment)

    def take_label_off(self, who: str, ticket: str, label: str) -> None:
        """Somebody removes a label in Jira."""
        account = next(each for each in self._jira["accounts"].values() if each["name"] == who)
        pair = base64.b64encode(f"{account['email']}:jira-{who}".encode()).decode()
        body = {"update": {"labels": [{"remove": label}]}}
        url = f"{self._box.jira_url}/rest/api/2/issue/{ticket}"
        self._send("PUT", url, f"Basic {pair}", body)

    def leave(self, who: str, channel: str) -> None:
        """Somebody leaves a channel."""
        url = f"{self._box.slack_url}conversations.leave"
        body = {"channel": self.channel(channel)["id"]}
        answer = self._send("POST", url, f"Bearer xoxp-{self._user(who)}", body)
        if not answer.get("ok"):
            raise DemoFailedError(f"{who} could not leave #{channel}: {answer}")

    def write(self, who: str, channel: str, text: str) -> None:
        """Somebody writes in a channel."""
        url = f"{self._box.slack_url}chat.postMessage"
        body = {"channel": self.channel(channel)["id"], "text": text}
        answer = self._send("POST", url, f"Bearer xoxp-{self._user(who)}", body)
        if not answer.get("ok"):
            raise DemoFailedError(f"{who} could not write in #{channel}: {answer}")

    def open_pull(self, who: str, branch: str, title: str) -> int:
        """Somebody opens a pull request; its number."""
        body = {"title": title, "head": branch, "base": "main"}
        return int(self._github(who, "POST", "pulls", body)["number"])

    def approve(self, who: str, number: int, text: str = "") -> None:
        """A person approves a pull request, and writes a text in the review."""
        review = {"event": "APPROVE", "body": text}
        self._github(who, "POST", f"pulls/{number}/reviews", review)

    def merge_pull(self, who: str, number: int) -> None:
        """Somebody merges a pull request."""
        self._github(who, "PUT", f"pulls/{number}/merge", {"merge_method": "merge"})

    def is_merged(self, number: int) -> bool:
        """True if a pull request was merged."""
        return bool(self._box.state()["github"]["pulls"][str(number)]["merged_at"])

    def comment(self, number: int) -> str:
        """What the reconciler says on a pull request, without the line that only it reads."""
        every = self._box.state()["github"]["comments"]
        mine = [str(each["body"]) for each in every if each["number"] == number]
        if len(mine) != 1:
            raise DemoFailedError(f"#{number} has {len(mine)} comments, and not one")
        return mine[0].partition("\n")[2]

    def _github(self, who: str, method: str, path: str, body: object) -> dict[str, Any]:
        url = f"{self._box.github_url}/repos/{self._box.github.repository}/{path}"
        return self._send(method, url, f"Bearer ghp-{LOGINS[who]}", body)

    def _send(self, method: str, url: str, credentials: str, body: object) -> dict[str, Any]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        headers = {"Authorization": credentials, "Content-Type": "application/json"}
        try:
            connection.request(method, parts.path, json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        finally:
            connection.close()
        if response.status >= http.client.BAD_REQUEST:
            raise DemoFailedError(f"{method} {url} was answered with {response.status}: {answer}")
        return dict(answer)

    @property
    def _jira(self) -> dict[str, Any]:
        return dict(self._box.state()["jira"])

    @property
    def _slack(self) -> dict[str, Any]:
        return dict(self._box.state()["slack"])

    def _user(self, handle: str) -> str:
        found = (each for each in self._slack["users"].values() if each["name"] == handle)
        return str(next(found)["id"])

    def ticket(self, key: str) -> dict[str, Any]:
        """A ticket as it is in Jira."""
        return dict(self._jira["issues"][key])

    def assignee(self, key: str) -> str:
        """Handle of a ticket's assignee; empty when there is none."""
        account = self._jira["accounts"].get(self.ticket(key)["assignee"])
        return str(account["name"]) if account else ""

    def linked(self, one: str, other: str) -> bool:
        """Whether two tickets are linked."""
        jira = self._jira
        ids = {jira["issues"][one]["id"], jira["issues"][other]["id"], one, other}
        return any(len(ids & {str(end) for end in each.values()}) > 1 for each in jira["links"])

    def channel(self, name: str) -> dict[str, Any]:
        """A channel as it is in Slack."""
        for each in self._slack["channels"].values():
            if each["name"] == name:
                return dict(each)
        raise DemoFailedError(f"there is no channel #{name}")

    def members(self, name: str) -> set[str]:
        """Handles of the people in a channel."""
        users = self._slack["users"]
        return {users[each]["name"] for each in self.channel(name)["members"]}

    def messages(self, name: str, containing: str) -> list[str]:
        """Messages of a channel that contain a text, as a person reads them."""
        texts = (each["text"] for each in self.channel(name)["messages"])
        return [self._as_read(text) for text in texts if containing in text]

    def _as_read(self, text: str) -> str:
        channels = self._slack["channels"]
        text = _LINK.sub(lambda match: match["text"], text)
        text = _DATE.sub(_as_shown, text)
        text = _CHANNEL.sub(lambda match: f"#{channels[match['id']]['name']}", text)
        users = self._slack["users"]
        text = _MENTION.sub(lambda match: f"@{users[match['id']]['real_name']}", text)
        return _LINE.sub("| ", text).replace("*", "")


def _as_shown(date: re.Match[str]) -> str:
    return slack_date(date["form"], datetime.fromtimestamp(int(date["at"]), UTC))
