"""An answer without the shape that its call needs is refused where it arrives, whoever uses it."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from clocks import at_once
from hostile_server import hostile, plainly, response
from words.canned import Answer, Canned, canned

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.jira.wire import JiraWire
from reconciler.services.settings import GitHubSettings, JiraSettings, SlackSettings
from reconciler.services.slack.shapes import SHAPES
from reconciler.services.slack.wire import SlackWire


@pytest.fixture(scope="module")
def server() -> Iterator[Canned]:
    with canned() as found:
        yield found


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def due(shape: Any) -> Any:
    """The smallest answer with a shape."""
    if isinstance(shape, list):
        return [due(each) for each in shape]
    if isinstance(shape, dict):
        return {name: due(each) for name, each in shape.items()}
    return {str: "x", int: 1, bool: True}[shape]


def broken(shape: Any) -> Iterator[Any]:
    """The same with one part missing or of another type."""
    if isinstance(shape, list):
        yield from ("x", {}, None, [None], *([each] for each in broken(shape[0])))
    elif isinstance(shape, dict):
        for name, inner in shape.items():
            rest = due(shape)
            yield {key: each for key, each in rest.items() if key != name}
            yield from ({**rest, name: each} for each in broken(inner))
    else:
        yield from (None, [], {})


def slack(server: Canned, method: str, answer: object) -> object:
    server.answers = {"*": [Answer(answer)]}
    settings = SlackSettings(f"{server.url}/api/", "xoxb-1")
    with closing(SlackWire(settings, 5.0, at_once())) as wire:
        return wire.call(method, lambda client: client.api_call(method), repeatable=False).data


@pytest.mark.parametrize("method", SHAPES)
def test_an_answer_of_slack_holds_what_its_method_returns(server: Canned, method: str):
    shape = SHAPES[method]
    whole = {"ok": True, **due(shape)}
    assert slack(server, method, whole) == whole
    for each in broken(shape):
        with pytest.raises(ServiceError, match="unexpected shape") as refused:
            slack(server, method, {"ok": True, **each})
        assert (refused.value.code, refused.value.effect) == ("malformed", Effect.UNKNOWN)


@pytest.mark.parametrize(
    "answer", [[], [{"ok": True}], 7, {}, {"ok": None}, {"ok": "yes"}, {"ok": 1}]
)
def test_slack_says_whether_it_did_what_was_asked(server: Canned, answer: object):
    with pytest.raises(ServiceError) as refused:
        slack(server, "pins.add", answer)
    assert (refused.value.code, refused.value.effect) == ("not-slack", Effect.UNKNOWN)


JIRA: dict[str, tuple[str, str, Any]] = {
    "a ticket": ("GET", "issue/DS-1", {"key": str, "fields": {}}),
    "a change log": ("GET", "issue/DS-1/changelog", {"values": [{}], "isLast": bool}),
    "people": ("GET", "user/search", [{}]),
    "tickets": ("POST", "issue/bulkfetch", {"issues": [{"key": str, "fields": {}}]}),
    "a search": ("POST", "search/jql", {"issues": [{"key": str}]}),
    "a search of Data Center": ("POST", "search", {"issues": [{"key": str}]}),
}


@pytest.mark.parametrize("what", JIRA)
def test_an_answer_of_jira_holds_what_its_request_asks_for(server: Canned, what: str):
    method, path, shape = JIRA[what]

    def ask(answer: object) -> object:
        server.answers = {
            "*": [Answer(json.dumps(answer)) if isinstance(answer, str) else Answer(answer)]
        }
        settings = JiraSettings(server.url, "bot@x.example", "t")
        with closing(JiraWire(settings, 5.0, at_once())) as wire:
            return wire.send(method, path, body=None, repeatable=True, ticket="DS-1")

    assert ask(due(shape)) == due(shape)
    for each in broken(shape):
        with pytest.raises(ServiceError) as refused:
            ask(each)
        assert refused.value.code in {"malformed", "not-jira"}


@pytest.mark.parametrize(
    ("method", "path", "due"),
    [
        ("PUT", "issue/DS-1/properties/p", True),
        ("GET", "issue/DS-1/properties/p", False),
        ("PUT", "issue/DS-1", False),
        ("POST", "issue/DS-1/comment", False),
    ],
)
def test_only_a_property_that_is_written_has_an_empty_answer(method: str, path: str, due: bool):
    with hostile(plainly(response(b""))) as (url, _):
        settings = JiraSettings(url, "bot@x.example", "t")
        with closing(JiraWire(settings, 5.0, at_once())) as wire:
            if due:
                assert wire.send(method, path, body={}, repeatable=True) is None
                return
            with pytest.raises(ServiceError) as refused:
                wire.send(method, path, body={}, repeatable=False)
    assert refused.value.code == "not-jira"


def test_a_list_of_github_has_at_most_fifty_pages():
    def send(connection: Any, number: int) -> None:
        host, port = connection.getsockname()
        more = f'Link: <http://{host}:{port}/x?page={number}>; rel="next"\r\n'
        connection.sendall(response(b"[1]", more=more if number % 51 else ""))

    with hostile(send) as (url, asked):
        settings = GitHubSettings(url, "o/r", url, token="t0ken")
        with closing(GitHubWire(settings, 5.0, at_once())) as wire:
            with pytest.raises(ServiceError, match="more than 5000 entries"):
                list(wire.pages("repos/o/r/pulls"))
            assert len(asked) == 50


def test_a_page_of_github_is_a_list():
    with hostile(plainly(response(b"{}"))) as (url, _):
        settings = GitHubSettings(url, "o/r", url, token="t0ken")
        with closing(GitHubWire(settings, 5.0, at_once())) as wire, pytest.raises(ServiceError):
            list(wire.pages("repos/o/r/pulls"))
