"""`escalate init`: a repository of one's own that passes at once."""

import json
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import forked
import pytest
import yaml
from checking import escalate
from commands import surroundings
from hypothesis import given, settings
from hypothesis import strategies as st
from searching import times
from terminals import Terminal

from reconciler.cli.init_check import init_problems
from reconciler.cli.init_questions import (
    ACTION,
    channel_name,
    login,
    repository_address,
    time_zone,
)
from reconciler.cli.own_release import action_of
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.render.template import InitAnswers, laid_down
from reconciler.services.slack.gateway import SCOPES

pytestmark = pytest.mark.usefixtures("screens")

TOP = Path(__file__).parents[2]
PIN = "acme/escalation-as-code@" + "a" * 40
OPTIONS = {
    "--desk": "DS",
    "--desk-name": "Dev Support",
    "--announce-in": "sre-escalations",
    "--time-zone": "America/New_York",
    "--repository-url": "https://github.com/acme/escalations",
    "--lead": "hannah",
    "--lead-name": "Hannah Weiss",
    "--lead-email": "hannah@acme.example",
    "--lead-github": "hannah-weiss",
    "--action": PIN,
}


def words(**changes: str) -> list[str]:
    options = OPTIONS | {f"--{key.replace('_', '-')}": value for key, value in changes.items()}
    return [word for pair in options.items() for word in pair]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert escalate("init", *words(), tmp_path / "new").status == 0
    return tmp_path / "new"


def test_what_it_lays_down_passes_at_once(folder: Path):
    ran = escalate("check", "--repo", folder)
    assert ran.status == 0
    assert "no problems found" in ran.out


def without(*options: str) -> list[str]:
    given = {**OPTIONS, "--code-owner": "later"}
    return [word for pair in given.items() if pair[0] not in options for word in pair]


def in_terminal(tmp_path: Path, *arguments: str) -> Terminal:
    """`escalate init new` with a state folder of its own."""
    env = {"XDG_STATE_HOME": str(tmp_path / "state")}
    return Terminal(tmp_path, env, "init", "new", *arguments)


def test_what_no_option_gives_is_asked_for(tmp_path: Path):
    terminal = in_terminal(tmp_path, *without("--lead-name"))
    terminal.answer("Name of a Dev Support lead", "Hannah Weiss")
    assert terminal.end() == 0, terminal.screen


CLEAR = "\x15"


def test_everything_is_asked_for_and_nothing_is_lost(tmp_path: Path):
    terminal = in_terminal(tmp_path)
    for question, answer in (
        ("[1 of 11] Key of the Jira project", "d"),
        ("A key has 2 to 10 capital letters", f"{CLEAR}ds"),
        ("[2 of 11] Name of that desk", "Dev Support"),
        ("[3 of 11] Slack channel for announcements", "#sre-escalations"),
        ("[4 of 11] Time zone in which a day begins", "Atlantis"),
        ("Write one of the choices", f"{CLEAR}New York"),
        ("[5 of 11] Web address of the new repository", "acme/escalations"),
        ("[6 of 11] Name of a Dev Support lead", "Hannah Weiss"),
        ("[7 of 11] Their e-mail address", "hannah"),
        ("Write an address such as", f"{CLEAR}hannah@acme.example"),
        ("[8 of 11] Their handle: a short name that never changes [hannah]", ""),
        ("[9 of 11] Their GitHub login", "@hannah-weiss"),
        ("[10 of 11] Who else may approve changes", "acme/dev-support"),
        ("[11 of 11] The action for the workflows", PIN),
    ):
        terminal.answer(question, answer)
    assert terminal.end() == 0, terminal.screen
    policy = yaml.safe_load((tmp_path / "new/config/policy.yaml").read_text())
    assert policy["time_zone"] == "America/New_York"
    assert policy["desks"]["DS"]["announce_in"] == "sre-escalations"
    assert policy["repository_url"] == "https://github.com/acme/escalations"
    owners = (tmp_path / "new/.github/CODEOWNERS").read_text()
    assert "/config/       @hannah-weiss @acme/dev-support" in owners


