"""A token goes to one host: the next page of a list is read from there or not at all."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from reconciler.services.errors import ServiceError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings


class Site(ThreadingHTTPServer):
    """Answers every request with one entry and the next link that it is given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.links: list[str] = []
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        body = json.dumps([len(self.server.asked)]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.server.links:
            self.send_header("Link", f'<{self.server.links.pop(0)}>; rel="next"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, Site]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    found = Site(), Site()
    for each in found:
        Thread(target=each.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    for each in found:
        each.shutdown()
        each.server_close()


def entries(site: Site) -> list[int]:
    settings = GitHubSettings(site.url, "o/r", site.url, token="t0ken")
    wire = GitHubWire(settings, 5.0, RetryPolicy(attempts=1))
    return list(wire.pages("repos/o/r/pulls"))


def test_the_next_page_of_the_same_host_is_read(sites: tuple[Site, Site]):
    ours, _ = sites
    ours.links = [f"{ours.url}/repos/o/r/pulls?page=2"]
    assert entries(ours) == [1, 2]
    assert [path for path, _ in ours.asked] == [
        "/repos/o/r/pulls?per_page=100",
        "/repos/o/r/pulls?page=2",
    ]
    assert {token for _, token in ours.asked} == {"Bearer t0ken"}


@pytest.mark.parametrize("kind", ["port", "name", "user", "scheme"])
def test_a_next_page_elsewhere_is_not(sites: tuple[Site, Site], kind: str):
    ours, theirs = sites
    elsewhere = {
        "port": theirs.url,
        "name": f"http://localhost:{ours.server_port}",
        "user": f"http://github.com@127.0.0.1:{theirs.server_port}",
        "scheme": ours.url.replace("http:", "https:"),
    }
    ours.links = [f"{elsewhere[kind]}/repos/o/r/pulls?page=2"]
    with pytest.raises(ServiceError, match="the next page is on another host"):
        entries(ours)
    assert len(ours.asked) == 1
    assert theirs.asked == []
