"""`history --verify` catches whatever no honest run does, and lets honest runs pass."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from audit_branch import AT, lines, put, run_of, two_escalations
from click.testing import CliRunner
from repos import Repo

from reconciler.cli.history import history
from reconciler.model.audit import AdmissionRecord, AdmissionState, FiledRecord
from reconciler.services.git.audit_branch import SEEN
from reconciler.services.git.audit_write import record
from reconciler.services.git.remote import choose_remote

pytestmark = pytest.mark.usefixtures("screens")

FILE = "audit/2026/DS-1071.jsonl"


def verify(repo: Repo, *options: str) -> tuple[int, list[str]]:
    """The exit status and the ids of the findings."""
    now = (AT + timedelta(days=9)).isoformat()
    arguments = ["--repo", str(repo.path), "--verify", "--json", *options, "--now", now]
    done = CliRunner().invoke(history, arguments, standalone_mode=False)
    assert done.exception is None, done.output
    found = json.loads(done.stdout)
    assert all(each["where"] and each["message"] and each["remedy"] for each in found["findings"])
    return done.return_value, [each["rule"] for each in found["findings"]]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two escalations, four runs, one of them late; the audit branch on a bare remote."""
    repo = two_escalations(tmp_path_factory.mktemp("honest"))
    remote = repo.path.parent / "remote.git"
    put(repo, "1/1")
    put(repo, "2/1", "DS-1071", "DS-9", hours=1)
    away = remote.with_name("away.git")
    remote.rename(away)
    put(repo, "3/1", hours=2)
    away.rename(remote)
    put(repo, "4/1", hours=30)
    assert len(lines(remote)) == 8
    return repo.path.parent


@pytest.fixture
def repo(honest: Path, tmp_path: Path) -> Repo:
    """A copy of it, with its remote."""
    subprocess.run(["cp", "-r", str(honest), str(tmp_path / "all")], check=True)
    found = Repo.__new__(Repo)
    found.path, found.now = tmp_path / "all" / "repo", AT
    found.git("remote", "set-url", "origin", str(tmp_path / "all" / "remote.git"))
    return found


def fresh(repo: Repo) -> Repo:
    """A clone that has never seen anything."""
    found = Repo.__new__(Repo)
    found.path, found.now = repo.path.parent / "fresh", AT
    url = repo.git("remote", "get-url", "origin")
    repo.git("clone", "-q", url, str(found.path))
    return found


def forge(repo: Repo, write: Callable[[Repo], None]) -> None:
    """Change the branch by hand and force it onto the remote."""
    hand = repo.path.parent / "hand"
    url = repo.git("remote", "get-url", "origin")
    repo.git("clone", "-q", "-b", "audit", url, str(hand))
    other = Repo.__new__(Repo)
    other.path, other.now = hand, AT + timedelta(days=2)
    other.git("config", "user.name", "H")
    other.git("config", "user.email", "h@h.example")
    write(other)
    other.git("push", "-q", "--force", "origin", "HEAD:audit")


def content(repo: Repo) -> list[str]:
    return (repo.path / FILE).read_text().splitlines(keepends=True)


def edit(change: Callable[[list[str]], list[str]]) -> Callable[[Repo], None]:
    """Commit another content of the file."""

    def write(repo: Repo) -> None:
        repo.commit({FILE: "".join(change(content(repo)))})

    return write


def anew(change: Callable[[list[str]], list[str]]) -> Callable[[Repo], None]:
    """Write the whole branch anew, with another content of the file."""

    def write(repo: Repo) -> None:
        other = "".join(change(content(repo)))
        repo.git("checkout", "-q", "--orphan", "new")
        repo.commit({FILE: other})

    return write


def test_an_honest_branch_passes(repo: Repo):
    assert verify(repo) == (0, [])
    assert verify(fresh(repo)) == (0, [])
    assert verify(repo, "--offline") == (0, [])


def test_looking_is_remembered(repo: Repo):
    other = fresh(repo)
    verify(other)
    assert other.git("rev-parse", SEEN) == other.git("rev-parse", "origin/audit")


def test_honest_growth_after_a_look_passes(repo: Repo):
    other = fresh(repo)
    verify(other)
    put(repo, "5/1", hours=31)
    assert verify(other) == (0, [])


def truncate(repo: Repo) -> None:
    repo.git("reset", "-q", "--hard", "HEAD~1")


def test_a_truncated_branch_is_caught_by_whoever_saw_more(repo: Repo):
    forge(repo, truncate)
    assert verify(repo) == (1, ["audit-rewritten"])
    assert verify(repo) == (1, ["audit-rewritten"]), "and it is not forgotten"


def test_a_deleted_branch_is_caught(repo: Repo):
    url = repo.git("remote", "get-url", "origin")
    repo.git("--git-dir", url, "branch", "-D", "audit")
    assert verify(repo) == (1, ["audit-vanished"])
    assert verify(fresh(repo)) == (1, ["audit-missing"])


def test_a_rewritten_branch_is_caught_even_when_it_says_the_same(repo: Repo):
    forge(repo, anew(lambda all_lines: all_lines))
    status, found = verify(repo)
    assert (status, found[:1]) == (1, ["audit-rewritten"])


def test_without_a_remote_the_branch_here_is_looked_at(repo: Repo):
    tip = repo.git("rev-parse", SEEN)
    repo.git("remote", "remove", "origin")
    repo.git("branch", "-f", "audit", f"{tip}~1")
    # Whoever removes the remote sees the furthest that is known; a branch that departs is caught.
    assert verify(repo)[0] == 0
    repo.git("branch", "-f", "audit", "main")
    assert "audit-rewritten" in verify(repo)[1] or "audit-diverged" in verify(repo)[1]


