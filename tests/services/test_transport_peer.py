"""What becomes of a call: which failure it is, whether it may have taken effect, when it may go."""

import io
import ssl
import threading
import time
from collections.abc import Callable
from http.client import BadStatusLine

import pytest
import requests
import urllib3
from urllib3.exceptions import NameResolutionError, ProtocolError

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.retry import TransientError
from reconciler.services.transport.adapter import Adapter, ForeignOriginError, origin
from reconciler.services.transport.answer import CheckedResponse, RefusedError, receive
from reconciler.services.transport.connection import POOLS
from reconciler.services.transport.exchange import LARGEST_ANSWER, TooLargeError, current
from reconciler.services.transport.lanes import Lanes
from reconciler.services.transport.peer import Peer
from reconciler.services.transport.trust import tls_context

URL = "https://service.example:8443/api"


def a_peer(seconds: float = 60.0) -> Peer:
    return Peer("Slack", URL, "SLACK_API_URL", seconds, Lanes(1, 1))


# Which failure it is

NETWORK = [
    requests.ConnectionError(),
    requests.exceptions.ChunkedEncodingError(),
    requests.Timeout(),
    ProtocolError("any words"),
    NameResolutionError("h", None, OSError()),  # type: ignore[arg-type]
    BadStatusLine("any words"),
    ConnectionResetError(),
    TimeoutError(),
    ssl.SSLError(),
]


def failure(error: Exception, *, sent: bool, seconds: float = 60.0) -> Exception:
    """What a call becomes that fails so; half a second later if it has less time than that."""

    def send() -> object:
        current().sent = sent
        time.sleep(0.05 if seconds < 0.05 else 0)
        raise error

    with pytest.raises(Exception) as caught:  # noqa: PT011 - the caller looks at it
        a_peer(seconds).exchange("chat.postMessage", send, reads=False)
    return caught.value


@pytest.mark.parametrize("error", NETWORK, ids=repr)
def test_what_was_not_sent_has_no_effect_and_may_be_sent_again(error: Exception):
    found = failure(error, sent=False)
    assert isinstance(found, TransientError)
    assert (found.rejected, found.silent, found.limited) == (True, True, False)
    assert (found.error.code, found.error.answer) == ("unreachable", f"no connection: {URL}")
    assert "SLACK_API_URL" in found.error.remedy


@pytest.mark.parametrize("error", NETWORK, ids=repr)
def test_what_was_sent_may_have_taken_effect(error: Exception):
    found = failure(error, sent=True)
    assert isinstance(found, TransientError)
    assert (found.rejected, found.silent) == (False, True)
    in_time = isinstance(error, requests.Timeout)
    assert found.error.answer == ("no answer in time" if in_time else f"connection failed: {URL}")


@pytest.mark.parametrize("error", NETWORK, ids=repr)
def test_what_ends_with_the_time_of_the_call_was_too_slow(error: Exception):
    found = failure(error, sent=True, seconds=0.01)
    assert isinstance(found, TransientError)
    assert (found.rejected, found.silent) == (False, True)
    assert found.error.answer == "no answer in time"


def _caused(error: Exception, by: Exception, *, plainly: bool) -> Exception:
    """An error with another one behind it, as `raise ... from` or as a plain `raise` leaves it."""
    if plainly:
        error.__context__ = by
    else:
        error.__cause__ = by
    return error


@pytest.mark.parametrize("plainly", [True, False])
def test_a_certificate_that_is_not_trusted_is_not_asked_again(plainly: bool):
    wrong = ssl.SSLCertVerificationError()
    inner = _caused(urllib3.exceptions.SSLError(), wrong, plainly=plainly)
    found = failure(_caused(requests.ConnectionError(), inner, plainly=plainly), sent=False)
    assert isinstance(found, ServiceError)
    assert found.answer == f"the certificate is not trusted: {URL}"
    assert (found.code, found.effect) == ("unreachable", Effect.NONE)
    assert "SSL_CERT_FILE" in found.remedy


def test_a_request_for_another_host_is_told_as_one():
    found = failure(ForeignOriginError(), sent=False)
    assert isinstance(found, ServiceError)
    assert "another host" in found.answer
    assert found.effect is Effect.NONE


def test_an_answer_that_is_too_large_may_be_that_of_a_change():
    found = failure(TooLargeError(), sent=True)
    assert isinstance(found, ServiceError)
    assert (found.code, found.effect) == ("too-large", Effect.UNKNOWN)
    assert found.answer == "the answer is larger than 10 MiB"


@pytest.mark.parametrize("error", [RefusedError(CheckedResponse()), ValueError()], ids=repr)
def test_any_other_error_is_left_to_the_client(error: Exception):
    assert failure(error, sent=True) is error


# The answer


def answer(
    body: bytes, status: int = 200, *, may_be_empty: bool = False, headers: str = ""
) -> tuple[urllib3.HTTPResponse, Callable[[], CheckedResponse]]:
    """A raw answer, and what reads it."""
    lines = [each.partition(": ") for each in headers.splitlines()]
    told = {"Content-Type": "application/json"} | {name: value for name, _, value in lines}
    raw = urllib3.HTTPResponse(
        io.BytesIO(body), headers=told, status=status, preload_content=False, decode_content=False
    )
    response = requests.Response()
    response.raw, response.status_code = raw, status
    response.headers.update(told)
    return raw, lambda: receive(response, may_be_empty=may_be_empty)


