"""Connections that keep to the time and the bytes of the call that uses them."""

import io
import socket
import threading
import time
from concurrent.futures import Future
from http.client import HTTPResponse
from typing import Any, Final, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from reconciler.services.transport.exchange import Exchange, current

_IDLE_SECONDS: Final = 20.0
"""How long an unused connection is trusted. Many servers close theirs after a minute, and a call
that is sent at that moment may or may not take effect."""
_Address = tuple[Any, ...]


class _Incoming(io.RawIOBase):
    """The bytes of one answer, as they come."""

    def __init__(self, sock: socket.socket, exchange: Exchange) -> None:
        super().__init__()
        self._sock = sock
        self._exchange = exchange
        self._raw = sock.makefile("rb", buffering=0)
        exchange.incoming = self

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer
        self._sock.settimeout(self._exchange.seconds_left())
        count: int | None = self._raw.readinto(buffer)
        self._exchange.receive(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Source:
    """What `http.client` takes for the socket of an answer."""

    def __init__(self, sock: socket.socket, exchange: Exchange) -> None:
        self._sock = sock
        self._exchange = exchange

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._exchange))


class _Response(HTTPResponse):
    """The answer to a request, or that of a proxy which is asked for a tunnel."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as in http.client
        super().__init__(cast("socket.socket", _Source(sock, current())), *args, **options)

    def flush(self) -> None:
        """Write nothing: an answer is only read. Python 3.13 shows errors of an unread one."""


class _Plain(HTTPConnection):
    """A connection without TLS. Each call that uses it has an exchange."""

    response_class = _Response

    _connecting = False
    _used = 0.0

    @property
    def is_connected(self) -> bool:
        """False as well if it was not used for so long that the server may be closing it."""
        return time.monotonic() - self._used < _IDLE_SECONDS and super().is_connected

    def connect(self) -> None:
        self._connecting = True
        try:
            super().connect()
        finally:
            self._connecting = False
        self._used = time.monotonic()

    def _new_conn(self) -> socket.socket:
        """Connect to one of the host's addresses.

        The library gives each address the whole time, and the name look-up any time.
        """
        exchange = current()
        try:
            return _connected(self.host, self.port, exchange)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection to {self.host} in time") from error
        except OSError as error:
            raise NewConnectionError(self, f"no connection to {self.host}: {error}") from error

    def send(self, data: Any) -> None:  # noqa: ANN401 - whatever the library sends
        if self.sock is None:
            self.connect()
        exchange = current()
        if not self._connecting:  # a proxy is asked for a tunnel while connecting
            exchange.sent = True
        self.sock.settimeout(exchange.seconds_left())
        super().send(data)

    def close(self) -> None:
        super().close()
        self._connecting = False

    def getresponse(self) -> Any:  # noqa: ANN401 - the library's own response
        self._used = time.monotonic()
        return super().getresponse()


class _Encrypted(_Plain, HTTPSConnection):
    """A connection with TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


POOLS: Final = {"http": _PlainPool, "https": _EncryptedPool}
"""Which pool `urllib3` is to use, by scheme."""


def _connected(host: str, port: int, exchange: Exchange) -> socket.socket:
    problem: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in _addresses(host, port, exchange):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(exchange.seconds_to_connect())
            sock.connect(address)
            sock.settimeout(exchange.seconds_to_connect())  # for the handshake that may follow
        except OSError as error:
            sock.close()
            problem = error
        else:
            return sock
    raise problem


def _addresses(host: str, port: int, exchange: Exchange) -> list[_Address]:
    """Where a host is. Nothing can interrupt the system's look-up, so another thread waits."""
    found: Future[list[_Address]] = Future()

    def look_up() -> None:
        try:
            found.set_result(list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)))
        except Exception as error:  # noqa: BLE001 - raised by the thread that asked
            found.set_exception(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return found.result(exchange.seconds_to_connect())
