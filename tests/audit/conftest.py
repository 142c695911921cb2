"""A company whose repository has a remote, and one sandbox for all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from company import Company
from repository import commit, git

from reconciler.sandbox import Box, serve


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    with serve() as box:
        yield box


@pytest.fixture
def box(running: Box, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"):
        monkeypatch.delenv(name, raising=False)
    running.reset()
    running.latency()
    yield running
    running.clock.set(None)


@pytest.fixture
def alone(tmp_path: Path, box: Box) -> Company:
    """A repository without a remote, with one escalation."""
    company = Company(tmp_path / "repo", box)
    git(company, "init", "-b", "main")
    commit(company, "Begin")
    company.write("DS-1071")
    commit(company, "Escalate DS-1071 (#17)")
    return company


@pytest.fixture
def shared(alone: Company) -> Company:
    """The same with an empty bare repository as its remote."""
    remote = alone.folder.parent / "remote.git"
    git(alone, "init", "--bare", "-b", "main", str(remote))
    git(alone, "remote", "add", "origin", str(remote))
    git(alone, "push", "origin", "main")
    return alone
