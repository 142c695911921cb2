"""When a run with a plan leaves the changes to others, or cannot say what it did."""

import signal
import time
from datetime import UTC, datetime

from company import Company
from leased import MINUTE, lease_of, others, push, pushes, sealed
from repository import escalate, git
from runs import held_at, running

from reconciler.sandbox.faults import Fault


def refuse_pushes(company: Company) -> None:
    """Let the remote refuse every push from now on."""
    hook = company.folder.parent / "remote.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)


def head(company: Company) -> str:
    return (company.folder / ".git" / "refs" / "heads" / "main").read_text().strip()


def released(commit: str) -> dict[str, object]:
    """A lease of an hour ago, of a run that reconciled a commit."""
    return {
        "since": -60 * MINUTE,
        "ended": datetime.now(UTC) - 50 * MINUTE,
        "commit": commit,
    }


def test_a_run_of_an_older_checkout_leaves_if_a_newer_one_was_reconciled(shared: Company):
    git(shared, "commit", "--allow-empty", "-m", "Newer")
    git(shared, "push", "-q", "origin", "main")
    newer = head(shared)
    git(shared, "checkout", "-q", "HEAD~1")
    push(shared, sealed(shared, others(**released(newer))))  # type: ignore[arg-type]
    left = escalate(shared, "apply", "--record").stderr
    assert f"Another run has reconciled commit {newer[:12]}, which is newer than this" in left
    assert shared.channels("DS-1071") == []
    assert pushes(shared) == 1


def test_a_commit_that_is_not_on_main_makes_no_checkout_older(shared: Company):
    git(shared, "checkout", "-qb", "work")
    git(shared, "commit", "--allow-empty", "-m", "Work")
    work = (shared.folder / ".git" / "refs" / "heads" / "work").read_text().strip()
    git(shared, "checkout", "-q", "main")
    push(shared, sealed(shared, others(**released(work))))  # type: ignore[arg-type]
    escalate(shared, "apply", "--record")
    assert shared.channel("DS-1071")


def test_a_run_that_cannot_publish_its_lease_changes_nothing(shared: Company):
    refuse_pushes(shared)
    told = escalate(shared, "apply", "--record", status=1).stderr
    assert "the lease of DS can't be published" in told
    assert "Nothing was changed" in told
    assert shared.channels("DS-1071") == []


def test_a_run_that_made_every_change_and_cannot_record_them_is_not_complete(shared: Company):
    with (
        running(shared, "--record", "--workers", "1", run="1/1") as run,
        held_at(shared, 15, seconds=1.5) as fault,
    ):
        assert fault.hit.wait(30)
        refuse_pushes(shared)
        status, printed = run.end()
    assert status == 6, printed
    assert "Traceback" not in printed
    assert shared.channel("DS-1071")
    assert lease_of(shared).ended is None


def test_a_run_that_waits_for_a_lease_can_be_stopped(shared: Company):
    lease = others()
    push(shared, sealed(shared, lease))
    with running(shared, "--record", run="1/1") as run:
        deadline = time.monotonic() + 30
        while "Waiting for run 123/1" not in run.printed.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        run.signal(signal.SIGTERM)
        status, printed = run.end()
    assert status == 143
    assert "The run was stopped by SIGTERM. Nothing was changed." in printed
    assert lease_of(shared) == lease


def test_a_pause_ends_soon_after_a_request_to_stop(shared: Company):
    """The run has its lease, and a service asks it to come back in four minutes."""
    with running(shared, "--record", "--workers", "1", run="1/1") as run:
        fault = shared.box.faults.add(Fault("status", nth=12, status=429, retry_after=240))
        assert fault.hit.wait(30)
        time.sleep(0.5)
        began = time.monotonic()
        run.signal(signal.SIGTERM)
        status, printed = run.end()
    shared.box.faults.clear()
    assert status == 143, printed
    assert 5 < time.monotonic() - began < 45
    assert lease_of(shared).ended is not None
