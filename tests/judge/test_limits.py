"""Counting against the limits."""

from datetime import UTC, datetime, timedelta

from reconciler.judge.limits import Room, room
from reconciler.judge.rules.examples import POLICY, RESOLUTION, ROSTER, STANDARD, WITHDRAWN
from reconciler.load.book import load_book
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile
from reconciler.model.arrival import Arrival
from reconciler.model.book import Book

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def path(ticket: str) -> str:
    return f"escalations/2026/{ticket}.yaml"


def book(**extra: str) -> Book:
    files = [RawFile(POLICY_PATH, POLICY.encode()), RawFile(ROSTER_PATH, ROSTER.encode())]
    for name, text in extra.items():
        ticket = name.replace("_", "-")
        files.append(RawFile(path(ticket), (STANDARD.replace("DS-1042", ticket) + text).encode()))
    made = load_book(files).book
    assert made is not None
    return made


def arrived(**hours: float) -> dict[str, Arrival]:
    return {
        path(name.replace("_", "-")): Arrival("c", NOW - timedelta(hours=before))
        for name, before in hours.items()
    }


def test_an_empty_desk_has_room() -> None:
    assert room(book(), "DS", {}, NOW) == Room(0, 3, 0, 5)
    assert str(room(book(), "DS", {}, NOW)) == "0/3 today, 0/5 active"
    assert not room(book(), "DS", {}, NOW).full


def test_withdrawn_and_deleted_ones_count_for_the_day_and_not_as_active() -> None:
    held = book(DS_1=WITHDRAWN, DS_2="assignee: dmitri\n" + RESOLUTION, DS_3="")
    there = arrived(DS_1=1, DS_2=2, DS_3=3, DS_4=1)
    assert room(held, "DS", there, NOW) == Room(4, 3, 1, 5)
    assert room(held, "DS", there, NOW).full


def test_a_day_is_one_of_the_policys_zone() -> None:
    # NOW is 10:00 in New York, where the day began at 05:00 UTC.
    held = book(DS_1="", DS_2="")
    assert room(held, "DS", arrived(DS_1=9.9, DS_2=10.1), NOW).today == 1


def test_desks_do_not_count_for_each_other() -> None:
    held = book(DS_1="", PLAT_1="")
    assert room(held, "DS", arrived(DS_1=1, PLAT_1=1), NOW) == Room(1, 3, 1, 5)
