"""What is wrong outside the files ends in one clear message, before anything is changed."""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import Said, commit_all, escalate, surroundings
from company import TOP, Company
from strangers import LOGIN, Page, always, nobody

from reconciler.sandbox import Fault, serve

SEED = yaml.safe_load((TOP / "reconciler" / "sandbox" / "seed.yaml").read_text("utf-8"))
JSON = "application/json"


@dataclass
class Case:
    """What is wrong, and what is to be said about it."""

    says: tuple[str, ...]
    env: Mapping[str, str | None] = field(default_factory=dict)
    """Variables that are wrong; None takes one away. `{login}` and such stand for addresses."""
    seed: Callable[[dict[str, Any]], object] | None = None
    data_center: bool = False


def _without_scope(seed: dict[str, Any]) -> None:
    for scope in ("pins:write", "channels:join"):
        seed["workspace"]["scopes"].remove(scope)


NO_TOKENS = dict.fromkeys(
    ("JIRA_BASE_URL", "JIRA_USER_EMAIL", "JIRA_API_TOKEN", "JIRA_PAT", "SLACK_BOT_TOKEN")
)
ALL_MISSING = (
    "JIRA_BASE_URL is not set",
    "JIRA_USER_EMAIL is not set",
    "JIRA_API_TOKEN is not set",
    "JIRA_PAT, for Data Center",
    "SLACK_BOT_TOKEN is not set",
    "→ Set the variables in the environment",
)
JIRA_AUTH = ("Jira rejects the credentials (HTTP 401)", "→", "Renew the API token")
SLACK_AUTH = ("Slack auth.test: invalid_auth", "→", "Renew SLACK_BOT_TOKEN")
NOT_JIRA = ("does not answer like Jira", "→ Check JIRA_BASE_URL")
NOT_SLACK = ("does not answer like Slack", "→ Check SLACK_API_URL")
JIRA_ADDRESS = ("JIRA_BASE_URL is not a plain web address", "https://company.atlassian.net")
SLACK_ADDRESS = ("SLACK_API_URL is not a plain web address", "https://slack.com/api/")

