"""A service that answers as it is told, for the words that its refusals are put into."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """One answer; a body that is no text becomes JSON."""

    body: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Canned(ThreadingHTTPServer):
    """Answers by the last part of the path, `*` for any other; the last answer stays."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.sent: list[str] = []
        """The bodies of the requests, oldest first."""
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        """Method and address of the requests with their headers, oldest first."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def next(self, path: str) -> Answer:
        found = self.answers.get(urlsplit(path).path.rpartition("/")[2]) or self.answers["*"]
        return found.pop(0) if len(found) > 1 else found[0]


class _Handler(BaseHTTPRequestHandler):
    server: Canned

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.sent.append(body.decode())
        self.server.asked.append((f"{self.command} {self.path}", dict(self.headers)))
        answer = self.server.next(self.path)
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        kind = "text/html" if isinstance(answer.body, str) else "application/json"
        self.send_response(answer.status)
        for name, value in (("Content-Type", kind), *answer.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names of http.server

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def canned() -> Iterator[Canned]:
    """Running for as long as the context lasts."""
    server = Canned()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
