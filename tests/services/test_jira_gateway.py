"""The gateway to Jira over a wire: what things cost in requests, and what odd answers become."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import pytest
from strangers import Asked, Page, stranger

from reconciler.model.comment_mark import CommentMark
from reconciler.model.receipt import Receipt
from reconciler.sandbox import Box
from reconciler.services.connect import jira_gateway
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.jira.edit import TicketEdit
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import JiraSettings, read_jira_settings
from reconciler.services.time_budget import TimeBudget, TimeSource

JSON = "application/json"
KEY, EMAIL, HIDDEN = "DS-1042", "hannah.weiss@ledgerline.example", "nadia@ledgerline.example"
MARK = CommentMark("DS-1042", "channel", "0123456789")
RECEIPT = Receipt(ticket=KEY)
CLOUD, DATA_CENTER = "cloud", "data-center"
Use = Callable[[JiraGateway], object]
USES: dict[str, tuple[Use, tuple[str, ...], tuple[str, ...]]] = {
    "account": (lambda jira: jira.account(), ("GET /myself",), ("GET /myself",)),
    "permissions": (
        lambda jira: jira.permissions("DS", ["EDIT_ISSUES"]),
        ("GET /mypermissions",),
        ("GET /mypermissions",),
    ),
    "link types": (
        lambda jira: jira.link_types(),
        ("GET /issueLinkType",),
        ("GET /issueLinkType",),
    ),
    "fetch": (
        lambda jira: jira.fetch([KEY, "DS-1057"]),
        ("POST /issue/bulkfetch", "GET /myself"),
        ("GET /issue/{key}", "GET /issue/{key}", "GET /myself"),
    ),
    "brief": (lambda jira: jira.brief(KEY), ("GET /issue/{key}",), ("GET /issue/{key}",)),
    "find": (lambda jira: jira.find(KEY), ("GET /issue/{key}",), ("GET /issue/{key}",)),
    "a ticket": (
        lambda jira: jira.a_ticket("DS"),
        ("POST /search/jql", "POST /issue/bulkfetch"),
        ("POST /search", "GET /issue/{key}"),
    ),
    "labelled": (
        lambda jira: jira.search_labelled("ESCALATION", ["DS"]),
        ("POST /search/jql",),
        ("POST /search",),
    ),
    "an account": (
        lambda jira: jira.find_accounts(EMAIL, KEY),
        ("GET /user/assignable/search",),
        ("GET /user/assignable/search",),
    ),
    "people": (
        lambda jira: jira.find_people(EMAIL),
        ("GET /user/search",),
        ("GET /user/search",),
    ),
    "an account that is not found": (
        lambda jira: jira.find_accounts(HIDDEN, KEY),
        ("GET /user/assignable/search", "GET /mypermissions"),
        ("GET /user/assignable/search", "GET /mypermissions"),
    ),
    "people who are not found": (
        lambda jira: jira.find_people(HIDDEN),
        ("GET /user/search", "GET /mypermissions"),
        ("GET /user/search", "GET /mypermissions"),
    ),
    "an edit": (
        lambda jira: jira.edit(KEY, TicketEdit().doing("labels", "add", "X"), RECEIPT, RECEIPT),
        ("PUT /issue/{key}",),
        ("PUT /issue/{key}", "PUT /issue/{key}/properties/{property}"),
    ),
    "the receipt": (
        lambda jira: jira.remember(KEY, RECEIPT),
        ("PUT /issue/{key}/properties/{property}",),
        ("PUT /issue/{key}/properties/{property}",),
    ),
    "a remote link": (
        lambda jira: jira.set_remote_link(KEY, "https://x.example", "t", "s", ended=False),
        ("POST /issue/{key}/remotelink",),
        ("POST /issue/{key}/remotelink",),
    ),
    "the remote links": (
        lambda jira: jira.remote_links(KEY),
        ("GET /issue/{key}/remotelink",),
        ("GET /issue/{key}/remotelink",),
    ),
    "a comment": (
        lambda jira: jira.comments.add(KEY, "Hello", MARK, internal=True),
        ("POST /issue/{key}/comment",),
        ("POST /issue/{key}/comment",),
    ),
    "the marks of comments that are gone": (
        lambda jira: jira.read_comments(KEY, ["1", "2"]),
        ("GET /myself", "POST /comment/list"),
        ("GET /myself", "GET /issue/{key}/comment/{id}", "GET /issue/{key}/comment/{id}"),
    ),
    "a second comment that is gone": (
        lambda jira: jira.comments.delete(KEY, "1"),
        ("DELETE /issue/{key}/comment/{id}",),
        ("DELETE /issue/{key}/comment/{id}",),
    ),
    "a second remote link that is gone": (
        lambda jira: jira.delete_remote_link(KEY, "1"),
        ("DELETE /issue/{key}/remotelink/{link}",),
        ("DELETE /issue/{key}/remotelink/{link}",),
    ),
    "a second link that is gone": (
        lambda jira: jira.delete_link("1"),
        ("DELETE /issueLink/{link}",),
        ("DELETE /issueLink/{link}",),
    ),
    "the change log": (
        lambda jira: jira.change_log(KEY),
        ("POST /issue/bulkfetch", "GET /myself"),
        ("GET /issue/{key}", "GET /myself"),
    ),
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@dataclass
class Jira:
    """A gateway to a server that answers as it is told."""

    gateway: JiraGateway
    page: Page
    asked: list[Asked]
    pauses: list[float]


@pytest.fixture(params=[CLOUD, DATA_CENTER])
def jira(request: pytest.FixtureRequest, pool: ThreadPoolExecutor) -> Iterator[Jira]:
    asked: list[Asked] = []

    def answer(one: Asked) -> Page:
        asked.append(one)
        return here.page

    with stranger(answer) as url:
        pauses: list[float] = []
        settings = JiraSettings(url, "bot@x.example" if request.param == CLOUD else None, "token")
        retries = RetryPolicy(
            attempts=2, budget=TimeBudget(waiting=60.0, clock=TimeSource(sleep=pauses.append))
        )
        gateway = jira_gateway(settings, 5.0, retries, pool)
        with closing(gateway):
            here = Jira(gateway, Page(200, "{}", JSON), asked, pauses)
            yield here


@pytest.mark.parametrize("kind", [CLOUD, DATA_CENTER])
@pytest.mark.parametrize("name", USES)
def test_what_each_thing_costs(box: Box, pool: ThreadPoolExecutor, kind: str, name: str):
    use, cloud, data_center = USES[name]
    settings = read_jira_settings(box.env(data_center=kind == DATA_CENTER))
    assert settings
    with closing(jira_gateway(settings, 5.0, RetryPolicy(), pool)) as gateway:
        use(gateway)
    expected = cloud if kind == CLOUD else data_center
    assert [call.name for call in box.calls] == list(expected)


@pytest.mark.parametrize("name", USES)
def test_an_error_names_the_request_that_was_made(jira: Jira, name: str):
    jira.page = Page(409, '{"errorMessages": ["not now"]}', JSON)
    with pytest.raises(ServiceError) as failed:
        USES[name][0](jira.gateway)
    asked = {f"{each.method} {each.path.partition('?')[0]}" for each in jira.asked}
    assert failed.value.call.replace(" ", " /rest/api/2/") in asked
    assert str(failed.value) == f"Jira {failed.value.call}: HTTP 409: not now"
    assert failed.value.code == "409"


OUTCOMES = {
    "429 with a time": (
        Page(429, "null", JSON, {"Retry-After": "7"}),
        "HTTP 429: no reason given",
        12,
    ),
    "429 for ever": (Page(429, "", JSON, {"Retry-After": "inf"}), "HTTP 429: no reason given", 1),
    "429 for too long": (Page(429, "", JSON, {"Retry-After": "61"}), "HTTP 429", 1),
    "503": (Page(503, "", JSON, {"Retry-After": "3"}), "HTTP 503: no reason given", 2),
    "an odd error": (Page(400, '{"errors": null}', JSON), "HTTP 400: no reason given", 1),
    "a redirect": (
        Page(301, "", headers={"Location": "https://u:p@else.example/x?token"}),
        "redirects to https://else.example; the tool does not follow redirects",
        1,
    ),
    "a web page": (Page(200, "<html>"), "does not answer like Jira", 2),
    "nested too deeply": (Page(200, "[" * 100_000, JSON), "does not answer like Jira", 2),
    "an error nested too deeply": (Page(400, "[" * 100_000, JSON), "HTTP 400: no reason given", 1),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_errors_reach_our_own_retries(jira: Jira, name: str):
    page, says, requests = OUTCOMES[name]
    jira.page = page
    with pytest.raises(ServiceError) as failed:
        jira.gateway.account()
    assert says in failed.value.answer
    assert len(jira.asked) == requests
    wished = page.headers.get("Retry-After", "")
    if name in {"429 with a time", "503"}:
        assert jira.pauses
        assert all(0 < pause <= float(wished) for pause in jira.pauses)


@pytest.mark.parametrize("shape", ["null", "[]", "{}", '"x"', "7", '[["x"]]', '{"name": {}}'])
@pytest.mark.parametrize("name", ["account", "permissions", "link types", "brief", "find"])
def test_an_odd_shape_is_a_failure_of_jira(jira: Jira, name: str, shape: str):
    if name == "account" and shape == '{"name": {}}' and jira.gateway.account_key == "name":
        return
    jira.page = Page(200, shape, JSON)
    with pytest.raises(ServiceError) as failed:
        USES[name][0](jira.gateway)
    assert "the answer has an unexpected shape" in failed.value.answer
    assert failed.value.code == "malformed"
    assert failed.value.effect is Effect.UNKNOWN
    assert len(jira.asked) == 1


@pytest.mark.parametrize("shape", ["7", '[["x"]]', '{"a": {}}', "null"])
def test_odd_people_are_a_failure_of_jira(jira: Jira, shape: str):
    jira.page = Page(200, shape, JSON)
    with pytest.raises(ServiceError) as failed:
        jira.gateway.find_accounts(EMAIL, KEY)
    assert failed.value.code == "malformed"


def test_comments_beyond_the_first_page(jira: Jira):
    body = {"comments": [{"id": "1", "body": "text"}], "total": 2}
    jira.page = Page(200, json.dumps({"key": KEY, "fields": {"comment": body}, **body}), JSON)
    found = jira.gateway.find(KEY)
    assert found
    assert [each.id for each in found.comments] == ["1", "1"]
    paths = [each.path.partition("?") for each in jira.asked]
    assert [path.removeprefix("/rest/api/2/") for path, _, _ in paths] == [
        f"issue/{KEY}",
        *[f"issue/{KEY}/comment"] * 2,
    ]
    assert paths[2][2] == "startAt=1&maxResults=100"
