"""What a run leaves on the audit branch of the pull requests that it merged."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from reconciler.model.audit import ChangeRecord, FiledRecord, OutcomeRecord, merge_run
from reconciler.model.audit_branch import path_of
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase, phase
from reconciler.pull_requests.merge_obstacle import FACET
from reconciler.pull_requests.merge_report import MergedPullRequest, MergeReport, agreed_words
from reconciler.pull_requests.open import Opened


def merge_records(report: MergeReport, run: str, at: datetime) -> Iterator[FiledRecord]:
    """A change and its outcome for each escalation of each merged pull request.

    They are a group of their own, because the run itself has its own outcome for each escalation.
    """
    for number, each in enumerate(report.merged, start=1):
        yield from _records(each, merge_run(run, number), at)


def words_of_merge(opened: Opened, by: tuple[str, ...]) -> str:
    """What the audit branch calls a merge: `merged #12, agreed by dmitri`."""
    return f"merged {opened.pull_request.name}{agreed_words(by)}"


def phases_after(opened: Opened) -> Mapping[str, Phase]:
    """The phase of each escalation of a pull request, once it is merged."""
    entries = opened.snapshot.entries if opened.snapshot else ()
    found = {entry.escalation.ticket: phase(entry.escalation) for entry in entries}
    return {ticket: found.get(ticket, Phase.WITHDRAWN) for ticket in opened.files}


def _records(merged: MergedPullRequest, run: str, at: datetime) -> Iterator[FiledRecord]:
    opened = merged.opened
    phases = phases_after(opened)
    for ticket, path in opened.files.items():
        shared = {
            "at": at.astimezone(UTC).replace(microsecond=0),
            "run": run,
            "commit": merged.commit,
            "ticket": ticket,
        }
        file = path_of(path, ticket, at.year)
        yield FiledRecord(
            file,
            ChangeRecord(
                **shared,
                facet=FACET,
                action=Action.CHANGE,
                before="open",
                after=words_of_merge(opened, merged.by),
                result=Result.DONE,
            ),
        )
        yield FiledRecord(file, OutcomeRecord(**shared, phase=phases[ticket], done=1))