def kept(tmp_path: Path) -> list[Path]:
    """The drafts of this user."""
    return list((tmp_path / "state/escalate/drafts").glob("*"))


def test_nothing_is_typed_twice(tmp_path: Path):
    """Ctrl-C, then a kill, then the end. The folder does not exist yet, and has no .git."""
    asked = ("--desk-name", "--lead-name", "--lead-github")
    first = in_terminal(tmp_path, *without(*asked))
    first.answer("[1 of 3] Name of that desk", "Dev Support")
    first.wait_for("[2 of 3] Name of a Dev Support lead")
    (draft,) = kept(tmp_path)
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    first.press("\x03")
    assert first.end() == 130
    assert "Your answers are kept. To continue" in " ".join(first.screen.split())
    assert not (tmp_path / "new").exists()

    second = in_terminal(tmp_path, *without(*asked), "--resume")
    second.answer("[2 of 3] Name of a Dev Support lead", "Hannah Weiss")
    second.answer("[3 of 3] Their GitHub login", "h" * 60)
    second.wait_for("at most 39 are allowed")
    second.kill()

    third = in_terminal(tmp_path, *without(*asked))
    third.answer("Continue with the 10 answers of the last time?", "y")
    third.answer("[3 of 3] Their GitHub login", "hannah-weiss")
    assert third.end() == 0, third.screen
    assert 'name: "Dev Support"' in (tmp_path / "new/config/policy.yaml").read_text()
    assert kept(tmp_path) == []


def on_pipe(tmp_path: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    env = surroundings({"XDG_STATE_HOME": str(tmp_path / "state")})
    return forked.run(["init", *arguments], cwd=tmp_path, env=env, typed=typed, timeout=60)


def test_a_finding_at_the_end_keeps_the_answers(tmp_path: Path):
    given = ("new", *without("--lead-name"))
    hidden = ("--normal-queue", "a\u202eb")
    done = on_pipe(tmp_path, *given, "--ask", *hidden, typed="Hannah Weiss\n")
    assert done.returncode == 1
    assert "U+202E" in done.stderr
    assert "run the command again with --resume" in done.stderr
    done = on_pipe(tmp_path, *given, "--resume")
    assert done.returncode == 0, done.stderr
    assert 'name: "Hannah Weiss"' in (tmp_path / "new/config/roster.yaml").read_text()


def test_each_folder_has_its_own_answers(tmp_path: Path):
    asked = without("--desk-name", "--lead-name")
    on_pipe(tmp_path, "new", *asked, "--ask", typed="Dev Support\n")
    done = on_pipe(tmp_path, "other", "--resume")
    assert done.returncode == 2
    assert "No answers of `escalate init other` are kept." in done.stderr


@pytest.mark.parametrize(
    ("change", "file", "line"),
    [
        ({"desk": "NO"}, "policy", '  "NO":'),
        ({"announce_in": "1234"}, "policy", '    announce_in: "1234"'),
        ({"lead_github": "1234"}, "roster", '    github: "1234"'),
    ],
)
def test_a_name_that_yaml_takes_for_another_value(
    tmp_path: Path, change: dict[str, str], file: str, line: str
):
    assert escalate("init", *words(**change), tmp_path / "new").status == 0
    assert line in (tmp_path / f"new/config/{file}.yaml").read_text().splitlines()


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--lead", "h" * 41),
        ("--lead-github", "h" * 60),
        ("--repository-url", f"https://a.example/{'x' * 300}"),
    ],
)
def test_an_answer_that_a_file_refuses(option: str, text: str):
    assert "are allowed" in init_problems({option: text}, "Wait.")[option]
    assert init_problems(OPTIONS, "Wait.") == {}


