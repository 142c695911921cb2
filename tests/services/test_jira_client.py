"""What the gateway trusts the library `jira` with: fails when a version of it does otherwise."""

import ast
import base64
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from strangers import Asked, Page, stranger

from reconciler.sandbox import Box, Fault
from reconciler.services.jira.client import Api, JiraClient
from reconciler.services.settings import JiraSettings
from reconciler.services.transport.answer import RefusedError
from reconciler.services.transport.lanes import Lanes
from reconciler.services.transport.peer import Peer

TOP = Path(__file__).parent.parent.parent
JSON = "application/json"
EMAIL, TOKEN = "bot@ledgerline.example", "token-of-jira"
USER = {"self": "http://jira.example/rest/api/2/user?accountId=1", "accountId": "1"}
ISSUE = {"key": "DS-1", "fields": {"summary": "Slow", "reporter": USER}}


@dataclass(frozen=True)
class Known:
    """A call of the library's that the gateway uses, and the one request that it makes."""

    call: Callable[[Api], Any]
    method: str
    path: str
    answer: Any
    gives: Any
    body: Any = None


KNOWN = {
    "myself": Known(lambda jira: jira.myself(), "GET", "myself", USER, USER),
    "permissions": Known(
        lambda jira: jira.my_permissions(projectKey="DS", permissions="A,B"),
        "GET",
        "mypermissions?projectKey=DS&permissions=A%2CB",
        {"permissions": {"A": {"havePermission": True}}},
        {"permissions": {"A": {"havePermission": True}}},
    ),
    "link types": Known(
        lambda jira: [each.raw for each in jira.issue_link_types(force=True)],
        "GET",
        "issueLinkType",
        {"issueLinkTypes": [{"id": "1", "name": "Blocks"}]},
        [{"id": "1", "name": "Blocks"}],
    ),
    "an issue": Known(
        lambda jira: jira.issue("DS-1", fields="summary,reporter", expand="changelog").raw,
        "GET",
        "issue/DS-1?fields=summary%2Creporter&expand=changelog",
        ISSUE,
        ISSUE,
    ),
    "comments": Known(
        lambda jira: [each.raw for each in jira.comments("DS-1", start_at=0, max_results=100)],
        "GET",
        "issue/DS-1/comment?startAt=0&maxResults=100",
        {"comments": [{"id": "7", "body": "text"}], "total": 300},
        [{"id": "7", "body": "text"}],
    ),
    "assignable on Cloud": Known(
        lambda jira: [
            each.raw
            for each in jira.search_assignable_users_for_issues(
                username=None, query="a@b.example", issueKey="DS-1"
            )
        ],
        "GET",
        "user/assignable/search?query=a%40b.example&issueKey=DS-1&maxResults=50",
        [USER] * 50,
        [USER] * 50,
    ),
    "assignable on Data Center": Known(
        lambda jira: [
            each.raw
            for each in jira.search_assignable_users_for_issues(
                username="a@b.example", query=None, issueKey="DS-1"
            )
        ],
        "GET",
        "user/assignable/search?username=a%40b.example&issueKey=DS-1&maxResults=50",
        [],
        [],
    ),
    "a property": Known(
        lambda jira: jira.add_issue_property("DS-1", "escalation", {"v": 1}).status_code,
        "PUT",
        "issue/DS-1/properties/escalation",
        None,
        200,
        {"v": 1},
    ),
}


@dataclass
class Server:
    """A Jira that answers as it is told, and remembers what it was asked."""

    url: str
    page: Page
    asked: list[Asked]
    connect: Callable[..., JiraClient]

    def client(self, *, cloud: bool = True) -> JiraClient:
        return self.connect(self.url, cloud=cloud)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def connect() -> Iterator[Callable[..., JiraClient]]:
    """Clients that are closed when the test ends."""
    with ExitStack() as stack:

        def client(url: str, *, cloud: bool = True, timeout: float = 5.0) -> JiraClient:
            settings = JiraSettings(url, EMAIL if cloud else None, TOKEN)
            lanes = Lanes(reading=1, changing=2)
            peer = Peer("Jira", url, "JIRA_BASE_URL", timeout, lanes)
            return stack.enter_context(closing(JiraClient(settings, peer)))

        yield client


@pytest.fixture
def server(connect: Callable[..., JiraClient]) -> Iterator[Server]:
    here = Server("", Page(200, "{}", JSON), [], connect)

    def answer(asked: Asked) -> Page:
        here.asked.append(asked)
        return here.page

    with stranger(answer) as here.url:
        yield here


def _page(answer: Any) -> Page:
    return Page(200, "" if answer is None else json.dumps(answer), JSON)


def test_nothing_is_asked_before_it_is_needed(server: Server):
    server.client()
    assert server.asked == []


@pytest.mark.parametrize("name", KNOWN)
def test_a_call_is_one_request(server: Server, name: str):
    known = KNOWN[name]
    client = server.client()
    server.page = _page(known.answer)
    assert known.call(client.api) == known.gives
    assert known.call(client.api) == known.gives, "answers are not kept from one call to the next"
    assert len(server.asked) == 2
    asked = server.asked[0]
    assert (asked.method, asked.path) == (known.method, f"/rest/api/2/{known.path}")
    assert (json.loads(asked.body) if asked.body else None) == known.body
    assert asked.headers["Content-Type"] == JSON


