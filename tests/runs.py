"""Runs of `escalate apply` as processes that a test stops, continues and kills."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import forked
from company import Company

from reconciler.sandbox.faults import Fault

_LONGEST = 60.0


@dataclass
class Running:
    """A run, with what it prints."""

    process: forked.Forked | subprocess.Popen[bytes]
    printed: Path

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def stop(self) -> None:
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)

    def end(self) -> tuple[int, str]:
        """Its status and output."""
        status = self.process.wait(_LONGEST)
        return status, " ".join(self.printed.read_text().split())

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(_LONGEST)


@contextmanager
def running(
    company: Company, *options: str, folder: Path | None = None, run: str = ""
) -> Iterator[Running]:
    """A run in a process of its own; it is killed if it still runs at the end."""
    env = {key: each for key, each in os.environ.items() if not key.startswith(("GIT_", "GITHUB_"))}
    if run:
        env |= {"GITHUB_RUN_ID": run.partition("/")[0], "GITHUB_RUN_ATTEMPT": run.partition("/")[2]}
    with tempfile.NamedTemporaryFile() as printed, Path(os.devnull).open("rb") as nothing:
        process = forked.start(
            ["apply", *options, "--now", company.now.isoformat()],
            cwd=folder or company.folder,
            env={**env, **company.env, "NO_PROXY": "127.0.0.1", "COLUMNS": "1000"},
            stdin=nothing.fileno(),
            stdout=printed.fileno(),
            stderr=printed.fileno(),
        )
        found = Running(process, Path(printed.name))
        try:
            yield found
        finally:
            if process.poll() is None:
                found.kill()


@contextmanager
def held_at(
    company: Company, nth: int, when: str = "after", seconds: float = _LONGEST
) -> Iterator[Fault]:
    """The call at which a run waits for its answer."""
    fault = company.box.faults.add(Fault("hang", nth=nth, when=when, seconds=seconds))
    yield fault
    company.box.faults.clear()
