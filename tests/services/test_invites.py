"""People are invited in batches that Slack takes, and who can't be is named."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from reconciler.model.refusals import REFUSALS
from reconciler.services.errors import ServiceError
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import SlackSettings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.wire import SlackWire


class Workspace(ThreadingHTTPServer):
    """Answers each invitation with what the test says, `{"ok": true}` when it says nothing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers: list[dict[str, object]] = []
        self.batches: list[list[str]] = []


class _Answer(BaseHTTPRequestHandler):
    server: Workspace

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.batches.append(parse_qs(told)["users"][0].split(","))
        answer = self.server.answers.pop(0) if self.server.answers else {"ok": True}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Workspace()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def invite(workspace: Workspace, count: int) -> dict[str, str]:
    settings = SlackSettings(url=f"http://127.0.0.1:{workspace.server_port}/api/", token="xoxb")
    gateway = SlackGateway(SlackWire(settings, 5.0, RetryPolicy(attempts=1)))
    return gateway.invite("C1", [f"U{number}" for number in range(count)])


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (1000, [100] * 10), (250, [100, 100, 50])],
)
def test_a_hundred_at_a_time(workspace: Workspace, count: int, sizes: list[int]):
    assert invite(workspace, count) == {}
    assert [len(each) for each in workspace.batches] == sizes
    invited = [user for each in workspace.batches for user in each]
    assert invited == [f"U{number}" for number in range(count)]


def test_those_who_can_not_be_are_named_and_the_others_are_not(workspace: Workspace):
    refused = [{"user": "U7", "ok": False, "error": "user_is_restricted"}]
    there = [{"user": "U101", "ok": False, "error": "already_in_channel"}]
    workspace.answers = [{"ok": True, "errors": refused}, {"ok": True, "errors": there}]
    assert invite(workspace, 120) == {"U7": "user_is_restricted"}


def test_a_batch_that_is_refused_does_not_hold_up_the_next(workspace: Workspace):
    errors = [{"user": f"U{number}", "ok": False, "error": "cant_invite"} for number in range(100)]
    workspace.answers = [{"ok": False, "error": "cant_invite", "errors": errors}]
    found = invite(workspace, 102)
    assert set(found.values()) == {"cant_invite"}
    assert len(found) == 100
    assert len(workspace.batches) == 2


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_of_the_only_one_left_is_theirs(workspace: Workspace, code: str):
    workspace.answers = [{"ok": False, "error": code}]
    assert invite(workspace, 1) == {"U0": code}


def test_whose_refusal_it_is_is_found_if_slack_does_not_say_so(workspace: Workspace):
    refusal = {"ok": False, "error": "user_is_ultra_restricted"}
    workspace.answers = [refusal, {"ok": True}, refusal, {"ok": True}, refusal]
    assert invite(workspace, 4) == {"U3": "user_is_ultra_restricted"}
    assert workspace.batches == [
        ["U0", "U1", "U2", "U3"],
        ["U0", "U1"],
        ["U2", "U3"],
        ["U2"],
        ["U3"],
    ]


def test_the_first_error_is_not_taken_for_everybody_s(workspace: Workspace):
    errors = [
        {"user": "U0", "ok": False, "error": "already_in_channel"},
        {"user": "U1", "ok": False, "error": "ura_max_channels"},
    ]
    workspace.answers = [{"ok": False, "error": "already_in_channel", "errors": errors}]
    assert invite(workspace, 2) == {"U1": "ura_max_channels"}


def test_everybody_there_already_is_no_refusal(workspace: Workspace):
    workspace.answers = [{"ok": False, "error": "already_in_channel"}]
    assert invite(workspace, 3) == {}


def test_another_error_is_one(workspace: Workspace):
    workspace.answers = [{"ok": False, "error": "is_archived"}]
    with pytest.raises(ServiceError, match="is_archived"):
        invite(workspace, 3)