REFUSALS = {
    "redirect": Page(302, "", headers={"Location": "/elsewhere"}),
    "401": Page(401, "{}", JSON),
    "404": Page(404, '{"errorMessages": ["none"]}', JSON),
    "429": Page(429, '{"errorMessages": ["slow down"]}', JSON, {"Retry-After": "30"}),
    "429 without a time": Page(429, "", JSON),
    "503": Page(503, "", JSON, {"Retry-After": "30"}),
    "500": Page(500, "<html>", "text/html"),
    "an error of no messages": Page(400, '{"errorMessages": null, "errors": null}', JSON),
    "an error of numbers": Page(400, '{"errorMessages": [1, 2]}', JSON),
    "an error that is a list": Page(400, "[]", JSON),
    "an error that is null": Page(429, "null", JSON),
    "a web page": Page(200, "<html>Log in</html>"),
    "half an answer": Page(200, '{"key": ', JSON),
    "an answer that is nested too deeply": Page(200, "[" * 100_000, JSON),
}


@pytest.mark.sampled(28)
@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("name", KNOWN)
def test_a_refusal_comes_back_at_once_and_whole(
    server: Server,
    name: str,
    refusal: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    client = server.client()
    server.page = REFUSALS[refusal]
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(RefusedError) as refused:
        KNOWN[name].call(client.api)
    assert time.monotonic() - began < 4, "the library waits before it gives up"
    assert len(server.asked) == 1, "asked once, and not at another address"
    response = refused.value.response
    assert (response.status_code, response.text) == (server.page.status, server.page.body)
    assert server.page.headers.items() <= response.headers.items()
    assert [each for each in caplog.records if not each.name.startswith("urllib3")] == []
    assert capfd.readouterr().err == "", "the library prints bodies"


@pytest.mark.parametrize("name", [name for name in KNOWN if KNOWN[name].method == "GET"])
def test_an_empty_answer_to_a_question_is_a_refusal(server: Server, name: str):
    server.page = Page(200, "", JSON)
    with pytest.raises(RefusedError):
        KNOWN[name].call(server.client().api)


@pytest.mark.parametrize("name", KNOWN)
def test_a_lost_answer_is_not_asked_for_again(
    box: Box, connect: Callable[..., JiraClient], name: str
):
    client = connect(box.jira_url)
    box.faults.add(Fault("drop", times=None))
    with pytest.raises(requests.ConnectionError):
        KNOWN[name].call(client.api)
    assert len(box.calls) == 1


def test_a_read_that_takes_too_long_ends(box: Box, connect: Callable[..., JiraClient]):
    client = connect(box.jira_url, timeout=0.2)
    box.faults.add(Fault("hang", seconds=5))
    began = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        client.api.myself()
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("cloud", [True, False])
def test_nobody_else_signs_in(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cloud: bool
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    client = server.client(cloud=cloud)
    server.page = _page(USER)
    client.api.myself()
    client.request("GET", "myself", None, None)
    basic = f"Basic {base64.b64encode(f'{EMAIL}:{TOKEN}'.encode()).decode()}"
    signed = {
        value
        for each in server.asked
        for name, value in each.headers.items()
        if name.lower() == "authorization"
    }
    assert signed == {basic if cloud else f"Bearer {TOKEN}"}


def test_a_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    server.connect("http://jira.example").api.myself()
    assert [each.path for each in server.asked] == ["http://jira.example/rest/api/2/myself"]


def test_a_redirect_to_another_host_is_not_followed(server: Server):
    others: list[Asked] = []

    def listen(asked: Asked) -> Page:
        others.append(asked)
        return Page(200, "{}", JSON)

    with stranger(listen) as elsewhere:
        server.page = Page(307, "", headers={"Location": f"{elsewhere}/rest/api/2/myself"})
        client = server.client()
        with pytest.raises(RefusedError):
            client.api.myself()
        with pytest.raises(RefusedError):
            client.request("POST", "issue/bulkfetch", "{}", None)
    assert others == []


def test_a_request_of_our_own_takes_the_same_way(server: Server):
    answer = server.client().request("POST", "issue/bulkfetch", '{"a": 1}', {"b": "c d"})
    assert answer.data == {}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/rest/api/2/issue/bulkfetch?b=c+d")
    assert asked.body == b'{"a": 1}'
    assert asked.headers["Content-Type"] == JSON
    assert asked.headers["Authorization"].startswith("Basic ")


def test_names_in_a_property_make_the_library_fail(server: Server):
    """Why a ticket is read with its properties by a request of our own."""
    server.page = _page({"key": "DS-1", "properties": {"escalation": {"__class__": "x"}}})
    with pytest.raises(TypeError):
        server.client().api.issue("DS-1")


def test_one_private_name_of_the_library_is_used_in_one_place():
    found = {
        (path.name, node.attr)
        for path in (TOP / "reconciler" / "services" / "jira").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }
    assert found == {("client.py", "_session")}
