"""A file that git cannot read is a failure, and never "there is no such file"."""

from pathlib import Path

import pytest
from repos import Repo

from reconciler.services.errors import ServiceError
from reconciler.services.git import audit_read
from reconciler.services.git.audit_read import audit_lines
from reconciler.services.git.branches_as_pull_requests import GitForge
from reconciler.services.git.command import GitProblem
from reconciler.services.git.committed_files import file_at
from reconciler.services.git.remote import Remote

ROSTER = "config/roster.yaml"
AUDIT = "audit/2026/DS-1071.jsonl"


def lose(repo: Repo, path: str) -> None:
    """The object of a file is gone, as in a clone that was made without files."""
    name = repo.git("rev-parse", f"HEAD:{path}")
    (repo.path / ".git" / "objects" / name[:2] / name[2:]).unlink()


def test_a_file_is_there_or_not(tmp_path: Path):
    repo = Repo(tmp_path)
    first = repo.commit({"a/b": "x"})
    repo.commit({ROSTER: "people: {}\n"})
    assert file_at(tmp_path, "HEAD", ROSTER) == b"people: {}\n"
    assert file_at(tmp_path, first, ROSTER) is None
    assert file_at(tmp_path, f"{first}^", ROSTER) is None, "there is no commit before the first"
    assert file_at(tmp_path, first, "a") is None, "a folder is no file"


def test_a_file_whose_object_is_gone_is_a_failure(tmp_path: Path):
    repo = Repo(tmp_path)
    repo.commit({ROSTER: "people: {}\n"})
    lose(repo, ROSTER)
    with pytest.raises(GitProblem):
        file_at(tmp_path, "HEAD", ROSTER)


def test_lines_that_are_too_many_to_read_are_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    repo = Repo(tmp_path)
    repo.commit({AUDIT: "{}\n" * 100})
    monkeypatch.setattr(audit_read, "_CAP", 100)
    with pytest.raises(GitProblem, match="has more than 100 bytes"):
        list(audit_lines(tmp_path, "HEAD"))
    with pytest.raises(GitProblem, match="has more than 100 bytes"):
        list(audit_read.steps(tmp_path, "HEAD"))


def test_a_branch_that_cannot_be_compared_is_not_called_open(tmp_path: Path):
    there, here = Repo(tmp_path / "there"), Repo(tmp_path / "here")
    there.commit({"a": "x"})
    there.git("branch", "escalate/ds-1")
    here.git("remote", "add", "origin", str(there.path))
    forge = GitForge(Remote(here.path, "origin"), "main")
    with pytest.raises(ServiceError, match="merge-base"):
        forge.pull_requests()
    here.commit({"b": "y"})
    assert [each.id for each in forge.pull_requests()] == ["escalate/ds-1"]
