"""The main line, as far as it is needed: its tip, its commits, arrivals, and rosters of the past.

`timeline` reads all of it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.history.commit_times import effective_times
from reconciler.load.raw import CONFIG_BYTES, EXECUTABLE, REGULAR, ROSTER_PATH, FileKind
from reconciler.load.version import read_roster
from reconciler.model.roster import Roster
from reconciler.model.timeline import Arrival, MainCommit
from reconciler.services.git.blob_contents import contents
from reconciler.services.git.command import GitProblem, must
from reconciler.services.git.commits import (
    SHALLOW,
    furthest,
    includes,
    known_commit,
    resolve,
    state,
)
from reconciler.services.git.log import ADDED, LogCommit, Touch, log, raw_log

FILES: Final = frozenset({REGULAR, EXECUTABLE})
"""Modes of what is read: neither links nor submodules."""
_PULL_REQUEST: Final = re.compile(r"\(#([0-9]{1,9})\)$|^Merge pull request #([0-9]{1,9}) ")
_REWRITTEN: Final = (
    "The main branch was rewritten: its former latest commit {0} is not on it any more. "
    "The limits and the audit branch depend on that commit. If a force push or a merge "
    "removed it, restore it: git push --force-with-lease origin {0}:main. Then merge the "
    "newer commits again."
)

_OLDER: Final = (
    "This checkout is older than commit {0}, which was reconciled last. A run would undo "
    "newer changes. Fetch, and check out the tip of main."
)


def main_tip(repo: Path, branch: str, remote: str | None) -> str:
    """The main branch as this clone knows it."""
    there = [f"refs/remotes/{remote}/{branch}"] if remote else []
    return furthest(repo, [*there, f"refs/heads/{branch}"]) or resolve(repo, "HEAD")


def refuse_rewritten(repo: Path, last_commit: str) -> None:
    """Refuse to go on when the latest commit of before is not on the main line any more."""
    shallow, head = state(repo)
    if shallow:
        raise GitProblem(SHALLOW)
    last = known_commit(repo, last_commit)
    if last and head and last != head and includes(repo, last, head):
        raise GitProblem(_OLDER.format(last_commit[:12]))
    line = must(repo, "rev-list", "--first-parent", head).split() if last and head else ()
    if last is None or last.encode("ascii") not in line:
        raise GitProblem(_REWRITTEN.format(last_commit[:12]))


def newer_on_main(repo: Path, main: str, commit: str) -> str:
    """Why a checkout is older than a commit of the main line; empty if it is not.

    `commit` may be a claim: it counts only if the main line has it, after what is checked out.
    """
    _, head = state(repo)
    known = known_commit(repo, commit)
    if known is None or head is None or known == head or not includes(repo, known, head):
        return ""
    line = must(repo, "rev-list", "--first-parent", main).split()
    return _OLDER.format(commit[:12]) if known.encode("ascii") in line else ""


def main_commits(commits: list[LogCommit], times: list[datetime]) -> list[MainCommit]:
    """Commits of the line, oldest first as given, with their effective times."""
    return [
        MainCommit(
            commit.sha, at, commit.author, commit.subject, pull_request(commit.subject), position
        )
        for position, (commit, at) in enumerate(zip(commits, times, strict=True))
    ]


def first_arrivals(commits: list[LogCommit], on_main: list[MainCommit]) -> dict[str, Arrival]:
    """When each escalation file first appeared."""
    found: dict[str, Arrival] = {}
    for commit, main in zip(commits, on_main, strict=True):
        for touch in commit.touches:
            if touch.status == ADDED and touch.kind is FileKind.ESCALATION:
                found.setdefault(touch.path, Arrival(main.sha, main.at, main.pull_request))
    return found


def pull_request(subject: str) -> int | None:
    """The pull request that GitHub's own subjects name: of a squash, or of a merge."""
    found = _PULL_REQUEST.search(subject) if "#" in subject else None
    return int(found[1] or found[2]) if found else None


def arrivals(repo: Path, ref: str = "HEAD", now: datetime | None = None) -> dict[str, Arrival]:
    """When each escalation file first appeared on the first-parent line of a revision.

    A commit's own dates can be forged: `history.commit_times` says which time counts.
    """
    commits = list(log(repo, ref))[::-1]
    times = effective_times([commit.time for commit in commits], now or datetime.now(UTC))
    return first_arrivals(commits, main_commits(commits, times))


def touched_since(repo: Path, ref: str, now: datetime, since: datetime) -> list[Touch]:
    """What the commits of the first-parent line did to our files since then."""
    sha = resolve(repo, ref)
    stamps = must(repo, "rev-list", "--first-parent", "--timestamp", sha).splitlines()
    times = effective_times([int(stamp.split()[0]) for stamp in reversed(stamps)], now)
    late = sum(at >= since for at in times)
    if not late:
        return []
    return [touch for each in log(repo, sha, f"--max-count={late}") for touch in each.touches]


def rosters_at(
    repo: Path, ref: str, line: Iterable[MainCommit], wanted: Iterable[int]
) -> dict[int, Roster]:
    """The roster in force at positions of a main line; none where it was missing or unreadable.

    Only what is wanted is read, each version once.
    """
    places = {commit.sha: commit.position for commit in line}
    versions = [(places[sha], name) for sha, name in _roster_versions(repo, ref) if sha in places]
    positions = [position for position, _ in versions]
    names: dict[int, str] = {}
    for each in wanted:
        if (before := bisect_right(positions, each)) and (name := versions[before - 1][1]):
            names[each] = name
    read = _read_rosters(repo, set(names.values()))
    return {each: read[name] for each, name in names.items() if name in read}


def _roster_versions(repo: Path, ref: str) -> Iterator[tuple[str, str]]:
    """Each commit that changed the roster, oldest first, and its blob; empty when there is none."""
    for commit in raw_log(repo, "--relative", "--reverse", ref, "--", ROSTER_PATH):
        for touch in commit.touches:
            yield commit.sha, touch.object if touch.mode in FILES else ""


def _read_rosters(repo: Path, names: set[str]) -> Mapping[str, Roster]:
    found = {}
    for name, data in contents(repo, names, CONFIG_BYTES):
        roster = read_roster(ROSTER_PATH, data) if data is not None else None
        if roster is not None:
            found[name] = roster
    return found
