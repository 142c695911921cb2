"""Statements of the documentation that can be compared with what the tool does."""

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import forked
import pytest

from reconciler.model.policy import Limits, Policy
from reconciler.model.setup_check import Health
from reconciler.sandbox import Box, serve

TOP = Path(__file__).parents[2]
COMMANDS = (TOP / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
READERS = {
    row[0]: set(re.findall(r"`([a-z]+)(?: [^`]*)?`", row[1]))
    for line in COMMANDS.partition("| Variables of | Read by |")[2].splitlines()
    if len(row := line.strip("| ").split(" | ")) == 2
}
"""Services with a condition, and the commands that read their variables."""
ARGUMENTS = {
    "acknowledge": ["--all"],
    "assign": ["DS-1063", "mei", "--yes", "--dry-run"],
    "form": ["1"],
    "import": ["DS-1072"],
    "open": ["DS-1", "--yes"],
}
TRIED = sorted({"check", "history", *ARGUMENTS, *READERS["Jira and Slack"]})
NAMED = ["-c", "user.name=Reader", "-c", "user.email=reader@company.example"]
WRONG_JIRA = {"JIRA_BASE_URL": "ftp://jira.example", "SLACK_BOT_TOKEN": "xoxb-1"}
WRONG_GITHUB = {"GITHUB_TOKEN": "token", "GITHUB_REPOSITORY": "no-owner"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the example company's files."""
    folder = tmp_path_factory.mktemp("company")
    for part in ("config", "escalations"):
        shutil.copytree(TOP / part, folder / part)
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*NAMED, "commit", "-qm", "x"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with serve() as box:
        yield box


def calls(box: Box) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{box.control_url}/calls") as answer:
        found: list[dict[str, str]] = json.load(answer)
    return found


def printed(company: Path, command: str, variables: dict[str, str], *options: str) -> str:
    arguments = [command, *ARGUMENTS.get(command, []), *options]
    done = forked.run(arguments, cwd=company, env={"COLUMNS": "1000", **variables})
    return done.stdout + done.stderr


@pytest.mark.sampled(4)
@pytest.mark.parametrize("command", TRIED)
def test_the_commands_that_read_the_variables_of_jira(company: Path, command: str) -> None:
    reads = "JIRA_BASE_URL" in printed(company, command, WRONG_JIRA)
    assert reads == (command in READERS["Jira and Slack"])


@pytest.mark.sampled(4)
@pytest.mark.parametrize("command", TRIED)
def test_the_commands_that_read_the_variables_of_github(
    company: Path, box: Box, command: str
) -> None:
    always = command in READERS["GitHub"]
    optional = READERS["GitHub, if `GITHUB_TOKEN` and `GITHUB_REPOSITORY` are set"]
    options = ["--pr"] if command in {"assign", "import", "open"} else []
    out = printed(company, command, {**box.env(), **WRONG_GITHUB}, *options)
    reads = "GITHUB_REPOSITORY is no" in out
    assert reads == (always or command in optional - {"check"})


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["escalations"], 0), (["--base", "no-such-revision"], 2), (["--no-such-option"], 2)],
)
def test_the_exit_statuses_of_check(company: Path, arguments: list[str], status: int) -> None:
    section = COMMANDS.partition("## escalate check\n")[2].partition("\n## ")[0]
    assert re.search(rf"Exit status: .*\b{status} (?:if|with)", section)
    assert forked.run(["check", *arguments], cwd=company, env={}).returncode == status


def test_doctor_documents_each_sign(company: Path, box: Box) -> None:
    section = COMMANDS.partition("## escalate doctor\n")[2].partition("\n## ")[0]
    guide = (TOP / "docs" / "how-to" / "check-an-installation.md").read_text(encoding="utf-8")
    wrong = {**box.env(), "SLACK_BOT_TOKEN": "xoxb-wrong"}
    signs = set(re.findall(r"^  (\S+) +\S", printed(company, "doctor", wrong), re.MULTILINE))
    assert signs == {"ok", "✗", "?"}
    assert [each for each in ("ok", "a cross", "a question mark") if each not in section] == []
    assert [each for each in signs if f"\n| `{each}` | " not in guide] == []


def test_the_json_of_doctor_is_documented(company: Path, box: Box) -> None:
    guide = (TOP / "docs" / "how-to" / "check-an-installation.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([a-z ]+)`", guide.partition("For programs")[2].partition("\n\n")[0]))
    env = {"COLUMNS": "1000", **box.env()}
    shown = forked.run(["doctor", "--format", "json"], cwd=company, env=env).stdout
    entries = json.loads(shown)["checks"]
    assert all(entry.keys() | {entry["health"]} <= words for entry in entries)
    assert words == {"checks"} | entries[0].keys() | set(Health)


def test_what_a_run_without_changes_costs_in_jira(company: Path, box: Box) -> None:
    page = (TOP / "docs" / "how-to" / "jira-cloud.md").read_text(encoding="utf-8")
    documented = re.findall(r"`((?:GET|POST) /\S+)`", page.partition("## What it costs")[2])
    forked.run(["apply"], cwd=company, env=box.env())
    before = len(calls(box))
    forked.run(["plan"], cwd=company, env=box.env())
    made = [each["name"] for each in calls(box)[before:] if each["service"] == "jira"]
    assert sorted(documented) == sorted(made)


def test_the_example_in_the_readme_is_a_file_of_this_repository() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"\]\((escalations/\S+\.yaml)\).*?```yaml\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    assert shown[2] == (TOP / shown[1]).read_text(encoding="utf-8")


def test_the_settings_that_the_readme_lists_are_those_of_the_code_and_the_template() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z.]+)` \| (.*) \|$", readme, re.MULTILINE))
    defaults = {name: field.default for name, field in Policy.model_fields.items()}
    template = (TOP / "reconciler/template/config/policy.yaml").read_text(encoding="utf-8")
    assert rows["acknowledgement"].startswith(f"`{defaults['acknowledgement']}`: ")
    assert "| `review`: " in rows["acknowledgement"]
    assert re.search(r"^acknowledgement: review$", template, re.MULTILINE)
    assert rows["rights"].startswith(f"`{defaults['rights']}`: ")
    assert "| `by-field`: " in rows["rights"]
    assert re.search(r"^rights: by-field$", template, re.MULTILINE)
    assert rows["merge"].startswith(f"`{defaults['merge']}`: ")
    assert "| `when-agreed`: " in rows["merge"]
    assert re.search(r"^merge: when-agreed$", template, re.MULTILINE)
    assert rows["reminders"].startswith("none | on: ")
    assert defaults["reminders"] is None
    assert re.search(r"^reminders:$", template, re.MULTILINE)
    assert rows["drift"].endswith("| as the default")
    assert not re.search(r"^drift:", template, re.MULTILINE)
    limits = Limits()
    assert (
        rows["desks.limits"] == f"{limits.per_day} a day, {limits.active} active | as the default"
    )
