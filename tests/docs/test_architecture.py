"""The architecture page lists the folders that there are, and its command prints their imports."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]


def in_tree() -> set[str]:
    """Folders with files in them, and modules beside the folders."""
    found = [path for path in (TOP / "reconciler").iterdir() if path.name[0] not in "_."]
    folders = {each.name for each in found if each.is_dir() and any(each.glob("[!_.]*"))}
    return folders | {each.stem for each in found if each.suffix == ".py"}


def contract(name: str) -> dict[str, list[str]]:
    return next(each for each in CONTRACTS if name in each["name"])


def test_every_folder_is_listed_once():
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(in_tree())


def test_every_folder_has_a_layer():
    layers = contract("flow of the data")["layers"]
    named = {each.strip().removeprefix("reconciler.") for row in layers for each in row.split("|")}
    assert named == in_tree() - {"sandbox", "template"}, "these two have contracts or no code"


def test_the_core_is_that_of_the_contract():
    core = re.search(r"The core \(([^)]*) without its parts\s+([^)]*)\)", PAGE)
    assert core is not None
    folders, left_out = (set(re.findall(r"`(\w+)`", each)) for each in core.groups())
    parts = {each.stem for each in (TOP / "reconciler" / "reconcile").iterdir()} - {"__init__"}
    modules = {f"reconciler.{each}" for each in folders - {"reconcile"}}
    modules |= {f"reconciler.reconcile.{each}" for each in parts - {"__pycache__"} - left_out}
    assert modules == set(contract("The core")["source_modules"])


def test_who_imports_whom_is_printed():
    assert "docs/imports.py" in PAGE
    command = [sys.executable, "docs/imports.py"]
    out = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout
    rows = {row[0]: row[1:] for line in out.splitlines()[1:] if (row := line.split())}
    assert rows.keys() == in_tree() - {"template"} | {"__main__"}
    assert rows["model"][2:] == [], "the words of the project import nothing of ours"
    assert "model" in rows["services"]
