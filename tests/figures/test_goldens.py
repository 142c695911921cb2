"""What people and programs see of a report, kept as files beside this one.

UPDATE_GOLDENS=1 in the environment writes them anew; read the difference before committing it.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from rich.cells import cell_len

from reconciler.history.figures.period import Period, month_of, year_to
from reconciler.history.figures.report import Known, ReportRequest, report
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.episode_history import Ending, EpisodeHistory, Limit
from reconciler.model.escalation import ImpactLevel
from reconciler.model.report import Report
from reconciler.model.timeline import MainCommit
from reconciler.render.console import rendered
from reconciler.render.escape import inert
from reconciler.render.json_text import json_text
from reconciler.render.report_data import report_sheet
from reconciler.render.report_markdown import report_markdown
from reconciler.render.report_text import report_text
from reconciler.render.sheet import sheet_csv

HERE = Path(__file__).parent
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 17, 5, tzinfo=UTC)
HOSTILE = "evil\x1b[31m\n::error::x\u202e <b>|`@team` [l](http://e) =1+1"
TEAMS = ["client-success", "payments", "the-team-with-the-longest-name-of-them", None]
IMPACTS = [ImpactLevel.HIGH, ImpactLevel.MEDIUM, ImpactLevel.CRITICAL]


def episode(number: int) -> EpisodeHistory:
    """The same episode each time for a number; together they have everything that can happen."""
    at = datetime(2026, 9, 20, 13, tzinfo=UTC) + timedelta(hours=31 * number)
    ready = timedelta(minutes=7 * number % 90 + 1)
    ending = [Ending.RESOLVED, Ending.RESOLVED, Ending.WITHDRAWN, Ending.REMOVED][number % 4]
    ended = at + timedelta(hours=3 + number * 13 % 100)
    is_over = ended < NOW
    limits = list(Limit)
    met = ((limits[number % 3], at),) if number % 5 == 0 else ()
    return EpisodeHistory(
        ticket=f"{'PLAT' if number % 3 == 0 else 'DS'}-{1000 + number}",
        episode=1 + (number % 9 == 0),
        commit=MainCommit("1" * 40, at, "Priya", "Escalate", number, number),
        desk="PLAT" if number % 3 == 0 else "DS",
        impact=IMPACTS[number % 3],
        initiator="priya",
        again=number % 9 == 0,
        by_review=True,
        is_dated=number != 7,
        acknowledgement=Acknowledgement("hannah", at, "1", ready_at=at - ready)
        if number % 4
        else None,
        acknowledged=at,
        admitted=at,
        assigned=at + timedelta(minutes=number * 17 % 200) if number % 8 else None,
        ended=ended if is_over else None,
        ending=ending if is_over else None,
        met=met,
        overrider="hannah" if number % 10 == 0 else "",
        overridden=at if number % 10 == 0 else None,
    )


def made(period: Period, desks: tuple[str, ...] = ()) -> Report:
    episodes = tuple(episode(number) for number in range(1, 52))
    teams = {
        (each.ticket, each.episode): team
        for number, each in enumerate(episodes)
        if (team := TEAMS[number % 4]) is not None
    }
    notes = ("The team of 12 is unknown: the roster of the time does not have who escalated.",)
    return report(Known(episodes, teams, notes), ReportRequest(period, NOW, desks))


def year() -> Report:
    return made(year_to(date(2026, 11, 25), ZONE))


def october() -> Report:
    return made(month_of("2026-10", date(2026, 11, 25), ZONE))


def golden(name: str, text: str) -> None:
    path = HERE / "golden" / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_in_a_terminal(width: int, plain: bool):
    text = rendered(report_text(year(), plain=plain), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert text.isascii() is plain
    golden(f"year-{width}{'-ascii' if plain else ''}.txt", text)


def test_a_month_in_a_terminal():
    golden("month-80.txt", rendered(report_text(october()), 80))


def test_the_digest_of_a_month():
    golden("month.md", report_markdown(october()))


def test_the_digest_of_another_stretch_compares_with_nothing():
    page = report_markdown(year())
    golden("year.md", page)
    assert "onth before" not in page


def test_csv():
    golden("year.csv", sheet_csv(report_sheet(year())))


def test_json():
    golden("month.json", json_text(october()))


@pytest.mark.parametrize("told", [year(), october()])
def test_json_is_of_its_schema(told: Report):
    schema = Report.model_json_schema(mode="serialization")
    jsonschema.Draft202012Validator(schema).validate(json.loads(json_text(told)))
    assert Report.model_validate_json(json_text(told)) == told


def test_nothing_at_all():
    told = report(Known(()), ReportRequest(month_of("this", date(2026, 11, 25), ZONE), NOW))
    golden("nothing.txt", rendered(report_text(told), 80))
    golden("nothing.md", report_markdown(told))


def test_hostile_text():
    """None of it can get here past the models; if it did, it would do no harm."""
    total = october().total
    told = october().model_copy(
        update={
            "desks": (HOSTILE,),
            "notes": (HOSTILE,),
            "by_team": tuple(
                each.model_copy(update={"key": HOSTILE}) for each in october().by_team
            ),
            "overrides": tuple(
                each.model_copy(update={"what": HOSTILE, "ticket": HOSTILE})
                for each in october().overrides
            ),
        }
    )
    assert told.total == total
    text, page = inert(rendered(report_text(told), 80)), report_markdown(told)
    for shown in (text, page):
        assert "evil" in shown
        assert not [each for each in ("\x1b", "\u202e", "\n::") if each in shown]
    assert not [each for each in ("<b>", "@team", "://") if each in page]