def swapped(all_lines: list[str]) -> list[str]:
    return [*all_lines[-2:], *all_lines[:-2]]


def interleaved(all_lines: list[str]) -> list[str]:
    return [all_lines[0], all_lines[2], all_lines[1], *all_lines[3:]]


def without_a_change(all_lines: list[str]) -> list[str]:
    return all_lines[1:]


def failed(all_lines: list[str]) -> list[str]:
    return [all_lines[0].replace('"done"', '"failed"'), *all_lines[1:]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (swapped, "audit-order"),
        (interleaved, "audit-order"),
        (without_a_change, "audit-count"),
        (failed, "audit-count"),
    ],
)
def test_reordered_and_edited_lines_are_caught(
    repo: Repo, change: Callable[[list[str]], list[str]], expected: str
):
    """By a commit on top, and in a branch written anew, by a clone that never saw another."""
    forge(repo, edit(change))
    status, found = verify(fresh(repo))
    assert status == 1
    assert {"audit-edited", expected} <= set(found)
    subprocess.run(["rm", "-rf", repo.path.parent / "hand", repo.path.parent / "fresh"], check=True)
    forge(repo, anew(lambda all_lines: all_lines))
    status, found = verify(fresh(repo))
    assert expected in found
    assert "audit-edited" not in found


def remove(repo: Repo) -> None:
    repo.git("rm", "-q", FILE)
    repo.commit()


def rename(repo: Repo) -> None:
    repo.git("mv", FILE, "audit/2026/DS-2.jsonl")
    repo.commit()


def foreign(repo: Repo) -> None:
    repo.commit({"README.md": "x"})


def link(repo: Repo) -> None:
    (repo.path / "audit" / "2026" / "DS-2.jsonl").symlink_to("/etc/passwd")
    repo.commit()


def cut(repo: Repo) -> None:
    repo.commit({FILE: "".join(content(repo)) + '{"v":1'})


def merge(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side", "HEAD~1")
    repo.commit({"audit/2026/DS-3.jsonl": "\n"})
    repo.git("checkout", "-q", "audit")
    repo.merge("side")


def second_root(repo: Repo) -> None:
    repo.git("merge", "-q", "--allow-unrelated-histories", "-m", "m", "origin/main")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (remove, {"audit-deleted"}),
        (rename, {"audit-deleted", "audit-ticket"}),
        (foreign, {"audit-foreign"}),
        (link, {"audit-foreign", "audit-line"}),
        (cut, {"audit-cut", "audit-line"}),
        (merge, {"audit-merge"}),
        (second_root, {"audit-merge", "audit-root", "audit-foreign"}),
    ],
)
def test_what_no_run_does_is_caught(repo: Repo, write: Callable[[Repo], None], expected: set[str]):
    forge(repo, write)
    status, found = verify(fresh(repo))
    assert status == 1
    assert expected <= set(found)


def forged(repo: Repo, commit: str, ticket: str = "DS-1071", **more: Any) -> list[str]:
    """Append a run that never was, as carefully as the tool itself does."""
    entries = run_of("9/1", commit, ticket, at=AT + timedelta(hours=40))
    record(repo.path, [*entries, *more.get("also", ())], choose_remote(repo.path, None), AT)
    status, found = verify(fresh(repo))
    assert status == 1
    return found


def test_a_record_of_an_unknown_commit_is_caught(repo: Repo):
    assert forged(repo, "c" * 40) == ["audit-commit"] * 2


def test_a_record_of_a_commit_beside_main_is_caught(repo: Repo):
    repo.git("checkout", "-q", "-b", "side")
    beside = repo.commit({"x": "x"})
    repo.git("checkout", "-q", "main")
    repo.git("push", "-q", "origin", "side")
    assert forged(repo, beside) == ["audit-commit"] * 2


def test_a_record_of_an_unknown_ticket_is_caught(repo: Repo):
    assert forged(repo, repo.git("rev-parse", "main"), "DS-4") == ["audit-unknown"] * 2


def test_a_record_from_before_the_ticket_arrived_is_caught(repo: Repo):
    before = repo.git("rev-parse", "main~1")
    assert forged(repo, before, "DS-9") == ["audit-unknown"] * 2


def test_an_admission_that_history_does_not_lead_to_is_caught(repo: Repo):
    at, head = AT + timedelta(hours=40), repo.git("rev-parse", "main")
    shared = {"at": at, "run": "9/1", "commit": head, "ticket": "DS-9", "since": AT}
    for state, status in ((AdmissionState.ADMITTED, 0), (AdmissionState.HELD, 1)):
        entry = FiledRecord("audit/2026/DS-9.jsonl", AdmissionRecord(**shared, state=state))
        record(repo.path, [entry], choose_remote(repo.path, None), AT)
        assert verify(repo) == (status, ["audit-admission"] * status)


def test_a_remote_that_is_away_is_told(repo: Repo):
    remote = Path(repo.git("remote", "get-url", "origin"))
    remote.rename(remote.with_name("away.git"))
    done = CliRunner().invoke(
        history, ["--repo", str(repo.path), "--verify"], standalone_mode=False
    )
    assert done.return_value == 0
    assert "note: origin can't be reached" in done.stdout
    assert "only the commits of this clone were checked" in " ".join(done.stdout.split())
