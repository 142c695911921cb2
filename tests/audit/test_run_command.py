"""`escalate run`: the same as the workflow's job, as a process of its own, also beside others."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import forked
import pytest
from company import Company
from doubled import doubled
from leased import pushes
from repository import commit, escalate, git
from runs import Running, held_at, running

from reconciler.cli.run import Rounds

LONGEST = 60.0
UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}


@contextmanager
def service(company: Company, *options: str, folder: Path | None = None) -> Iterator[Running]:
    """`escalate run` as a process."""
    env = {key: each for key, each in os.environ.items() if not key.startswith(("GIT_", "GITHUB_"))}
    with tempfile.NamedTemporaryFile() as printed, Path(os.devnull).open("rb") as nothing:
        process = forked.start(
            ["run", *options],
            cwd=folder or company.folder,
            env={**env, **company.env, "NO_PROXY": "127.0.0.1", "COLUMNS": "1000"},
            stdin=nothing.fileno(),
            stdout=printed.fileno(),
            stderr=printed.fileno(),
        )
        found = Running(process, Path(printed.name))
        try:
            yield found
        finally:
            if process.poll() is None:
                found.kill()


def wait_for(happens: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST
    while not happens():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture
def present(shared: Company) -> Company:
    """The real time, which a service asks for itself."""
    shared.now = datetime.now(UTC)
    shared.box.clock.set(None)
    return shared


def push_main(company: Company, ticket: str, **changes: object) -> None:
    company.write(ticket, **changes)
    commit(company, f"Change {ticket}")
    git(company, "push", "-q", "origin", "main")


def test_it_applies_what_is_pushed_until_it_is_stopped(present: Company, tmp_path: Path):
    clone = tmp_path / "clone"
    git(present, "clone", "-q", str(tmp_path / "remote.git"), str(clone))
    (clone / "config/policy.yaml").write_text("a person is at work here")
    with service(present, "--every", "1s", folder=clone) as found:
        wait_for(lambda: present.channels("DS-1071") != [], "the first escalation")
        push_main(present, "DS-1072", assignee="nadia")
        wait_for(lambda: present.channels("DS-1072") != [], "what was pushed later")
        wait_for(lambda: pushes(present) == 4, "two runs with changes")
        time.sleep(2)
        assert pushes(present) == 4, "a run without changes pushes nothing"
        found.signal(signal.SIGTERM)
        status, text = found.end()
    assert status == 0, text
    assert "Traceback" not in text
    assert (clone / "config/policy.yaml").read_text() == "a person is at work here"
    git(present, "fetch", "-q", "origin")
    assert escalate(present, "history", "--verify", status=None).returncode == 0


def test_beside_runs_elsewhere_nothing_is_doubled(present: Company, tmp_path: Path):
    """The service and three jobs, each with a clone of its own, while people push."""
    present.box.latency(per_call=0.02)
    clones = [tmp_path / f"clone-{number}" for number in range(2)]
    for clone in clones:
        git(present, "clone", "-q", str(tmp_path / "remote.git"), str(clone))
    with service(present, "--every", "1s", folder=clones[0]) as found:
        for number, ticket in enumerate(("DS-1072", "DS-1073", "DS-1071")):
            push_main(present, ticket, assignee="nadia" if number == 0 else "mei", updates=[UPDATE])
            git(present, "-C", str(clones[1]), "pull", "-q", "--ff-only")
            with running(present, "--record", folder=clones[1], run=f"{number + 1}/1") as job:
                status, text = job.end()
            assert status in {0, 2, 6}, text
        wait_for(lambda: all(present.channels(f"DS-{n}") for n in (1071, 1072)), "all of them")
        found.signal(signal.SIGTERM)
        status, text = found.end()
    assert status == 0, text
    present.box.latency()
    git(present, "fetch", "-q", "origin")
    escalate(present, "apply", "--record", status=None)
    assert doubled(present.state()) == []
    assert escalate(present, "history", "--verify", status=None).returncode == 0


def test_stopped_between_two_changes_it_records_what_it_did(present: Company):
    with held_at(present, 12, seconds=3) as fault, service(present, "--every", "1h") as found:
        assert fault.hit.wait(LONGEST)
        found.signal(signal.SIGTERM)
        status, text = found.end()
    assert status == 0, text
    assert "The run was stopped by SIGTERM" in text
    git(present, "fetch", "-q", "origin")
    escalate(present, "apply", "--record")
    assert doubled(present.state()) == []


def test_a_run_that_fails_does_not_end_it(present: Company, tmp_path: Path):
    remote, away = tmp_path / "remote.git", tmp_path / "away.git"
    remote.rename(away)
    with service(present, "--every", "1s") as found:
        wait_for(lambda: "can't be reached" in found.printed.read_text(), "the message")
        away.rename(remote)
        wait_for(lambda: present.channels("DS-1071") != [], "the escalation")
        found.signal(signal.SIGINT)
        status, text = found.end()
    assert status == 0, text
    assert "The next run continues" in text


def test_what_is_missing_is_said_before_the_first_run(present: Company):
    present.more_env = {"SLACK_BOT_TOKEN": ""}
    with service(present) as found:
        status, text = found.end()
    assert status == 1
    assert "SLACK_BOT_TOKEN is not set" in text


def test_the_first_run_of_a_day_is_thorough():
    rounds = Rounds.__new__(Rounds)
    rounds.day = None
    times = ["23T23:00", "24T02:00", "24T03:10", "24T12:00", "25T04:00", "25T04:05"]
    found = [rounds.begins_day(datetime.fromisoformat(f"2026-11-{each}:00Z")) for each in times]
    assert found == [False, False, True, False, True, False]
