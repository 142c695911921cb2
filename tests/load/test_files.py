"""The working tree, with everything that can stand in the way."""

import os
from pathlib import Path

import pytest

from reconciler.load.raw import ESCALATION_BYTES, EXECUTABLE, REGULAR, SPECIAL, SYMLINK
from reconciler.load.snapshot import load_snapshot
from reconciler.services.git.work_tree import NotOurs, read_worktree


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "escalations/2026").mkdir(parents=True)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/policy.yaml").write_bytes(b"p")
    (tmp_path / "config/other.yaml").write_bytes(b"o")
    (tmp_path / "escalations/2026/DS-1.yaml").write_bytes(b"e")
    return tmp_path


def modes(repo: Path) -> dict[str, str]:
    return {raw.path: raw.mode for raw in read_worktree(repo)}


def test_our_files_are_read_in_order(repo: Path) -> None:
    (repo / "escalations/2025").mkdir()
    (repo / "escalations/2025/DS-0.yaml").write_bytes(b"f")
    (repo / "README.md").write_bytes(b"r")
    read = [(raw.path, raw.data) for raw in read_worktree(repo)]
    assert read == [
        ("config/policy.yaml", b"p"),
        ("escalations/2025/DS-0.yaml", b"f"),
        ("escalations/2026/DS-1.yaml", b"e"),
    ]


def test_links_are_seen_and_not_followed(repo: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("ticket: secret")
    (repo / "escalations/2026/DS-2.yaml").symlink_to(secret)
    (repo / "escalations/2026/DS-3.yaml").symlink_to("nowhere")
    (repo / "escalations/2024").symlink_to(repo / "config")
    (repo / "config/roster.yaml").symlink_to(secret)
    found = read_worktree(repo)
    assert all(raw.data == b"" for raw in found if raw.mode == SYMLINK)
    assert {raw.path for raw in found if raw.mode == SYMLINK} == {
        "config/roster.yaml",
        "escalations/2024",
        "escalations/2026/DS-2.yaml",
        "escalations/2026/DS-3.yaml",
    }


def test_the_folder_itself_may_not_be_a_link(repo: Path) -> None:
    (repo / "escalations").rename(repo / "elsewhere")
    (repo / "escalations").symlink_to(repo / "elsewhere")
    found = load_snapshot(read_worktree(repo)).findings
    assert "file-misplaced" in {finding.rule for finding in found}


def test_pipes_are_not_opened(repo: Path) -> None:
    os.mkfifo(repo / "escalations/2026/DS-2.yaml")
    assert modes(repo)["escalations/2026/DS-2.yaml"] == SPECIAL


def test_modes_are_those_of_git(repo: Path) -> None:
    (repo / "escalations/2026/DS-1.yaml").chmod(0o755)
    assert modes(repo) == {
        "config/policy.yaml": REGULAR,
        "escalations/2026/DS-1.yaml": EXECUTABLE,
    }


def test_a_large_file_is_not_read(repo: Path) -> None:
    with (repo / "escalations/2026/DS-2.yaml").open("wb") as file:
        file.truncate(ESCALATION_BYTES * 1000)
    large = next(raw for raw in read_worktree(repo) if raw.path.endswith("DS-2.yaml"))
    assert large.data == b""
    assert large.bytes == ESCALATION_BYTES * 1000


@pytest.mark.parametrize("name", ["a\nb.yaml", "a b", "-rf", "é", "\u202e", "::error::x"])
def test_odd_names_are_findings(repo: Path, name: str) -> None:
    (repo / "escalations/2026" / name).write_bytes(b"x")
    found = [f for f in load_snapshot(read_worktree(repo)).findings if f.rule == "file-misplaced"]
    assert len(found) == 1
    assert "\n" not in found[0].message
    assert "\u202e" not in found[0].message


def test_a_name_that_is_no_text_is_a_finding(repo: Path) -> None:
    os.close(os.open(os.fsencode(repo) + b"/escalations/2026/DS-\xff.yaml", os.O_CREAT))
    found = load_snapshot(read_worktree(repo)).findings
    assert any("\\xff" in f.message for f in found if f.rule == "file-misplaced")


def test_deep_folders_end(repo: Path) -> None:
    deep = repo / "escalations" / Path(*["x"] * 40)
    deep.mkdir(parents=True)
    (deep / "DS-1.yaml").write_bytes(b"")
    assert any(raw.path.startswith("escalations/x/") for raw in read_worktree(repo))


@pytest.mark.parametrize("what", ["nothing", "file", "empty"])
def test_a_folder_without_escalations_is_named_with_a_cure(tmp_path: Path, what: str) -> None:
    folder = tmp_path / what
    if what == "file":
        folder.write_text("")
    elif what == "empty":
        folder.mkdir()
    with pytest.raises(NotOurs, match="--repo"):
        read_worktree(folder)
