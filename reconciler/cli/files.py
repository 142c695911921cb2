"""The files that count, with their history, and everything that is wrong in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import click

from reconciler.check.check import judge
from reconciler.cli.options import Options
from reconciler.history.admit_if_merged import NOTHING_MET
from reconciler.load.did_you_mean import did_you_mean
from reconciler.load.raw import tickets_in
from reconciler.load.snapshot import load_snapshot
from reconciler.model.finding import Finding, Severity
from reconciler.model.phase import phase
from reconciler.model.snapshot import Snapshot
from reconciler.model.timeline import Arrival, Timeline
from reconciler.pull_requests.in_force import InForce
from reconciler.pull_requests.open import Main
from reconciler.reconcile.effective import (
    EffectiveEscalation,
    latest_versions,
    plain_escalations,
    recently_touched,
)
from reconciler.render.console import write_error
from reconciler.render.escape import terminal
from reconciler.services.errors import SetupError
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.timeline import read_timeline
from reconciler.services.git.work_tree import read_worktree

_GOES_ON: Final = "The run continues with the other escalations. Details: escalate check"


@dataclass(frozen=True)
class Files:
    """The files of a repository and its history."""

    main: Main
    snapshot: Snapshot
    findings: tuple[Finding, ...]
    declared: frozenset[str]
    """The tickets that have a file, readable or not, or one that is removed and counts."""
    timeline: Timeline | None
    """None outside git and before the first commit."""
    desks: tuple[str, ...]
    """The desks that the run is for."""
    recent: frozenset[str] | None

    def as_agreed(self, found: InForce, asked: tuple[str, ...]) -> "Files":
        """The same files as far as they are agreed; `asked` are the desks that the user named."""
        snapshot = found.main.loaded.snapshot
        if snapshot is None or self.timeline is None:
            return self
        return replace(
            self,
            main=found.main,
            snapshot=snapshot,
            declared=self.declared | frozenset(tickets_in(found.kept)),
            timeline=found.timeline,
            desks=_chosen(asked, snapshot),
        )

    @property
    def revision(self) -> str:
        """The commit that is checked out; empty when there is none."""
        return self.main.commit

    @property
    def arrivals(self) -> Mapping[str, Arrival]:
        """When each file arrived, by path."""
        return self.timeline.arrivals if self.timeline else {}

    @property
    def broken(self) -> int:
        """How many findings are errors."""
        return sum(each.severity is Severity.ERROR for each in self.findings)

    @property
    def plain(self) -> tuple[EffectiveEscalation, ...]:
        """The cases where there is no history to judge by."""
        return plain_escalations(self.snapshot, self.main.now)

    @property
    def open_tickets(self) -> tuple[str, ...]:
        """Tickets of the run's desks that it reads whatever comes of the judgement."""
        known = {
            each.escalation.ticket: (each.source.path, each.escalation)
            for each in self.snapshot.entries
        }
        for ticket, version in latest_versions(self.timeline or Timeline()).items():
            if version.escalation is not None:
                known.setdefault(ticket, (version.path, version.escalation))
        return tuple(
            ticket
            for ticket, (path, escalation) in known.items()
            if escalation.desk in self.desks
            and (not phase(escalation).ended or self.recent is None or path in self.recent)
        )


def read_files(options: Options, *, committed: bool = False) -> Files:
    """The files that count, with everything that is wrong in them told on stderr.

    They are those of the folder, or those of the commit that is checked out.
    """
    head = head_commit(options.repo) if committed else None
    raws = read_revision(options.repo, head) if head else read_worktree(options.repo)
    loaded = load_snapshot(raws)
    snapshot = loaded.snapshot
    if snapshot is None:
        show_findings(loaded.findings, then="")
        raise SetupError(
            "config/policy.yaml or config/roster.yaml can't be read",
            "Run `escalate check` and fix what it reports.",
        )
    head = head_commit(options.repo)
    timeline = read_timeline(options.repo, now=options.now, known=loaded.by_bytes) if head else None
    arrived = timeline.arrivals if timeline else None
    # With a history, what passes a limit is held, and told as that.
    merged = NOTHING_MET if timeline else None
    judged = judge(snapshot, arrived or None, options.now, sources=loaded.sources, merged=merged)
    found = [*loaded.findings, *judged]
    show_findings(tuple(found))
    return Files(
        main=Main(options.repo, head or "", raws, loaded, options.now),
        snapshot=snapshot,
        findings=tuple(found),
        declared=frozenset(tickets_in(loaded.sources)),
        timeline=timeline,
        desks=_chosen(options.desks, snapshot),
        recent=recently_touched(timeline) if timeline else None,
    )


def _chosen(asked: tuple[str, ...], snapshot: Snapshot) -> tuple[str, ...]:
    known = snapshot.policy.desks
    for each in asked:
        if each not in known:
            guess = did_you_mean(each, known)
            raise click.UsageError(f"There is no desk {terminal(each)}. {guess}".strip())
    return tuple(key for key in known if not asked or key in asked)


def show_findings(findings: tuple[Finding, ...], then: str = _GOES_ON) -> None:
    """Tell on stderr what is wrong in the files."""
    for each in findings:
        line = f"{each.position}: {each.severity}: {each.rule}: {each.message}"
        write_error(line)
    if findings and then:
        write_error(then)
