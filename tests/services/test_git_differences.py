"""Which files differ between two commits: what the trees show, and what git itself answers."""

import random
from pathlib import Path

import pytest
from repos import Repo
from starts import starting

from reconciler.services.git.changed_files import changed_files
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.commits import known_commit
from reconciler.services.git.merge_bases import all_changes
from reconciler.services.git.objects import UnansweredError
from reconciler.services.git.tree_differences import differences
from reconciler.services.git.trees_and_blobs import tree

ZEROS = "0" * 40
PATHS = (
    "escalations/2026/DS-1.yaml",
    "escalations/2026/DS-2.yaml",
    "escalations/2026",
    "escalations/x/y/z/DS-3.yaml",
    "escalations.yaml",
    "escalations",
    "config/policy.yaml",
    "config/policy.yaml/odd",
    "config/other.yaml",
    ".gitattributes",
    "README.md",
)


def commits(repo: Repo, many: int) -> list[str]:
    """Commits of random files, links and modes, below the top and below `sub`; always the same."""
    chance = random.Random(11)
    blobs = []
    for text in ("one", "two", "three"):
        (repo.path / text).write_text(text)
        blobs.append(repo.git("hash-object", "-w", text))
    made = []
    for _ in range(many):
        repo.git("read-tree", "--empty")
        taken: list[str] = []
        for path in chance.sample(PATHS, 6):
            if not any(_clash(path, each) for each in taken):
                taken.append(path)
        for folder in ("", "sub/"):
            for path in taken:
                mode = chance.choice(["100644", "100644", "100755", "120000"])
                entry = f"{mode},{chance.choice(blobs)},{folder}{path}"
                repo.git("update-index", "--add", "--cacheinfo", entry)
        made.append(repo.git("commit-tree", repo.git("write-tree"), "-m", "c"))
    return made


def _clash(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def shown_by_git(place: Path, one: str, other: str, *paths: str) -> dict[str, tuple[str, ...]]:
    """Mode and object before and after, by path."""
    relative = ("--relative",) if paths else ()
    _, out, _ = git(place, "diff-tree", "-r", "-z", "--no-renames", *relative, one, other, *paths)
    words = out.decode().split("\0")[:-1]
    return {
        path: (before.lstrip(":"), mode, old, new)
        for (before, mode, old, new, _), path in zip(
            (head.split() for head in words[::2]), words[1::2], strict=True
        )
    }


@pytest.mark.parametrize("folder", [".", "sub"])
def test_differences_are_those_that_git_shows(tmp_path: Path, folder: str):
    repo = Repo(tmp_path)
    place = tmp_path / folder
    place.mkdir(exist_ok=True)
    ours = ("escalations", "config/policy.yaml", ".gitattributes")
    made = commits(repo, 6)
    for one in made:
        for other in made:
            found = {
                each.path.decode(): (
                    *(entry.mode if entry else "000000" for entry in each[1:]),
                    *(entry.object if entry else ZEROS for entry in each[1:]),
                )
                for each in differences(place, one, other, ours)
            }
            assert found == shown_by_git(place, one, other, "--", *ours)
            every = {
                path: None if mode == "000000" else (mode, new)
                for path, (_, mode, _, new) in shown_by_git(place, one, other).items()
            }
            assert all_changes(place, one, other) == every


def test_changed_files_are_those_of_the_lists(tmp_path: Path):
    repo = Repo(tmp_path)
    made = commits(repo, 6)
    lists = {each: {blob.path: blob for blob in tree(tmp_path, each)} for each in made}
    assert known_commit(tmp_path, made[0]), "git has been started"
    with starting() as programs:
        for one in made:
            for other in made:
                found, before, after = changed_files(tmp_path, one, other), lists[one], lists[other]
                changed = [each for each in after.values() if each != before.get(each.path)]
                assert sorted(found.blobs) == sorted(changed)
                assert found.gone == before.keys() - after.keys()
    assert programs == []


def test_many_trees_are_listed_by_one_command(tmp_path: Path):
    repo = Repo(tmp_path)
    first = repo.commit()
    many = {f"escalations/{number}/DS-1.yaml": "x" for number in range(450)}
    second = repo.commit(many)
    with pytest.raises(UnansweredError):
        list(differences(tmp_path, first, second))
    assert {each.path for each in changed_files(tmp_path, first, second).blobs} == many.keys()
    assert all_changes(tmp_path, first, second).keys() == many.keys()


def test_what_this_clone_lacks_is_no_difference(tmp_path: Path):
    repo = Repo(tmp_path)
    first = repo.commit({"escalations/2026/a": "1"})
    second = repo.commit({"escalations/2026/a": "2"})
    with pytest.raises(UnansweredError):
        list(differences(tmp_path, first, "f" * 40, ("escalations",)))
    with pytest.raises(GitProblem):
        changed_files(tmp_path, first, "f" * 40)
    name = repo.git("rev-parse", f"{second}:escalations/2026/a")
    (tmp_path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    assert changed_files(tmp_path, first, second).absent == {name}
    name = repo.git("rev-parse", f"{second}:escalations/2026")
    (tmp_path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(GitProblem):
        changed_files(tmp_path, first, second)
