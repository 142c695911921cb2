"""What a run leaves on the audit branch of the pull requests that it merged."""

from collections.abc import Iterator
from datetime import UTC, datetime

from reconciler.model.audit import ChangeRecord, FiledRecord, OutcomeRecord
from reconciler.model.audit_branch import path_of
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase, phase
from reconciler.pull_requests.merge_obstacle import FACET
from reconciler.pull_requests.merge_report import MergedPullRequest, MergeReport, agreed_words


def merge_records(report: MergeReport, run: str, at: datetime) -> Iterator[FiledRecord]:
    """A change and its outcome for each escalation of each merged pull request.

    They are a group of their own, because the run itself has its own outcome for each escalation.
    """
    for number, each in enumerate(report.merged, start=1):
        yield from _records(each, f"{run}/merge-{number}", at)


def _records(merged: MergedPullRequest, run: str, at: datetime) -> Iterator[FiledRecord]:
    opened = merged.opened
    snapshot = opened.snapshot
    phases = {
        entry.escalation.ticket: phase(entry.escalation)
        for entry in (snapshot.entries if snapshot else ())
    }
    for ticket, path in opened.files.items():
        shared = {
            "at": at.astimezone(UTC).replace(microsecond=0),
            "run": run,
            "commit": merged.commit,
            "ticket": ticket,
        }
        file = path_of(path, ticket, at.year)
        after = f"merged {opened.pull_request.name}{agreed_words(merged.by)}"
        yield FiledRecord(
            file,
            ChangeRecord(
                **shared,
                facet=FACET,
                action=Action.CHANGE,
                before="open",
                after=after,
                result=Result.DONE,
            ),
        )
        ended = phases.get(ticket, Phase.WITHDRAWN)
        yield FiledRecord(file, OutcomeRecord(**shared, phase=ended, done=1))
