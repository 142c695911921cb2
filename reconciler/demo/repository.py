"""The story's git repository: the example's files, with a history that fits them."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from reconciler.demo.child_process import run
from reconciler.demo.company import Company, DemoFailedError
from reconciler.demo.example import PARTS, example

_SETTINGS: Final = (
    *("-c", "user.name=Ledgerline"),
    *("-c", "user.email=escalations@ledgerline.example"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.autocrlf=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
)
HERO: Final = "DS-1042"
FOUNDED: Final = "2025-09-01T09:00:00-04:00"
REVIEWS: Final = "2026-11-18T17:00:00-05:00"
"""From when on an approval acknowledges."""
ARRIVED: Final = {
    "DS-987": "2025-10-14T09:10:00-04:00",
    "PLAT-305": "2026-11-05T08:20:00-05:00",
    "DS-1018": "2026-11-09T10:05:00-05:00",
    "DS-1029": "2026-11-12T09:15:00-05:00",
    "DS-1035": "2026-11-13T11:40:00-05:00",
    "PLAT-311": "2026-11-18T08:30:00-05:00",
}
"""When each was merged before the story; those that are not named came with the first commit."""
LATER: Final = {
    "DS-1057": ("2026-11-20T14:35:00-05:00", "priya", "hannah"),
    "PLAT-318": ("2026-11-20T16:10:00-05:00", "tomas", "yusuf"),
    "DS-1063": ("2026-11-23T09:05:00-05:00", "tomas", "hannah"),
}
"""When others come by pull requests while the story goes on, who proposes and who approves."""


def _before_reviews(policy: str) -> str:
    """The policy while the merge acknowledged, and people merged."""
    merged = policy.replace("acknowledgement: review", "acknowledgement: merge")
    return merged.replace("merge: when-agreed", "merge: by-hand")


def as_proposed(text: str) -> str:
    """A file as its initiator proposes it, without what others write later."""
    return text.partition("\nassignee: ")[0].rstrip("\n") + "\n"


def assignment(text: str) -> str:
    """The line of a review that assigns the engineer of a file; empty if it has none."""
    handle = text.partition("\nassignee: ")[2].partition("\n")[0]
    return f"/assign {handle}" if handle else ""


class DemoRepository:
    """A git repository that nothing outside of it can influence."""

    def __init__(
        self, folder: Path, surroundings: Mapping[str, str], company: Company, remote: Path
    ) -> None:
        """Work in `folder`, which exists and is empty; `remote` is where GitHub keeps it."""
        self.folder = folder
        self._surroundings = dict(surroundings)
        self._company = company
        self._remote = remote
        self._texts: dict[str, str] = {}

    def found(self) -> None:
        """Make the repository as it was before the story, each escalation on the day it came."""
        for part in PARTS:
            source = example() / part
            if source.is_dir():
                shutil.copytree(source, self.folder / part)
        self.git("init", "--quiet", "--template=", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self._remote))
        arrivals = {f"{ticket}.yaml": date for ticket, date in ARRIVED.items()}
        for path in sorted(self.folder.glob("escalations/*/*.yaml")):
            if path.stem in LATER or path.stem == HERO:
                self._texts[path.stem] = path.read_text(encoding="utf-8")
                path.unlink()
        files = sorted(self.folder.glob("escalations/*/*.yaml"))
        late = {path.name: path for path in files if path.name in arrivals}
        early = [str(path) for path in files if path.name not in arrivals]
        policy = self.folder / "config" / "policy.yaml"
        reviewed = policy.read_text(encoding="utf-8")
        policy.write_text(_before_reviews(reviewed), encoding="utf-8", newline="\n")
        self.git("add", "config", *(["schemas"] if self._has("schemas") else []), *early)
        self._commit("The company, its desks and its people", FOUNDED)
        for number, (name, date) in enumerate(arrivals.items(), start=101):
            if name in late:
                self.git("add", str(late[name]))
                self._commit(f"Escalate {name.removesuffix('.yaml')} (#{number})", date)
        policy.write_text(reviewed, encoding="utf-8", newline="\n")
        self.git("add", "--all")
        self._commit("From now on an approval acknowledges (#107)", REVIEWS)
        self.git("push", "--quiet", "origin", "main")

    def text(self, ticket: str) -> str:
        """What the example's file of a ticket says that comes while the story goes on."""
        return self._texts[ticket]

    def others_arrive(self) -> Iterator[datetime]:
        """By pull requests that the story does not tell of; when the runs of each day begin."""
        days = groupby(LATER.items(), lambda later: datetime.fromisoformat(later[1][0]).date())
        for _, of_a_day in days:
            for ticket, (date, author, approver) in of_a_day:
                moment = datetime.fromisoformat(date)
                self._company.at(moment)
                text = self._texts[ticket]
                self.propose(ticket.lower(), {ticket: as_proposed(text)}, moment)
                number = self._company.open_pull(author, ticket.lower(), f"Escalate {ticket}")
                self._company.approve(approver, number, assignment(text))
            yield moment
            self.pull()

    def _has(self, part: str) -> bool:
        return (self.folder / part).is_dir()

    def propose(self, branch: str, files: Mapping[str, str], moment: datetime) -> None:
        """Bring files on a branch of their own, as a pull request would; main stays as it is."""
        self.git("switch", "--quiet", "--create", branch, "main")
        for ticket, text in files.items():
            path = self.folder / "escalations" / f"{moment:%Y}" / f"{ticket}.yaml"
            path.write_text(text, encoding="utf-8", newline="\n")
        self.git("add", "--all")
        self._commit(f"Escalate {', '.join(files)}", moment.isoformat())
        self.git("push", "--quiet", "origin", branch)
        self.git("switch", "--quiet", "main")

    def pull(self) -> None:
        """Bring what runs have merged here, too."""
        self.git("pull", "--quiet", "--ff-only", "origin", "main")

    def _commit(self, message: str, date: str) -> None:
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        self.git("commit", "--quiet", "--message", message, **dates)

    def git(self, *arguments: str, **extra: str) -> str:
        """What a git command prints."""
        command = ["git", *_SETTINGS, *arguments]
        ended = run(command, self.folder, {**self._surroundings, **extra})
        if ended.status != 0:
            raise DemoFailedError(f"git {arguments[0]} did not work: {ended.err.strip()}")
        return ended.out
