"""The page of how to install, followed with the sandbox in the place of the real services."""

import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import forked
import pytest
import requests
from commands import surroundings

from reconciler.sandbox import Box, serve

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "install.md").read_text()
MOST_STEPS = 12
ANSWERS = {
    "open": {
        "--title": "Cards fail",
        "--level": "high",
        "--who": "All payers",
        "--how-many": "40",
        "--symptom": "An error page.",
        "--reason": "Four in ten fail.",
        "--initiator": "Priya Raman",
        "--contact": "lena",
        "--reporter": "lena",
        "--findings": "Only 3-D Secure.",
        "--blocked-because": "No logs.",
    }
}
"""What a person answers in the terminal."""
PEOPLE = {
    "hannah": ("Hannah Weiss", "hannah-weiss"),
    "priya": ("Priya Raman", "priya-raman"),
    "lena": ("Lena Fischer", "lena-fischer"),
    "mei": ("Mei Zhang", "mei-zhang"),
}
SEED = {
    "github": {
        "owner": "company",
        "exists": False,
        "admins": ["hannah-weiss"],
        "teams": ["company/dev-support"],
    },
    "people": {
        handle: {
            "name": name,
            "email": f"{handle}@company.example",
            "github": login,
            "slack": f"U0{handle.upper()}01",
            "jira": f"5f0a1c2e:{handle}",
        }
        for handle, (name, login) in PEOPLE.items()
    },
    "channels": {"sre-escalations": {"members": "everyone", "bot": True, "creator": "hannah"}},
    "projects": {"DS": {"name": "Dev Support", "lead": "hannah"}},
    "tickets": {"DS-1": {"summary": "Cards fail", "reporter": "lena"}},
}


def commands() -> list[list[str]]:
    """Every command of the page, in order; continuation lines joined."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


@dataclass
class Installer:
    """Somebody who follows the page."""

    folder: Path
    box: Box
    env: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bare = f"file://{self.box.github.remote}"
        self.env = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{bare}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/company/escalations.git",
            "GITHUB_API_URL": self.box.github_url,
            "SLACK_API_URL": self.box.slack_url,
            "ESCALATE_SEAL_KEY": "5ea1" * 16,
        }
        self.tokens = iter(["ghp-hannah-weiss", "ghp-priya-raman"])

    def follow(self, line: list[str]) -> None:
        """Type a command of the page; what it has for a token is one of the sandbox."""
        name, *rest = line
        self.typed.append(" ".join(line))
        if name == "export":
            self.env |= dict(self._value(*each.split("=", 1)) for each in rest)
        elif name == "cd":
            self.folder /= rest[0]
        elif name == "git":
            subprocess.run(line, cwd=self.folder, env=surroundings(self.env), check=True)
        elif name == "escalate":
            self._escalate(rest)
        else:
            self.typed.pop()
            assert name in {"python3", ".", "~/escalate/bin/pip"}, line

    def _value(self, name: str, text: str) -> tuple[str, str]:
        if name == "GITHUB_TOKEN":
            return name, next(self.tokens)
        return name, self.box.env().get(name, text)

    def _escalate(self, words: list[str]) -> None:
        if words[:2] == ["roster", "import"]:
            (csv,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
            (self.folder.parent / "people.csv").write_text(csv)
        jira = self.env.get("JIRA_BASE_URL", "")
        words = [each.replace("https://company.atlassian.net", jira) for each in words]
        more = [word for pair in ANSWERS.get(words[0], {}).items() for word in pair]
        yes = ["--yes"] if words[0] in {"open", "setup"} else []
        self.said[words[0]] = self.run(*words, *more, *yes, failing=words[0] == "doctor")

    def run(self, *words: str, failing: bool = False) -> str:
        env = surroundings({**self.env, "COLUMNS": "200"})
        done = forked.run(list(words), cwd=self.folder, env=env, timeout=60)
        assert failing or done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def github(self, who: str, method: str, path: str, **body: str) -> object:
        answer = requests.request(
            method,
            f"{self.box.github_url}/repos/company/escalations/{path}",
            json=body,
            headers={"Authorization": f"Bearer ghp-{who}"},
            timeout=10,
        )
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "home").mkdir()
    with serve(SEED) as box:
        yield Installer(tmp_path / "home", box)


def test_it_has_at_most_twelve_steps():
    steps = re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE)
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert 0 < len(steps) <= MOST_STEPS


def test_from_an_empty_organisation_to_a_first_escalation(
    installer: Installer, record_property: object
):
    begun = time.monotonic()
    for line in commands():
        installer.follow(line)
    box = installer.box
    assert "Done:" in installer.said["setup"]
    (number,) = box.world.github.pulls
    reconcile(installer, "main")
    # The sandbox runs no workflow, so nothing else sets the status of the check.
    head = box.world.github.pulls[number].head
    installer.github("hannah-weiss", "POST", f"statuses/{head}", context="check", state="success")
    installer.github("hannah-weiss", "POST", f"pulls/{number}/reviews", event="APPROVE")
    reconcile(installer, "main")
    assert box.world.github.pulls[number].merged_at is not None, "the run merges what is agreed"
    seconds = time.monotonic() - begun
    ticket = box.state()["jira"]["issues"]["DS-1"]
    assert "ESCALATION" in ticket["labels"]
    assert ticket["priority"] == "Highest"
    assert [each["name"] for each in box.world.github.rulesets.values()] == ["main", "audit"]
    count = len(installer.typed)
    assert count < 20
    record_property("figure", f"install: {count} commands, {seconds:.0f} seconds in the sandbox")


def test_setting_up_twice_is_once(installer: Installer):
    for line in commands():
        if line[:2] == ["escalate", "open"]:
            break
        installer.follow(line)
    installer.env["GITHUB_TOKEN"] = "ghp-hannah-weiss"
    before = installer.box.state()
    assert "Nothing to do." in installer.run("setup", "github", "--yes")
    assert "Nothing to add." in installer.run(
        "roster", "import", "--slack", "--jira", "DS", "--csv", "../people.csv"
    )
    assert installer.box.state()["github"] == before["github"]
    doctor = " ".join(installer.said["doctor"].split())
    assert "all 7 are set" in doctor
    # The sandbox runs no workflow, so none has succeeded.
    assert re.findall(r"✗ (\S+)", doctor) == ["schedule", "last"]


def reconcile(installer: Installer, branch: str) -> None:
    """What the workflow does, with the token of Actions."""
    git = ["git", "-c", "advice.detachedHead=false"]
    for words in (["fetch", "-q", "origin", branch], ["checkout", "-q", "FETCH_HEAD"]):
        env = surroundings(installer.env)
        subprocess.run([*git, *words], cwd=installer.folder, env=env, check=True)
    token = installer.box.env(github=True)["GITHUB_TOKEN"]
    kept, installer.env = installer.env, {**installer.env, "GITHUB_TOKEN": token}
    installer.run("apply", "--comment", "--statuses", "--record")
    installer.env = kept


def test_what_the_page_names_is_what_is_laid_down(installer: Installer):
    for line in commands()[:8]:
        installer.follow(line)
    assert "`slack-app-manifest.yaml`" in PAGE
    for name in ("slack-app-manifest.yaml", "ruleset-main.json", "ruleset-audit.json"):
        assert (installer.folder / name).is_file()
    workflow = (installer.folder / ".github/workflows/reconcile.yml").read_text()
    assert re.search(r"environment:\s+(name: )?escalations\n", workflow)
