"""The token of `gh` and the repository of origin, in commands that people call to read."""

import json
from pathlib import Path
from typing import Any

import pytest
from hub import Hub
from signed_in import SignedIn, signed_in

from reconciler.cli.own_github import own_github
from reconciler.sandbox.faults import Fault

MERGED = "DS-1072"
OPEN = "DS-1071"
SERVICES = ("JIRA_API_TOKEN", "SLACK_BOT_TOKEN")


@pytest.fixture
def person(hub: Hub, tmp_path: Path) -> SignedIn:
    """One escalation is merged without acknowledgement, and one is proposed."""
    hub.merge(hub.propose(MERGED, assignee="nadia"))
    hub.propose(OPEN)
    hub.pull_main()
    hub.git("fetch", "--quiet", "origin")
    return signed_in(hub, tmp_path)


def called(hub: Hub, env: dict[str, str], *arguments: str, status: int | None = 0) -> str:
    """What a command prints. No token is in it."""
    hub.more_env = {name: env.get(name, "") for name in {*hub.env, *env}}
    done = hub.escalate(*arguments, status=status, fresh=False)
    assert "ghp-" not in done.stdout + done.stderr
    return done.stdout


def without_services(env: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name not in SERVICES}


def phases(hub: Hub, env: dict[str, str], *arguments: str) -> tuple[dict[str, str], list[str]]:
    """The phase of each ticket, and what is missing."""
    words = ("status", "--format", "json", *arguments)
    status = 6 if "git" in arguments else 0  # branches have no reviews
    found: dict[str, Any] = json.loads(called(hub, without_services(env), *words, status=status))
    return {each["ticket"]: each["phase"] for each in found["escalations"]}, found["missing"]


def test_the_status_shows_pull_requests(hub: Hub, person: SignedIn) -> None:
    shown, missing = phases(hub, person.env)
    assert shown == {OPEN: "proposed", MERGED: "held"}
    assert missing == ["Jira and Slack are not shown, because no tokens of them are set."]
    assert person.calls.splitlines() == ["auth token --hostname 127.0.0.1", "0"]


def test_the_status_shows_no_pull_requests_in_a_job(hub: Hub, person: SignedIn) -> None:
    shown, _ = phases(hub, person.env | {"CI": "true"})
    assert OPEN not in shown
    assert not person.calls


@pytest.mark.parametrize("forge", ["none", "git"])
def test_gh_is_not_asked_if_another_forge_is_named(hub: Hub, person: SignedIn, forge: str) -> None:
    phases(hub, person.env, "--forge", forge)
    assert not person.calls


def test_without_a_network_the_status_shows_what_git_has(hub: Hub, person: SignedIn) -> None:
    """The escalation counts as it did without `gh`, and the exit status is 0."""
    before, _ = phases(hub, person.env, "--forge", "none")
    hub.box.faults.add(Fault("drop", service="github", times=None))
    shown, missing = phases(hub, person.env)
    assert shown == before == {MERGED: "assigned"}
    assert "Open pull requests can't be read" in missing[0]


def test_plan_and_doctor_read_github(hub: Hub, person: SignedIn) -> None:
    hub.box.clear_calls()
    called(hub, person.env, "plan")
    assert "it is not acknowledged" in called(hub, person.env, "plan")
    shown = called(hub, person.env, "doctor", status=None)
    assert "GITHUB_TOKEN or GITHUB_REPOSITORY is not set" not in shown
    assert {each.service for each in hub.box.calls} == {"github", "jira", "slack"}


@pytest.mark.parametrize(
    "other",
    [
        {"GITHUB_SERVER_URL": "https://github.example"},
        {"GITHUB_API_URL": "https://api.github.example"},
        {"CI": "true"},
        {"GITHUB_ACTIONS": "1"},
        {"GITHUB_TOKEN": "a token"},
        {"origin": "elsewhere"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_when_gh_is_not_asked(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, str]
) -> None:
    person = signed_in(hub, tmp_path)
    if "origin" in other:
        hub.git("remote", "set-url", "origin", str(hub.box.github.remote))
    for name, value in (person.env | other).items():
        if name.startswith("GITHUB_") or name in {"PATH", "CI"}:
            monkeypatch.setenv(name, value)
    own_github(hub.folder)
    assert not person.calls


def test_apply_does_not_ask_gh(hub: Hub, person: SignedIn) -> None:
    called(hub, person.env, "apply", status=None)
    assert not person.calls
