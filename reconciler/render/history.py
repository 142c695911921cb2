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
    Failure,
    Intent,
    Ran,
)
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import EventKind
from reconciler.render.durations import in_words
from reconciler.render.escape import markdown, shortened, terminal

_SHA: Final = 7
_LONGEST: Final = 100
"""Characters of a value that the history shows; git has all."""
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
            grid.add_row(*times, *who, _details(each, full=full))
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


def _details(each: Intent | Ran, *, full: bool) -> RenderableType:
    return _intent(each, full=full) if isinstance(each, Intent) else _run(each)


def _intent(each: Intent, *, full: bool) -> RenderableType:
    lines: list[Text] = []
    for detail in each.details:
        line = Text()
        line.append(str(detail.kind), style="red" if detail.kind in _MARKS else "cyan")
        line.append(_rest(detail, full=full))
        line.append(_agreement(detail), style="yellow")
        lines.append(line)
    lines[-1].append(f"  ({_who(each)})", style="dim")
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
    shown = terminal if full else _short
    before, after = shown(detail.before), shown(detail.after)
    if detail.kind is EventKind.CHANGED:
        pair = f"{before or 'nothing'} → {after or 'nothing'}"
        return f" {terminal(detail.field)}: {pair}"
    if detail.kind in _PAIRS:
        return f": {before} → {after}"
    if detail.kind is EventKind.ASSIGNED:
        return f" to {after}"
    if detail.kind is EventKind.RESOLVED and not full:
        cause = detail.after.removeprefix("root_cause: ").partition("; mitigation: ")[0]
        return f": {_short(cause)}"
    return f": {after or before}" if after or before else ""


def _short(text: str) -> str:
    return shortened(terminal(text), _LONGEST)


def _who(each: Intent) -> str:
    number = f", #{each.pull_request}" if each.pull_request else ""
    return f"{shortened(terminal(each.author), 40)}{number}, {each.commit[:_SHA]}"


def _run(each: Ran) -> RenderableType:
    line = Text("run: ", style="green" if not _is_bad(each) else "yellow")
    line.append("; ".join(_summary(each)), style="default")
    line.append(f"  ({each.run}{_how(each)})", style="dim")
    parts = [_failure(failure) for failure in each.failures]
    parts += [f"to fix: {_short(problem)}" for problem in each.problems]
    return Group(line, *(Padding(Text(text, style="red"), (0, 0, 0, 2)) for text in parts))


def _how(each: Ran) -> str:
    late = ", recorded late" if each.late else ""
    return late if each.believed else f"{late}{_DOUBTFUL}"


def _named(each: Ran) -> str:
    return f"run {each.run}" if each.believed else f"run {each.run}{_DOUBTFUL}"


def _is_bad(each: Ran) -> bool:
    return bool(each.failures or each.problems)


def _summary(each: Ran) -> Iterator[str]:
    """What a run did, in a few words."""
    if each.admission is not None:
        override = f", let through by {each.admission.override}" if each.admission.override else ""
        reason = f": {_short(each.admission.reason)}" if each.admission.reason else ""
        yield f"{each.admission.state}{reason}{override}"
    if each.acknowledgement is not None:
        number = each.acknowledgement.pull_request
        by = each.acknowledgement.by or ""
        if each.acknowledgement.means is AcknowledgementMeans.MERGE:
            yield f"acknowledged by merge{f' of #{number}' if number else ''}"
        else:
            took = each.acknowledgement.took
            after = f" after {in_words(took) if took is not None else 'an unknown time'}"
            yield f"acknowledged by {by}{f' on #{number}' if number else ''}{after}"
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


def _failure(failure: Failure) -> str:
    answer = f": {_short(failure.answer)}" if failure.answer else ""
    return f"{terminal(failure.facet)} {_short(failure.what)}: {failure.result}{answer}"


def history_markdown(history: EscalationHistory) -> str:
    """The history as a table of Markdown."""
    zone = ZoneInfo(history.time_zone)
    lines = [f"## {markdown(_title(history))}", ""]
    lines += [
        f"| {history.time_zone} | UTC | Ticket | What | Where |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in history.moments:
        cells = (
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M %Z}",
            f"{each.at.astimezone(UTC):%Y-%m-%d %H:%M}",
            markdown(each.ticket),
            "<br>".join(markdown(line) for line in _plain(each)),
            markdown(_who(each) if isinstance(each, Intent) else _named(each)),
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


def _plain(each: Intent | Ran) -> Iterator[str]:
    if isinstance(each, Intent):
        for detail in each.details:
            yield f"{detail.kind}{_rest(detail)}{_agreement(detail)}"
        return
    yield f"{'; '.join(_summary(each))}"
    yield from (_failure(failure) for failure in each.failures)
    yield from (f"to fix: {_short(problem)}" for problem in each.problems)
