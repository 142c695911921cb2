"""When a connection is used again, how long it is waited for, and when a request counts as sent."""

import gc
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from clocks import at_once
from hostile_server import CHUNKED, OPEN, Send, hostile, plainly, response

from reconciler.services.errors import Effect, ServiceError
from reconciler.services.jira.wire import JiraWire
from reconciler.services.settings import JiraSettings
from reconciler.services.transport.exchange import within

FINE = response(b"{}")
CHANGE = "issue/DS-1/comment"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def jira(url: str, seconds: float = 5.0) -> Iterator[Callable[..., Any]]:
    """Makes a change that cannot be repeated."""
    with closing(JiraWire(JiraSettings(url, "bot@x.example", "t"), seconds, at_once())) as wire:
        yield lambda body=None: wire.send("POST", CHANGE, body=body or {}, repeatable=False)


def refused(change: Callable[..., Any], body: object = None) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        change(body)
    return caught.value


# Using a connection again


class Ports:
    """Answers every request, and keeps from which connection it came."""

    def __init__(self, *, closes: bool = False) -> None:
        self.seen: list[int] = []
        self.closes = closes

    def __call__(self, connection: socket.socket, _: int) -> None:
        self.seen.append(connection.getpeername()[1])
        connection.sendall(FINE)
        if self.closes:
            connection.shutdown(socket.SHUT_RDWR)

    @property
    def connections(self) -> list[int]:
        """The number of the connection of each request, from 1."""
        order = list(dict.fromkeys(self.seen))
        return [order.index(each) + 1 for each in self.seen]


def test_a_connection_is_trusted_for_twenty_seconds_after_its_last_call(
    monkeypatch: pytest.MonkeyPatch,
):
    passed, present = [0.0], time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: present() + passed[0])
    ports = Ports()
    with hostile(ports) as (url, _), jira(url) as change:
        for pause in (0, 15, 15, 25, 0):
            passed[0] += pause
            change()
    assert ports.connections == [1, 1, 1, 2, 2]


def test_a_connection_that_the_server_has_closed_is_not_used():
    ports = Ports(closes=True)
    with hostile(ports) as (url, _), jira(url) as change:
        for _ in range(3):
            change()
            time.sleep(0.05)  # until the end of the connection is here
    assert ports.connections == [1, 2, 3]


def test_a_connection_is_used_again_after_a_refusal():
    ports: list[int] = []

    def send(connection: socket.socket, _: int) -> None:
        ports.append(connection.getpeername()[1])
        connection.sendall(response(b'{"errorMessages": []}', status="400 Bad Request"))

    with hostile(send) as (url, _), jira(url) as change:
        refused(change), refused(change)
    assert len(set(ports)) == 1


