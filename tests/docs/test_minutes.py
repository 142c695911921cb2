"""The minutes of Actions that docs/scale.md promises are those of the schedule in the template."""

import re

import pytest
import yaml
from company import TOP

from reconciler.doctor.minutes import INCLUDED, including_plan, minutes_a_month, scheduled_runs

PAGE = (TOP / "docs/scale.md").read_text("utf-8")
TEMPLATE = TOP / "reconciler/template/github/workflows/reconcile.yml"
WEEKS = 365 / 12 / 7


def values(field: str, last: int) -> set[int]:
    """The values that a field of a cron line allows."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = ("0", "", str(last)) if span == "*" else span.partition("-")
        found |= set(range(int(low), int(high or low) + 1, int(step or 1)))
    return found


def runs_a_month(cron: str) -> float:
    minutes, hours, day, month, weekdays = cron.split()
    assert (day, month) == ("*", "*")
    each_week = values(minutes, 59), values(hours, 23), values(weekdays, 6)
    return len(each_week[0]) * len(each_week[1]) * len(each_week[2]) * WEEKS


def schedule() -> list[dict[str, str]]:
    text = TEMPLATE.read_text("utf-8").replace("%%", "")
    found: list[dict[str, str]] = yaml.safe_load(text)[True]["schedule"]
    return found


def test_the_schedule_is_the_one_that_is_counted():
    assert round(sum(runs_a_month(each["cron"]) for each in schedule())) == scheduled_runs()
    assert {each["timezone"] for each in schedule()} == {"time_zone"}


def test_no_two_lines_of_the_schedule_start_at_the_same_moment():
    starts = [
        (day, hour, minute)
        for each in schedule()
        for day in values(each["cron"].split()[4], 6)
        for hour in values(each["cron"].split()[1], 23)
        for minute in values(each["cron"].split()[0], 59)
    ]
    assert len(starts) == len(set(starts))


@pytest.mark.parametrize("desks", [1, 3, 10])
def test_the_minutes_are_those_of_the_page(desks: int):
    minutes = minutes_a_month(desks)
    assert f"| {desks} | {minutes:,} | {including_plan(minutes)} |" in PAGE
    assert f"{scheduled_runs():,} runs a month" in " ".join(PAGE.split())


def test_the_plans_are_those_of_the_page():
    named = re.search(r"\[2,000 .*?\]\(", PAGE, re.DOTALL)
    assert named
    for plan, minutes in INCLUDED.items():
        assert f"{minutes:,}" in named[0]
        assert plan in named[0]
    assert including_plan(50_001) == ""
