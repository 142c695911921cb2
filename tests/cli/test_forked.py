"""A command that is forked does what it does as a process that is started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click
import forked
import pytest
from commands import commit_all, late, surroundings
from company import Company

from reconciler.cli.main import cli

COMMANDS = cli.list_commands(click.Context(cli))
GIT = """#!/bin/sh
[ "$1" = version ] && exec echo git version 2.40.0
exec > "$SHOWN"
env; pwd; ls /proc/self/fd; grep 'Sig[^Q]' /proc/self/status
exit 1
"""


def started(words: list[str], folder: Path, env: Mapping[str, str]) -> tuple[int, str, str]:
    """The command as a process that is started."""
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def forks(words: list[str], folder: Path, env: Mapping[str, str]) -> tuple[int, str, str]:
    """The same command, forked."""
    done = forked.run(words, cwd=folder, env=env)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.sampled(4)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_starts_as_a_process(command: str, tmp_path: Path):
    env = surroundings({})
    status, out, err = started([command, "--help"], tmp_path, env)
    assert (status, err) == (0, "")
    assert f" {command} " in out
    assert forks([command, "--help"], tmp_path, env) == (status, out, err)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["check"], 1),
        (["check", "--format=json"], 1),
        (["plan"], 1),
        (["apply"], 6),
        (["report"], 0),
        (["explain", "limit-per-day"], 0),
        (["assign", "DS-1071"], 2),
        (["open", "DS-1099"], 2),
        (["plan", "--nope"], 2),
        (["nope"], 2),
        ([], 2),
    ],
)
def test_status_and_words_are_the_same(shop: Company, words: list[str], status: int):
    commit_all(shop.folder)
    (shop.folder / "escalations" / "2026" / "DS-1072.yaml").write_text("ticket: DS-1072\n")
    if words and words[0] != "nope":
        words = [*words, *late(words)]
    before = shop.box.snapshot()
    env = surroundings(shop.env)
    one = started(words, shop.folder, env)
    shop.box.restore(before)
    shop.box.clock.set(shop.now)
    assert forks(words, shop.folder, env) == one
    assert one[0] == status, one


@pytest.mark.parametrize(
    "more",
    [
        {"TZ": "America/Chicago", "ANYTHING": "ümlaut"},
        {"PYTHONPATH": "/nowhere", "PYTHONUNBUFFERED": "1"},
        {"PYTHONIOENCODING": "ascii"},
    ],
)
def test_a_process_that_it_starts_sees_the_same(shop: Company, tmp_path: Path, more: dict):
    """Environment, folder, descriptors and signals."""
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(GIT)
    git.chmod(0o755)
    shown = tmp_path / "shown"
    env = surroundings({**shop.env, **more, "SHOWN": str(shown)})
    env["PATH"] = f"{git.parent}:{env['PATH']}"
    one = started(["report"], shop.folder, env)
    seen = shown.read_text()
    assert all(f"{name}={value}" in seen for name, value in more.items())
    shown.unlink()
    assert forks(["report"], shop.folder, env) == one
    assert sorted(shown.read_text().splitlines()) == sorted(seen.splitlines())


def test_nothing_of_one_command_is_left_in_the_next(shop: Company):
    env = surroundings(shop.env)
    plan = ["plan", "--exit-code", *late(["plan"])]
    first = forks(plan, shop.folder, env)
    assert first[0] == 3
    assert forks(plan, shop.folder, {**env, "JIRA_API_TOKEN": ""})[0] == 1
    assert forks(plan, shop.folder, env) == first == started(plan, shop.folder, env)


def test_it_is_a_process_that_can_be_killed(tmp_path: Path):
    with Path(os.devnull).open("r+b") as nothing:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), nothing.fileno())
        child = forked.start(["sandbox"], cwd=tmp_path, env=surroundings({}), **streams)
        assert child.poll() is None
        assert child.pid != os.getpid()
        child.send_signal(signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
        with pytest.raises(ProcessLookupError):
            os.kill(child.pid, 0)


def test_time_outs_are_kept(tmp_path: Path):
    begun = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        forked.run(["sandbox"], cwd=tmp_path, env=surroundings({}), timeout=0.3)
    assert time.monotonic() - begun < 10
