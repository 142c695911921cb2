"""One sandbox for all lives of a process, and a repository to copy."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lives.commits import make_template
from reconciler.sandbox import Box, serve


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    with serve() as box:
        yield box


@pytest.fixture
def office(running: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Box, Path]:
    """A sandbox that this process's environment points at, and a repository to copy."""
    for name, value in {
        **running.env(),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }.items():
        monkeypatch.setenv(name, value)
    make_template(tmp_path / "template")
    return running, tmp_path / "template"