KNOWN = {
    "nothing is set": Case(ALL_MISSING, NO_TOKENS),
    "no Jira token": Case(("JIRA_API_TOKEN is not set", "→ Set"), {"JIRA_API_TOKEN": None}),
    "an empty Slack token": Case(("SLACK_BOT_TOKEN is not set", "→ Set"), {"SLACK_BOT_TOKEN": " "}),
    "a person's Slack token": Case(("with xoxb-", "→ Set"), {"SLACK_BOT_TOKEN": "xoxp-1-23"}),
    "Jira without TLS": Case(("JIRA_BASE_URL must begin with https",), {"JIRA_BASE_URL": "http://jira.example"}),
    "Slack without TLS": Case(("SLACK_API_URL must begin with https",), {"SLACK_API_URL": "http://slack.example/api/"}),
    "Jira at no address": Case(JIRA_ADDRESS, {"JIRA_BASE_URL": "::garbage::"}),
    "Slack at no address": Case(SLACK_ADDRESS, {"SLACK_API_URL": "ftp://slack.example"}),
    "Jira with a password": Case(JIRA_ADDRESS, {"JIRA_BASE_URL": "https://me:pw-12345@jira.example"}),
    "a broken address": Case(("JIRA_BASE_URL is not a web address",), {"JIRA_BASE_URL": "https://[x"}),
    "a short key": Case(
        ("ESCALATE_SEAL_KEY has 5 characters, and needs at least 32", "→ Set"),
        {"ESCALATE_SEAL_KEY": "short"},
    ),
    "a patience of weeks": Case(("ESCALATE_TIMEOUT is not a number",), {"ESCALATE_TIMEOUT": "1e9"}),
}  # fmt: skip
ASKED = {
    "wrong Jira token": Case(JIRA_AUTH, {"JIRA_API_TOKEN": "not-the-token"}),
    "wrong Jira address": Case(JIRA_AUTH, {"JIRA_USER_EMAIL": "somebody@else.example"}),
    "wrong Data Center token": Case(
        (JIRA_AUTH[0], "→ Renew the personal access token (JIRA_PAT)."),
        {"JIRA_PAT": "not-the-token"},
        data_center=True,
    ),
    "wrong Slack token": Case(SLACK_AUTH, {"SLACK_BOT_TOKEN": "xoxb-not-it"}),
    "both tokens wrong": Case(
        (*JIRA_AUTH, *SLACK_AUTH), {"JIRA_API_TOKEN": "not-it-1", "SLACK_BOT_TOKEN": "xoxb-not"}
    ),
    "nobody at Jira's": Case(
        ("no connection", "→ Check JIRA_BASE_URL and"), {"JIRA_BASE_URL": "{nobody}"}
    ),
    "nobody at Slack's": Case(
        ("no connection", "→ Check SLACK_API_URL and"), {"SLACK_API_URL": "{nobody}/api/"}
    ),
    "no Jira at the address": Case(NOT_JIRA, {"JIRA_BASE_URL": "{missing}"}),
    "no Slack at the address": Case(NOT_SLACK, {"SLACK_API_URL": "{missing}/api/"}),
    "a login page for Jira": Case(NOT_JIRA, {"JIRA_BASE_URL": "{login}"}),
    "a login page for Slack": Case(NOT_SLACK, {"SLACK_API_URL": "{login}/api/"}),
    "other data than Jira's": Case(
        ("Jira", "unexpected shape", "→ Check JIRA_BASE_URL"), {"JIRA_BASE_URL": "{list}"}
    ),
    "other data than Slack's": Case(NOT_SLACK, {"SLACK_API_URL": "{list}/api/"}),
    "missing scopes": Case(
        ("Slack app lacks scopes: channels:join, pins:write", "→ Add them", "reinstall the app"),
        seed=_without_scope,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What came of a case."""

    said: Said
    changed: bool
    calls: list[str]


@contextmanager
def _addresses() -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        yield {
            "nobody": stack.enter_context(nobody()),
            "missing": stack.enter_context(always(Page(404, "<html>Not found</html>"))),
            "login": stack.enter_context(always(Page(200, LOGIN))),
            "list": stack.enter_context(always(Page(200, "[]", JSON))),
        }


def _run(case: Case, folder: Path, addresses: Mapping[str, str]) -> Result:
    seed = yaml.safe_load(yaml.safe_dump(SEED))
    if case.seed:
        case.seed(seed)
    with serve(seed) as box:
        company = Company(folder, box, data_center=case.data_center)
        company.write("DS-1071")
        env: dict[str, str] = dict(company.env)
        for name, value in case.env.items():
            env.pop(name, None)
            if value is not None:
                env[name] = value.format(**addresses)
        before = box.state()
        said = escalate(folder, env, "apply")
        return Result(said, box.state() != before, [each.name for each in box.calls])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Result]]:
    """All cases side by side: most of the time they wait for somebody to answer after all."""
    every = KNOWN | ASKED
    top = tmp_path_factory.mktemp("cases")
    folders = [top / str(number) for number in range(len(every))]
    with _addresses() as addresses, ThreadPoolExecutor(12) as pool:
        found = pool.map(
            lambda case, folder: _run(case, folder, addresses), every.values(), folders
        )
        yield dict(zip(every, found, strict=True))


@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", [*KNOWN, *ASKED])
def test_it_ends_in_one_message_and_nothing_is_changed(results: dict[str, Result], name: str):
    case, result = (KNOWN | ASKED)[name], results[name]
    assert result.said.status == 1, result.said
    assert result.said.out == ""
    progress = (" ...", " of the run left")
    messages = [each for each in result.said.err.splitlines() if not each.endswith(progress)]
    assert len(messages) == 2, "what is wrong, and what to do about it"
    assert messages[0].startswith("escalate: ")
    assert messages[1].startswith("  → ")
    told = " ".join(result.said.err.split())
    assert [each for each in case.says if each not in told] == [], told
    assert "Traceback" not in told
    assert not result.changed
    assert (result.calls == []) is (name in KNOWN)


def test_values_of_variables_are_not_repeated(results: dict[str, Result]):
    told = results["Jira with a password"].said.err
    assert "pw-12345" not in told
    assert "xoxp-1-23" not in results["a person's Slack token"].said.err


# Where the files are


@pytest.mark.usefixtures("screens")
def test_a_folder_that_is_not_there(shop: Company, tmp_path: Path):
    said = escalate(tmp_path, shop.env, "plan", "--repo", "nowhere")
    assert (said.status, said.out) == (2, "")
    assert "nowhere is not a folder" in said.told
    assert "--repo" in said.told


@pytest.mark.usefixtures("screens")
def test_a_folder_without_escalations(shop: Company, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    said = escalate(tmp_path / "empty", shop.env, "apply")
    assert (said.status, said.out) == (2, "")
    assert "has no escalations and no policy" in said.told
    _expect_untouched(shop, said)


@pytest.mark.usefixtures("screens")
def test_a_shallow_clone(shop: Company, tmp_path: Path):
    commit_all(shop.folder)
    shop.write("DS-1072", assignee="nadia")
    commit_all(shop.folder, "Another")
    subprocess.run(
        ["git", "clone", "--quiet", "--depth", "1", shop.folder.as_uri(), "shallow"],
        cwd=tmp_path,
        env=surroundings({}),
        check=True,
    )
    for command in ("plan", "apply", "status"):
        said = escalate(tmp_path / "shallow", shop.env, command)
        assert (said.status, said.out) == (2, ""), said
        assert "git fetch --unshallow" in said.told
        assert "fetch-depth: 0" in said.told
        _expect_untouched(shop, said)


@pytest.mark.usefixtures("screens")
def test_no_repository_at_all_is_no_obstacle(shop: Company):
    said = escalate(shop.folder, shop.env, "plan")
    assert said.status == 0, said.err
    assert "DS-1071" in said.out
    shop.set_policy(acknowledgement="review")
    said = escalate(shop.folder, shop.env, "plan")
    assert "can be read only in a git repository" in said.told


@pytest.mark.usefixtures("screens")
@pytest.mark.parametrize("text", ["desks: [", "version: 1\n", "version: 2\ncolour: red\n", "\x00"])
def test_a_broken_policy(shop: Company, text: str):
    (shop.folder / "config" / "policy.yaml").write_text(text)
    said = escalate(shop.folder, shop.env, "apply")
    assert (said.status, said.out) == (1, "")
    assert "config/policy.yaml:" in said.err
    assert "config/policy.yaml or config/roster.yaml can't be read" in said.told
    assert "escalate check" in said.told
    _expect_untouched(shop, said)


@pytest.mark.usefixtures("screens")
def test_a_broken_escalation_is_told_and_the_others_go_on(shop: Company):
    (shop.folder / "escalations" / "2026" / "DS-1072.yaml").write_text("ticket: [")
    said = escalate(shop.folder, shop.env, "apply")
    assert said.status == 6
    assert "escalations/2026/DS-1072.yaml:" in said.err
    assert shop.ticket("DS-1071")["labels"] == ["ESCALATION"]
    assert shop.ticket("DS-1072")["labels"] == ["import"]


@pytest.mark.usefixtures("screens")
def test_a_plan_that_can_not_be_saved(shop: Company):
    said = escalate(shop.folder, shop.env, "plan", "--out", "no/such/folder/plan.json")
    assert said.status == 1
    assert "escalate: " in said.err
    assert "no/such/folder/plan.json" in said.err
    _expect_untouched(shop, said)


@pytest.mark.usefixtures("screens")
def test_a_file_that_is_no_plan(shop: Company):
    (shop.folder / "plan.json").write_text("{}")
    said = escalate(shop.folder, shop.env, "apply", "plan.json")
    assert said.status == 2
    assert "escalate plan --out plan.json" in said.told
    _expect_untouched(shop, said)


@pytest.mark.usefixtures("screens")
def test_a_terminal_without_arrows_still_hears_all_of_it(shop: Company):
    said = escalate(shop.folder, {**shop.env, "PYTHONIOENCODING": "ascii"}, "plan")
    assert said.status == 0, said.err
    assert "Medium ? Highest" in said.out


def _expect_untouched(shop: Company, said: Said) -> None:
    assert "Traceback" not in said.err
    state = shop.state()
    shop.box.reset()
    shop.box.clock.set(shop.now)
    assert state == shop.state()


# What one project lacks: nothing of its escalations is changed, and the others go on.


def _priorities(seed: dict[str, Any]) -> None:
    seed["projects"]["DS"]["priorities"] = ["High", "Medium", "Low"]


def _no_field(name: str) -> Callable[[dict[str, Any]], None]:
    fields = ["summary", "priority", "assignee", "labels", "issuelinks", "comment"]

    def change(seed: dict[str, Any]) -> None:
        seed["projects"]["DS"]["edit_fields"] = [each for each in fields if each != name]

    return change


LACKS: dict[str, tuple[Callable[[dict[str, Any]], None], tuple[str, ...]]] = {
    "the priority": (
        _priorities,
        (
            "project DS has no priority 'Highest'; it has: High, Medium, Low",
            "→ Set jira.priority in config/policy.yaml to one of these",
        ),
    ),
    "the field labels": (
        _no_field("labels"),
        ("the field labels can't be edited in project DS", "→ Add it to the project's edit"),
    ),
}  # fmt: skip


@pytest.mark.usefixtures("screens")
@pytest.mark.parametrize("data_center", [False, True], ids=["cloud", "data-center"])
@pytest.mark.parametrize("name", LACKS)
def test_what_a_project_lacks(tmp_path: Path, name: str, data_center: bool):
    change, says = LACKS[name]
    seed = yaml.safe_load(yaml.safe_dump(SEED))
    change(seed)
    with serve(seed) as box:
        company = Company(tmp_path / "repo", box, data_center=data_center)
        company.write("DS-1071")
        company.write("PLAT-320", assignee="carla")
        before = company.ticket("DS-1071")
        said = escalate(company.folder, company.env, "apply")
        assert said.status == 6, said
        assert [each for each in says if each not in said.told] == [], said.told
        assert "Traceback" not in said.err
        assert company.ticket("DS-1071") == before
        assert company.channels("DS-1071") == []
        assert company.named("sre-escalations")["messages"] == []
        assert company.ticket("PLAT-320")["priority"] == "Highest"
        assert company.channel("PLAT-320")["pins"]


@pytest.mark.usefixtures("screens")
def test_a_missing_announcement_channel(shop: Company):
    desks = yaml.safe_load((shop.folder / "config" / "policy.yaml").read_text())["desks"]
    desks["DS"]["announce_in"] = "no-such-channel"
    shop.set_policy(desks=desks)
    shop.write("PLAT-320", assignee="carla")
    said = escalate(shop.folder, shop.env, "apply")
    assert said.status == 6
    assert "the bot is in no channel #no-such-channel" in said.told
    assert "desks.DS.announce_in in config/policy.yaml" in said.told
    assert shop.named("platform-escalations")["messages"]
    assert shop.channel("DS-1071")["pins"], "an escalation does not wait for its announcement"
    assert "1 to fix" in escalate(shop.folder, shop.env, "status").out


# A server that goes away half-way


def test_a_server_that_goes_away(tmp_path: Path):
    services = {"slack": 12, "jira": 4}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: _goes_away(tmp_path / each, each, services[each]), services))


def _goes_away(folder: Path, service: str, at: int) -> None:
    tickets = {"DS-1071": "dmitri", "DS-1072": "nadia", "DS-1073": "felix", "PLAT-320": "carla"}
    with serve() as box:
        company = Company(folder, box)
        for ticket, person in tickets.items():
            company.write(ticket, assignee=person)
        box.faults.add(Fault("drop", service, nth=at, times=None))
        began = time.monotonic()
        said = escalate(folder, company.env, "apply")
        assert time.monotonic() - began < 40, "it does not wait for each call anew"
        assert said.status == 6, said
        assert "Traceback" not in said.err
        assert "connection failed" in said.told
        assert len(box.calls) < 100
        box.faults.clear()
        said = escalate(folder, company.env, "apply")
        assert said.status == 0, said
        for ticket in tickets:
            assert len(company.channels(ticket)) == 1
            assert len(company.ticket(ticket)["comments"]) == 1
        said = escalate(folder, company.env, "plan", "--exit-code")
        assert said.status == 0, said.out
