"""The wheel carries the example company, and the program finds it there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reconciler.demo.example import PARTS, example

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=TOP, check=True, capture_output=True, timeout=60)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    return site


def run(site: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_the_wheel_holds_the_same_files(unpacked: Path) -> None:
    inside = unpacked / "reconciler" / "example"
    for part in PARTS:
        here = {each.relative_to(TOP): each.read_bytes() for each in (TOP / part).rglob("*.*")}
        there = {
            each.relative_to(inside): each.read_bytes() for each in (inside / part).rglob("*.*")
        }
        assert here == there


def test_an_installed_program_finds_them(unpacked: Path) -> None:
    found = run(unpacked, "-c", "from reconciler.demo.example import example; print(example())")
    assert Path(found) == unpacked / "reconciler" / "example"
    assert run(unpacked, "-m", "reconciler", "check", "--repo", found) is not None


def test_an_installed_release_names_its_own_action(unpacked: Path) -> None:
    """For the workflows of `escalate init`: from the metadata, without a clone."""
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    before = metadata.read_text(encoding="utf-8")
    lines = [
        line for line in before.split("\n") if not line.startswith(("Version:", "Project-URL:"))
    ]
    lines[1:1] = ["Version: 1.2.3", "Project-URL: Repository, https://github.com/acme/tool"]
    asked = "from reconciler.cli.own_release import own_action; print(own_action())"
    try:
        metadata.write_text("\n".join(lines), encoding="utf-8")
        assert run(unpacked, "-c", asked) == "acme/tool@v1.2.3"
    finally:
        metadata.write_text(before, encoding="utf-8")


def test_a_checkout_uses_its_own() -> None:
    assert example() == TOP
