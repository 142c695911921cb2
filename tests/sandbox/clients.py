"""The real clients, pointed at a sandbox."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from reconciler.sandbox import Box
from reconciler.sandbox.answer import JsonObject

BOT_TOKEN = "xoxb-sandbox-bot"
BOT_EMAIL = "escalation-bot@ledgerline.example"
JIRA_TOKEN = "sandbox-jira-token"
BOT, ADMIN = "U0ESCBOT1", "U0ADMIN01"
HANNAH, DMITRI, LENA, NADIA = "U0HANNAH1", "U0DMITRI1", "U0LENA001", "U0NADIA01"
GONE, CONTRACTOR = "U0STEFAN1", "U0CONTRAC"


@dataclass
class Slack:
    """Slack's own client, and a way to get at an error's code."""

    client: WebClient

    def __call__(self, method: str, **arguments: object) -> JsonObject:
        """Call a method; raises SlackApiError as the client does."""
        data = getattr(self.client, method.replace(".", "_"))(**arguments).data
        assert isinstance(data, dict)
        return data

    def error(self, method: str, **arguments: object) -> JsonObject:
        """The body of a refusal."""
        with pytest.raises(SlackApiError) as caught:
            self(method, **arguments)
        data = caught.value.response.data
        assert isinstance(data, dict)
        return data

    def code(self, method: str, **arguments: object) -> str:
        """The code of a refusal."""
        return str(self.error(method, **arguments)["error"])

    def pages(self, method: str, key: str, **arguments: object) -> list[list[JsonObject]]:
        """One part of each page, as the client pages through everything by itself."""
        first = getattr(self.client, method.replace(".", "_"))(**arguments)
        # The client hands out the same object for every page.
        return [list(page[key]) for page in first]

    def channel(self, name: str = "ds-1042-checkout") -> str:
        """A new channel."""
        return str(self("conversations.create", name=name)["channel"]["id"])

    def post(self, channel: str, text: str = "hello", **arguments: object) -> str:
        """A new message."""
        return str(self("chat.postMessage", channel=channel, text=text, **arguments)["ts"])


Person = Callable[[str], Slack]


@dataclass
class Rest:
    """Jira without a client in between, for what the client does not do."""

    session: requests.Session
    base: str

    def __call__(
        self, method: str, path: str, body: object = None, **query: object
    ) -> requests.Response:
        """Send a request; a path without a version is one of version 2."""
        full = path if path.startswith("/") else f"/rest/api/2/{path}"
        url = self.base + full
        return self.session.request(method, url, json=body, params=query, timeout=10)

    def json(self, method: str, path: str, body: object = None, **query: object) -> JsonObject:
        """The body of an answer, which has to be a good one."""
        response = self(method, path, body, **query)
        assert response.ok, response.text
        return response.json() if response.text else {}

    def refusal(
        self, method: str, path: str, body: object = None, **query: object
    ) -> tuple[int, JsonObject]:
        """The status and the body of a refusal."""
        response = self(method, path, body, **query)
        assert not response.ok, response.text
        return response.status_code, response.json()


def slack_client(box: Box, token: str = BOT_TOKEN) -> Slack:
    return Slack(WebClient(token=token, base_url=box.slack_url, retry_handlers=[]))


def rest_client(url: str, email: str = BOT_EMAIL, token: str = JIRA_TOKEN) -> Rest:
    session = requests.Session()
    pair = base64.b64encode(f"{email}:{token}".encode()).decode()
    session.headers["Authorization"] = f"Basic {pair}"
    return Rest(session, url)
