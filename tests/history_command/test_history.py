"""`escalate history` as a command, in real repositories."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from audit_branch import AT, company_at, declare, put
from click.testing import CliRunner, Result
from repos import Repo

from reconciler.cli.history import history
from reconciler.services.environment import begin

pytestmark = pytest.mark.usefixtures("screens")


def run(repo: Repo, *arguments: str, status: int = 0) -> Result:
    now = (AT + timedelta(days=9)).isoformat()
    given = ["--repo", str(repo.path), "--now", now, *arguments]
    begin()
    done = CliRunner().invoke(history, given, standalone_mode=False)
    assert done.exception is None, done.output
    assert done.return_value == status, done.output
    return done


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = company_at(tmp_path / "repo")
    declare(repo, "DS-1071")
    declare(repo, "DS-9", assignee="nadia")
    put(repo, "1/1", "DS-1071", "DS-9")
    return repo


def test_intent_and_outcomes_by_time(repo: Repo):
    repo.now = AT
    declare(repo, "DS-1071", contact="tomas")
    put(repo, "2/1", hours=2)
    told = json.loads(run(repo, "DS-1071", "--json").stdout)
    assert [each["source"] for each in told["moments"]] == ["main", "audit", "main", "audit"]
    assert told["time_zone"] == "America/New_York"
    assert told["state"] == "assigned"
    first = told["moments"][0]
    assert first["local"] == "2026-11-22T12:00:00-05:00"
    assert [each["kind"] for each in first["details"]] == ["escalated", "assigned"]
    assert "contact handed over: lena → tomas" in run(repo, "DS-1071").stdout
    assert (
        "| DS-1071 | contact handed over: lena → tomas |"
        in run(repo, "DS-1071", "--markdown").stdout
    )


def test_a_ticket_in_small_letters(repo: Repo):
    assert run(repo, "ds-1071").stdout == run(repo, "DS-1071").stdout


def test_an_unknown_ticket(repo: Repo):
    told = run(repo, "DS-107", status=1)
    assert "the main branch never had a file of DS-107. Did you mean DS-1071?" in told.stderr
    assert "\x1b" not in run(repo, "DS-\x1b[31m", status=1).stderr


def test_the_latest_of_everything(repo: Repo):
    told = json.loads(run(repo, "--json").stdout)
    assert {each["ticket"] for each in told["moments"]} == {"DS-1071", "DS-9"}
    assert (len(told["moments"]), told["left_out"]) == (4, 0)
    told = json.loads(run(repo, "--json", "--limit", "1").stdout)
    assert (len(told["moments"]), told["left_out"]) == (1, 3)
    assert "3 earlier events are not shown" in run(repo, "--limit", "1").stdout


def test_without_records(repo: Repo):
    repo.git("update-ref", "-d", "refs/heads/audit")
    repo.git("update-ref", "-d", "refs/escalate/audit-seen")
    assert "run:" not in run(repo, "DS-1071").stdout


def test_from_another_branch_main_counts(repo: Repo):
    repo.git("checkout", "-q", "-b", "side")
    declare(repo, "DS-2")
    run(repo, "DS-2", status=1)


def test_what_a_clone_fetched_is_told(repo: Repo, tmp_path: Path):
    other = Repo.__new__(Repo)
    other.path, other.now = tmp_path / "clone", AT
    repo.git("clone", "-q", str(repo.path), str(other.path))
    assert "1 done" in run(other, "DS-1071").stdout


def test_a_ticket_whose_file_is_gone(repo: Repo):
    repo.git("rm", "-q", "escalations/2026/DS-9.yaml")
    repo.commit()
    told = run(repo, "DS-9").stdout
    assert "its file is gone" in told
    assert "file vanished" in told


def test_unreadable_lines_are_told(repo: Repo):
    repo.git("checkout", "-q", "audit")
    path = repo.path / "audit" / "2026" / "DS-1071.jsonl"
    repo.commit({"audit/2026/DS-1071.jsonl": path.read_text() + "nonsense\n"})
    repo.git("checkout", "-q", "main")
    assert "1 line(s) of the audit branch can't be read" in run(repo, "DS-1071").stdout


def test_outside_of_git(tmp_path: Path):
    outside = Repo.__new__(Repo)
    outside.path = tmp_path
    assert "git" in run(outside, status=2).stderr


def test_no_commit_yet(tmp_path: Path):
    assert "no revision HEAD" in run(Repo(tmp_path / "new"), status=2).stderr


def test_a_shallow_clone_is_refused(repo: Repo, tmp_path: Path):
    other = Repo.__new__(Repo)
    other.path, other.now = tmp_path / "clone", AT
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(other.path))
    assert "shallow" in run(other, "DS-9", status=2).stderr


def test_verify_goes_alone(repo: Repo):
    given = ["--repo", str(repo.path), "--verify", "DS-9"]
    done = CliRunner().invoke(history, given, standalone_mode=False)
    assert "--verify checks all escalations" in str(done.exception)
