"""Open pull requests: what each would add to the main branch, read as git objects only."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, FileKind, RawFile, kind_of, ticket_of
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.acknowledgement import Verdict
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Finding, Severity, Source
from reconciler.model.forge import PullRequest, Review
from reconciler.model.phase import phase
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.pull_requests.acknowledgements import FetchHeads
from reconciler.pull_requests.check_change import Judged, judge_change
from reconciler.services.errors import ServiceError
from reconciler.services.forge_protocol import Forge
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import merge_base
from reconciler.services.git.committed_files import changed_files

LIMITS: Final = "limit-"
"""Prefix of rules about limits. Their findings hold an escalation and need no correction."""
_CONFIG: Final = (POLICY_PATH, ROSTER_PATH)
_MAY_NOT: Final = frozenset({"role-initiator", "role-author", "unknown-person"})
"""Rules that keep accounts without a role from announcing an escalation."""


@dataclass(frozen=True)
class Main:
    """The main branch as it is: its commit, its files, and what they say."""

    repo: Path
    commit: str
    raws: Sequence[RawFile]
    loaded: Loaded
    now: datetime
    verdicts: Mapping[tuple[str, str], Verdict] = field(default_factory=dict)
    """Who acknowledged what is on it, as far as that is known."""


@dataclass(frozen=True)
class Opened:
    """An open pull request, as if it were merged now."""

    pull_request: PullRequest
    paths: frozenset[str] = frozenset()
    """Paths of the files that it changes."""
    snapshot: Snapshot | None = None
    """Everything as merged, with the policy and roster of the main branch."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    brings: tuple[Entry, ...] = ()
    """The escalations that it adds or reopens."""
    findings: tuple[Finding, ...] = ()
    reviews: tuple[Review, ...] = ()
    diagnostic: Diagnostic | None = None
    """Why it could not be read."""

    @property
    def tickets(self) -> tuple[str, ...]:
        """Tickets whose files it changes, readable or not."""
        ours = (path for path in self.paths if kind_of(path) is FileKind.ESCALATION)
        return tuple(sorted(ticket_of(path) for path in ours))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that must be corrected before it can be merged."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    def initiators(self, desk: str) -> frozenset[str]:
        """Handles of the initiators of its escalations to a desk."""
        ours = (entry.escalation for entry in self.brings if entry.escalation.desk == desk)
        return frozenset(each.current.initiator for each in ours)

    def may_be_announced(self, entry: Entry) -> bool:
        """True if its author may propose this escalation, so that it is announced."""
        return not any(
            each.rule in _MAY_NOT and each.position.path == entry.source.path
            for each in self.errors
        )


def read_open(
    main: Main,
    forge: Forge,
    fetch: FetchHeads,
    desks: Iterable[str],
    only: Container[str] | None = None,
) -> tuple[Opened, ...]:
    """Every open pull request, or those with these ids, oldest first, with reviews for `desks`.

    Nothing of a pull request is checked out or run. An unreadable one has a diagnostic.
    """
    pull_requests = [each for each in forge.pull_requests() if only is None or each.id in only]
    problems = fetch(pull_requests)
    wanted = frozenset(desks)
    return tuple(
        _read(main, forge, each, problems.get(each.id, ""), wanted) for each in pull_requests
    )


def _read(
    main: Main, forge: Forge, pull_request: PullRequest, problem: str, desks: frozenset[str]
) -> Opened:
    if problem:
        return Opened(pull_request, diagnostic=_unreadable(pull_request, problem))
    try:
        found = _as_merged(main, pull_request)
        ours = any(ticket.rpartition("-")[0] in desks for ticket in found.tickets)
        reviews = forge.reviews(pull_request.id) if ours and forge.reviews_exist else ()
    except (GitProblem, ServiceError) as error:
        remedy = error.remedy if isinstance(error, ServiceError) else ""
        return Opened(pull_request, diagnostic=_unreadable(pull_request, str(error), remedy))
    return Opened(
        pull_request,
        found.paths,
        found.snapshot,
        found.sources,
        found.brings,
        found.findings,
        reviews,
    )


def _unreadable(pull_request: PullRequest, why: str, remedy: str = "") -> Diagnostic:
    message = f"{pull_request.name} can't be read: {why}"
    return Diagnostic("forge", message, remedy or "The next run tries again.")


def _as_merged(main: Main, pull_request: PullRequest) -> Opened:
    base = merge_base(main.repo, main.commit, pull_request.head)
    changed = changed_files(main.repo, base, pull_request.head)
    if not changed:
        return Opened(pull_request)
    before = {raw.path: raw for raw in main.raws}
    merged = {path: raw for path, raw in (before | changed).items() if raw is not None}
    raws = sorted(merged.values(), key=lambda raw: raw.path)
    judged = judge_change(
        main.repo,
        main.now,
        main.commit,
        main.raws,
        raws,
        pull_request.author,
        lambda _: main.verdicts,
    )
    # The plan uses the policy and roster of main, not those of the pull request.
    kept = [raw for raw in raws if raw.path not in _CONFIG]
    kept += [before[path] for path in _CONFIG if path in before]
    loaded = load_snapshot(kept, main.loaded)
    snapshot = loaded.snapshot
    return Opened(
        pull_request,
        frozenset(changed),
        snapshot,
        loaded.sources,
        tuple(_brought(main.loaded.entries, snapshot, changed)) if snapshot else (),
        _sorted(judged),
    )


def _sorted(judged: Judged) -> tuple[Finding, ...]:
    return tuple(sorted(judged.findings, key=lambda finding: (finding.position, finding.rule)))


def _brought(main: Iterable[Entry], merged: Snapshot, changed: Iterable[str]) -> Iterable[Entry]:
    """Escalations that are not on the main branch yet, or not for this episode."""
    paths = frozenset(changed)
    before = {entry.escalation.ticket: entry.escalation for entry in main}
    for entry in merged.entries:
        now, old = entry.escalation, before.get(entry.escalation.ticket)
        if entry.source.path not in paths or phase(now).ended:
            continue
        if old is None or len(now.episodes) > len(old.episodes) or phase(old).ended:
            yield entry