@pytest.mark.parametrize(
    ("meaning", "answer", "meant"),
    [
        (channel_name, "#sre-escalations", "sre-escalations"),
        (channel_name, "SRE Escalations", "sre-escalations"),
        (time_zone, "New York", "America/New_York"),
        (time_zone, "europe/berlin", "Europe/Berlin"),
        (time_zone, "utc", "UTC"),
        (time_zone, "Mars", "Mars"),
        (repository_address, "acme/escalations", "https://github.com/acme/escalations"),
        (repository_address, "git@github.com:acme/x.git", "https://github.com/acme/x"),
        (repository_address, "https://github.com/acme/x.git", "https://github.com/acme/x"),
        (repository_address, "https://github.com/acme/x/", "https://github.com/acme/x"),
        (repository_address, "github.com/acme/x", "https://github.com/acme/x"),
        (repository_address, "github.com/x", "github.com/x"),
        (login, "@hannah-weiss", "hannah-weiss"),
        (login, "https://github.com/hannah-weiss/", "hannah-weiss"),
    ],
)
def test_what_an_answer_stands_for(meaning: Callable[[str], str], answer: str, meant: str):
    assert meaning(answer) == meant


COMMIT = "b" * 40
DIRECT = {
    "url": "https://github.com/acme/tool.git",
    "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"},
}
URLS = (
    "Homepage, https://acme.example",
    "Repository, https://github.com/acme/tool",
    "Issues, https://github.com/acme/tool/issues",
)


@pytest.mark.parametrize(
    ("version", "urls", "direct", "action"),
    [
        ("1.2.3", URLS, None, "acme/tool@v1.2.3"),
        ("1.2.3", URLS[:1], None, None),
        ("1.2.4.dev3+gabc", URLS, None, None),
        ("1.2.4.dev3+gabc", URLS, DIRECT, f"acme/tool@{COMMIT}"),
        ("1.2.3", (), DIRECT, f"acme/tool@{COMMIT} # v1.2.3"),
        ("1.2.3", URLS, {"url": "file:///tool", "dir_info": {}}, "acme/tool@v1.2.3"),
        ("1.2.3", URLS, {"url": 7, "vcs_info": {"commit_id": None}}, "acme/tool@v1.2.3"),
    ],
)
def test_the_action_of_a_release(
    version: str, urls: tuple[str, ...], direct: object, action: str | None
):
    text = None if direct is None else json.dumps(direct)
    found = action_of(version, urls, text)
    assert found == action
    assert found is None or re.search(ACTION, found)


def test_the_action_can_be_a_release(tmp_path: Path):
    ran = escalate("init", *words(action="acme/tool@v1.2.3"), tmp_path / "new")
    assert ran.status == 0
    assert "The workflows use the action of the release acme/tool@v1.2.3." in ran.out
    workflow = (tmp_path / "new/.github/workflows/check.yml").read_text()
    assert "uses: acme/tool@v1.2.3\n" in workflow


def test_its_workflows_are_clean(folder: Path):
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    for name, *rest in (["actionlint"], ["zizmor", "--offline", "--persona", "auditor", "."]):
        tool = Path(sys.executable).with_name(name)
        done = subprocess.run(
            [tool, *rest], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["acknowledge", "reconcile"])
def test_its_workflows_are_ours_but_for_where_the_tool_comes_from(folder: Path, name: str):
    theirs = (folder / f".github/workflows/{name}.yml").read_text()
    ours = (TOP / f".github/workflows/{name}.yml").read_text()
    assert theirs == re.sub(r"uses: \./ #.*", f"uses: {PIN}", ours)


def test_its_check_is_ours_but_for_where_the_tool_comes_from(folder: Path):
    theirs = yaml.safe_load((folder / ".github/workflows/check.yml").read_text())
    ours = yaml.safe_load((TOP / ".github/workflows/check.yml").read_text())
    steps = ours["jobs"]["check"]["steps"][1:]
    del steps[0]["with"]["path"], steps[2]["working-directory"]
    steps[1]["uses"] = PIN
    ours["jobs"]["check"]["steps"] = steps
    assert theirs == ours