@pytest.mark.parametrize(
    ("answer", "method", "path"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", "PUT", "issue/DS-1"),
        (response(b""), "PUT", "issue/DS-1/properties/p"),
        (CHUNKED + b"0\r\n\r\n", "PUT", "issue/DS-1/properties/p"),
        (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", "PUT", "issue/DS-1"),
    ],
)
def test_a_connection_is_used_again_whatever_the_answer_is_like(
    answer: bytes, method: str, path: str
):
    ports: list[int] = []

    def send(connection: socket.socket, _: int) -> None:
        ports.append(connection.getpeername()[1])
        connection.sendall(answer)

    with hostile(send) as (url, _):
        settings = JiraSettings(url, "bot@x.example", "t")
        with closing(JiraWire(settings, 5.0, at_once())) as wire:
            for _ in range(3):
                wire.send(method, path, body={}, repeatable=True)
    assert len(ports) == 3
    assert len(set(ports)) == 1


def test_as_many_connections_are_kept_as_calls_go_at_the_same_time():
    both = threading.Barrier(2)
    ports: list[int] = []

    def send(connection: socket.socket, _: int) -> None:
        ports.append(connection.getpeername()[1])
        both.wait(10)
        connection.sendall(FINE)

    with hostile(send) as (url, _), jira(url, 10) as change, ThreadPoolExecutor(2) as pool:
        for _ in range(3):
            first, second = pool.submit(change), pool.submit(change)
            first.result(), second.result()
    assert (len(ports), len(set(ports))) == (6, 2)


UNREAD = {
    "a body without end": OPEN + b"[",
    "chunks without end": CHUNKED + b"2\r\n[[\r\n",
    "a chunk that is no chunk": CHUNKED + b"zz\r\n",
    "headers without end": b"HTTP/1.1 200 OK\r\nX: y",
    "more than is taken": response(b" " * (11 * 1024 * 1024)),
    "another compression": response(b"[" * 999_999, more="Content-Encoding: br\r\n"),
    "no web server": b"SSH-2.0-OpenSSH_9.6\r\n",
}


@pytest.mark.parametrize("proxied", [False, True])
@pytest.mark.parametrize("what", UNREAD)
def test_a_connection_with_an_answer_that_is_not_read_to_its_end_is_closed(
    monkeypatch: pytest.MonkeyPatch, what: str, proxied: bool
):
    closed = threading.Event()

    def send(connection: socket.socket, _: int) -> None:
        with suppress(OSError):
            connection.sendall(UNREAD[what])
            connection.settimeout(10)
            connection.recv(1)
        closed.set()

    with hostile(send) as (url, _):
        monkeypatch.setenv("https_proxy", url)
        with jira("https://jira.example" if proxied else url, 0.5) as change:
            gc.disable()
            try:
                error = refused(change)
                assert closed.wait(3), "not only when the error is forgotten"
            finally:
                gc.enable()
        assert error.answer


# Waiting for a connection


def addresses(*ports: int) -> Callable[..., object]:
    """A look-up that finds one host behind several addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", each)) for each in ports]
    return lambda *_: found


def test_the_next_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = taken.getsockname()[1]
    with hostile(plainly(FINE)) as (url, asked):
        alive = int(url.rpartition(":")[2])
        monkeypatch.setattr(socket, "getaddrinfo", addresses(dead, alive))
        with jira(url) as change:
            change()
    assert len(asked) == 1


def test_a_host_without_an_address_is_not_reached(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", addresses())
    with jira("http://127.0.0.1:9") as change:
        error = refused(change)
    assert (error.effect, error.code) == (Effect.NONE, "unreachable")


@contextmanager
def full() -> Iterator[str]:
    """A server that takes no further connection: whoever asks for one waits."""
    waiting = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(3):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            with suppress(BlockingIOError):
                waiting[-1].connect(listening.getsockname())
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        for each in waiting:
            each.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_that_does_not_come_ends_with_the_call(scheme: str):
    with full() as place, jira(f"{scheme}://{place}", 0.5) as change:
        began = time.monotonic()
        error = refused(change)
    assert (error.effect, error.code) == (Effect.NONE, "unreachable")
    assert time.monotonic() - began < 4


def test_a_handshake_that_does_not_end_ends_with_the_call():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        jira(f"https://127.0.0.1:{silent.getsockname()[1]}", 0.5) as change,
    ):
        began = time.monotonic()
        error = refused(change)
    assert (error.effect, error.code) == (Effect.NONE, "unreachable")
    assert time.monotonic() - began < 4


def test_a_handshake_has_what_connecting_has_left(monkeypatch: pytest.MonkeyPatch):
    left: list[float | None] = []
    plain = socket.socket.connect

    def slowly(sock: socket.socket, address: tuple[str, int]) -> None:
        time.sleep(0.3)
        plain(sock, address)

    def wrap(_: ssl.SSLContext, sock: socket.socket, **__: object) -> None:
        left.append(sock.gettimeout())
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", slowly)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with hostile(plainly(FINE)) as (url, _), jira(url.replace("http:", "https:"), 60) as change:
        refused(change)
    assert left[0] is not None
    assert 3 < left[0] < 4.71


def test_a_request_that_is_not_taken_ends_with_the_call():
    going_on = threading.Event()

    def send(connection: socket.socket, _: int) -> None:
        connection.sendall(FINE)
        going_on.wait(20)  # and read nothing of the next request

    with hostile(send) as (url, _), jira(url, 15) as change:
        change()
        began = time.monotonic()
        with within(0.5):
            error = refused(change, {"body": "x" * 30_000_000})
        took = time.monotonic() - began
        going_on.set()
    assert (error.effect, error.answer) == (Effect.UNKNOWN, "no answer in time")
    assert took < 10


# What is sent through a proxy


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, send: Send, url: str = "https://jira.example"
) -> ServiceError:
    """How a change fails that is to go through a proxy which answers so."""
    with hostile(send) as (proxy, asked):
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy)
        with jira(url, 3.0) as change:
            error = refused(change)
    assert asked
    return error


TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n<p>",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        TUNNEL + b"this is no TLS at all",
        b"",
    ],
)
def test_a_tunnel_that_is_not_there_carries_no_request(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
):
    def send(connection: socket.socket, _: int) -> None:
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)

    assert through_a_proxy(monkeypatch, send).effect is Effect.NONE


def test_a_request_through_a_tunnel_may_have_taken_effect(
    monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, tmp_path: Path
):
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("jira.example").configure_cert(context)
    got: list[bytes] = []

    def send(connection: socket.socket, _: int) -> None:
        connection.sendall(TUNNEL)
        with context.wrap_socket(connection, server_side=True) as inner:
            got.append(inner.recv(65536))

    error = through_a_proxy(monkeypatch, send)
    assert got[0].startswith(b"POST /rest/api/2/issue/DS-1/comment")
    assert error.effect is Effect.UNKNOWN


def test_a_request_that_a_proxy_passes_on_may_have_taken_effect(monkeypatch: pytest.MonkeyPatch):
    def send(connection: socket.socket, _: int) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    assert through_a_proxy(monkeypatch, send, "http://jira.example").effect is Effect.UNKNOWN
