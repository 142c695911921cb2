"""How much room a desk has."""

from datetime import UTC, datetime

from reconciler.check.rules.examples import POLICY, RESOLUTION, ROSTER, STANDARD, WITHDRAWN
from reconciler.history.admit_if_merged import of_folder
from reconciler.history.remaining_capacity import RemainingCapacity, remaining_capacity
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.admission import Admissions

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def room(**extra: str) -> RemainingCapacity:
    """That of a folder without git."""
    files = [RawFile(POLICY_PATH, POLICY.encode()), RawFile(ROSTER_PATH, ROSTER.encode())]
    for name, text in extra.items():
        ticket = name.replace("_", "-")
        path = f"escalations/2026/{ticket}.yaml"
        files.append(RawFile(path, (STANDARD.replace("DS-1042", ticket) + text).encode()))
    snapshot = load_snapshot(files).snapshot
    assert snapshot is not None
    return remaining_capacity(snapshot.policy, "DS", of_folder(snapshot, NOW))


def test_an_empty_desk_has_room() -> None:
    assert room() == RemainingCapacity(0, 3, 0, 5)
    assert str(room()) == "0/3 today, 0/5 active"
    assert not room().full


def test_a_desk_is_full_by_either_limit() -> None:
    with_one = remaining_capacity(_policy(), "DS", Admissions(today={"DS": 3}, active={"DS": 1}))
    assert with_one == RemainingCapacity(3, 3, 1, 5)
    assert with_one.full
    assert remaining_capacity(_policy(), "DS", Admissions(active={"DS": 5})).full


def test_without_git_only_what_is_open_counts_and_nothing_for_the_day() -> None:
    there = room(DS_1=WITHDRAWN, DS_2="assignee: dmitri\n" + RESOLUTION, DS_3="", PLAT_1="")
    assert there == RemainingCapacity(0, 3, 1, 5)


def test_without_git_what_would_be_held_is_not_active() -> None:
    six = {f"DS_{number}": "" for number in range(1, 7)}
    assert room(**six) == RemainingCapacity(0, 3, 5, 5)
    busy = {f"DS_{number}": "assignee: dmitri\n" for number in (1, 2)}
    assert room(**busy) == RemainingCapacity(0, 3, 1, 5)


def _policy():
    policy = load_snapshot([RawFile(POLICY_PATH, POLICY.encode())]).policy
    assert policy is not None
    return policy