def test_the_board_is_published_only_where_the_company_wants_it(folder: Path):
    jobs = yaml.safe_load((folder / ".github/workflows/board.yml").read_text())["jobs"]
    assert jobs["build"]["if"] == "vars.PUBLISH_BOARD == 'true'"
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert "secrets." not in (folder / ".github/workflows/board.yml").read_text()


def test_the_manifest_asks_for_what_is_used_and_no_more(folder: Path):
    manifest = yaml.safe_load((folder / "slack-app-manifest.yaml").read_text())
    assert frozenset(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_the_rulesets_name_the_checks_that_there_are(folder: Path):
    rules = json.loads((folder / "ruleset-main.json").read_text())["rules"]
    (checks,) = [rule["parameters"] for rule in rules if rule["type"] == "required_status_checks"]
    names = {each["context"] for each in checks["required_status_checks"]}
    job = yaml.safe_load((folder / ".github/workflows/check.yml").read_text())["jobs"]["check"]
    assert names == {job["name"], "escalations/ack"}


def test_nothing_is_overwritten(folder: Path):
    (folder / "README.md").write_text("Mine.")
    ran = escalate("init", *words(), folder)
    assert ran.status == 1
    assert "Nothing was written" in ran.err
    assert (folder / "README.md").read_text() == "Mine."


def test_beside_what_is_there(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("Mine.")
    assert escalate("init", *words(), tmp_path).status == 0
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".escalate")]


def test_a_folder_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    ran = escalate("init", *words(), tmp_path / "file" / "new")
    assert ran.status == 1
    assert "nothing was written" in ran.err


@pytest.mark.parametrize(
    ("change", "words_of_error"),
    [
        ({"desk": "d"}, "--desk 'd': A key has 2 to 10 capital letters"),
        ({"time_zone": "Atlantis"}, "--time-zone 'Atlantis'"),
        ({"lead": "no"}, "YAML takes no for another word"),
        ({"lead_github": "a--b"}, "--lead-github 'a--b': A login has letters"),
        ({"desk_name": "x\u202ey"}, "RIGHT-TO-LEFT OVERRIDE"),
        ({"action": "acme/tool@main"}, "--action 'acme/tool@main'"),
        ({"lead_email": "no"}, "--lead-email 'no'"),
        ({"repository_url": "github.com/x"}, "--repository-url"),
        ({"announce_in": "#sre!"}, "--announce-in"),
    ],
)
def test_answers_that_cannot_be(tmp_path: Path, change: dict[str, str], words_of_error: str):
    ran = escalate("init", *words(**change), tmp_path / "new")
    assert ran.status == 2
    assert words_of_error in ran.err
    assert not (tmp_path / "new").exists()


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path):
    ran = escalate("init", tmp_path / "new")
    assert ran.status == 2
    for option in ("--desk", "--time-zone", "--lead-email"):
        assert option in ran.err


LINES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@settings(max_examples=times(60))
@given(LINES, LINES)
def test_free_text_stays_text(name: str, queue: str):
    """A name with quotes, #, colons or markup comes out as it went in."""
    answers = InitAnswers(
        "DS",
        name,
        "sre",
        "UTC",
        "https://a.example",
        PIN,
        "hannah",
        name,
        "h@a.example",
        "hannah",
        queue,
        "@hannah",
    )
    files = laid_down(answers, 2026, SCOPES)
    raws = [
        RawFile(path, text.encode()) for path, text in files.items() if path.startswith("config/")
    ]
    loaded = load_snapshot(raws)
    findings: list[Any] = [each for each in loaded.findings if not each.rule.startswith("text-")]
    assert findings == []
    if loaded.policy and loaded.roster:
        assert loaded.policy.desks["DS"].name == name
        assert loaded.policy.desks["DS"].normal_queue == queue
        assert loaded.roster.people["hannah"].name == name
