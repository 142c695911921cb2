"""What the shell completes."""

import shutil
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from company import TOP

from reconciler.cli.main import cli


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("config", "escalations"):
        shutil.copytree(TOP / name, tmp_path / name)
    (tmp_path / "escalations/2026/DS-1\x1b.yaml").touch()
    (tmp_path / "escalations/2026/.git.yaml").touch()
    return tmp_path


def completed(folder: Path, *words: str) -> dict[str, str | None]:
    *before, last = words
    complete = ShellComplete(cli, {}, "escalate", "_ESCALATE_COMPLETE")
    arguments = [before[0], "--repo", str(folder), *before[1:]]
    return {each.value: each.help for each in complete.get_completions(arguments, last)}


@pytest.mark.parametrize("command", ["update", "history"])
def test_tickets_with_a_file(folder: Path, command: str):
    found = completed(folder, command, "ds-10")
    assert {"DS-1018", "DS-1042", "DS-1057"} <= set(found)
    assert all(each.startswith("DS-10") for each in found)
    assert completed(folder, command, "OPS") == {}


def test_a_name_that_is_no_key_is_not_offered(folder: Path):
    assert all(each[3:].isdigit() for each in completed(folder, "update", "DS-"))


@pytest.mark.parametrize(
    "words",
    [("assign", "DS-1042"), ("update", "--by"), ("open", "--contact"), ("resolve", "--owner")],
)
def test_people_by_handle_and_by_name(folder: Path, words: tuple[str, ...]):
    assert completed(folder, *words, "len") == {"lena": "Lena Fischer"}
    assert completed(folder, *words, "fisch") == {"lena": "Lena Fischer"}


def test_nothing_outside_of_a_repository(tmp_path: Path):
    assert completed(tmp_path, "update", "DS") == {}
    assert completed(tmp_path, "assign", "DS-1", "l") == {}
