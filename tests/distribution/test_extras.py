"""A run needs no extra; a command that needs one says how to install it."""

import json
import os
import pty
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from workflows.libraries import declared, link_libraries

from reconciler.cli.extras import MODULES
from reconciler.cli.main import _COMMANDS

TOP = Path(__file__).parents[2]
OPTIONAL = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["optional-dependencies"]
SANDBOX = "\n  → Run: pip install 'escalation-as-code[sandbox]'\n"
MODULE = {"pynacl": "nacl"}
WITH_RICH = "markdown-it-py"
"""A run has it without the extra, because rich needs it."""
NEEDS_SANDBOX = {"demo", "sandbox"}
BOARD = "\n  → Run: pip install 'escalation-as-code[board]'\n"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment with what a run needs and nothing else: no extra can be imported."""
    libraries = tmp_path_factory.mktemp("plain") / "libraries"
    link_libraries(libraries, declared(TOP / "pyproject.toml"))
    return {"PYTHONPATH": f"{libraries}{os.pathsep}{TOP}", "PATH": os.environ["PATH"]}


STARTS = """
import json, sys
from click.testing import CliRunner
from reconciler.cli.main import cli
found = {each: CliRunner().invoke(cli, [each, "--help"]) for each in sys.argv[1:]}
print(json.dumps({each: repr(done.exception or "")[1:-1] for each, done in found.items()}))
"""


@pytest.fixture(scope="module")
def started(plain: Mapping[str, str]) -> Mapping[str, str]:
    """By command, why it does not start; empty if it does. One process tries them all."""
    command = [
        sys.executable,
        "-S",
        "-c",
        STARTS,
        *sorted(set(_COMMANDS) - NEEDS_SANDBOX - {"board"}),
    ]
    done = subprocess.run(command, cwd=TOP, env=plain, capture_output=True, text=True, check=True)
    found: Mapping[str, str] = json.loads(done.stdout)
    return found


def run(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Without `site`, so that the packages around these tests stay out."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "reconciler", *arguments],
        cwd=TOP,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_extra_is_there(plain: Mapping[str, str]) -> None:
    code = "import importlib.util as u, sys; print([u.find_spec(each) for each in sys.argv[1:]])"
    command = [sys.executable, "-S", "-c", code, *MODULES]
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([None] * len(MODULES))


def test_the_modules_of_each_extra() -> None:
    names = {
        extra: sorted(
            MODULE.get(name := each.partition(">")[0], name)
            for each in needed
            if not each.startswith(WITH_RICH)
        )
        for extra, needed in OPTIONAL.items()
        if extra not in {"docs", "test", "dev"}
    }
    assert names == {
        extra: sorted(name for name, its in MODULES.items() if extra in its)
        for extras in MODULES.values()
        for extra in extras
    }


@pytest.mark.parametrize("command", sorted(set(_COMMANDS) - NEEDS_SANDBOX - {"board"}))
def test_every_other_command_starts(started: Mapping[str, str], command: str) -> None:
    assert started[command] == ""


def test_a_check_needs_no_extra(plain: Mapping[str, str]) -> None:
    done = run(plain, "check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", sorted(NEEDS_SANDBOX))
def test_what_needs_the_sandbox_names_the_extra(plain: Mapping[str, str], command: str) -> None:
    done = run(plain, command)
    assert done.returncode == 1
    assert done.stderr == f"escalate: The package starlette is not installed.{SANDBOX}"


def test_the_board_names_its_extra(plain: Mapping[str, str]) -> None:
    done = run(plain, "board")
    assert done.returncode == 1
    assert done.stderr == f"escalate: The package jinja2 is not installed.{BOARD}"


def test_a_question_without_the_extra_is_a_plain_line(
    plain: Mapping[str, str], tmp_path: Path
) -> None:
    """In a terminal, whose input ends early, and in a copy, because a draft is kept beside it."""
    for each in ("config", "escalations"):
        shutil.copytree(TOP / each, tmp_path / each)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    master, terminal = pty.openpty()
    os.write(master, b"Cards fail\n\x04")
    done = subprocess.run(
        [sys.executable, "-S", "-m", "reconciler", "open", "DS-1071"],
        cwd=tmp_path,
        env=plain,
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(terminal)
    shown = os.read(master, 65_536).decode()
    os.close(master)
    assert done.returncode == 130, done.stderr
    assert "[1 of 11] What is wrong, in one line?" in shown
    assert "[2 of 11] How severe is the impact?" in shown
    assert "Traceback" not in done.stderr
