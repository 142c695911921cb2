"""Answers as no service should give them: a message each, no traceback, no hang, little memory."""

import errno
import json
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from clocks import at_once
from commands import surroundings
from hostile_server import BROKEN, SLOW, Send, cursors, hostile, large, plainly, response, truncated

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.jira.cloud import JiraCloud
from reconciler.services.jira.data_center import JiraDataCenter
from reconciler.services.jira.wire import JiraWire
from reconciler.services.settings import GitHubSettings, JiraSettings, SlackSettings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.wire import SlackWire
from reconciler.services.transport.adapter import ForeignOriginError
from reconciler.services.transport.exchange import within
from reconciler.services.transport.lanes import Lanes
from reconciler.services.transport.peer import Peer

TESTS = Path(__file__).parent.parent
TOKEN = "xoxb-t0ken"
MEMORY = 150 * 1024
"""In KiB, as the system counts it."""
SERVICES = ("Slack", "Jira", "Jira Data Center", "GitHub")
Call = Callable[[], object]


def calls(service: str, url: str, seconds: float = 2.0) -> tuple[Call, Call]:
    """A list that is read, and a change that cannot be repeated."""
    retries = at_once()
    if service == "Slack":
        slack = SlackGateway(SlackWire(SlackSettings(f"{url}/api/", TOKEN), seconds, retries))
        return slack.own_channels, lambda: slack.create("ds-1")
    if service == "GitHub":
        github = GitHubWire(GitHubSettings(url, "o/r", url, token=TOKEN), seconds, retries)
        return (
            lambda: list(github.pages("repos/o/r/pulls")),
            lambda: github.send("POST", "repos/o/r/issues/1/comments", {}, repeatable=False),
        )
    cloud = service == "Jira"
    wire = JiraWire(JiraSettings(url, "bot@x.example" if cloud else None, TOKEN), seconds, retries)
    jira = (JiraCloud if cloud else JiraDataCenter)(wire, None, None)  # type: ignore[arg-type]
    return (
        lambda: jira.search_labelled("ESCALATION", ["DS"]),
        lambda: wire.send("POST", "issue/DS-1/comment", body={}, repeatable=False),
    )


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def refused(call: Call, service: str) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        call()
    error = caught.value
    assert error.service == service.partition(" ")[0]
    assert error.answer
    assert "internal error" not in str(error).lower()
    return error


FINE_LISTS = {"a list of the wrong things"}
"""GitHub's lists hold many things; each caller takes its own apart."""
SHORT = {**BROKEN, "half a chunked body": truncated}


@pytest.mark.sampled(43)
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("what", SHORT)
def test_a_broken_answer_is_a_message(service: str, what: str):
    with hostile(SHORT[what]) as (url, asked):
        read, _ = calls(service, url)
        if service == "GitHub" and what in FINE_LISTS:
            assert isinstance(read(), list)
            return
        refused(read, service)
        # A refusal for too many requests may be tried again.
        assert len(asked) == 1 or "limited" in what


ERRORS = {"an error without words", "an error that is a list"}
LIMITED = {"limited for ever", "limited until no day"}
DONE = {
    "a list of the wrong things",
    "an empty object",
    "an object of the wrong things",
    "no content",
}
"""What a change may be answered with by GitHub or Jira."""


@pytest.mark.sampled(43)
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("what", SHORT)
def test_a_change_with_a_broken_answer_may_have_taken_effect(service: str, what: str):
    if service != "Slack" and what in DONE:
        return
    with hostile(SHORT[what]) as (url, _):
        error = refused(calls(service, url)[1], service)
    # Slack answers with 200 and its own words: an error of HTTP may be that of a proxy.
    none = LIMITED if service == "Slack" else LIMITED | ERRORS
    assert error.effect is (Effect.NONE if what in none else Effect.UNKNOWN), str(error)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("what", SLOW)
def test_a_call_has_one_deadline(service: str, what: str):
    with hostile(SLOW[what]) as (url, _):
        (read, _), (_, change) = calls(service, url, 0.4), calls(service, url, 0.4)
        began = time.monotonic()
        assert refused(read, service).answer == "no answer in time"
        assert refused(change, service).effect is Effect.UNKNOWN
        assert 0.7 < time.monotonic() - began < 10


