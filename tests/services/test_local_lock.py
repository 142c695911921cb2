"""One run at a time on one machine: who gets a lock, who waits, and what identifies a clone."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from repos import Repo

from reconciler.services.errors import SetupError
from reconciler.services.git.local_lock import LockedError, local_lock

SINCE = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return Repo(tmp_path / "clone").path


@contextmanager
def lock(
    repo: Path,
    *desks: str,
    run: str = "1/1",
    patience: float = 0.0,
    said: list[str] | None = None,
) -> Iterator[str]:
    """The place that a run with these locks is in. It waits without time passing."""
    heard = [] if said is None else said
    with local_lock(
        repo, desks, run, SINCE, patience=patience, waiting=heard.append, sleep=lambda _: None
    ) as found:
        yield found.place


def test_another_run_gets_no_lock_and_learns_who_has_it(repo: Path):
    said: list[str] = []
    holder = f"run 1/1, process {os.getpid()}, since 2026-11-27T10:00:00+00:00"
    with lock(repo, "DS", "PAY"):
        for desks in (("DS",), ("PAY",), ("OPS", "PAY")):
            with pytest.raises(LockedError) as locked, lock(repo, *desks, run="2/1", said=said):
                pass
            assert str(locked.value) == holder
        assert said == [holder] * 3
        with lock(repo, "OPS"):
            pass
    with lock(repo, "DS", "PAY"):
        pass


def test_a_run_without_all_of_its_locks_holds_none(repo: Path):
    with lock(repo, "PAY"), pytest.raises(LockedError), lock(repo, "DS", "PAY"):
        pass
    with lock(repo, "DS"):
        pass


def test_a_run_waits_as_long_as_it_is_patient_and_says_so_once(repo: Path):
    said: list[str] = []
    pauses: list[float] = []
    first = lock(repo, "DS")
    first.__enter__()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            first.__exit__(None, None, None)

    waits = local_lock(repo, ("DS",), "2/1", SINCE, patience=60, waiting=said.append, sleep=sleep)
    with waits as found:
        assert found.place
    assert (pauses, len(said)) == ([0.5] * 3, 1)


def test_two_runs_with_the_same_desks_in_another_order_do_not_wait_for_each_other(repo: Path):
    """Both take the locks in the order of their names."""
    for desks in (("PAY", "DS"), ("DS", "PAY")):
        with lock(repo, "PAY"), pytest.raises(LockedError), lock(repo, *desks, run="2/1"):
            pass
        first = repo / ".git" / "escalate" / "DS.lock"
        assert "2/1" in first.read_text(), "it had the first one by name before it waited"
        first.unlink()


@pytest.mark.parametrize("note", [b"", b"null", b"{", b"\xff", b'{"run": "1/1"}', b"x" * 5000])
def test_a_note_that_nobody_can_read_names_nobody(repo: Path, note: bytes):
    said: list[str] = []
    with lock(repo, "DS"):
        (repo / ".git" / "escalate" / "DS.lock").write_bytes(note)
        with pytest.raises(LockedError), lock(repo, "DS", said=said):
            pass
    assert said == [""]


def test_a_note_replaces_that_of_the_run_before(repo: Path):
    with lock(repo, "DS", run="1" * 30), lock(repo, "PAY"):
        pass
    with lock(repo, "DS", run="2/1"):
        note = json.loads((repo / ".git" / "escalate" / "DS.lock").read_text())
    assert note == {"run": "2/1", "process": os.getpid(), "since": SINCE.isoformat()}


def test_a_folder_outside_git_is_locked_itself(tmp_path: Path):
    with lock(tmp_path, "DS") as place:
        assert place == "", "another run from here is not known to be dead"
        with pytest.raises(LockedError) as locked, lock(tmp_path, "PAY"):
            pass
        assert str(locked.value) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_clone_has_a_place_of_its_own(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with lock(repo, "DS") as place:
        assert len(place) == 32
    with lock(repo, "PAY") as again:
        assert again == place
    monkeypatch.setattr(socket, "gethostname", lambda: "another machine")
    with lock(repo, "DS") as elsewhere:
        assert elsewhere != place, "the same disk, and a run that this machine cannot see"
    monkeypatch.undo()
    shutil.copytree(repo, tmp_path / "copy")
    with lock(tmp_path / "copy", "DS") as copy:
        assert copy != place, "a run of the other one may be alive"


def test_work_trees_of_one_clone_share_its_locks(tmp_path: Path):
    repo = Repo(tmp_path / "clone")
    repo.commit({"x": "1"})
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "other"))
    with lock(repo.path, "DS"), pytest.raises(LockedError), lock(tmp_path / "other", "DS"):
        pass


def test_a_folder_that_cannot_be_locked_is_a_mistake_of_setup(repo: Path, tmp_path: Path):
    (repo / ".git" / "escalate").write_text("x")
    with pytest.raises(SetupError, match="is not a folder"), lock(repo, "DS"):
        pass
    with pytest.raises(SetupError, match="can't be locked"), lock(tmp_path / "missing", "DS"):
        pass
