"""The history of escalations for the terminal and for Markdown."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reconciler.model.audit import MERGE
from reconciler.model.escalation_history import (
    AgreementMark,
    Detail,
    EscalationHistory,
    Intent,
    Ran,
    RecordedAcknowledgement,
)
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import EventKind
from reconciler.render.durations import in_words
from reconciler.render.escape import markdown, shortened, terminal

_SHA: Final = 7
_LONGEST: Final = 100
"""Characters of a value that the history shows; git has all."""
_LONGEST_NAME: Final = 40
_PAIRS: Final = frozenset({EventKind.REASSIGNED, EventKind.HANDED_OVER})
_MARKS: Final = {EventKind.WITHDRAWN, EventKind.VANISHED, EventKind.BROKEN}

_DOUBTFUL: Final = ", without a valid seal"


def history_text(history: EscalationHistory, *, full: bool = False) -> RenderableType:
    """The history by day, each line in local time and UTC. `full` shows whole texts."""
    zone = ZoneInfo(history.time_zone)
    parts: list[RenderableType] = [_heading(history)]
    if history.left_out:
        parts.append(
            Text(
                f"{history.left_out} earlier events are not shown. To show more, use --limit.",
                style="dim",
            )
        )
    for day, moments in itertools.groupby(
        history.moments, lambda each: each.at.astimezone(zone).date()
    ):
        parts += [Text(), Text(f"{day:%A %Y-%m-%d}", style="bold")]
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True, style="dim")
        if history.ticket is None:
            grid.add_column(no_wrap=True, style="bold")
        grid.add_column(overflow="fold", ratio=1)
        for each in moments:
            times = (Text(f"  {_local(each.at, zone)}"), Text(_utc(each.at, zone)))
            who = () if history.ticket else (Text(terminal(each.ticket)),)
            grid.add_row(*times, *who, _details(each, zone, full=full))
        parts.append(grid)
    if not history.moments:
        parts.append(Text("No events."))
    parts += [Text(f"\nnote: {terminal(each)}", style="yellow") for each in history.notes]
    return Group(*parts)


def _heading(history: EscalationHistory) -> RenderableType:
    if history.ticket is None:
        return Text(f"Latest events, {_zones(history)}", style="bold")
    line = Text(history.ticket, style="bold")
    line.append(f"  {terminal(history.title)}", style="not bold")
    facts = ", ".join(part for part in (history.state, history.path, _zones(history)) if part)
    return Group(line, Text(f"  {terminal(facts)}", style="dim"))


def _zones(history: EscalationHistory) -> str:
    return "UTC" if history.time_zone == "UTC" else f"{history.time_zone} and UTC"


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M %Z")


def _utc(at: datetime, zone: ZoneInfo) -> str:
    """The time in UTC, with the date if it is not the local day."""
    there = at.astimezone(UTC)
    is_same_day = there.date() == at.astimezone(zone).date()
    return f"{there:%H:%M}Z" if is_same_day else f"{there:%Y-%m-%d %H:%M}Z"


def _details(each: Intent | Ran, zone: ZoneInfo, *, full: bool) -> RenderableType:
    return _intent(each, full=full) if isinstance(each, Intent) else _run(each, zone, full=full)


def _intent(each: Intent, *, full: bool) -> RenderableType:
    lines: list[Text] = []
    for detail in each.details:
        line = Text()
        line.append(str(detail.kind), style="red" if detail.kind in _MARKS else "cyan")
        line.append(_rest(detail, full=full))
        line.append(_agreement(detail), style="yellow")
        lines.append(line)
    lines[-1].append(f"  ({_who(each, full=full)})", style="dim")
    return Group(*lines)


def _agreement(detail: Detail) -> str:
    """A mark for what is not carried out, or of which nothing shows that it is."""
    match detail.agreement:
        case AgreementMark.NOT_AGREED:
            return "  [not agreed]"
        case AgreementMark.UNKNOWN:
            return "  [not recorded who agreed]"
    return ""


def _rest(detail: Detail, *, full: bool = False) -> str:
    before, after = _text(detail.before, full=full), _text(detail.after, full=full)
    if detail.kind is EventKind.CHANGED:
        pair = f"{before or 'nothing'} → {after or 'nothing'}"
        return f" {terminal(detail.field)}: {pair}"
    if detail.kind in _PAIRS:
        return f": {before} → {after}"
    if detail.kind is EventKind.ASSIGNED:
        return f" to {after}"
    if detail.kind is EventKind.RESOLVED and not full:
        cause = detail.after.removeprefix("root_cause: ").partition("; mitigation: ")[0]
        return f": {_text(cause, full=full)}"
    return f": {after or before}" if after or before else ""


def _text(text: str, *, full: bool, longest: int = _LONGEST) -> str:
    return terminal(text) if full else shortened(terminal(text), longest)


def _who(each: Intent, *, full: bool) -> str:
    number = f", #{each.pull_request}" if each.pull_request else ""
    name = _text(each.proposed_by or each.author, full=full, longest=_LONGEST_NAME)
    return f"{'proposed by ' if each.proposed_by else ''}{name}{number}, {each.commit[:_SHA]}"


def _run(each: Ran, zone: ZoneInfo, *, full: bool) -> RenderableType:
    line = Text("run: ", style="green" if not _is_bad(each) else "yellow")
    line.append("; ".join(_summary(each, zone, full=full)), style="default")
    line.append(f"  ({each.run}{_how(each)})", style="dim")
    parts = _not_done(each, full=full)
    return Group(line, *(Padding(Text(text, style="red"), (0, 0, 0, 2)) for text in parts))


def _how(each: Ran) -> str:
    late = ", recorded late" if each.late else ""
    return late if each.believed else f"{late}{_DOUBTFUL}"


def _named(each: Ran) -> str:
    return f"run {each.run}" if each.believed else f"run {each.run}{_DOUBTFUL}"


def _is_bad(each: Ran) -> bool:
    return bool(each.failures or each.problems)


def _summary(each: Ran, zone: ZoneInfo, *, full: bool) -> Iterator[str]:
    """What a run did, in a few words."""
    if each.admission is not None:
        override = f", let through by {each.admission.override}" if each.admission.override else ""
        reason = f": {_text(each.admission.reason, full=full)}" if each.admission.reason else ""
        yield f"{each.admission.state}{reason}{override}"
    if each.acknowledgement is not None:
        yield _acknowledged(each.acknowledgement, zone)
    counts = Counter(str(failure.result) for failure in each.failures)
    done = [facet for facet in each.done if facet != MERGE]
    if len(done) < len(each.done):
        yield "merged the pull request"
    parts = [f"{len(done)} done"] if done else []
    parts += [f"{count} {result}" for result, count in counts.items()]
    if parts:
        yield ", ".join(parts)
    if each.problems:
        yield f"{len(each.problems)} to fix"


def _acknowledged(found: RecordedAcknowledgement, zone: ZoneInfo) -> str:
    number = f"#{found.pull_request}" if found.pull_request else ""
    if found.means is AcknowledgementMeans.MERGE:
        return f"acknowledged by merge{f' of {number}' if number else ''}"
    after = in_words(found.took) if found.took is not None else "an unknown time"
    ready = f", ready for review {_moment(found.ready_at, zone)}" if found.ready_at else ""
    return (
        f"acknowledged by {found.by or ''}{f' on {number}' if number else ''} after {after}{ready}"
    )


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _not_done(each: Ran, *, full: bool) -> Iterator[str]:
    """What a run could not do, and what people have to fix."""
    for failure in each.failures:
        what = f"{terminal(failure.facet)} {_text(failure.what, full=full)}"
        answer = f": {_text(failure.answer, full=full)}" if failure.answer else ""
        yield f"{what}: {failure.result}{answer}"
    for problem in each.problems:
        yield f"to fix: {_text(problem, full=full)}"


def history_markdown(history: EscalationHistory, *, full: bool = False) -> str:
    """The history as a table of Markdown. `full` shows whole texts."""
    zone = ZoneInfo(history.time_zone)
    lines = [f"## {markdown(_title(history))}", ""]
    lines += [
        f"| {history.time_zone} | UTC | Ticket | What | Where |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in history.moments:
        cells = (
            _moment(each.at, zone),
            f"{each.at.astimezone(UTC):%Y-%m-%d %H:%M}",
            markdown(each.ticket),
            "<br>".join(markdown(line) for line in _plain(each, zone, full=full)),
            markdown(_who(each, full=full) if isinstance(each, Intent) else _named(each)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    if history.left_out:
        lines += ["", f"{history.left_out} earlier events are not shown."]
    lines += ["", *(f"Note: {markdown(each)}" for each in history.notes)] if history.notes else []
    return "\n".join(lines) + "\n"


def _title(history: EscalationHistory) -> str:
    if history.ticket is None:
        return "Latest events"
    return (
        f"{history.ticket} {history.title} ({history.state})" if history.state else history.ticket
    )


def _plain(each: Intent | Ran, zone: ZoneInfo, *, full: bool) -> Iterator[str]:
    if isinstance(each, Intent):
        for detail in each.details:
            yield f"{detail.kind}{_rest(detail, full=full)}{_agreement(detail)}"
        return
    yield f"{'; '.join(_summary(each, zone, full=full))}"
    yield from _not_done(each, full=full)
