"""Counting a day's escalations in real repositories whose commits claim what they like."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from repos import Repo
from versions import WITHDRAWN, escalation, path_of

from reconciler.history.remaining_capacity import day_of, desk_of
from reconciler.services.git.main_line import arrivals, touched_since
from reconciler.services.git.timeline import read_timeline

ZONE = ZoneInfo("America/New_York")


def at(repo: Repo, *when: int) -> datetime:
    """The next commit is made at this local time."""
    moment = datetime(*when, tzinfo=ZONE).astimezone(UTC)
    repo.now = moment - timedelta(hours=1)
    return moment


def escalate(repo: Repo, *tickets: str, claims: datetime | None = None) -> None:
    repo.commit({path_of(ticket): escalation(ticket) for ticket in tickets}, at=claims)


def count(repo: Repo, now: datetime, desk: str = "DS") -> int:
    """How many count today; the same whichever way it is asked."""
    today = day_of(now, ZONE)
    everything = arrivals(repo.path, now=now)
    assert read_timeline(repo.path, now=now).arrivals == everything
    found = [
        path
        for path, arrival in everything.items()
        if desk_of(path) == desk and day_of(arrival.at, ZONE) == today
    ]
    midnight = datetime.combine(today, time.min, ZONE)
    lately = {each.path for each in touched_since(repo.path, "HEAD", now, midnight)}
    assert set(found) <= lately
    return len(found)


@pytest.mark.parametrize("years", [-30, -1, 1, 60])
@pytest.mark.parametrize("forged", [1, 3])
def test_forged_dates_change_no_count(repo: Repo, years: int, forged: int):
    at(repo, 2026, 11, 20, 9, 0)
    escalate(repo, "DS-1")
    for number in range(forged):
        claim = repo.now + timedelta(days=365 * years)
        escalate(repo, f"DS-{10 + number}", claims=claim)
    assert count(repo, repo.now) == 1 + forged
    escalate(repo, "DS-2")
    assert count(repo, repo.now) == 2 + forged


def test_a_forged_date_does_not_hide_who_follows(repo: Repo):
    """As `git log --since` does, which stops at the first old date."""
    at(repo, 2026, 11, 20, 9, 0)
    for ticket in ("DS-1", "DS-2"):
        escalate(repo, ticket)
    repo.commit(at=datetime(2020, 1, 1, tzinfo=UTC))
    escalate(repo, "DS-3")
    assert count(repo, repo.now) == 3


def test_a_day_begins_at_midnight_in_the_policys_zone(repo: Repo):
    at(repo, 2026, 11, 19, 23, 59, 59)
    escalate(repo, "DS-1")
    at(repo, 2026, 11, 20, 0, 0, 0)
    escalate(repo, "DS-2")
    assert count(repo, repo.now) == 1
    assert count(repo, datetime(2026, 11, 20, 23, 59, 59, tzinfo=ZONE)) == 1
    assert count(repo, datetime(2026, 11, 21, 0, 0, 0, tzinfo=ZONE)) == 0


def test_the_day_on_which_clocks_go_forward_has_23_hours(repo: Repo):
    first = at(repo, 2026, 3, 8, 0, 0)
    escalate(repo, "DS-1")
    last = at(repo, 2026, 3, 8, 23, 59)
    escalate(repo, "DS-2")
    assert last - first == timedelta(hours=22, minutes=59)
    assert count(repo, repo.now) == 2
    at(repo, 2026, 3, 9, 0, 0)
    escalate(repo, "DS-3")
    assert count(repo, repo.now) == 1


def test_the_day_on_which_clocks_go_back_has_25_hours(repo: Repo):
    first = at(repo, 2026, 11, 1, 0, 0)
    escalate(repo, "DS-1")
    last = at(repo, 2026, 11, 1, 23, 59)
    escalate(repo, "DS-2")
    assert last - first == timedelta(hours=24, minutes=59)
    assert count(repo, repo.now) == 2
    at(repo, 2026, 11, 2, 0, 0)
    escalate(repo, "DS-3")
    assert count(repo, repo.now) == 1


def test_several_merges_that_are_pushed_at_once_count_when_they_were_merged(repo: Repo):
    at(repo, 2026, 11, 18, 9, 0)
    repo.commit()
    for number in (1, 2, 3):
        repo.git("checkout", "-qb", f"work-{number}", "main")
        escalate(repo, f"DS-{number}", claims=datetime(2026, 1, 1, tzinfo=UTC))
        repo.git("checkout", "-q", "main")
    at(repo, 2026, 11, 19, 23, 30)
    repo.merge("work-1")
    at(repo, 2026, 11, 20, 0, 30)
    repo.merge("work-2")
    repo.merge("work-3")
    assert count(repo, repo.now) == 2
    # To somebody whose clock is slow, they come from the future, and so from today.
    assert count(repo, datetime(2026, 11, 19, 23, 45, tzinfo=ZONE)) == 3


def test_a_withdrawn_one_still_counts_and_other_desks_do_not(repo: Repo):
    at(repo, 2026, 11, 20, 9, 0)
    escalate(repo, "DS-1", "PLAT-1")
    repo.commit({path_of("DS-1"): escalation("DS-1", withdrawn=WITHDRAWN)})
    (repo.path / path_of("PLAT-1")).unlink()
    repo.commit()
    assert count(repo, repo.now) == 1
    assert count(repo, repo.now, "PLAT") == 1