def test_an_answer_is_read_once_and_kept():
    raw, read = answer(b'{"ok": true}')
    found = read()
    assert found.data == found.json() == {"ok": True}
    assert (found.text, found.content) == ('{"ok": true}', b'{"ok": true}')
    assert raw.closed


@pytest.mark.parametrize(
    ("body", "status", "may_be_empty", "broken"),
    [
        (b"", 200, False, "it is empty"),
        (b"", 201, False, "it is empty"),
        (b"", 200, True, None),
        (b"", 204, False, None),
        (b"x", 200, True, "it is not JSON"),
        (b"{}", 299, False, None),
        (b"{}", 300, False, ""),
        (b"", 304, True, ""),
        (b"{}", 399, False, ""),
        (b"{}", 400, False, ""),
        (b"", 500, False, "it is empty"),
        (b"<p>", 502, False, "it is not JSON"),
    ],
)
def test_an_answer_that_is_not_due_is_refused(
    body: bytes, status: int, may_be_empty: bool, broken: str | None
):
    _, read = answer(body, status, may_be_empty=may_be_empty)
    if broken is None:
        assert read().status_code == status
        return
    with pytest.raises(RefusedError) as refused:
        read()
    assert (refused.value.response.status_code, refused.value.response.broken) == (status, broken)
    assert refused.value.response.content == (b"" if broken else body) or body


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_answer_that_is_not_read_to_its_end_is_closed(encoding: str):
    raw, read = answer(b"x" * 999_999, headers=f"Content-Encoding: {encoding}")
    with pytest.raises(RefusedError):
        read()
    assert raw.closed
    assert raw.connection is None


# How the session of a service is made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://service.example/api", "https://service.example:443/x"),
        ("http://service.example/api", "http://service.example:80"),
        ("https://Service.Example", "https://service.example"),
    ],
)
def test_the_usual_port_need_not_be_named(one: str, other: str):
    assert origin(one) == origin(other)


def test_a_session_has_no_other_way_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "elsewhere.example")
    with requests.Session() as session:
        a_peer().equip(session)
        assert [type(each) for each in session.adapters.values()] == [Adapter]
        for url in (URL, "http://service.example", "https://service.example", "ftp://x"):
            assert isinstance(session.get_adapter(url), Adapter)
        assert not session.trust_env, "no .netrc, no variables read at each call"
        assert session.proxies["https"] == "http://proxy.example:3128"
    monkeypatch.setenv("NO_PROXY", "service.example")
    with a_peer().session() as session:
        assert session.proxies == {}


@pytest.mark.parametrize("proxy", ["https://proxy.example:3128", "http://proxy.example:3128"])
def test_a_proxy_is_reached_by_the_same_connections_and_the_same_trust(proxy: str):
    with a_peer().session() as session:
        manager = session.get_adapter(URL).proxy_manager_for(proxy)
        assert manager.pool_classes_by_scheme is POOLS
        mine = tls_context() if proxy.startswith("https") else None
        assert manager.proxy_config.ssl_context is mine


# How many calls at the same time


class Calls:
    """Calls that hold their lanes until they may end."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.threads: list[threading.Thread] = []
        self.ends: list[threading.Event] = []

    def begin(self, *, reads: bool) -> threading.Event:
        """Set as soon as the call has a lane."""
        begun, end = threading.Event(), threading.Event()

        def call() -> None:
            with self.lanes.one(reads=reads):
                begun.set()
                end.wait(10)

        self.ends.append(end)
        self.threads.append(threading.Thread(target=call, daemon=True))
        self.threads[-1].start()
        return begun

    def end(self, number: int) -> None:
        self.ends[number].set()
        self.threads[number].join(10)


@pytest.mark.parametrize(("reads", "most"), [(True, 2), (False, 3)])
def test_as_many_calls_at_the_same_time_as_there_are_lanes(reads: bool, most: int):
    calls = Calls(Lanes(reading=2, changing=3))
    begun = [calls.begin(reads=reads) for _ in range(most + 1)]
    deadline = time.monotonic() + 10
    while sum(each.is_set() for each in begun) < most and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)  # longer than a call waits for a connection in use
    (waiting,) = [number for number, each in enumerate(begun) if not each.is_set()]
    calls.end((waiting + 1) % (most + 1))
    assert begun[waiting].wait(10), "the next one has the lane that is free again"
    for number in range(most + 1):
        calls.end(number)


def test_a_call_waits_a_moment_for_a_connection_in_use():
    calls = Calls(Lanes(reading=2, changing=2))
    assert calls.begin(reads=True).wait(10)
    began = time.monotonic()
    assert calls.begin(reads=True).wait(10)
    assert time.monotonic() - began > 0.15
    calls.end(0)
    calls.end(1)


def test_a_call_that_fails_gives_its_lane_back():
    peer = a_peer()
    for _ in range(3):
        with pytest.raises(ValueError, match="wrong"):
            peer.exchange("x", _raise, reads=True)
    assert peer.exchange("x", lambda: 7, reads=True) == 7


def _raise() -> object:
    raise ValueError("wrong")


def test_calls_of_one_service_share_its_lanes():
    peer = a_peer()
    inside: list[int] = []
    most: list[int] = []

    def send() -> None:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()

    threads = [
        threading.Thread(target=lambda: peer.exchange("x", send, reads=True)) for _ in range(3)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == [1, 1, 1]


def test_the_limit_in_words_is_the_limit():
    assert LARGEST_ANSWER == 10 * 1024 * 1024