def test_a_call_may_have_less_time_than_the_settings_say():
    with hostile(SLOW["a byte at a time"]) as (url, _):
        read, _ = calls("Slack", url, 600)
        began = time.monotonic()
        with within(0.2):
            refused(read, "Slack")
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(service: str, status: int):
    with hostile(plainly(response(b'{"ok": true}'))) as (elsewhere, asked_there):
        moved = response(b"", status=f"{status} Moved", more=f"Location: {elsewhere}/x\r\n")
        with hostile(plainly(moved)) as (url, asked):
            for call in calls(service, url):
                refused(call, service)
            assert len(asked) == 2
            assert all(TOKEN.encode() in each or b"Basic" in each for each in asked)
        # Not within the same origin either: the answer would be that of another call.
        with hostile(plainly(moved.replace(elsewhere.encode(), b""))) as (url, asked):
            refused(calls(service, url)[0], service)
            assert len(asked) == 1
    assert asked_there == []


@pytest.mark.parametrize(
    "there",
    [
        "http://service.example:8080/",
        "https://service.example:8443/",
        "https://service.example.evil.example:8080/",
        "https://evil.example:8080/",
        "https://service.example/",
    ],
)
def test_a_session_sends_to_the_origin_of_its_service_only(there: str):
    peer = Peer("Slack", "https://service.example:8080/api/", "X", 5.0, Lanes(1, 1))
    with peer.session() as session, pytest.raises(ForeignOriginError):
        session.get(there, headers={"Authorization": TOKEN})


@pytest.mark.parametrize("service", SERVICES)
def test_a_list_without_end_is_cut(service: str):
    def send(connection: socket.socket, number: int) -> None:
        if service != "GitHub":
            cursors(connection, number)
            return
        host, port = connection.getsockname()
        link = f'Link: <http://{host}:{port}/x?page={number}>; rel="next"\r\n'
        connection.sendall(response(b"[{}]", more=link))

    with hostile(send) as (url, asked):
        refused(calls(service, url, 60)[0], service)
        assert len(asked) <= 200


@pytest.mark.parametrize("service", SERVICES)
def test_a_list_that_comes_back_to_where_it_was_is_cut(service: str):
    def send(connection: socket.socket, number: int) -> None:
        if service == "Jira Data Center":  # it counts entries: a page without any goes nowhere
            body = b'{"issues": [], "total": 9}'
            connection.sendall(response(body))
        elif service == "GitHub":
            host, port = connection.getsockname()
            link = f'Link: <http://{host}:{port}/x?page=2>; rel="next"\r\n'
            connection.sendall(response(b"[{}]", more=link))
        else:
            cursors(connection, number % 2)

    with hostile(send) as (url, asked):
        refused(calls(service, url, 60)[0], service)
        assert len(asked) <= 3


CHILD = """\
import json, re, sys
from pathlib import Path
from hostile_server import hostile, large
from services.test_hostile_answers import calls
from reconciler.services.errors import ServiceError
said = {}
for what, url in json.loads(sys.argv[2]).items():
    try:
        calls(sys.argv[1], url, 20)[0]()
    except ServiceError as error:
        said[what] = str(error)
# Not by getrusage: what that counts begins with the process that started this one.
most = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([said, int(most[1])]))
"""


@contextmanager
def all_of(sending: dict[str, Send]) -> Iterator[dict[str, str]]:
    """The addresses of one server for each."""
    if not sending:
        yield {}
        return
    (what, send), *rest = sending.items()
    with hostile(send) as (url, _), all_of(dict(rest)) as others:
        yield {what: url, **others}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("service", SERVICES)
