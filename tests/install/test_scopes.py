"""The Slack app asks for the scopes of the methods that are called, and for no other."""

import re
from pathlib import Path

import pytest
from contract.folder import description

from reconciler.services.slack.gateway import SCOPES

SOURCE = Path(__file__).parents[2] / "reconciler" / "services" / "slack" / "gateway.py"
OF_METHOD = {
    "auth.test": set(),
    "bookmarks.add": {"bookmarks:write"},
    "bookmarks.edit": {"bookmarks:write"},
    "bookmarks.list": {"bookmarks:read"},
    "bookmarks.remove": {"bookmarks:write"},
    "chat.delete": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.archive": {"channels:manage"},
    "conversations.create": {"channels:manage"},
    "conversations.history": {"channels:history"},
    "conversations.info": {"channels:read"},
    "conversations.invite": {"channels:manage"},
    "conversations.join": {"channels:join"},
    "conversations.list": {"channels:read"},
    "conversations.members": {"channels:read"},
    "conversations.rename": {"channels:manage"},
    "conversations.replies": {"channels:history"},
    "conversations.setPurpose": {"channels:manage"},
    "conversations.setTopic": {"channels:manage"},
    "pins.add": {"pins:write"},
    "pins.list": {"pins:read"},
    "pins.remove": {"pins:write"},
    "users.conversations": {"channels:read"},
    "users.lookupByEmail": {"users:read.email", "users:read"},
}
"""Source: https://docs.slack.dev/reference/methods, each method's page."""
METADATA = "metadata.message:read"
"""To see the metadata of messages; no method of its own asks for it."""


def called() -> set[str]:
    return set(
        re.findall(r'"((?:auth|bookmarks|chat|conversations|pins|users)\.\w+)"', SOURCE.read_text())
    )


def test_every_method_that_is_called_is_known():
    assert called() == set(OF_METHOD)


def test_the_scopes_are_those_of_the_methods():
    assert set.union(*OF_METHOD.values()) | {METADATA} == SCOPES


@pytest.mark.parametrize("method", OF_METHOD)
def test_the_vendor_says_the_same(method: str):
    path = description("slack")["paths"].get(f"/{method}")
    if path is None:  # bookmarks are newer than the description
        assert method.startswith("bookmarks.")
        return
    operation = next(iter(path.values()))
    asked = [scopes for each in operation.get("security", []) for scopes in each.values()]
    known = {scope for scopes in asked for scope in scopes}
    old = {"channels:manage": "channels:write", "chat:write": "chat:write:bot"}
    for scope in OF_METHOD[method] - {"users:read", "channels:join"}:
        assert {scope, old.get(scope, scope)} & known
