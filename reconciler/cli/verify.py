"""`escalate history --verify`: whether the audit branch can be believed."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from reconciler.audit.append_only import growth_findings, shape_findings, tip_findings
from reconciler.audit.compare_admissions import admission_findings
from reconciler.audit.compare_with_main import main_line, truth_findings
from reconciler.audit.lease_holes import lease_findings, written_leases
from reconciler.audit.seals import line_states, seal_findings, seal_notes, seal_states, with_seals
from reconciler.cli.exits import Exit
from reconciler.cli.output_format import OutputFormat, write_data
from reconciler.model import audit_branch
from reconciler.model.audit import AuditFinding
from reconciler.model.audit_branch import Tips
from reconciler.model.lease import FOLDER
from reconciler.model.timeline import Timeline
from reconciler.render.audit_verification import (
    AuditVerification,
    verdict_text,
    verify_output,
    verify_sheet,
)
from reconciler.render.console import emit
from reconciler.services.environment import variables
from reconciler.services.git.audit_branch import included, notice, tips
from reconciler.services.git.audit_read import audit_commits, audit_lines, shapes, steps
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import ancestors
from reconciler.services.git.remote import Remote
from reconciler.services.settings import read_seal_keyring


def verify_branch(  # noqa: PLR0913 - what to compare, and how to tell it
    repo: Path,
    remote: Remote | None,
    main: str,
    timeline: Timeline,
    *,
    offline: bool,
    style: OutputFormat,
    known: Collection[str] = (),
) -> int:
    """Look at everything, and remember the tip when nothing is wrong."""
    notes: list[str] = []
    name = remote.name if remote else None
    asked = None if offline else remote
    try:
        where = tips(repo, asked, name)
    except GitProblem as problem:
        notes.append(f"{problem}; only the commits of this clone were checked")
        asked, where = None, tips(repo, None, name)
    verdict = _verdict(repo, asked, where, main, timeline, notes, known)
    if where.now and not verdict.findings:
        notice(repo, where.now)
    if style is OutputFormat.TEXT:
        emit(verdict_text(verdict))
    else:
        write_data(verify_output(verdict), verify_sheet(verdict), style)
    return Exit.FAILURE if verdict.findings else Exit.FINE


def _verdict(  # noqa: PLR0913, PLR0917 - everything that is compared
    repo: Path,
    remote: Remote | None,
    where: Tips,
    main: str,
    timeline: Timeline,
    notes: list[str],
    known: Collection[str],
) -> AuditVerification:
    findings = list(_tips(repo, remote, where))
    if not where.now:
        return AuditVerification("", 0, 0, findings, notes)
    commits = list(shapes(repo, where.now))
    lines = list(audit_lines(repo, where.now))
    line = main_line(timeline, ancestors(repo, main))
    findings += shape_findings(commits)
    findings += growth_findings(steps(repo, where.now))
    keyring = read_seal_keyring(variables())
    states = seal_states(audit_commits(repo, where.now), keyring)
    brought = line_states(steps(repo, where.now, audit_branch.FOLDER), states)
    leases = list(steps(repo, where.now, FOLDER))
    lines = list(with_seals(lines, brought))
    findings += seal_findings(states, brought, written_leases(leases))
    notes += seal_notes(states, keyring)
    findings += lease_findings(leases, lines, datetime.now(UTC), states, keyring)
    findings += truth_findings(lines, line)
    findings += admission_findings(lines, line, known)
    return AuditVerification(where.now, len(commits), len(lines), findings, notes)


def _tips(repo: Path, remote: Remote | None, where: Tips) -> Iterator[AuditFinding]:
    name = f"{remote.name}/audit" if remote else "audit"
    there = included(repo, where.now, (where.seen, where.here)) if where.now else []
    yield from tip_findings(where, name, there)
