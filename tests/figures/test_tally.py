"""Figures add up, however escalations went."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.figures.period import Period
from reconciler.history.figures.report import Known, ReportRequest, relevant, report
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.episode_history import Ending, EpisodeHistory, Limit
from reconciler.model.escalation import ImpactLevel
from reconciler.model.report import FigureGroup, Figures, Report
from reconciler.model.timeline import MainCommit

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 6, 15, tzinfo=UTC)
NOW = START + timedelta(days=150)
HOURS = st.integers(0, 24 * 150).map(lambda hours: timedelta(hours=hours))
LATER = st.none() | st.integers(0, 24 * 40).map(lambda hours: timedelta(hours=hours))
WHOLE = Period(date(2026, 6, 1), date(2026, 12, 1), ZONE)
COUNTS = [name for name in Figures.model_fields if name not in {"open", "limits"}]


@st.composite
def episode(draw: st.DrawFn) -> EpisodeHistory:
    at = START + draw(HOURS)

    def later(latest: datetime = NOW) -> datetime | None:
        span = draw(LATER)
        return None if span is None or at + span > latest else at + span

    number, ended, ready = draw(st.integers(1, 99)), later(), draw(LATER)
    end = ended or NOW
    said = None
    if ready is not None:
        said = Acknowledgement("hannah", at, "1", ready_at=at - ready + timedelta(hours=20))
    limits = draw(st.lists(st.sampled_from(Limit), unique=True))
    return EpisodeHistory(
        ticket=f"DS-{number}",
        episode=draw(st.integers(1, 3)),
        commit=MainCommit("0" * 40, at, "P", "s", None, 0),
        desk=draw(st.sampled_from(["DS", "PLAT"])),
        impact=draw(st.sampled_from(ImpactLevel)),
        initiator="priya",
        again=draw(st.booleans()),
        is_dated=draw(st.integers(0, 4)) > 0,
        acknowledgement=said,
        acknowledged=later(end),
        assigned=later(end),
        ended=ended,
        ending=draw(st.sampled_from(Ending)) if ended else None,
        met=tuple((limit, when) for limit in limits if (when := later(end))),
        overridden=later(end),
        overrider="hannah",
    )


def made(episodes: list[EpisodeHistory], period: Period = WHOLE, **asked: Any) -> Report:
    teams = {(each.ticket, each.episode): "a" for each in episodes if each.episode < 3}
    return report(Known(tuple(episodes), teams), ReportRequest(period, NOW, **asked))


def number(figures: Figures, name: str) -> int:
    value = getattr(figures, name)
    return value if isinstance(value, int) else value.known + value.unknown


def summed(groups: tuple[FigureGroup, ...], name: str) -> int:
    return sum(number(each.figures, name) for each in groups)


@given(st.lists(episode(), max_size=25))
def test_groups_add_up_to_the_whole(episodes: list[EpisodeHistory]):
    told = made(episodes)
    for groups in (told.by_month, told.by_desk, told.by_team, told.by_impact):
        for name in COUNTS:
            assert summed(groups, name) == number(told.total, name), name
        limits = sum(each.figures.limits.total for each in groups)
        assert limits == told.total.limits.total == len(told.limits_met)
    for groups in (told.by_desk, told.by_team, told.by_impact):
        assert summed(groups, "open") == told.total.open
    assert told.total.overrides == len(told.overrides)
    assert told.total.reopened == len(told.reopenings)


@given(st.lists(episode(), max_size=25))
def test_what_began_is_over_or_open(episodes: list[EpisodeHistory]):
    total = made(episodes).total
    assert total.escalated == total.resolved + total.withdrawn + total.dropped + total.open
    assert total.already_over == sum(not each.is_dated for each in episodes)


@given(st.lists(episode(), max_size=25))
def test_open_at_the_end_of_a_month_goes_on_from_the_month_before(episodes: list[EpisodeHistory]):
    before = 0
    for each in made(episodes).by_month:
        now = each.figures
        before += now.escalated - now.resolved - now.withdrawn - now.dropped
        assert now.open == before


@given(st.lists(episode(), max_size=25))
def test_a_month_asked_for_alone_says_the_same(episodes: list[EpisodeHistory]):
    found = {each.key: each.figures for each in made(episodes).by_month}
    months = list(WHOLE.months())
    for before, month in pairwise(months):
        told = made(episodes, month)
        if told.month in found:
            assert told.total == found[told.month]
        assert told.month_before == made(episodes, before).total


@given(st.lists(episode(), max_size=25))
def test_a_desk_asked_for_alone_says_the_same(episodes: list[EpisodeHistory]):
    for each in made(episodes).by_desk:
        assert made(episodes, desks=(each.key,)).total == each.figures


@given(st.lists(episode(), max_size=25))
def test_what_is_irrelevant_to_a_period_changes_nothing(episodes: list[EpisodeHistory]):
    july = Period(date(2026, 7, 1), date(2026, 8, 1), ZONE)
    asked = ReportRequest(july, NOW)
    kept = list(relevant(episodes, asked))
    assert report(Known(tuple(kept)), asked).total == report(Known(tuple(episodes)), asked).total
