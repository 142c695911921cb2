"""What is said of services that answer otherwise than they should, by those who asked them."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clocks import at_once
from company import TOP
from goldens import hold
from merge_policy import merge_policy
from plan.values import settled

from reconciler.doctor.github import examine_github
from reconciler.doctor.jira import PERMISSIONS, examine_jira, fields
from reconciler.doctor.people import examine_people
from reconciler.doctor.slack import examine_slack, scopes
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.policy import FormsPolicy
from reconciler.model.setup_check import SetupCheck
from reconciler.reconcile.inventory.manual import find_by_hand
from reconciler.reconcile.inventory.people import People
from reconciler.reconcile.inventory.survey import start_reading, survey
from reconciler.services.connect import Gateways, connect
from reconciler.services.errors import ServiceError, SetupError, cut
from reconciler.services.github.form_issues import GitHubForms
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.jira.accounts import SEARCHES
from reconciler.services.settings import GitHubSettings, JiraSettings, Settings, SlackSettings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.wire import SlackWire
from words.canned import Answer, Canned, canned

GOLDEN = Path(__file__).parent / "golden" / "services.txt"
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FILES = {
    "config/policy.yaml": merge_policy().encode(),
    "config/roster.yaml": (TOP / "config/roster.yaml").read_bytes(),
}
LOADED = load_snapshot([RawFile(path, data) for path, data in FILES.items()])
assert LOADED.snapshot is not None
BOOK = LOADED.snapshot
POLICY = BOOK.policy
ME = Answer({"ok": True, "user_id": "U0BOT", "bot_id": "B0", "url": "https://x.slack.example/"})
NOTHING = Answer([])
HTML = Answer("<html>Sorry</html>")


def _told(attempt: Callable[[], object]) -> str:
    try:
        return f"{attempt()}"
    except (ServiceError, SetupError) as error:
        return f"{error}\n    {error.remedy}".rstrip()


@contextmanager
def _gateways(server: Canned, *, cloud: bool = True) -> Iterator[Gateways]:
    jira = JiraSettings(server.url, "bot@x.example" if cloud else None, "t")
    slack = SlackSettings(f"{server.url}/", "xoxb-1")
    with connect(Settings(jira, slack, 5.0), at_once(), 2) as found:
        yield found


def _github(server: Canned) -> tuple[GitHub, GitHubForms, GitHubWire]:
    settings = GitHubSettings(server.url, "o/r", server.url, token="t")
    wire = GitHubWire(settings, 5.0, at_once())
    return GitHub(wire, settings, "main"), GitHubForms(wire, settings, "main"), wire


# Answers of another shape, or from elsewhere


def _odd_github(server: Canned) -> Iterator[str]:
    forge, forms, wire = _github(server)
    pull = {"number": 7, "title": "T", "html_url": "u", "state": "open", "base": {"ref": "main"}}
    elsewhere = (("Link", '<https://elsewhere.example/x>; rel="next"'),)
    asked: tuple[tuple[Answer, Callable[[], object]], ...] = (
        (Answer({"number": 7}), lambda: forge.pull_request("7")),
        (Answer({**pull, "head": {"sha": "--x"}}), lambda: forge.pull_request("7")),
        (Answer({"number": 7}), lambda: forms.issue(7)),
        (Answer([7]), lambda: forms.ours("x")),
        (Answer([], 200, elsewhere), lambda: list(wire.pages("repos/o/r/pulls"))),
        (Answer({"message": "Not Found"}, 404), forge.default_branch),
        (Answer(""), forge.default_branch),
        (Answer("no gzip at all", 200, (("Content-Encoding", "gzip"),)), forge.default_branch),
        (Answer({"message": "Slow"}, 429, (("Retry-After", "30"),)), forge.default_branch),
    )
    for answer, ask in asked:
        server.answers = {"*": [answer]}
        yield re.sub(r"\d\d:\d\d:\d\d", "HH:MM:SS", _told(ask))


def _silent() -> Iterator[str]:
    """Nobody answers, or not in time."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        wire = SlackWire(SlackSettings(f"{url}/", "xoxb-1"), 0.05, at_once())
        yield _told(SlackGateway(wire).identify)
        yield _told(_at(url, 0.05).default_branch)
    yield _told(_at(url, 5.0).default_branch).replace(url, "URL")


