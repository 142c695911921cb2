"""The company of a life: its repository, its runs, and what its people do in Slack and Jira."""

import json
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from company import NOW, TOP, Company

from lives.commits import Commits, git
from lives.runs import converge, in_a_process, options_of, try_to
from reconciler.sandbox import Box, Fault

PEOPLE: dict[str, dict[str, str]] = yaml.safe_load((TOP / "config" / "roster.yaml").read_text())[
    "people"
]
BOT = "U0ESCBOT1"
_PATIENCE = 20.0


class _Plain(yaml.CSafeDumper):
    """Writes everything out: an alias is a finding."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library asks for each
        return True


def branch_of(ticket: str) -> str:
    """The branch that proposes a ticket."""
    return f"escalate/{ticket.lower()}"


def _dumped(files: Iterable[dict[str, Any]]) -> dict[str, str]:
    return {
        f"escalations/2026/{each['ticket']}.yaml": yaml.dump(
            each, Dumper=_Plain, sort_keys=False, allow_unicode=True
        )
        for each in files
    }


class Firm(Company):
    """A company whose files are in git, in a sandbox that is as new."""

    def __init__(self, folder: Path, box: Box, template: Path) -> None:
        shutil.copytree(template, folder)
        box.reset()
        self.folder, self.box, self.now = folder, box, NOW
        self.data_center, self.workers, self.pauses, self.more_env = False, 1, [], {}
        self._commits = Commits(folder)
        self._forge = False
        box.clock.set(NOW)

    # Files

    def put(self, *files: dict[str, Any]) -> None:
        """Commit what files say, all of them together."""
        self._commits.add(self.now, _dumped(files))

    def propose(self, file: dict[str, Any]) -> None:
        """Push a branch with a file; the folder is its own remote."""
        if not self._forge:
            git(self.folder, "remote", "add", "origin", str(self.folder))
            self._forge = True
        self._commits.propose(branch_of(file["ticket"]), self.now, _dumped([file]))

    def drop(self, ticket: str) -> None:
        """Delete a branch."""
        self._commits.drop(branch_of(ticket))

    # Runs

    def converge(
        self, desks: tuple[str, ...] = (), *, thorough: bool = False, deep: bool = False
    ) -> tuple[list[str], dict[str, set[str]]]:
        """A run that succeeds; what the next plans would still do, a thorough one if `deep`.

        And what they tell that people have moved, by ticket.
        """
        self._commits.write()
        return converge(
            options_of(self.folder, self.now, desks, thorough=thorough, forge=self._forge),
            deep=deep,
        )

    def break_off(self, fault: Fault, forks: Any = None) -> None:
        """A run in which a call goes wrong; with `forks` one that is killed at that call."""
        self._commits.write()
        self.box.faults.add(fault)
        options = options_of(self.folder, self.now, forge=self._forge)
        if forks is None:
            try_to(options)
        else:
            child = forks.Process(target=in_a_process, args=(options, self.env))
            child.start()
            while child.is_alive() and not fault.hit.wait(0.005):
                pass
            child.kill()
            child.join()
        self.box.faults.clear()

    # People

    def account(self, handle: str) -> str:
        return PEOPLE[handle]["jira"]

    def user(self, handle: str) -> str:
        return PEOPLE[handle]["slack"]

    # Records

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """The lines of the audit branch by ticket."""
        names = git(self.folder, "ls-tree", "-r", "--name-only", "audit").split()
        return {
            Path(name).stem: [
                json.loads(line) for line in git(self.folder, "show", f"audit:{name}").splitlines()
            ]
            for name in names
        }


def moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), NOW.tzinfo)
