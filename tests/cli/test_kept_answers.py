"""Every command that asks keeps its answers, and uses them with `--resume`."""

import ast
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import forked
import pytest
import yaml
from commands import commit_all, surroundings
from company import NOW, TOP, Company, escalation, resolution
from empty_github import ANSWERS as INIT
from empty_github import EmptyGitHub
from merge_policy import use_merge_policy

import reconciler.cli
from reconciler.cli.main import cli
from reconciler.sandbox import Box

pytestmark = pytest.mark.usefixtures("screens")

FOLDER = Path(reconciler.cli.__file__).parent
FILE = "escalations/2026/DS-2000.yaml"
NO_CODE_OWNER = {key: each for key, each in INIT.items() if key != "--lead-name"}
ESCALATED = ("Cards fail", "high", "All payers", "40", "An error page.", "Four in ten fail.")
PEOPLE = ("priya", "lena", "lena", "Only 3-D Secure.", "No logs.")
NEW_PEOPLE = (
    "email,name,team,role\n"
    "zoe@ledgerline.example,Zoe Marsh,dev-support,engineer\n"
    "l.fischer@ledgerline.example,Lena Fischer,dev-support,engineer\n"
)
SECRET = "xoxb-sandbox-bot"


@dataclass(frozen=True)
class Asking:
    """A command, the answers to all that it asks, and where it runs."""

    words: tuple[str, ...]
    answers: tuple[str, ...]
    prepare: Callable[[Path, Box], tuple[Path, dict[str, str]]]
    dated: bool = True


def folder_with(*episode: str) -> Callable[[Path, Box], tuple[Path, dict[str, str]]]:
    """A repository whose escalation has these parts."""

    def prepare(top: Path, _: Box) -> tuple[Path, dict[str, str]]:
        shutil.copytree(TOP / "config", top / "config")
        use_merge_policy(top)
        (top / FILE).parent.mkdir(parents=True)
        if episode:
            more = {"resolution": resolution()} if "resolved" in episode else {}
            (top / FILE).write_text(yaml.safe_dump(escalation("DS-2000", **more)))
        (top / "people.csv").write_text(NEW_PEOPLE)
        commit_all(top)
        return top, {}

    return prepare


def people_escalated(top: Path, box: Box) -> tuple[Path, dict[str, str]]:
    company = Company(top / "data", box)
    commit_all(company.folder)
    return company.folder, company.env


def nothing(top: Path, _: Box) -> tuple[Path, dict[str, str]]:
    return top, {}


def empty_github(top: Path, box: Box) -> tuple[Path, dict[str, str]]:
    (top / "data").mkdir()
    made = EmptyGitHub(top / "data", box)
    made.begin()
    return made.folder, {**made.env, "SLACK_BOT_TOKEN": "", "JIRA_USER_EMAIL": ""}


ASKING = {
    "open": Asking(("open", "DS-2000"), (*ESCALATED, *PEOPLE, "y"), folder_with()),
    "import": Asking(
        ("import", "DS-1072"),
        (*ESCALATED[1:], "priya", "lena", "It began on Tuesday.", "No logs.", "y"),
        people_escalated,
    ),
    "assign": Asking(("assign", "DS-2000"), ("mei", "y"), folder_with("open")),
    "assess": Asking(("assess", "DS-2000"), ("A stale cache.", "y"), folder_with("open")),
    "handover": Asking(("handover", "DS-2000"), ("amara", "y"), folder_with("open")),
    "update": Asking(
        ("update", "DS-2000"), ("dmitri", "A host is slow.", "y"), folder_with("open")
    ),
    "resolve": Asking(
        ("resolve", "DS-2000"),
        ("A retired host.", "It is out.", "PAY-1", "owen", "pending", "y"),
        folder_with("open"),
    ),
    "withdraw": Asking(
        ("withdraw", "DS-2000"), ("priya", "It was a test.", "y"), folder_with("open")
    ),
    "reopen": Asking(
        ("reopen", "DS-2000"),
        (*ESCALATED[1:], "priya", "lena", "y"),
        folder_with("resolved"),
    ),
    "init": Asking(
        ("init", "new", *(word for pair in NO_CODE_OWNER.items() for word in pair)),
        ("Hannah Weiss", "later"),
        nothing,
        dated=False,
    ),
    "roster import": Asking(
        ("roster", "import", "--csv", "people.csv"),
        ("new", "all", "zoe-m", "lena-f", "y"),
        folder_with(),
        dated=False,
    ),
    "setup github": Asking(
        ("setup", "github"),
        ("bot@ledgerline.example", SECRET, "ledgerline/dev-support", "y"),
        empty_github,
        dated=False,
    ),
}


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield " ".join([*before, name]), command


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))


def asks(module: str) -> bool:
    """True if the module calls a function that asks for texts or choices."""
    calls = (each.func for each in ast.walk(parsed(module)) if isinstance(each, ast.Call))
    return any(isinstance(each, ast.Name) and each.id in {"fill", "choose"} for each in calls)


def imported(module: str) -> set[str]:
    """The modules of the command line that a module imports, and those that they import."""
    known, waiting = set(), [module]
    while waiting:
        if (name := waiting.pop()) in known:
            continue
        known.add(name)
        nodes = (each for each in ast.walk(parsed(name)) if isinstance(each, ast.ImportFrom))
        modules = (str(each.module).rpartition(".") for each in nodes)
        waiting += [last for package, _, last in modules if package == "reconciler.cli"]
    return known - {"prompts", "choose"}


def test_each_command_that_asks_is_here_and_takes_resume() -> None:
    asking, resuming = set(), set()
    for name, command in commands(cli):
        module = str(command.callback.__module__).rpartition(".")[2]
        if any(map(asks, imported(module))):
            asking.add(name)
        if "resume" in {each.name for each in command.params}:
            resuming.add(name)
    assert asking == set(ASKING)
    assert resuming == set(ASKING)


@pytest.mark.parametrize("name", ASKING)
def test_no_answer_is_given_twice(name: str, tmp_path: Path, box: Box) -> None:
    """The answers end before the last one. The next call needs the last one, and secrets."""
    case = ASKING[name]
    folder, env = case.prepare(tmp_path, box)
    env = surroundings({**env, "XDG_STATE_HOME": str(tmp_path / "state")})
    late = ("--now", NOW.replace(day=NOW.day + 1).isoformat()) if case.dated else ()

    def call(*lines: str, more: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        words = [*case.words, *late, "--ask", *more]
        typed = "".join(f"{each}\n" for each in lines)
        return forked.run(words, cwd=folder, env=env, typed=typed, timeout=60)

    done = call(*case.answers[:-1])
    assert done.returncode == 130, done.stderr
    assert "Your answers are kept" in done.stderr
    (draft,) = [*tmp_path.rglob("escalate-drafts/*"), *tmp_path.rglob("escalate/drafts/*")]
    assert SECRET not in draft.read_text()
    secrets = [each for each in case.answers if each == SECRET]
    done = call(*secrets, case.answers[-1], more=("--resume",))
    assert done.returncode == 0, done.stdout + done.stderr
    assert not draft.exists()