def _at(url: str, seconds: float) -> GitHub:
    settings = GitHubSettings(url, "o/r", url, token="t")
    return GitHub(GitHubWire(settings, seconds, at_once()), settings, "main")


def _odd_jira(server: Canned) -> Iterator[str]:
    with _gateways(server) as found:
        for headers in ((("Location", "https://login.example/sign-in"),), ()):
            server.answers = {"*": [Answer({}, 302, headers)]}
            yield _told(found.jira.link_types)
        server.answers = {"*": [Answer({"issues": 7})]}
        yield _told(lambda: found.jira.search_labelled("ESCALATION", ["DS"]))
        server.answers = {"*": [Answer({"values": 7})]}
        yield _told(found.jira.link_types)
        server.answers = {"*": [Answer([7])]}
        yield _told(lambda: found.jira.find_people("x@x.example"))
        server.answers = {"*": [Answer({"id": 7})]}
        found.jira.set_remote_link("DS-1", "https://x.example/", "#ds-1", "", ended=False)
        yield f"{json.loads(server.sent[-1])}"


def _cut_jira(server: Canned) -> Iterator[str]:
    """Lists that end before their end."""
    issue = {"id": "1", "key": "DS-1", "self": "", "fields": {}}
    cut_short = {**issue, "changelog": {"histories": [], "total": 1}}
    server.answers = {
        "*": [Answer({"issues": [], "total": 1, "isLast": False})],
        "bulkfetch": [Answer({"issues": [cut_short]})],
        "changelog": [Answer({"values": [], "isLast": False})],
        "DS-1": [Answer(cut_short)],
    }
    for cloud in (True, False):
        with _gateways(server, cloud=cloud) as found:
            yield _told(lambda: found.jira.search_labelled("ESCALATION", ["DS"]))
            yield _told(lambda: found.jira.change_log("DS-1"))


def _odd_slack(server: Canned) -> Iterator[str]:
    with _gateways(server) as found:
        server.answers = {"*": [Answer({"ok": True})]}
        yield _told(found.slack.own_channels)
        yield f"{cut('Slack', 'pins.list')}\n    {cut('Slack', 'pins.list').remedy}"
        server.answers = {"*": [Answer("x", 200, (("Content-Length", "99"),))]}
        yield _told(found.slack.own_channels)


# The start of a run


def _diagnostics(found: Gateways, labelled: Callable[[], list[str]]) -> str:
    seen = survey(found, (), None, start_reading(found, labelled))
    return "\n".join(f"{each.message}\n    {each.remedy}" for each in seen.diagnostics)


def _begin(server: Canned) -> Iterator[str]:
    scopes = Answer(ME.body, 200, (("X-OAuth-Scopes", "chat:write"),))
    fine = {"*": [Answer({"ok": True, "channels": []})]}
    for auth in (scopes, Answer({"ok": False, "error": "internal_error"})):
        server.answers = {**fine, "auth.test": [auth]}
        with _gateways(server) as found:
            yield _told(lambda: _diagnostics(found, lambda: ["DS-1"]))
    server.answers = {**fine, "auth.test": [ME], "jql": [Answer({}, 400)]}
    with _gateways(server) as found:
        for labelled in (lambda: found.jira.search_labelled("E", ["DS"]), lambda: ["DS-1", "DS"]):
            yield _diagnostics(found, labelled)
        people = People(found.jira, found.slack, BOOK.roster)
        unknown = BOOK.roster.model_copy(update={"people": _without_ids()})
        server.answers = {"*": [Answer({"ok": False, "error": "users_not_found"})]}
        server.answers["search"] = [
            Answer([]),
            Answer([]),
            Answer([{"self": "", "accountId": "1"}] * 2),
        ]
        server.answers["mypermissions"] = [
            Answer({"permissions": _permissions(held=held)}) for held in (True, False)
        ]
        strangers = [People(found.jira, found.slack, unknown) for _ in range(3)]
        for _, diagnostics in (
            people.in_slack(["nobody"]),
            strangers[0].in_slack(["lena"]),
            *(each.in_jira("lena", "DS-1") for each in strangers),
        ):
            yield from (f"{each.message}\n    {each.remedy}" for each in diagnostics.values())


