"""The page of permissions lists what the code and the workflows ask for, and no more."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from reconciler.doctor.jira import PERMISSIONS
from reconciler.services.jira.tokens import SCOPES as TOKEN_SCOPES
from reconciler.services.slack.gateway import SCOPES

TOP = Path(__file__).parents[2]
PAGE: Final = (TOP / "docs" / "reference" / "permissions.md").read_text(encoding="utf-8")
INSTALLED: Final = TOP / "reconciler" / "template" / "github" / "workflows"
CODE = re.compile(r"`([^`]+)`")


def rows(heading: str, first: str) -> list[list[str]]:
    """The rows of the table below a heading whose first column has this name."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = section.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]


def test_scopes_of_slack() -> None:
    listed = [CODE.findall(row[0])[0] for row in rows("Slack: scopes of the bot token", "Scope")]
    assert listed == sorted(SCOPES)


def test_permissions_of_jira() -> None:
    table = rows("Jira: permissions of the account", "Permission")
    assert {CODE.findall(key)[0]: name for name, key, _ in table} == PERMISSIONS


def test_scopes_of_a_token_of_jira() -> None:
    table = rows("Jira: permissions of the account", "Scope of the token")
    assert [CODE.findall(row[0])[0] for row in table] == list(TOKEN_SCOPES)


def jobs() -> dict[tuple[str, str], Mapping[str, Any]]:
    found = {}
    for path in sorted(INSTALLED.glob("*.yml")):
        text = path.read_text(encoding="utf-8").replace("%%", "")
        for name, job in yaml.safe_load(text)["jobs"].items():
            found[path.stem, name] = job
    return found


def test_permissions_of_jobs() -> None:
    listed = {}
    for workflow, job, permissions, _ in rows("GitHub: permissions of the jobs", "Workflow"):
        (key,) = [(CODE.findall(workflow)[0], CODE.findall(job)[0])]
        listed[key] = CODE.findall(permissions)
    asked = {
        key: sorted(f"{name}: {access}" for name, access in job["permissions"].items())
        for key, job in jobs().items()
    }
    assert listed == asked


def test_which_jobs_have_tokens() -> None:
    table = rows("GitHub: permissions of the jobs", "Workflow")
    listed = {CODE.findall(row[1])[0] for row in table if row[3] == "yes"}
    assert listed == {name for (_, name), job in jobs().items() if "SLACK_BOT_TOKEN" in str(job)}
