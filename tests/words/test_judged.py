"""What is said of escalations by their history, and of records that disagree with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import yaml
from company import TOP, escalation
from goldens import hold
from history.test_admission import SILENT, History, Reviewed, acknowledged
from merge_policy import merge_policy

from reconciler.audit.append_only import growth_findings, tip_findings
from reconciler.audit.compare_admissions import admission_findings
from reconciler.audit.compare_with_main import main_line, truth_findings
from reconciler.check.check import judge
from reconciler.check.rule import Example
from reconciler.check.rules.examples import RESOLUTION
from reconciler.history.admit_if_merged import OFFLINE, ProposedFiles, as_merged
from reconciler.history.version_differences import differences
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    AuditFinding,
    AuditLine,
    ChangeRecord,
    OutcomeRecord,
    Record,
)
from reconciler.model.audit_branch import Step, Tips
from reconciler.model.change import Action
from reconciler.model.escalation import Escalation
from reconciler.model.finding import Finding
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans, Policy
from reconciler.model.timeline import Timeline
from words.test_findings import findings_of

GOLDEN = Path(__file__).parent / "golden" / "judged.txt"
FILES = [
    RawFile("config/policy.yaml", merge_policy().encode()),
    RawFile("config/roster.yaml", (TOP / "config/roster.yaml").read_bytes()),
]
PATH = "audit/2026/DS-1.jsonl"


def _line(found: Finding) -> str:
    return f"{found.rule} {found.severity}: {found.message}\n    {found.remedy}"


# Limits


def _timeline(history: History, *, review: bool = False) -> Timeline:
    policies = tuple(history.policies)
    if review:
        means = {"acknowledgement": "review"}
        policies = tuple(
            (commit, Policy.model_validate(policy.model_dump(mode="json") | means))
            for commit, policy in policies
        )
    return Timeline(tuple(history.commits), tuple(history.versions), policies)


def _proposed(
    history: History, ticket: str, *, review: bool = False, **said: object
) -> Iterator[str]:
    """The findings on a file that a change brings on top of a history."""
    path = f"escalations/2026/{ticket}.yaml"
    text = yaml.safe_dump(yaml.safe_load(yaml.dump(escalation(ticket, **said))))
    loaded = load_snapshot([*FILES, RawFile(path, text.encode())])
    assert loaded.snapshot is not None
    change = ProposedFiles({path: loaded.snapshot.entries[0].escalation})
    merged = as_merged(_timeline(history, review=review), change, history.at, otherwise=OFFLINE)
    yield from map(
        _line, judge(loaded.snapshot, None, history.at, sources=loaded.sources, merged=merged)
    )


def _limits() -> Iterator[str]:
    full = History()
    full.set_policy(per_day=1)
    full.write("DS-1", assignee=None)
    yield from _proposed(full, "DS-2", assignee=None)
    yield from _proposed(full, "DS-2", review=True, assignee=None)
    busy = History()
    busy.write("DS-1", assignee="dmitri")
    busy.write("DS-2", assignee="nadia")
    yield from _proposed(busy, "DS-2", assignee="dmitri")


def _held() -> Iterator[str]:
    stray = History()
    stray.write("PLTA-7", assignee="dmitri")
    later = Reviewed()
    later.bring("DS-1", acknowledged(later.at + timedelta(hours=1)))
    moved = History()
    moved.write("DS-1", assignee="dmitri")
    moved.write("DS-2", assignee="nadia")
    moved.write("DS-2", assignee="dmitri")
    moved.set_policy(per_assignee=2)
    for history in (stray, later, moved):
        for key, found in history.judged().by_ticket.items():
            yield f"{key}: {found.decision} {found.why}{found.waits}"


def _changed() -> Iterator[str]:
    """The words of the history for what changes in a file."""
    handovers = [{"to": each, "at": "2026-12-01T09:00:00-05:00"} for each in ("jun", "amara")]
    before, *later = (
        Escalation.model_validate(escalation("DS-1", handovers=some))
        for some in (handovers[:1], handovers, handovers[1:])
    )
    for after in later:
        for each in differences(before, after):
            yield f"{each.kind} {each.field}: {each.before} -> {each.after}"


# Rules that say several things


EPISODE = """
episodes:
  - impact: {level: high, who: Payers of one biller, how_many: 90, symptom: An error.}
    reason: It is back.
    initiator: priya
    contact: lena
"""
EXAMPLES = (
    Example("contact: client-success"),
    Example(RESOLUTION, before={"escalations/2026/DS-1042.yaml": RESOLUTION + EPISODE}),
)


def _examples() -> Iterator[str]:
    for example in EXAMPLES:
        yield from map(_line, findings_of(example))


# The audit branch


def _lines(*records: Record) -> list[AuditLine]:
    return [AuditLine(PATH, number, each) for number, each in enumerate(records, 1)]


def _audited() -> Iterator[AuditFinding]:
    yield from growth_findings([Step("c" * 40, "M", "100644", PATH, b"a\nb\n", b"a\nb")])
    yield from tip_findings(Tips("", "a" * 40, "b" * 40), "origin/audit", [])
    history = Reviewed()
    history.bring("DS-1", SILENT)
    commit = history.commits[-1].sha
    shared = {"at": history.at, "commit": commit, "ticket": "DS-1"}
    change = ChangeRecord(
        **shared, run="1/1", facet="jira.label", action=Action.ADD, after="E", result=Result.DONE
    )
    told = OutcomeRecord(**shared, run="1/1", phase=Phase.ASSIGNED, done=1)
    open_ = change.model_copy(update={"run": "2/1"})
    reviewed = AcknowledgementRecord(
        **shared, run="3/1", means=AcknowledgementMeans.REVIEW, by="hannah", brought_by="d" * 40
    )
    admitted = AdmissionRecord(**shared, run="4/1", state=AdmissionState.ADMITTED, since=history.at)
    line = main_line(history.timeline, [each.sha for each in history.commits])
    lost = change.model_copy(update={"run": "5/1", "commit": "e" * 40})
    lines = _lines(change, told, told, open_, reviewed, admitted, lost)
    yield from truth_findings(lines, line)
    yield from admission_findings(_lines(admitted), line)


def _audit() -> Iterator[str]:
    for each in _audited():
        yield f"{each.where} {each.id}: {each.what}\n    {each.remedy}"


def test_what_is_said_by_the_history_reads_as_before():
    parts = {
        "Limits": _limits(),
        "Held": _held(),
        "Changed": _changed(),
        "Rules": _examples(),
        "Audit": _audit(),
    }
    lines = (f"## {title}\n\n" + "\n".join(said) + "\n" for title, said in parts.items())
    hold(GOLDEN, "\n".join(lines))
