"""Tokens go to the services' sign-in and nowhere else, whatever happens.

The tokens carry marks. Each command is run as loudly as it can be, alone and with every kind of
fault, and the marks are looked for in all that it leaves behind.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from commands import Said, command, commit_all, escalate, surroundings
from company import Company
from strangers import Asked, Page, stranger

from reconciler.model.keyring import Keyring
from reconciler.sandbox import Box, Fault, serve

SLACK = "xoxb-MARKED-5l4ck-b07-70k3n"
JIRA = "MARKED-j1r4-4p1-70k3n"
WRONG_SLACK = "xoxb-MARKED-wr0ng-70k3n"
WRONG_JIRA = "MARKED-wr0ng-4p1-70k3n"
EMAIL = "escalation-bot@ledgerline.example"
PAIRS = [base64.b64encode(f"{EMAIL}:{each}".encode()).decode() for each in (JIRA, WRONG_JIRA)]
# The beginning of a token is as bad as the whole.
MARKS = [
    SLACK[:12],
    JIRA[:8],
    "70k3n",
    "s34l",
    "f0rm3r",
    "sh0rt",
    *(each[:-4] for each in PAIRS),
    *(p[-16:] for p in PAIRS),
]
JSON = "application/json"


def expect_no_marks(where: str, text: str) -> None:
    # However it was wrapped.
    for shown in (text, re.sub(r"\s+", "", text)):
        for mark in MARKS:
            at = shown.find(mark)
            assert at < 0, f"{where}: {shown[max(0, at - 80) : at + 40]}"


def expect_nothing_left(box: Box, said: Iterable[Said]) -> None:
    for each in said:
        expect_no_marks("stdout", each.out)
        expect_no_marks("stderr", each.err)
        assert "Internal error" not in each.err
    expect_no_marks("the services", json.dumps(box.state(), ensure_ascii=False, default=str))
    requests_made = [(each.name, each.request) for each in box.calls]
    expect_no_marks("requests", json.dumps(requests_made, ensure_ascii=False, default=str))


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[Callable[..., Company]]:
    """Makes a company whose services take the marked tokens."""
    boxes = []

    def make(name: str = "repo", *, data_center: bool = False) -> Company:
        running = serve(bot_token=SLACK, jira_token=JIRA)
        box = running.__enter__()
        boxes.append(running)
        company = Company(tmp_path / name, box, data_center=data_center)
        company.write("DS-1071")
        return company

    yield make
    for each in boxes:
        each.__exit__(None, None, None)


def test_the_keys_of_seals(marked: Callable[..., Company], tmp_path: Path):
    """git sees neither, and nothing is printed, not even of one that is too short."""
    company = marked()
    commit_all(company.folder)
    heard = listening_git(tmp_path / "bin")
    path = os.pathsep.join([str(heard.parent), os.environ["PATH"]])
    keys = {
        "ESCALATE_SEAL_KEY": "MARKED-s34l-k3y-" + "k" * 32,
        "ESCALATE_SEAL_KEY_BEFORE": "MARKED-f0rm3r-k3y",
    }
    env = {**company.env, "PATH": path}
    said = [
        escalate(company.folder, {**env, **keys}, *each)
        for each in (("apply", "-vv"), ("apply", "-vv", "--json"), ("doctor",))
    ]
    assert [each.status for each in said[:2]] == [0, 0], said
    assert f"fingerprint {Keyring(keys['ESCALATE_SEAL_KEY']).fingerprint}" in said[2].out
    short = {**keys, "ESCALATE_SEAL_KEY": "MARKED-sh0rt-k3y"}
    said.append(escalate(company.folder, {**env, **short}, "plan", "-vv"))
    assert said[-1].status == 1
    expect_no_marks("what git was told", heard.read_text("utf-8"))
    expect_nothing_left(company.box, said)


def wrong(env: Mapping[str, str]) -> dict[str, str]:
    """The environment with tokens that nobody takes."""
    other = {"JIRA_API_TOKEN": WRONG_JIRA, "JIRA_PAT": WRONG_JIRA, "SLACK_BOT_TOKEN": WRONG_SLACK}
    return {name: other.get(name, value) for name, value in env.items()}


COMMANDS: list[tuple[str, ...]] = [
    ("check",),
    ("check", "--format", "json"),
    ("check", "--format", "github"),
    ("explain",),
    ("explain", "yaml-tab"),
    ("schema",),
    ("plan", "-vv"),
    ("plan", "-vv", "--format", "markdown"),
    ("plan", "-vv", "--format", "json", "--thorough"),
    ("plan", "-vv", "--out", "plan.json"),
    ("apply", "-vv", "plan.json"),
    ("apply", "-vv", "--json"),
    ("apply", "-vv", "--thorough"),
    ("status", "-vv"),
    ("status", "-vv", "--json", "--all"),
]


def test_every_command(marked: Callable[..., Company], tmp_path: Path):
    company = marked()
    commit_all(company.folder)
    heard = listening_git(tmp_path / "bin")
    path = os.pathsep.join([str(heard.parent), os.environ["PATH"]])
    said = []
    for arguments in COMMANDS:
        said.append(escalate(company.folder, {**company.env, "PATH": path}, *arguments))
        assert said[-1].status == 0, (arguments, said[-1])
        assert len(said[-1].out) + len(said[-1].err) > 10
    assert "Slack auth.test: ok" in said[6].err, "-v logs every call"
    assert "PUT issue/DS-1071" in said[10].err
    assert company.channel("DS-1071")["pins"]
    expect_no_marks("the saved plan", (company.folder / "plan.json").read_text("utf-8"))
    assert "cat-file" in heard.read_text("utf-8")
    expect_no_marks("what git was told", heard.read_text("utf-8"))
    expect_nothing_left(company.box, said)


def listening_git(folder: Path) -> Path:
    """Put a `git` there that writes down its arguments and environment; returns where."""
    heard = folder / "heard"
    folder.mkdir()
    git = folder / "git"
    script = (
        f'#!/bin/sh\n(printf "%s\\n" "$@"; env) >> "{heard}"\nexec "{shutil.which("git")}" "$@"\n'
    )
    git.write_text(script)
    git.chmod(0o755)
    return heard


def test_data_center(marked: Callable[..., Company]):
    company = marked(data_center=True)
    every = [("plan", "-vv"), ("apply", "-vv"), ("status", "-vv", "--thorough")]
    said = [escalate(company.folder, company.env, *arguments) for arguments in every]
    assert [each.status for each in said] == [0, 0, 0], said
    said.append(escalate(company.folder, wrong(company.env), "plan", "-vv"))
    assert said[-1].status == 1
    expect_nothing_left(company.box, said)


def test_tokens_that_are_refused(marked: Callable[..., Company]):
    company = marked()
    said = [escalate(company.folder, wrong(company.env), *each) for each in COMMANDS[6:8]]
    for missing in ("JIRA_USER_EMAIL", "SLACK_BOT_TOKEN", "JIRA_BASE_URL"):
        env = {name: value for name, value in company.env.items() if name != missing}
        said.append(escalate(company.folder, env, "status", "-vv"))
    swapped = {**company.env, "SLACK_BOT_TOKEN": JIRA, "JIRA_API_TOKEN": SLACK}
    said.append(escalate(company.folder, swapped, "plan", "-vv"))
    assert [each.status for each in said] == [1, 1, 6, 6, 6, 1]
    expect_nothing_left(company.box, said)


def _faults() -> Iterator[Fault]:
    """Each kind at an early and at a late call, once with either service."""
    kinds: list[dict[str, Any]] = [
        {"kind": "drop"},
        {"kind": "drop", "when": "after"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 429, "retry_after": 1},
        {"kind": "garbage"},
        {"kind": "garbage", "body": "truncated"},
        {"kind": "hang", "seconds": 3},
    ]
    for number, kind in enumerate(kinds):
        slack_first = number % 2 == 0
        yield Fault(service="slack", nth=1 if slack_first else 12, **kind)
        yield Fault(service="jira", nth=3 if slack_first else 1, **kind)
    yield Fault("slack_error", "slack", nth=1, error="invalid_auth")
    yield Fault("slack_error", "slack", nth=9, error="fatal_error")
    yield Fault("slack_error", "slack", nth=10, error=f"not_a_code {SLACK}")


def test_every_kind_of_fault(marked: Callable[..., Company]):
    every = list(_faults())

    def run(number: int) -> None:
        company = marked(f"fault-{number}")
        company.box.faults.add(every[number])
        env = {**company.env, "ESCALATE_TIMEOUT": "0.5"}
        said = escalate(company.folder, env, "apply", "-vv")
        assert every[number].hit.is_set(), every[number]
        assert said.status in {0, 1, 6}, said
        expect_nothing_left(company.box, [said])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(len(every))))


def _echo(asked: Asked) -> str:
    return (
        asked.headers.get("Authorization", "nothing") + " " + asked.body.decode("utf-8", "replace")
    )


def _token(asked: Asked) -> str:
    return asked.headers.get("Authorization", "Nothing -").partition(" ")[2]


def _json(status: int, **values: object) -> Page:
    return Page(status, json.dumps(values), JSON)


def _cut_at(limit: int, asked: Asked) -> str:
    """Where a message is cut short, all but the end of a token must not be left over."""
    return "x" * (limit - len(_token(asked)) + 2) + _token(asked)


def _half_a_message(asked: Asked) -> Page:
    told = {"labels": _cut_at(300, asked), "priority": _echo(asked)}
    return _json(400, errorMessages=[_cut_at(300, asked)], errors=told)


def _half_a_scope(asked: Asked) -> Page:
    return _json(200, ok=False, error="missing_scope", needed=_cut_at(80, asked))


def _everything(asked: Asked) -> Page:
    token = _token(asked)
    return _json(
        200,
        ok=True,
        user_id=token,
        bot_id=token,
        url=_echo(asked),
        channels=[{"id": "C1", "name": token}],
        issues=[{"key": token, "fields": {}}],
    )


BOTH = ("JIRA_BASE_URL", "SLACK_API_URL")
ECHOES: dict[str, tuple[Callable[[Asked], Page], tuple[str, ...]]] = {
    "a page": (lambda asked: Page(200, f"<html>{_echo(asked)}</html>"), BOTH),
    "a page that is missing": (lambda asked: Page(404, f"<html>{_echo(asked)}</html>"), BOTH[:1]),
    "a broken page": (lambda asked: Page(500, f"<html>{_echo(asked)}</html>"), BOTH),
    "no credentials": (lambda asked: _json(401, errorMessages=[_echo(asked)]), BOTH),
    "messages": (_half_a_message, BOTH[:1]),
    "an error code": (lambda asked: _json(200, ok=False, error=_token(asked)), BOTH[1:]),
    "a scope": (_half_a_scope, BOTH[1:]),
    "everything": (_everything, BOTH),
}


def test_a_stranger_who_repeats_what_it_hears(marked: Callable[..., Company]):
    company = marked()

    def run(case: tuple[str, str]) -> None:
        name, variable = case
        with stranger(ECHOES[name][0]) as url:
            address = f"{url}/api/" if "SLACK" in variable else url
            said = escalate(company.folder, {**company.env, variable: address}, "plan", "-vv")
        assert said.status == 1, (case, said)
        expect_nothing_left(company.box, [said])

    cases = [(name, variable) for name, (_, variables) in ECHOES.items() for variable in variables]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, cases))


def in_between(address: str, spoils: Callable[[Asked], Page | None]) -> Callable[[Asked], Page]:
    """Ask the real service, unless the answer is to be spoilt."""

    def answer(asked: Asked) -> Page:
        spoilt = spoils(asked)
        if spoilt is not None:
            return spoilt
        kept = {"Authorization", "Content-Type"} & asked.headers.keys()
        got = requests.request(
            asked.method,
            f"{address}{asked.path}",
            data=asked.body,
            headers={name: asked.headers[name] for name in kept},
            timeout=10,
        )
        return Page(got.status_code, got.text, got.headers.get("Content-Type", JSON))

    return answer


@pytest.mark.parametrize("arguments", [("apply", "-vv"), ("apply", "-vv", "--json")])
def test_answers_that_repeat_a_token_half_way(
    marked: Callable[..., Company], arguments: tuple[str, ...]
):
    company = marked()

    def jira(asked: Asked) -> Page | None:
        edits = asked.method == "PUT" and asked.path.partition("?")[0].endswith("/issue/DS-1071")
        return _half_a_message(asked) if edits else None

    def slack(asked: Asked) -> Page | None:
        if asked.path.endswith("setTopic"):
            return _json(200, ok=False, error=f"no {_token(asked)}")
        if asked.path.endswith("pins.add"):
            return _half_a_scope(asked)
        if asked.path.endswith("setPurpose"):
            return _json(200, ok=True, purpose=_echo(asked))
        return None

    with (
        stranger(in_between(company.box.jira_url, jira)) as jira_url,
        stranger(in_between(company.box.slack_url.removesuffix("/api/"), slack)) as slack_url,
    ):
        env = {
            **company.env,
            "JIRA_BASE_URL": jira_url,
            "SLACK_API_URL": f"{slack_url}/api/",
            "COLUMNS": "60",
        }
        said = escalate(company.folder, env, *arguments)
    assert said.status == 6, said
    assert "[token]" in said.told
    # What a stranger stores of its own accord can't be helped; what we store can.
    expect_no_marks("stdout", said.out)
    expect_no_marks("stderr", said.err)


# Surprises


CRASH = """
import sys
import reconciler.cli.plan as plan
from reconciler.cli.main import main
from reconciler.services.environment import variables
from reconciler.services.settings import read_settings

def crash(options):
    settings = read_settings(variables())
    raise RuntimeError(f"{settings.jira.token} {settings.slack.token} {settings!r}")

plan.read_files = crash
sys.argv = ["escalate", "plan", "-vv"]
main()
"""


def test_a_bug(marked: Callable[..., Company]):
    company = marked()
    done = subprocess.run(
        [sys.executable, "-c", CRASH],
        cwd=company.folder,
        env=surroundings(company.env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Internal error" in done.stderr
    assert "RuntimeError: [token] [token]" in done.stderr
    expect_no_marks("stdout", done.stdout)
    expect_no_marks("stderr", done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk(marked: Callable[..., Company]):
    company = marked()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("plan", "-vv"),
            cwd=company.folder,
            env=surroundings(company.env),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert "No space left" in done.stderr
    expect_no_marks("stderr", done.stderr)


def test_the_sandbox_does_not_look_at_them(marked: Callable[..., Company]):
    company = marked()
    with subprocess.Popen(
        command("sandbox"),
        cwd=company.folder,
        env=surroundings({**company.env, "PYTHONUNBUFFERED": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "it ended by itself"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    expect_no_marks("stdout", "".join(lines) + out)
    expect_no_marks("stderr", err)
