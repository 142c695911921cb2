"""What Jira's answers leave open is unknown, and never "there is none"."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from strangers import Asked, Page, stranger

from reconciler.model.change_log import raised_to
from reconciler.services.connect import jira_gateway
from reconciler.services.errors import ServiceError
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import JiraSettings

ONE, TWO, THREE = "DS-1", "DS-2", "DS-3"
EMAIL = "ann@x.example"
CLOUD, DATA_CENTER = "cloud", "data-center"
KINDS = {CLOUD: "bot@x.example", DATA_CENTER: None}
NOT_FOUND = 404, {"errorMessages": ["Issue does not exist or you do not have permission."]}
Reply = tuple[int, Any]
Script = Callable[[str, dict[str, Any]], Reply]
"""The answer to a request, given by its path and body."""


def issue(key: str, **fields: Any) -> dict[str, Any]:
    comment = {"comments": [], "total": 0}
    return {"key": key, "fields": {"comment": comment, **fields}, "properties": {}}


@dataclass
class Jira:
    """A gateway to a server that answers by a script."""

    gateway: JiraGateway
    asked: list[str] = field(default_factory=list)
    script: Script = lambda _path, _body: (500, {})


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Script], Jira]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    asked: list[str] = []
    here: list[Script] = []

    def answer(one: Asked) -> Page:
        path = one.path.removeprefix("/rest/api/2/")
        asked.append(f"{one.method} {path.partition('?')[0]}")
        status, body = here[0](path, json.loads(one.body or b"{}"))
        return Page(status, json.dumps(body), "application/json")

    with ThreadPoolExecutor(2) as pool, stranger(answer) as url:
        opened = []

        def connected(kind: str, script: Script) -> Jira:
            here[:] = [script]
            settings = JiraSettings(url, KINDS[kind], "token")
            gateway = jira_gateway(settings, 5.0, RetryPolicy(attempts=1), pool)
            opened.append(gateway)
            return Jira(gateway, asked)

        yield connected
        for each in opened:
            with closing(each):
                pass


# Tickets by their keys


def bulk(
    issues: list[dict[str, Any]], errors: Any = (), alone: dict[str, Reply] | None = None
) -> Script:
    """A bulk fetch that shows these, and what is answered to whoever asks for one alone."""

    def script(path: str, _: dict[str, Any]) -> Reply:
        if path == "issue/bulkfetch":
            told = {} if errors is None else {"issueErrors": list(errors)}
            return 200, {"issues": issues, **told}
        key = path.removeprefix("issue/").partition("?")[0]
        return (alone or {}).get(key, NOT_FOUND)

    return script


BUSY = [{"id": "10002", "errorMessage": "could not be loaded now"}]


def test_a_whole_answer_without_a_ticket_says_that_it_is_not_there(connect: Any):
    jira = connect(CLOUD, bulk([issue(ONE)]))
    found = jira.gateway.fetch([ONE, TWO])
    assert (set(found.tickets), found.unread) == ({ONE}, {})
    assert jira.asked == ["POST issue/bulkfetch"]


@pytest.mark.parametrize("errors", [BUSY, None])
def test_what_a_bulk_fetch_leaves_open_is_asked_for_alone(connect: Any, errors: Any):
    jira = connect(CLOUD, bulk([issue(ONE)], errors, {TWO: (200, issue(TWO))}))
    found = jira.gateway.fetch([ONE, TWO, THREE])
    assert (set(found.tickets), found.unread) == ({ONE, TWO}, {})
    assert sorted(jira.asked) == [f"GET issue/{TWO}", f"GET issue/{THREE}", "POST issue/bulkfetch"]


def test_what_cannot_be_read_alone_either_is_unknown(connect: Any):
    jira = connect(CLOUD, bulk([issue(ONE)], BUSY, {TWO: (503, {})}))
    found = jira.gateway.fetch([ONE, TWO, THREE])
    assert (set(found.tickets), set(found.unread)) == ({ONE}, {TWO})
    assert "HTTP 503" in str(found.unread[TWO])
    assert found.asked == {ONE, TWO, THREE}


def test_an_answer_under_another_key_is_matched(connect: Any):
    jira = connect(CLOUD, bulk([issue(ONE), issue("SRE-9")], (), {TWO: (200, issue("SRE-9"))}))
    found = jira.gateway.fetch([ONE, TWO, THREE])
    assert (set(found.tickets), found.moved, found.unread) == ({ONE}, {TWO: "SRE-9"}, {})


EIGHT = [f"DS-{each}" for each in range(1, 9)]
MEBIBYTE = 1024 * 1024


def sized(sizes: dict[str, int]) -> Script:
    """Tickets of so many MiB each, in bulk and alone."""

    def script(path: str, body: dict[str, Any]) -> Reply:
        alone = path.removeprefix("issue/").partition("?")[0]
        asked = body["issueIdsOrKeys"] if path == "issue/bulkfetch" else [alone]
        found = [issue(key, summary="x" * sizes[key] * MEBIBYTE) for key in asked]
        return 200, {"issues": found, "issueErrors": []} if len(asked) > 1 or body else found[0]

    return script


@pytest.mark.parametrize(("each", "calls"), [(1, 1), (2, 3), (4, 7), (6, 15)])
def test_a_bulk_fetch_that_is_too_large_is_made_in_halves(connect: Any, each: int, calls: int):
    jira = connect(CLOUD, sized(dict.fromkeys(EIGHT, each)))
    found = jira.gateway.fetch(EIGHT)
    assert (list(found.tickets), found.unread) == (EIGHT, {})
    assert jira.asked == ["POST issue/bulkfetch"] * calls


@pytest.mark.parametrize(("kind", "calls"), [(CLOUD, 7), (DATA_CENTER, 8)])
def test_a_ticket_that_is_too_large_is_named_and_no_other_is_lost(
    connect: Any, kind: str, calls: int
):
    jira = connect(kind, sized({**dict.fromkeys(EIGHT, 0), "DS-5": 11}))
    found = jira.gateway.fetch(EIGHT)
    assert set(found.tickets) == set(EIGHT) - {"DS-5"}
    assert set(found.unread) == {"DS-5"}
    error = found.unread["DS-5"]
    assert error.code == "too-large"
    assert error.answer == "DS-5 cannot be read, because the answer is larger than 10 MiB"
    assert "DS-5" in error.remedy
    assert len(jira.asked) == calls


def test_another_failure_of_a_bulk_fetch_is_not_asked_again(connect: Any):
    jira = connect(CLOUD, lambda _path, _body: (400, {}))
    with pytest.raises(ServiceError, match="HTTP 400"):
        jira.gateway.fetch(EIGHT)
    assert jira.asked == ["POST issue/bulkfetch"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("comment", ["missing", None, {}, {"comments": []}])
def test_comments_that_are_not_shown_are_unknown(connect: Any, kind: str, comment: Any):
    half = issue(TWO, comment=comment)
    if comment == "missing":
        del half["fields"]["comment"]
    alone = {ONE: (200, issue(ONE)), TWO: (200, half)}
    jira = connect(kind, bulk([issue(ONE), half], (), alone))
    found = jira.gateway.fetch([ONE, TWO])
    assert (set(found.tickets), set(found.unread)) == ({ONE}, {TWO})


# The change log


US = "account-2"


def raised(number: int) -> dict[str, Any]:
    by = {"accountId": f"account-{number}", "name": f"account-{number}"}
    item = {"field": "priority", "from": str(number), "fromString": f"P{number}", "to": "1"}
    return {"created": f"2026-11-{number:02}T00:00:00.000+0000", "items": [item], "author": by}


def with_log(kind: str, log: dict[str, Any], whole: Script) -> Script:
    def script(path: str, body: dict[str, Any]) -> Reply:
        if path == "issue/bulkfetch":
            return 200, {"issues": [{**issue(ONE), "changelog": log}], "issueErrors": []}
        if kind == DATA_CENTER and path.startswith(f"issue/{ONE}?"):
            return 200, {**issue(ONE), "changelog": log}
        return whole(path, body)

    return script


def me(path: str, _body: dict[str, Any]) -> Reply:
    assert path == "myself"
    return 200, {"accountId": US, "name": US}


def no_more(_path: str, _body: dict[str, Any]) -> Reply:
    return NOT_FOUND


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_change_log(connect: Any, kind: str):
    log = {"histories": [raised(2), raised(3)], "total": 2, "maxResults": 2, "startAt": 0}
    found = connect(kind, with_log(kind, log, me)).gateway.change_log(ONE)
    assert [each.before for each in raised_to(found, "1")] == ["3", "2"]
    assert list(raised_to(found, "2")) == []
    assert [each.by_us for each in found] == [False, True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_log_without_entries_is_no_empty_one(connect: Any, kind: str):
    with pytest.raises(ServiceError, match="unexpected shape"):
        connect(kind, with_log(kind, {"total": 0}, no_more)).gateway.change_log(ONE)


CUT = {"histories": [raised(5)], "total": 3, "maxResults": 1, "startAt": 0}


def test_a_change_log_that_is_cut_is_read_on_the_cloud(connect: Any):
    pages = {
        "0": {"values": [raised(2), raised(3)], "isLast": False},
        "2": {"values": [raised(5)], "isLast": True},
    }

    def whole(path: str, body: dict[str, Any]) -> Reply:
        if path == "myself":
            return me(path, body)
        assert path.startswith(f"issue/{ONE}/changelog?")
        return 200, pages[path.partition("startAt=")[2].partition("&")[0]]

    found = connect(CLOUD, with_log(CLOUD, CUT, whole)).gateway.change_log(ONE)
    assert [each.before for each in raised_to(found, "1")] == ["5", "3", "2"]


def test_a_change_log_that_stays_cut_is_unknown(connect: Any):
    def stuck(_path: str, _body: dict[str, Any]) -> Reply:
        return 200, {"values": [], "isLast": False}

    for kind in KINDS:
        with pytest.raises(ServiceError, match="the list is incomplete"):
            connect(kind, with_log(kind, CUT, stuck)).gateway.change_log(ONE)


# Searches


def test_a_search_that_is_cut_is_no_answer(connect: Any):
    cloud = (
        {"issues": [{"key": ONE}], "isLast": False},
        {"issues": [{"key": ONE}], "isLast": False, "nextPageToken": "x"},
    )
    for page in cloud:
        answers = [page] * 3

        def ends(_path: str, _body: dict[str, Any], left: list[Any] = answers) -> Reply:
            return (200, left.pop()) if left else (500, {})

        with pytest.raises(ServiceError, match="the list is incomplete"):
            connect(CLOUD, ends).gateway.search_labelled("X", ["DS"])

    def ends_early(_path: str, body: dict[str, Any]) -> Reply:
        return 200, {"issues": [] if body["startAt"] else [{"key": ONE}], "total": 2}

    with pytest.raises(ServiceError, match="the list is incomplete"):
        connect(DATA_CENTER, ends_early).gateway.search_labelled("X", ["DS"])


def test_permissions_that_are_not_told_are_unknown(connect: Any):
    for kind in KINDS:
        for answer in ({}, {"EDIT_ISSUES": {}}, {"EDIT_ISSUES": None}):
            jira = connect(kind, lambda _path, _body, a=answer: (200, {"permissions": a}))
            with pytest.raises(ServiceError, match="unexpected shape"):
                jira.gateway.permissions("DS", ["EDIT_ISSUES"])


# People


def person(number: int, email: str | None = None) -> dict[str, Any]:
    who = f"a{number}"
    return {"self": "", "accountId": who, "name": who, "displayName": who, "emailAddress": email}


def people(*hits: dict[str, Any], may: bool = True) -> Script:
    def script(path: str, _: dict[str, Any]) -> Reply:
        if path.startswith("mypermissions"):
            keys = path.partition("permissions=")[2].partition("&")[0].replace("%2C", ",")
            held = {each: {"havePermission": may} for each in keys.split(",")}
            return 200, {"permissions": held}
        return 200, list(hits)

    return script


HITS: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    "one whose address is hidden": ([person(1)], ("a1",)),
    "one with the address, in other letters": ([person(1, "Ann@X.example")], ("a1",)),
    "one with a longer address": ([person(1, f"{EMAIL}.org")], ()),
    "the address, beside longer ones": ([person(1, f"{EMAIL}.org"), person(2, EMAIL)], ("a2",)),
    "the address, beside a hidden one": ([person(1), person(2, EMAIL)], ("a2",)),
    "two hidden ones": ([person(1), person(2)], ("a1", "a2")),
    "two with the address": ([person(1, EMAIL), person(2, EMAIL)], ("a1", "a2")),
    "nobody": ([], ()),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HITS)
def test_every_account_that_it_may_be_is_told(connect: Any, kind: str, name: str):
    hits, wanted = HITS[name]
    assert connect(kind, people(*hits)).gateway.find_accounts(EMAIL, ONE) == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_found_by_who_may_not_search(connect: Any, kind: str):
    jira = connect(kind, people(may=False))
    for search in (
        lambda: jira.gateway.find_accounts(EMAIL, ONE),
        lambda: jira.gateway.find_people(EMAIL),
    ):
        with pytest.raises(ServiceError, match="may not search for users") as failed:
            search()
        assert failed.value.code == "may-not-search"
        assert "Browse users and groups" in failed.value.remedy