def test_no_answer_takes_much_memory(service: str, record_property: Callable[[str, object], None]):
    with all_of(large()) as urls:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, service, json.dumps(urls)],
            env={**surroundings({}), "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said, most = json.loads(done.stdout)
    # A list of one large text is one that GitHub may give.
    assert said.keys() >= urls.keys() - {"a large text"}
    assert most < MEMORY
    record_property("figure", f"hostile answers of {service}: at most {most // 1024} MiB")


# What did not get there


def _raising(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


UNRESOLVED = (socket.EAI_AGAIN, socket.EAI_NONAME, socket.EAI_FAIL)
UNREACHED = (
    errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EADDRNOTAVAIL,
)  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("number", UNRESOLVED)
def test_a_name_that_is_not_resolved_has_no_effect(
    monkeypatch: pytest.MonkeyPatch, service: str, number: int
):
    failing = _raising(socket.gaierror(number, "in words of any language"))
    monkeypatch.setattr(socket, "getaddrinfo", failing)
    error = refused(calls(service, "http://127.0.0.1:9")[1], service)
    assert (error.effect, error.code) == (Effect.NONE, "unreachable")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("number", UNREACHED)
def test_a_host_that_is_not_reached_has_no_effect(
    monkeypatch: pytest.MonkeyPatch, service: str, number: int
):
    monkeypatch.setattr(socket.socket, "connect", _raising(OSError(number, "any words")))
    error = refused(calls(service, "http://127.0.0.1:9")[1], service)
    assert (error.effect, error.code) == (Effect.NONE, "unreachable")


@pytest.mark.parametrize("service", SERVICES)
def test_a_look_up_that_hangs_ends_with_the_call(monkeypatch: pytest.MonkeyPatch, service: str):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: time.sleep(3))
    began = time.monotonic()
    assert refused(calls(service, "http://127.0.0.1:9", 0.2)[1], service).effect is Effect.NONE
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize("service", SERVICES)
def test_a_handshake_that_fails_has_no_effect(service: str):
    with hostile(plainly(b"no TLS here")) as (url, _):
        change = calls(service, url.replace("http:", "https:"), 1.0)[1]
        error = refused(change, service)
    assert (error.effect, error.code) == (Effect.NONE, "unreachable")


@pytest.mark.parametrize("service", SERVICES)
def test_a_proxy_that_is_not_reached_has_no_effect(monkeypatch: pytest.MonkeyPatch, service: str):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for url in ("http://service.example", "https://service.example"):
        assert refused(calls(service, url, 2.0)[1], service).effect is Effect.NONE


@pytest.mark.parametrize("service", SERVICES)
def test_a_connection_that_ends_after_the_request_may_have_taken_effect(service: str):
    with hostile(lambda connection, _: connection.close()) as (url, _):
        assert refused(calls(service, url)[1], service).effect is Effect.UNKNOWN


# What is sent


@pytest.mark.parametrize("service", SERVICES)
def test_both_sides_declare_their_types(service: str):
    with hostile(plainly(response(b'{"ok": false, "error": "x"}', status="404 X"))) as (url, asked):
        for call in calls(service, url):
            refused(call, service)
    read, change = (each.lower() for each in asked)
    for each in (read, change):
        assert b"accept: application/" in each
        assert b"json" in each.partition(b"accept: ")[2].partition(b"\r\n")[0]
        assert b"accept-encoding: gzip\r\n" in each
    kind = b"form-urlencoded" if service == "Slack" else b"json"
    assert kind in change.partition(b"content-type: ")[2].partition(b"\r\n")[0]


def test_urllib_is_not_used(monkeypatch: pytest.MonkeyPatch):
    """One private method of the library's is replaced: no other way leads to the network."""
    monkeypatch.setattr("urllib.request.OpenerDirector.open", _raising(AssertionError("urllib")))
    with hostile(cursors) as (url, asked):
        wire = SlackWire(SlackSettings(f"{url}/api/", TOKEN), 5.0, at_once())
        pages = iter(
            wire.call("users.list", lambda slack: slack.users_list(limit=1), repeatable=True)
        )
        next(pages), next(pages)
        wire.close()
    assert len(asked) == 2


def test_a_proxy_gets_no_token_of_an_encrypted_call(monkeypatch: pytest.MonkeyPatch):
    with hostile(plainly(b"HTTP/1.1 200 OK\r\n\r\n")) as (url, asked):
        monkeypatch.setenv("https_proxy", url)
        refused(calls("Slack", "https://slack.example", 1.0)[0], "Slack")
    assert len(asked) == 1
    assert asked[0].startswith(b"CONNECT slack.example:443")
    assert TOKEN.encode() not in asked[0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_netrc_replaces_no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    somebody = b64encode(b"somebody:else")
    with hostile(plainly(response(b"null"))) as (url, asked):
        refused(calls(service, url)[0], service)
    assert somebody not in asked[0]
    assert TOKEN.encode() in asked[0] or b64encode(f"bot@x.example:{TOKEN}".encode()) in asked[0]


def test_a_cookie_of_jira_is_given_back():
    """A load balancer of Data Center keeps a client at one node by a cookie."""
    body = b'{"issues": [], "total": 0}'
    with hostile(plainly(response(body, more="Set-Cookie: node=n1; Path=/\r\n"))) as (url, asked):
        read, _ = calls("Jira Data Center", url)
        read(), read()
    assert [b"node=n1" in each for each in asked] == [False, True]


def test_a_request_that_ends_early_ends_its_connection():
    """The thread of the server would otherwise keep a core busy until the tests end."""
    with hostile(plainly(b"")) as (url, asked):
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
    assert asked == []
