"""A file that git cannot read is a failure, and never "there is no such file"."""

from pathlib import Path

import pytest
from repos import Repo
from starts import starting

from reconciler.model.audit_branch import CUT
from reconciler.services.errors import ServiceError
from reconciler.services.git import audit_read
from reconciler.services.git.audit_read import audit_lines, read_files
from reconciler.services.git.branches_as_pull_requests import GitForge
from reconciler.services.git.command import GitProblem
from reconciler.services.git.committed_files import file_at, files_at, object_at
from reconciler.services.git.remote import Remote
from reconciler.services.git.trees_and_blobs import tree

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


@pytest.mark.parametrize("folder", [".", "sub"])
def test_files_of_a_commit_by_one_process_or_by_commands(tmp_path: Path, folder: str):
    """A path with a line feed can't be asked for, so commands answer for all of them."""
    repo = Repo(tmp_path)
    (tmp_path / "sub").mkdir()
    place = tmp_path / folder
    commit = repo.commit(
        {"a": "1", "sub/a": "2", "sub/b/c": "3", "a\nb": "4", "sub/a\nb": "5", "large": "0" * 9}
    )
    paths = ["a", "b/c", "b", "sub", "nowhere", "b/nowhere/c", "a/c", "large"]
    top = folder == "."
    here = {"a": b"1" if top else b"2", **({"large": None} if top else {"b/c": b"3"})}
    assert files_at(place, commit, paths, 8) == here
    odd = {"a\nb": b"4" if top else b"5"}
    assert files_at(place, commit, [*paths, "a\nb"], 8) == {**here, **odd}
    whole = {"a": b"1", "large": None}
    assert files_at(place, commit, paths, 8, from_top=True) == whole
    assert files_at(place, commit, [*paths, "a\nb"], 8, from_top=True) == {**whole, "a\nb": b"4"}
    for path in ("a", "b/c", "b", "nowhere", "a\nb", "a/c"):
        name = (
            repo.git("rev-parse", f"HEAD:{path if top else f'sub/{path}'}")
            if (place / path).exists()
            else None
        )
        assert object_at(place, commit, path) == name
    assert object_at(place, "f" * 40, "a") is None


@pytest.mark.parametrize("odd", [(), ("a\nb",)])
@pytest.mark.parametrize("path", ["a", "a/b/c"])
def test_a_lost_file_or_folder_is_not_taken_for_none(
    tmp_path: Path, odd: tuple[str, ...], path: str
):
    repo = Repo(tmp_path)
    commit = repo.commit({"a/b/c": "x", "a\nb": "y"})
    name = repo.git("rev-parse", "HEAD:a/b/c")
    lose(repo, path)
    with pytest.raises(GitProblem):
        files_at(tmp_path, commit, ["a/b/c", *odd], 100)
    if path == "a/b/c":
        assert object_at(tmp_path, commit, path) == name, "its name is in a tree"
    elif not odd:
        with pytest.raises(GitProblem, match="lacks object"):
            object_at(tmp_path, commit, "a/b/c")
    assert object_at(tmp_path, commit, "nowhere") is None


def test_a_lost_first_folder_is_not_taken_for_none(tmp_path: Path):
    repo = Repo(tmp_path)
    commit = repo.commit({"a": "x"})
    name = repo.git("rev-parse", "HEAD^{tree}")
    (tmp_path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    for ask in (
        lambda: files_at(tmp_path, commit, ["a"], 100),
        lambda: file_at(tmp_path, "HEAD", "a"),
        lambda: object_at(tmp_path, "HEAD", "a"),
    ):
        with pytest.raises(GitProblem, match="lacks object"):
            ask()


def test_a_commit_that_is_not_here_has_no_lost_files(tmp_path: Path):
    """The audit branch is read patiently: its commit can be there before its files."""
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    with pytest.raises(GitProblem):
        read_files(tmp_path, "f" * 40, ["a"])


def test_a_commit_in_place_of_a_file_is_a_failure(tmp_path: Path):
    repo = Repo(tmp_path)
    repo.commit({"b": "x"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'e' * 40},a")
    repo.git("commit", "-q", "-m", "m")
    with pytest.raises(GitProblem, match=f"lacks object {'e' * 40}"):
        read_files(tmp_path, "HEAD", ["a"])


def test_a_blob_that_comes_later_is_not_absent_any_more(tmp_path: Path):
    """A pull request's tree is read before its blobs are fetched."""
    repo = Repo(tmp_path)
    commit = repo.commit({ROSTER: "people: {}\n"})
    lose(repo, ROSTER)
    (before,) = tree(tmp_path, commit)
    assert before.is_absent
    with starting() as programs:
        assert tree(tmp_path, commit) == (before,)
        repo.git("hash-object", "-w", ROSTER)
        after = tree(tmp_path, commit)
        assert tree(tmp_path, commit) == after
    assert [each.size for each in after] == [11]
    assert sum("ls-tree" in each for each in programs) == 2, "a commit never changes"


def test_a_file_that_is_too_large_to_read_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    repo = Repo(tmp_path)
    repo.commit({AUDIT: "{}\n" * 100})
    monkeypatch.setattr(audit_read, "_CAP", 100)
    (line,) = audit_lines(tmp_path, "HEAD")
    assert (line.path, line.number, line.record) == (AUDIT, 1, None)
    (step,) = audit_read.steps(tmp_path, "HEAD")
    assert step.after == CUT
    assert audit_read.read_files(tmp_path, "HEAD", [AUDIT]) == {AUDIT: CUT}


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