def _permissions(*, held: bool) -> dict[str, dict[str, bool]]:
    return {name: {"havePermission": held} for name in (*PERMISSIONS, *SEARCHES)}


def _without_ids() -> dict[str, Any]:
    lena = BOOK.roster.people["lena"].model_copy(update={"slack": None, "jira": None})
    return {**BOOK.roster.people, "lena": lena}


def _by_hand(server: Canned) -> Iterator[str]:
    comments = {"comments": [], "total": 0}
    moved = {"key": "PLAT-5", "fields": {"summary": "S", "comment": comments}}
    for answer in (Answer(moved), Answer({}, 404)):
        server.answers = {"*": [answer]}
        with _gateways(server) as found:
            yield _told(lambda: find_by_hand(found, BOOK, "DS-1", "", NOW))


# For the doctor


def _line(each: SetupCheck) -> str:
    return f"{each.area} {each.what}: {each.message}\n    {each.remedy}".rstrip()


def _examined(server: Canned) -> Iterator[str]:
    forms = POLICY.model_copy(update={"forms": FormsPolicy(account="helper", account_id=7)})
    forge = _github(server)[0]
    gone, trunk = Answer({"message": "Not Found"}, 404), Answer({"default_branch": "trunk"})
    both, anyone = {"r": [trunk], "helper": [gone]}, Answer({"deployment_branch_policy": None})
    for answers in (
        {**both, "escalations": [gone], "runs": [Answer({"workflow_runs": []})]},
        {**both, "escalations": [anyone], "runs": [gone]},
        {"r": [Answer({"message": "No."}, 422)]},
    ):
        server.answers = {"*": [NOTHING], **answers}
        yield from map(_line, examine_github(forge, forms, NOW))
    with _gateways(server, cloud=False) as found:
        server.answers = {
            "myself": [Answer({"key": "bot", "name": "bot"})],
            "issueLinkType": [Answer({"issueLinkTypes": []})],
            "mypermissions": [Answer({"permissions": _permissions(held=False)})],
            "search": [Answer({"issues": []})],
        }
        yield from map(_line, examine_jira(found.jira, POLICY, ["DS"]))
        server.answers = {"*": [Answer({}, 400)]}
        yield from map(_line, examine_jira(found.jira, POLICY, ["DS"]))
        server.answers = {"*": [Answer({"ok": False, "error": "account_inactive_x"})]}
        yield from map(_line, examine_slack(found.slack, POLICY, ["DS"]))
        two = BOOK.roster.model_copy(update={"people": {"lena": BOOK.roster.people["lena"]}})
        with ThreadPoolExecutor(1) as pool:
            seen = examine_people(two, found.slack, None, None, pool, lambda _: None)
        yield from map(_line, seen.lines)
    for editable in (None, frozenset({"labels", "priority", "assignee"})):
        ticket = replace(settled().ticket, editable=editable, priorities=None)
        yield from map(_line, fields(ticket, POLICY.jira, "DS"))
    yield from map(_line, scopes(None))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with canned() as found:
        yield found


def test_what_is_said_of_services_reads_as_before(server: Canned):
    parts = {
        "GitHub": _odd_github(server),
        "Jira": _odd_jira(server),
        "Lists that are cut": _cut_jira(server),
        "Slack": _odd_slack(server),
        "Silence": _silent(),
        "The start of a run": _begin(server),
        "By hand": _by_hand(server),
        "For the doctor": _examined(server),
    }
    lines = (f"## {title}\n\n" + "\n".join(said) + "\n" for title, said in parts.items())
    hold(GOLDEN, "\n".join(lines).replace(server.url, "URL"))
