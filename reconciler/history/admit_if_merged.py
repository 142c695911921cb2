"""Who would be admitted if a change were merged now: the history with the change on top.

This is the one answer to what the limits allow: the reconciler asks it of what is merged, and the
rules of `escalate check` ask it of what is not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.history.admission_replay import Play
from reconciler.history.replay_order import by_commit
from reconciler.load.raw import ticket_of
from reconciler.model.acknowledgement import Unread, Verdict
from reconciler.model.admission import Admissions
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import Escalation
from reconciler.model.phase import phase
from reconciler.model.policy import Policy
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.model.timeline import Arrival, MainCommit, Timeline, Version

NOT_COMMITTED: Final = ""
"""Stands for the commit of what is not committed yet."""
OFFLINE: Final = Unread(
    Diagnostic("acknowledgement", "files alone do not show who approved what was merged", "")
)
"""The verdict on what a review acknowledges, where no forge is asked."""
_ENDLESS: Final = 1_000_000_000


@dataclass(frozen=True)
class AdmissionsIfMerged:
    """How things stand without a change and with it."""

    before: Admissions = field(default_factory=Admissions)
    after: Admissions = field(default_factory=Admissions)


NOTHING_MET: Final = AdmissionsIfMerged()
"""Where no limit can be met, so that nothing needs to be played through."""


@dataclass(frozen=True)
class ProposedFiles:
    """A change: the files that it brings or removes, and its policy if it has one."""

    files: Mapping[str, Escalation | None]
    """By path; None for what can't be read."""
    gone: frozenset[str] = frozenset()
    policy: Policy | None = None


def as_merged(
    timeline: Timeline,
    change: ProposedFiles,
    now: datetime,
    verdicts: Mapping[tuple[str, str], Verdict] | None = None,
    otherwise: Verdict | None = None,
) -> AdmissionsIfMerged:
    """Play the history through and put the change on top, as a commit made now.

    `otherwise` is the verdict on what needs a review and has none in `verdicts`.
    """
    commit = MainCommit(NOT_COMMITTED, now, "", "", None, len(timeline.commits))
    policies = timeline.policies
    if not policies:
        if change.policy is None:
            return NOTHING_MET
        policies = ((commit, change.policy),)
    play = Play(Timeline(timeline.commits, timeline.versions, policies), verdicts or {}, otherwise)
    play.through(now)
    before = play.answer(now)
    play.commit(commit, _versions(change, commit), change.policy)
    return AdmissionsIfMerged(before, play.answer(now))


def _versions(change: ProposedFiles, commit: MainCommit) -> Iterable[Version]:
    gone = [Version(ticket_of(path), path, commit, None, gone=True) for path in change.gone]
    here = [
        Version(ticket_of(path), path, commit, escalation)
        for path, escalation in change.files.items()
    ]
    return by_commit([*gone, *here]).get(commit.position, ())


def by_files(
    snapshot: Snapshot, arrivals: Mapping[str, Arrival] | None, now: datetime, base: Snapshot | None
) -> AdmissionsIfMerged:
    """The same where there is no history: as if each file had always said what it says now.

    What has not arrived yet, and what differs from the base, is put on top. Where nobody knows
    when files arrived, all of them arrive now and the limit of the day is left out.
    """
    policy = snapshot.policy if arrivals is not None else _without_days(snapshot.policy)
    known = dict(arrivals or {})
    former = {each.source.path: each for each in (base or snapshot).entries}
    there = [each for path, each in former.items() if path in known]
    times = sorted({min(known[each.source.path].at, now) for each in there})
    first = MainCommit("0", min([now, *times]) - timedelta(days=1), "", "", None, 0)
    commits = [MainCommit(str(n), at, "", "", None, n) for n, at in enumerate(times, 1)]
    at = {commit.at: commit for commit in commits}
    last = MainCommit("last", now, "", "", None, len(commits) + 1)
    versions = []
    for each in there:
        path, arrived = each.source.path, at[min(known[each.source.path].at, now)]
        begun = _begun(each.escalation)
        versions.append(Version(ticket_of(path), path, arrived, begun))
        if begun is not each.escalation:
            versions.append(Version(ticket_of(path), path, last, each.escalation))
    timeline = Timeline((first, *commits, last), tuple(versions), ((first, policy),))
    return as_merged(timeline, _on_top(snapshot.entries, former, known, base), now)


def of_folder(snapshot: Snapshot, now: datetime) -> Admissions:
    """Who is admitted in a folder without git, where nobody knows what came today."""
    return replace(by_files(snapshot, None, now, None).after, today={})


def _on_top(
    entries: Iterable[Entry],
    former: Mapping[str, Entry],
    known: Mapping[str, Arrival],
    base: Snapshot | None,
) -> ProposedFiles:
    files = {}
    for entry in entries:
        path = entry.source.path
        old = former.get(path)
        if path not in known or (base is not None and entry is not old):
            files[path] = entry.escalation
    here = {entry.source.path for entry in entries}
    return ProposedFiles(files, frozenset(former.keys() - here))


def _begun(escalation: Escalation) -> Escalation:
    """As it was before it ended."""
    if not phase(escalation).ended:
        return escalation
    open_again = {"resolution": None, "withdrawn": None}
    if not escalation.episodes:
        return escalation.model_copy(update=open_again)
    last = escalation.episodes[-1].model_copy(update=open_again)
    return escalation.model_copy(update={"episodes": (*escalation.episodes[:-1], last)})


def _without_days(policy: Policy) -> Policy:
    desks = {
        key: desk.model_copy(
            update={"limits": desk.limits.model_copy(update={"per_day": _ENDLESS})}
        )
        for key, desk in policy.desks.items()
    }
    return policy.model_copy(update={"desks": desks})
