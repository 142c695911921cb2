"""The pages of a board, made from templates that escape everything and know every name."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reconciler.model.board import Board, BoardDesk, Dossier, Load, TimeCurve, TriedLimits
from reconciler.reconcile.wording.paragraphs import reflowed
from reconciler.redaction import redact_tokens
from reconciler.render.durations import in_words, median, span
from reconciler.render.report_words import stretch
from reconciler.render.site import charts
from reconciler.render.site.charts import (
    ChartBar,
    CurveChart,
    LimitsChart,
    bars,
    curve_chart,
    limits_chart,
)
from reconciler.render.site.safe_text import pull_request_url, shown, ticket_url

TEMPLATES: Final = Path(__file__).parent / "templates"
STYLE: Final = "style.css"
ROWS: Final = 400
"""Rows of a page of ended escalations, so that it stays small."""
_PAGES: Final = (
    ("index.html", "Open"),
    ("figures.html", "Figures"),
    ("ended.html", "Ended"),
)
Page = tuple[str, str]
"""Where a file is in the site, and its text."""


class Site:
    """Renders the pages of one board."""

    def __init__(self, board: Board) -> None:
        """Load the templates and what all pages need."""
        self._board = board
        zone = ZoneInfo(board.time_zone)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=shown,
            trim_blocks=True,
            auto_reload=False,
        )
        self._environment.globals |= {
            "at": board.at,
            "has_audit": board.has_audit,
            "pages": _PAGES,
            "tool": "escalation as code",
            "moment": partial(_moment, zone),
            "day": partial(_day, zone),
            "ago": lambda then: _ago(board.at - then),
            "every": lambda cadence: in_words(cadence).removeprefix("an ").removeprefix("a "),
            "median": median,
            "accepts": accepts,
            "page_of": page_of,
            "ticket_url": partial(ticket_url, board.browse_url),
            "pull_url": partial(pull_request_url, board.repository_url),
            **{
                name: getattr(charts, name.upper())
                for name in ("width", "height", "left", "right", "thick")
            },
        }
        self._environment.filters["reflowed"] = reflowed
        self._dossier = self._environment.get_template("dossier.html")

    def pages(self) -> Iterator[Page]:
        """Everything but the dossiers."""
        yield STYLE, (TEMPLATES / STYLE).read_text("utf-8")
        yield self._page("index.html", board=self._board)
        yield self._page("figures.html", **self._figures())
        yield from self._ended()

    def dossier(self, it: Dossier) -> Page:
        """The page of an escalation."""
        page = self._dossier.render(it=it, here=page_of(it.ticket), top="../")
        return page_of(it.ticket), redact_tokens(page)

    def _page(self, name: str, address: str = "", **values: Any) -> Page:  # noqa: ANN401
        template = self._environment.get_template(name)
        return address or name, redact_tokens(template.render(here=name, top="", **values))

    def _ended(self) -> Iterator[Page]:
        everything = self._board.ended
        count = max(1, -(-len(everything) // ROWS))
        sheets = [(_sheet(number), number) for number in range(1, count + 1)]
        for address, number in sheets:
            rows = everything[(number - 1) * ROWS : number * ROWS]
            yield self._page(
                "ended.html",
                address,
                rows=rows,
                sheets=sheets,
                sheet=address,
                total=len(everything),
            )

    def _figures(self) -> dict[str, Any]:
        trends = self._board.trends
        months = trends.report.by_month
        counts = bars([(str(each.key), each.figures.escalated, "") for each in months])
        return {
            "curves": [_drawn(each) for each in trends.curves],
            "report": trends.report,
            "stretch": stretch(trends.report),
            "months": list(zip(counts, months, strict=True)),
            "loads": [
                ("By engineer", _loads(trends.engineers)),
                ("By team", _loads(trends.teams)),
            ],
            "tried": _tried(trends.tried),
        }


def page_of(ticket: str) -> str:
    """Where the page of an escalation is."""
    return f"e/{ticket}.html"


def accepts(desk: BoardDesk) -> int:
    """How many more a desk can accept today."""
    return max(0, min(desk.per_day - desk.today, desk.active_limit - desk.active))


def _sheet(number: int) -> str:
    return "ended.html" if number == 1 else f"ended-{number}.html"


def _moment(zone: ZoneInfo, at: datetime) -> Markup:
    there = at.astimezone(zone)
    words = f"{there:%Y-%m-%d %H:%M %Z}"
    # Both come from a time alone, and no time has a character of HTML.
    return Markup(f'<time datetime="{there.isoformat()}">{words}</time>')  # noqa: S704


def _day(zone: ZoneInfo, at: datetime) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d")


def _ago(took: timedelta) -> str:
    return f"{in_words(took)} ago"


def _drawn(curve: TimeCurve) -> tuple[TimeCurve, CurveChart | None, str]:
    """A curve with its chart and its summary; without a chart if there are too few."""
    return curve, curve_chart(curve) if curve.points else None, _summary(curve)


def _summary(curve: TimeCurve) -> str:
    known = f"{curve.events} known, {curve.pending} not yet"
    if curve.median is None:
        return f"{known}. Fewer than half are done."
    ends = (_span(curve.earliest), _span(curve.latest))
    return f"{known}. Half are done after {_span(curve.median)} (95 %: {ends[0]} to {ends[1]})."


def _span(took: timedelta | None) -> str:
    return "unknown" if took is None else span(took // timedelta(seconds=1))


def _loads(loads: Sequence[Load]) -> list[tuple[Load, ChartBar]]:
    return list(zip(loads, bars([(each.name, each.assigned, "") for each in loads]), strict=True))


def _tried(tried: Sequence[TriedLimits]) -> list[LimitsChart]:
    """A chart for each desk."""
    desks = sorted({each.desk for each in tried})
    return [limits_chart(desk, [each for each in tried if each.desk == desk]) for desk in desks]
