"""The locks: what a run needs and no more, in versions that are allowed, each with hashes."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[2]
TOLD = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {
    "run.lock": TOLD["project"]["dependencies"],
    "board.lock": TOLD["project"]["optional-dependencies"]["board"],
    "build.lock": TOLD["build-system"]["requires"],
    "release.lock": (TOP / "requirements" / "release.in").read_text(encoding="utf-8").split(),
    "uv.txt": (TOP / "requirements" / "uv.in").read_text(encoding="utf-8").split(),
}


def locked(name: str) -> dict[str, list[str]]:
    """Each requirement of a lock with its hashes."""
    text = (TOP / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(" --hash=") for line in text.splitlines() if not line.startswith("#")]
    return {first.strip(): [each.strip() for each in hashes] for first, *hashes in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_each_file_has_a_hash(name: str) -> None:
    for requirement, hashes in locked(name).items():
        assert re.match(r"[\w.-]+==[\w.]+( ;.*)?$", requirement)
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_the_versions_are_allowed(name: str) -> None:
    """`make lock` writes it anew."""
    found = [Requirement(each) for each in locked(name)]
    versions = {canonicalize_name(each.name): str(each.specifier)[2:] for each in found}
    for wanted in map(Requirement, LOCKS[name]):
        version = versions[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{wanted}: {version} is locked"


def test_a_run_needs_no_extra() -> None:
    extras = TOLD["project"]["optional-dependencies"]
    names = {canonicalize_name(Requirement(each).name) for each in locked("run.lock")}
    for extra in ("prompts", "sandbox"):
        found = names & {canonicalize_name(Requirement(each).name) for each in extras[extra]}
        assert found <= {"markdown-it-py"}, "which rich needs, too"


def test_what_builds_the_package_is_what_is_locked() -> None:
    lines = (TOP / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    assert lines == TOLD["build-system"]["requires"]
