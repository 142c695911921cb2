"""Rosters as they once were."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from reconciler.load.raw import CONFIG_BYTES, EXECUTABLE, REGULAR, ROSTER_PATH
from reconciler.load.version import read_roster
from reconciler.model.roster import Roster
from reconciler.model.timeline import MainCommit
from reconciler.services.git.blobs import contents
from reconciler.services.git.main_line import raw_log

_FILES: Final = frozenset({REGULAR, EXECUTABLE})


def rosters_at(
    repo: Path, ref: str, line: Iterable[MainCommit], wanted: Iterable[int]
) -> dict[int, Roster]:
    """The roster in force at positions of a main line; none where it was missing or unreadable.

    Only what is wanted is read, each version once.
    """
    places = {commit.sha: commit.position for commit in line}
    versions = [(places[sha], name) for sha, name in _versions(repo, ref) if sha in places]
    positions = [position for position, _ in versions]
    names: dict[int, str] = {}
    for each in wanted:
        if (before := bisect_right(positions, each)) and (name := versions[before - 1][1]):
            names[each] = name
    read = _read(repo, set(names.values()))
    return {each: read[name] for each, name in names.items() if name in read}


def _versions(repo: Path, ref: str) -> Iterator[tuple[str, str]]:
    """Each commit that changed the roster, oldest first, and its blob; empty when there is none."""
    for commit in raw_log(repo, "--relative", "--reverse", ref, "--", ROSTER_PATH):
        for touch in commit.touches:
            yield commit.sha, touch.object if touch.mode in _FILES else ""


def _read(repo: Path, names: set[str]) -> Mapping[str, Roster]:
    found = {}
    for name, data in contents(repo, names, CONFIG_BYTES):
        roster = read_roster(ROSTER_PATH, data) if data is not None else None
        if roster is not None:
            found[name] = roster
    return found
