"""What the sandbox reads of its repository without starting git is what git says."""

import os
import subprocess
from pathlib import Path

import pytest

from reconciler.sandbox.github_git import Bare

WHO = ("-c", "user.name=T", "-c", "user.email=t@t.example")


def git(folder: Path, *arguments: str) -> str:
    kept = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *WHO, "-C", str(folder), *arguments]
    done = subprocess.run(command, env=kept, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def bare(tmp_path: Path):
    made = Bare(tmp_path / "bare.git", "main")
    yield made
    made.close()


def commit(bare: Bare, *parents: str, message: str = "c") -> str:
    tree = (
        git(bare.folder, "mktree", "--missing").strip() if not parents else f"{parents[0]}^{{tree}}"
    )
    options = [word for each in parents for word in ("-p", each)]
    return git(bare.folder, "commit-tree", tree, *options, "-m", message).strip()


def as_git_says(bare: Bare) -> dict[str, str]:
    lines = git(bare.folder, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.rsplit(" ", 1) for line in lines)


def test_refs_in_files_of_their_own_packed_changed_and_deleted(bare: Bare):
    assert bare.refs() == as_git_says(bare) == {}
    one = commit(bare)
    two = commit(bare, one)
    git(bare.folder, "tag", "-a", "-m", "x", "v1", one)
    for name in ("main", "escalate/ds-1071", "escalate/ds-1072"):
        bare.set(f"refs/heads/{name}", one)
    assert bare.refs() == as_git_says(bare)
    assert len(bare.refs()) == 4
    git(bare.folder, "pack-refs", "--all")
    before = bare.refs()
    assert before == as_git_says(bare)
    bare.set("refs/heads/main", two)
    bare.set("refs/pull/1/head", two)
    git(bare.folder, "update-ref", "-d", "refs/heads/escalate/ds-1071")
    (bare.folder / "refs" / "heads" / "other.lock").touch()
    assert bare.refs() == as_git_says(bare) != before
    bare.restore(before)
    assert bare.refs() == as_git_says(bare) == before


def test_names(bare: Bare):
    assert bare.commit("refs/heads/main") is None
    one = commit(bare)
    two = commit(bare, one)
    bare.set("refs/heads/main", one)
    assert bare.commit("refs/heads/main") == one
    bare.set("refs/heads/main", two)
    assert bare.commit("refs/heads/main") == two, "a name is asked for anew each time"
    assert bare.commit("refs/heads/main^") == bare.commit(one[:12]) == one
    tree = git(bare.folder, "rev-parse", f"{one}^{{tree}}").strip()
    for none in ("", "nope", "-v", "commit nope", "refs/heads/main^2", tree, "main\nmain", "a\0b"):
        assert bare.commit(none) is None, none
    assert bare.commit(two) == two, "it goes on after each of them"


def test_what_is_missing_is_asked_for_again(bare: Bare, tmp_path: Path):
    """A commit that arrives later is found, whatever was said of it before."""
    other = Bare(tmp_path / "other.git", "main")
    one = commit(bare)
    other.set("refs/heads/main", commit(other, message="elsewhere"))
    late = other.commit("refs/heads/main") or ""
    assert not bare.includes(late, late)
    assert bare.commit(late) is None
    assert bare.parted(late, one) is None
    git(other.folder, "push", "--quiet", str(bare.folder), "main:refs/heads/late")
    assert bare.includes(late, late)
    assert bare.commit(late) == late
    assert not bare.includes(one, late)
    other.close()
