"""What Slack's answers leave open is a failure of the call, and never "there is none"."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from strangers import Asked, Page, stranger

from reconciler.services.errors import ServiceError
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import SlackSettings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.wire import SlackWire

Connect = Callable[..., SlackGateway]
SHOWN = {"id": "C1", "name": "ds-1-x", "creator": "UBOT", "is_archived": False, "is_private": False}


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """A gateway to a workspace that gives these answers, one after the other."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    answers: list[dict[str, Any]] = []

    def answer(_: Asked) -> Page:
        return Page(200, json.dumps(answers.pop(0)), "application/json")

    with stranger(answer) as url:

        def connect(*given: dict[str, Any]) -> SlackGateway:
            answers.extend(given)
            settings = SlackSettings(f"{url}/api/", "xoxb-1")
            return SlackGateway(SlackWire(settings, 5.0, RetryPolicy(attempts=1)))

        yield connect


def refused(code: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": code, **more}


def test_a_channel_that_is_not_found(slack: Connect):
    assert slack(refused("channel_not_found")).channel("C1") is None


def test_a_private_channel_asks_for_the_scope_of_private_channels(slack: Connect):
    private = refused("missing_scope", needed="groups:read", provided="channels:read,pins:read")
    assert slack(private).channel("C1") is None


@pytest.mark.parametrize(
    "refusal",
    [
        refused("missing_scope", needed="channels:read", provided="pins:read"),
        refused("missing_scope", needed="channels:read,groups:read,mpim:read,im:read"),
        refused("missing_scope", needed="groups:read", provided="pins:read"),
        refused("missing_scope", needed="groups:read"),
        refused("missing_scope"),
        refused("no_permission"),
        refused("access_denied"),
        refused("method_not_supported_for_channel_type"),
        refused("internal_error"),
    ],
    ids=lambda refusal: f"{refusal['error']} {refusal.get('needed')} {refusal.get('provided')}",
)
def test_any_other_refusal_says_nothing_of_the_channel(slack: Connect, refusal: dict[str, Any]):
    with pytest.raises(ServiceError, match=r"conversations\.info"):
        slack(refusal).channel("C1")


@pytest.mark.parametrize("lost", ["creator", "is_archived"])
def test_a_channel_of_which_half_is_shown(slack: Connect, lost: str):
    shown = {name: each for name, each in SHOWN.items() if name != lost}
    with pytest.raises(ServiceError, match="unexpected shape"):
        slack({"ok": True, "channel": shown}).channel("C1")


def test_a_whole_channel(slack: Connect):
    found = slack({"ok": True, "channel": SHOWN}).channel("C1")
    assert found is not None
    assert (found.name, found.creator, found.archived) == ("ds-1-x", "UBOT", False)


def test_pins_that_are_not_listed_are_unknown(slack: Connect):
    assert slack({"ok": True, "items": []}).pins("C1") == frozenset()
    with pytest.raises(ServiceError, match="unexpected shape"):
        slack({"ok": True}).pins("C1")


def test_the_latest_message_is_looked_for_on_the_next_page(slack: Connect):
    empty = {"ok": True, "messages": [], "has_more": True}
    first = {**empty, "response_metadata": {"next_cursor": "x"}}
    assert slack(first, {"ok": True, "messages": [{"ts": "7.0"}]}).latest("C1") == 7.0
    assert slack({"ok": True, "messages": [], "has_more": False}).latest("C1") is None


def test_more_without_a_cursor_is_a_list_that_was_cut(slack: Connect):
    cut = {"ok": True, "messages": [], "has_more": True, "response_metadata": {"next_cursor": ""}}
    with pytest.raises(ServiceError, match="the list is incomplete"):
        slack(cut).latest("C1")


def test_a_cursor_that_comes_again_ends(slack: Connect):
    page = {"ok": True, "members": ["U1"], "response_metadata": {"next_cursor": "x"}}
    with pytest.raises(ServiceError, match="the list is incomplete"):
        slack(*[page] * 3).members("C1")
