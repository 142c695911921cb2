"""The history of escalations for programs and for spreadsheets."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from reconciler.model.escalation_history import EscalationHistory, Intent, Ran
from reconciler.model.output import Output
from reconciler.render.sheet import Cell, Sheet

_COLUMNS = (
    "at", "local", "ticket", "source", "kind", "facet", "before", "after", "by",
    "pull_request", "commit", "agreement",
)  # fmt: skip
"""`facet` is the field of a file, or the facet of a change."""
_LOCAL = Field(description="The same time in the time zone of the policy.")


class ShownIntent(Intent):
    """What a commit of the main branch did to an escalation."""

    local: datetime = _LOCAL


class ShownRun(Ran):
    """What a run did for an escalation."""

    local: datetime = _LOCAL


class HistoryOutput(Output):
    """The history of one escalation, or the latest events of all of them."""

    ticket: str | None = Field(description="The escalation. Null if all are shown.")
    title: str = Field(description="Title of the escalation. Empty if all are shown.")
    state: str = Field(description="Its phase. Empty if all are shown.")
    path: str = Field(description="Its file. Empty if all are shown.")
    time_zone: str = Field(description="The time zone of the policy.")
    moments: tuple[ShownIntent | ShownRun, ...] = Field(description="Events, the earliest first.")
    left_out: int = Field(description="How many earlier events are not shown.")
    notes: tuple[str, ...] = Field(description="What is not shown, and why.")


def history_output(history: EscalationHistory) -> HistoryOutput:
    """The history with each time in UTC and in the policy's time zone."""
    zone = ZoneInfo(history.time_zone)
    moments = tuple(_shown(each, zone) for each in history.moments)
    return HistoryOutput(**{**dict(history), "moments": moments})


def _shown(each: Intent | Ran, zone: ZoneInfo) -> ShownIntent | ShownRun:
    times = {"at": each.at.astimezone(UTC), "local": each.at.astimezone(zone)}
    kind = ShownIntent if isinstance(each, Intent) else ShownRun
    return kind(**{**dict(each), **times})


def history_sheet(history: EscalationHistory) -> Sheet:
    """A row for each thing that a commit or a run did."""
    zone = ZoneInfo(history.time_zone)
    return Sheet(_COLUMNS, tuple(row for each in history.moments for row in _rows(each, zone)))


def _rows(each: Intent | Ran, zone: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    times = (each.at.astimezone(UTC).isoformat(), each.at.astimezone(zone).isoformat())
    start = (*times, each.ticket, str(each.source))
    if isinstance(each, Ran):
        for what in _done(each):
            yield (*start, *what, each.run, None, each.commit, None)
        return
    for detail in each.details:
        what = (str(detail.kind), detail.field, detail.before, detail.after)
        by = each.proposed_by or each.author
        yield (*start, *what, by, each.pull_request, each.commit, detail.agreement)


def _done(each: Ran) -> Iterator[tuple[str, str, str, str]]:
    """Kind, facet, before and after of what a run decided, changed and could not change."""
    if each.admission is not None:
        yield str(each.admission.state), "", "", each.admission.reason
    if each.acknowledgement is not None:
        yield "acknowledged", "", "", each.acknowledgement.by or str(each.acknowledgement.means)
    for facet in each.done:
        yield "done", facet, "", ""
    for failure in each.failures:
        answer = ": ".join(part for part in (failure.what, failure.answer) if part)
        yield str(failure.result), failure.facet, "", answer
    for problem in each.problems:
        yield "to fix", "", "", problem
