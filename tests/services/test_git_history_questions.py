"""Which commit includes which, with as few starts of git as possible."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from repos import Repo
from starts import starting

from reconciler.services.git.audit_branch import RECONCILED, SEEN, note_reconciled, notice
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.commit_objects import commit_message, nearby_base
from reconciler.services.git.commits import (
    commit_named,
    common_folder,
    includes,
    known_commit,
    merge_base,
)
from reconciler.services.git.merge_bases import merge_bases
from reconciler.services.git.new_commit import NewCommit, RefUpdate, written
from reconciler.services.git.objects import UnansweredError
from reconciler.services.git.remote import Remote, choose_remote

ZEROS = "0" * 40


def history(repo: Repo, commits: int) -> list[str]:
    """A history with branches and merges; the same each time."""
    chance = random.Random(7)
    made = [repo.commit({"a": "x"})]
    tree = repo.git("rev-parse", "HEAD^{tree}")
    for number in range(commits):
        parents = {chance.choice(made[-6:]) for _ in range(chance.choice([1, 1, 2, 3]))}
        options = [part for each in sorted(parents) for part in ("-p", each)]
        made.append(repo.git("commit-tree", tree, *options, "-m", str(number)))
    return made


def asked(repo: Repo, tip: str, commit: str) -> bool:
    return git(repo.path, "merge-base", "--is-ancestor", commit, tip)[0] == 0


def test_every_answer_is_gits_own(tmp_path: Path):
    repo = Repo(tmp_path)
    made = history(repo, 16)
    for tip in made:
        for commit in (*made, "f" * 40):
            assert includes(repo.path, tip, commit) == asked(repo, tip, commit)


def test_where_two_commits_departed_is_gits_own_answer(tmp_path: Path):
    """With merges between them, git is asked, because there can be several answers."""
    repo = Repo(tmp_path)
    made = history(repo, 12)
    answered = 0
    for one in made:
        for other in made[::2]:
            bases = repo.git("merge-base", "--all", one, other).split()
            assert list(merge_bases(tmp_path, one, other)) == bases
            with suppress(UnansweredError):
                assert [nearby_base(tmp_path, one, other)] == bases
                answered += 1
    assert 0 < answered < len(made) * len(made[::2])


def test_a_near_ancestor_takes_no_start(tmp_path: Path):
    repo = Repo(tmp_path)
    made = [repo.commit() for _ in range(45)]
    assert known_commit(repo.path, "HEAD")
    with starting() as programs:
        assert includes(repo.path, made[-1], made[-1])
        assert includes(repo.path, made[-1], made[-30])
        assert not includes(repo.path, made[20], made[30]), "all that it includes was read"
    assert programs == []
    with starting() as programs:
        assert includes(repo.path, made[-1], made[0])
        assert not includes(repo.path, made[40], made[41])
    assert len(programs) == 2


def test_a_shallow_clone_is_asked(tmp_path: Path):
    repo = Repo(tmp_path / "whole")
    made = [repo.commit() for _ in range(5)]
    repo.git("clone", "-q", "--depth=2", f"file://{repo.path}", str(tmp_path / "part"))
    part = tmp_path / "part"
    assert includes(part, made[4], made[3])
    assert not includes(part, made[4], "f" * 40)
    assert not includes(part, made[4], made[0]), "this clone does not have it"


def test_where_a_branch_departed(tmp_path: Path):
    repo = Repo(tmp_path)
    base = repo.commit()
    repo.git("checkout", "-q", "-b", "work")
    head = repo.commit()
    assert known_commit(tmp_path, "HEAD") == head
    with starting() as programs:
        assert merge_base(repo.path, base, head) == base
    assert programs == []
    repo.git("checkout", "-q", "main")
    newer = repo.commit()
    with starting() as programs:
        assert merge_base(repo.path, newer, head) == base
    assert programs == []
    assert merge_base(repo.path, head, base) == base
    repo.git("checkout", "-q", "--orphan", "other")
    with pytest.raises(GitProblem):
        merge_base(repo.path, newer, repo.commit())


@pytest.mark.parametrize(
    ("before", "seen"), [(ZEROS, True), ("", True), ("1" * 40, False), ("HEAD", False)]
)
def test_a_draft_ends_whether_or_not_the_other_refs_can_change(
    tmp_path: Path, before: str, seen: bool
):
    repo = Repo(tmp_path)
    tip = repo.commit()
    draft = NewCommit(tip, {"a": b"x"}, "m", repo.now)
    with written(tmp_path, draft) as new:
        assert new.commit in repo.git("for-each-ref", "refs/escalate/drafts")
        new.refs += [RefUpdate(SEEN, new.commit, before), RefUpdate(RECONCILED, tip)]
    assert repo.git("for-each-ref", "refs/escalate/drafts") == ""
    assert known_commit(tmp_path, SEEN) == (new.commit if seen else None)
    assert known_commit(tmp_path, RECONCILED) == (tip if seen else None), "all or none"


def test_a_draft_ends_with_its_problem(tmp_path: Path):
    repo = Repo(tmp_path)
    draft = NewCommit(repo.commit(), {"a": b"x"}, "m", repo.now)
    with pytest.raises(KeyError), written(tmp_path, draft) as new:
        raise KeyError(new.commit)
    assert repo.git("for-each-ref", "refs/escalate") == ""


def test_what_is_noted_already_takes_no_start(tmp_path: Path):
    repo = Repo(tmp_path)
    first, second = repo.commit(), repo.commit()
    note_reconciled(tmp_path, second)
    assert notice(tmp_path, second)
    with starting() as programs:
        note_reconciled(tmp_path, second)
        assert notice(tmp_path, second)
        assert notice(tmp_path, first), "what was seen includes it"
    assert programs == []
    assert known_commit(tmp_path, SEEN) == second
    repo.git("checkout", "-q", "--orphan", "other")
    assert not notice(tmp_path, repo.commit())
    note_reconciled(tmp_path, first)
    assert known_commit(tmp_path, RECONCILED) == first


def test_a_remote_that_was_found_is_not_asked_for_again(tmp_path: Path):
    repo = Repo(tmp_path)
    repo.commit()
    for name in ("origin", "other"):
        repo.git("remote", "add", name, f"file:///srv/{name}.git")
    found = choose_remote(tmp_path, None)
    assert found is not None
    with starting() as programs:
        same = choose_remote(tmp_path, None, None, found)
    assert programs == []
    assert isinstance(same, Remote)
    assert same.addresses == ("file:///srv/origin.git",) * 2
    other = choose_remote(tmp_path, "other", None, found)
    assert other is not None
    assert other.addresses == ("file:///srv/other.git",) * 2
    repo.git("remote", "set-url", "origin", "file:///srv/moved.git")
    moved = choose_remote(tmp_path, None)
    assert moved is not None
    assert moved.addresses == ("file:///srv/moved.git",) * 2


def test_the_folder_that_work_trees_share(tmp_path: Path):
    repo = Repo(tmp_path / "repo")
    assert common_folder(repo.path) == repo.path / ".git", "before the first commit"
    repo.commit({"sub/a": "x"})
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare"))
    (tmp_path / "link").symlink_to(repo.path)
    (tmp_path / "plain").mkdir()
    for name in ("repo", "repo/sub", "beside", "bare", "link"):
        code, out, _ = git(
            tmp_path / name, "rev-parse", "--path-format=absolute", "--git-common-dir"
        )
        assert code == 0
        known_commit(tmp_path / name, "HEAD")
        with starting() as programs:
            assert common_folder(tmp_path / name) == Path(out.decode().strip())
        assert programs == []
    assert common_folder(tmp_path / "plain") is None


def test_git_decides_what_a_repository_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo = Repo(tmp_path)
    repo.commit({"sub/a": "x"})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert common_folder(tmp_path / "sub") is None, "GitPython sees one there"
    assert common_folder(tmp_path) == tmp_path / ".git"


@pytest.mark.parametrize("size", [10, 3 * 1024 * 1024])
def test_a_message_of_any_size(tmp_path: Path, size: int):
    repo = Repo(tmp_path)
    repo.commit()
    (tmp_path / "message").write_text(f"é {'x' * size}\n\nbody\n\nlast: line\n", "utf-8")
    commit = repo.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-F", str(tmp_path / "message"))
    text = commit_message(tmp_path, commit)
    assert text.rstrip() == f"é {'x' * size}\n\nbody\n\nlast: line"
    assert includes(tmp_path, commit, repo.git("rev-parse", "HEAD"))
    with pytest.raises(GitProblem):
        commit_message(tmp_path, "f" * 40)


def test_a_file_with_an_odd_name_is_no_commit(tmp_path: Path):
    repo = Repo(tmp_path)
    repo.commit({"a^{commit}": "x"})
    assert commit_named(tmp_path, "HEAD:a") is None
