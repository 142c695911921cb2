"""A server on loopback that answers as no service should, byte by byte."""

import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Send = Callable[[socket.socket, int], None]
"""Sends the answer to a request; gets the connection and the number of the request, from 1."""
MEBIBYTE = 1024 * 1024
_LONGEST = 20.0


def response(
    body: bytes,
    *,
    status: str = "200 OK",
    kind: str = "application/json",
    length: int | None = None,
    more: str = "",
) -> bytes:
    """An answer with this body; `length` is what it claims to be long."""
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n{more}\r\n"
    return head.encode() + body


def plainly(answer: bytes) -> Send:
    """The same answer to every request."""
    return lambda connection, _: connection.sendall(answer)


def endlessly(beginning: bytes, part: bytes, pause: float = 0.0) -> Send:
    """An answer that has no end."""

    def send(connection: socket.socket, _: int) -> None:
        connection.sendall(beginning)
        while True:
            connection.sendall(part)
            time.sleep(pause)

    return send


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
LOGIN = b"<!DOCTYPE html><html><body>Log in</body></html>"
_ZEROS = bytes(MEBIBYTE)
SLOW = {
    "a byte at a time": endlessly(OPEN + b"[", b" ", 0.02),
    "headers a byte at a time": endlessly(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.02),
    "no answer": lambda connection, _: connection.recv(1),  # until the connection ends
    "another header for ever": endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02),
    "a chunk at a time": endlessly(CHUNKED, b"1\r\n \r\n", 0.02),
}
"""Answers that come too slowly: only a deadline for the whole call ends them."""


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    spaces = b" " * MEBIBYTE
    return b"".join(
        (packer.compress(b"["), *(packer.compress(spaces) for _ in range(400)), packer.flush())
    )


def large() -> dict[str, Send]:
    """Answers that take more memory than there should be."""
    zipped = "Content-Encoding: gzip\r\n"
    nothing = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    # Blocks of no content: nothing comes out of them, so that only what goes in can be counted.
    return {
        "a body without end": endlessly(OPEN + b"[", _ZEROS),
        "chunks without end": endlessly(CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n"),
        "a size of a chunk without end": endlessly(CHUNKED, b"0" * 65536),
        "a trailer without end": endlessly(CHUNKED + b"0\r\nX: ", b"x" * 65536),
        "a line of headers without end": endlessly(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
        "headers without end": endlessly(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 8192),
        "a gzip bomb": plainly(response(_bomb(), more=zipped)),
        "a gzip stream of nothing": endlessly(
            OPEN[:-2] + zipped.encode() + b"\r\n" + nothing, b"\x00\x00\x00\xff\xff" * 8192
        ),
        "too many values": plainly(response(b"[" + b"{}," * (3 * MEBIBYTE) + b"{}]")),
        "nested without end": plainly(response(b"[" * (9 * MEBIBYTE))),
        "a large text": plainly(response(b'["\xf0\x9f\x98\x80' + b"x" * (9 * MEBIBYTE) + b'"]')),
    }


BROKEN = {
    "null": plainly(response(b"null")),
    "a text": plainly(response(b'"text"')),
    "a number": plainly(response(b"7")),
    "a list of the wrong things": plainly(response(b"[1, null, []]")),
    "an object of the wrong things": plainly(
        response(
            b'{"ok": true, "channels": "none", "issues": "none", "total": "x", "members": "U1"}'
        )
    ),
    "an empty object": plainly(response(b"{}")),
    "nested 100,000 deep": plainly(response(b"[" * 100_000 + b"]" * 100_000)),
    "an object nested 100,000 deep": plainly(response(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)),
    "a web page": plainly(response(LOGIN, kind="text/html")),
    "a web page that is called JSON": plainly(response(LOGIN)),
    "JSON that is called a web page": plainly(response(b"[]", kind="text/html")),
    "no type": plainly(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
    "nothing": plainly(response(b"")),
    "no content": plainly(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "only spaces": plainly(response(b"   ")),
    "half of it": plainly(response(b'{"ok": true, "iss')),
    "less than it says": plainly(response(b"[]", length=99, more="Connection: close\r\n")),
    "another character set": plainly(
        response("[]".encode("utf-16"), kind="application/json; charset=utf-16")
    ),
    "an unknown character set": plainly(response(b"[]", kind="application/json; charset=klingon")),
    "no UTF-8": plainly(response(b'["\xff\xfe"]')),
    "not a number": plainly(response(b"[NaN]")),
    "an unknown compression": plainly(response(b"[]", more="Content-Encoding: br\r\n")),
    "no compression after all": plainly(response(b"[]", more="Content-Encoding: gzip\r\n")),
    "half a compression": plainly(
        response(gzip.compress(b"[" + b" " * 9999)[:20], more="Content-Encoding: gzip\r\n")
    ),
    "a chunk that is no chunk": plainly(CHUNKED + b"zz\r\n[]\r\n0\r\n\r\n"),
    "two lengths": plainly(response(b"[]", more="Content-Length: 3\r\n")),
    "another protocol": plainly(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "an error without words": plainly(response(b"null", status="400 Bad Request")),
    "an error that is a list": plainly(response(b"[[]]", status="403 Forbidden")),
    "limited for ever": plainly(
        response(b"{}", status="429 Too Many Requests", more="Retry-After: inf\r\n")
    ),
    "limited until no day": plainly(
        response(
            b"{}", status="429 Too Many Requests", more="Retry-After: 99999999999999999999\r\n"
        )
    ),
}
"""Answers that are not what is due."""


def truncated(connection: socket.socket, _: int) -> None:
    """A chunked body that ends in the middle, with its connection."""
    connection.sendall(CHUNKED + b'ff\r\n{"ok": true')
    connection.shutdown(socket.SHUT_WR)


def cursors(connection: socket.socket, number: int) -> None:
    """A page of a list that never ends: it names one more page."""
    page = {
        "ok": True,
        "channels": [{"id": "C1", "name": "one"}],
        "response_metadata": {"next_cursor": f"page {number}"},
        "issues": [{"key": "DS-1"}],
        "total": 10**9,
        "isLast": False,
        "nextPageToken": f"page {number}",
    }
    connection.sendall(response(json.dumps(page).encode()))


@contextmanager
def hostile(send: Send) -> Iterator[tuple[str, list[bytes]]]:
    """The address of such a server, and the requests that it got. It leaves no thread behind."""
    asked: list[bytes] = []
    answering: list[tuple[socket.socket, threading.Thread]] = []

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := _request(connection):
                asked.append(request)
                send(connection, len(asked))

    def accept() -> None:
        with suppress(OSError):  # it was closed
            while True:
                connection, _ = listening.accept()
                thread = threading.Thread(target=answer, args=(connection,), daemon=True)
                answering.append((connection, thread))
                thread.start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.shutdown(socket.SHUT_RDWR)
    accepting.join(_LONGEST)
    for connection, thread in answering:
        with suppress(OSError):  # it has ended
            connection.shutdown(socket.SHUT_RDWR)
        thread.join(_LONGEST)
        assert not thread.is_alive(), "an answer goes on after its connection has ended"


def _request(connection: socket.socket) -> bytes:
    """One whole request; empty if the connection ends before it does."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = connection.recv(65536)
        if not part:
            return b""
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body
