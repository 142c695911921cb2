"""Who may change a desk: what the branch says of its lease, and what the run knew before."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from company import TOP, snapshot_of

from reconciler.audit.leases import (
    Answer,
    Free,
    Held,
    Reading,
    Stale,
    answer,
    intents,
    length,
    over_before,
)
from reconciler.model.change import Plan
from reconciler.model.keyring import Keyring, Purpose
from reconciler.model.lease import (
    LARGEST,
    LONGEST,
    IntendedChange,
    Lease,
    LeaseFile,
    TicketIntents,
    lease_bytes,
    parse_lease,
    read_lease,
)

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
KEYS = Keyring("k" * 40)
MINE, OTHERS = "a" * 32, "b" * 32


def lease(since: timedelta = -5 * MINUTE, **changes: object) -> Lease:
    """A lease of another run, taken five minutes ago for twenty."""
    values = {
        "desk": "DS",
        "run": "123/1",
        "token": "0" * 32,
        "place": OTHERS,
        "at": NOW + since,
        "since": NOW + since,
        "until": NOW + since + 20 * MINUTE,
    }
    return Lease.model_validate(values | changes)


HELD = lease()
RELEASED = lease(ended=NOW - MINUTE)
EXPIRED = lease(since=-21 * MINUTE)
LONG_AGO = lease(since=-3 * 60 * MINUTE)
DEAD = lease(place=MINE)
BEGAN = NOW - 20 * SECOND


@pytest.mark.parametrize(
    ("found", "known", "expected"),
    [
        pytest.param(None, None, Free(), id="nobody ever took it"),
        pytest.param(HELD, None, Held(HELD), id="held"),
        pytest.param(HELD, HELD, Held(HELD), id="held, as known"),
        pytest.param(RELEASED, RELEASED, Free(), id="released before, as known"),
        pytest.param(RELEASED, HELD, Free(), id="released long before the reading"),
        pytest.param(
            lease(ended=NOW - 30 * SECOND),
            lease(ended=NOW - 30 * SECOND),
            Free(),
            id="released shortly before, as known before the reading",
        ),
        pytest.param(
            lease(ended=NOW - 10 * SECOND),
            HELD,
            Stale(lease(ended=NOW - 10 * SECOND)),
            id="released while this run read",
        ),
        pytest.param(
            lease(ended=BEGAN - 10 * SECOND),
            None,
            Stale(lease(ended=BEGAN - 10 * SECOND)),
            id="released shortly before the reading, by another clock",
        ),
        pytest.param(EXPIRED, None, Free((EXPIRED,)), id="orphaned before the reading"),
        pytest.param(
            lease(since=-20 * MINUTE - 40 * SECOND),
            None,
            Stale(lease(since=-20 * MINUTE - 40 * SECOND)),
            id="orphaned while this run read",
        ),
        pytest.param(
            lease(since=-20 * MINUTE - 20 * SECOND),
            None,
            Held(lease(since=-20 * MINUTE - 20 * SECOND)),
            id="past its end, within the margin for clocks",
        ),
        pytest.param(DEAD, None, Free((DEAD,)), id="of a dead run of this clone"),
        pytest.param(LONG_AGO, LONG_AGO, Free((LONG_AGO,)), id="orphaned long ago"),
    ],
)
def test_who_may_change_a_desk(found: Lease | None, known: Lease | None, expected: Answer):
    reading = Reading(BEGAN, {"DS": known})
    assert answer({"DS": LeaseFile(found)}, reading, MINE, NOW) == expected


def test_without_a_place_no_run_counts_as_dead():
    lost = lease(place="")
    assert answer({"DS": LeaseFile(lost)}, Reading(BEGAN), "", NOW) == Held(lost)


def test_one_held_desk_is_enough():
    files = {"DS": LeaseFile(RELEASED), "PAY": LeaseFile(lease(desk="PAY"))}
    assert answer(files, Reading(BEGAN), MINE, NOW) == Held(lease(desk="PAY"))


def test_what_was_over_before_the_reading():
    reading = Reading(BEGAN)
    assert over_before(EXPIRED, reading, MINE)
    assert over_before(DEAD, reading, MINE)
    assert not over_before(HELD, reading, MINE)
    assert not over_before(RELEASED, reading, MINE), "nothing to settle"


def test_a_lease_is_read_as_it_was_written():
    whole = lease(
        commit="0" * 40,
        recorded=True,
        intents=(
            TicketIntents(
                ticket="DS-1071",
                path="audit/2026/DS-1071.jsonl",
                file="escalations/2026/DS-1071.yaml",
                phase="assigned",
                changes=(
                    IntendedChange(key="jira.label", facet="jira.label", action="add", after="x"),
                ),
            ),
        ),
    )
    assert read_lease("DS", lease_bytes(whole, KEYS), NOW, KEYS) == LeaseFile(whole)
    assert lease_bytes(whole, KEYS).isascii()


FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
INTENTS = {"ticket": "DS-1071", "file": "x", "phase": "assigned", "changes": []}
STRANGERS, NEXT = Keyring("x" * 40), Keyring("n" * 40, "k" * 40)


def of(lease: Lease, keyring: Keyring = KEYS, **changes: object) -> bytes:
    """The file of a lease with changes that no run would make, sealed."""
    return lease_bytes(lease.model_copy(update=changes), keyring)


def with_parts(content: bytes, **parts: object) -> bytes:
    """The file with other parts, and the seal as it was."""
    changed = {**json.loads(content), **parts}
    return json.dumps({key: each for key, each in changed.items() if each is not None}).encode()


def for_another_purpose() -> bytes:
    parts = json.loads(of(HELD))
    del parts["seal"]
    return json.dumps(parts | {"seal": KEYS.seal(Purpose.AUDIT, parts)}).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not a lease"),
        (b"null", "not a lease"),
        (b"\xff" * 9, "not a lease"),
        (b"[" * 100_000, "not a lease"),
        (b"{" + b'"a":{' * 100_000, "not a lease"),
        (b'{"seal": NaN}', "not valid"),
        (b" " * (LARGEST + 1), "more than"),
        (of(lease(desk="PAY")), "a lease of PAY"),
        (of(lease(until=FOREVER)), "lasts longer"),
        (of(lease(since=timedelta(days=9))), "ends later"),
        (of(lease(since=timedelta(), until=NOW)), "lasts longer"),
        (of(lease(since=timedelta(), until=NOW - MINUTE)), "lasts longer"),
        (of(lease(until=NOW - 5 * MINUTE + LONGEST + SECOND)), "lasts longer"),
        (of(lease(intents=[{**INTENTS, "path": "audit/2026/DS-9.jsonl"}])), "another escalation"),
        (of(HELD, run="a b\x1b"), "not a lease"),
        (of(HELD, receipts={"DS-1": -1}), "not a lease"),
        (of(HELD, receipts={"x": 1}), "not a lease"),
        (with_parts(of(HELD), seal=None), "no seal"),
        (with_parts(of(HELD), seal=None, key=None), "no seal"),
        (with_parts(of(HELD), seal=""), "not valid"),
        (with_parts(of(HELD), seal={"of": ["wax"]}), "not valid"),
        (with_parts(of(HELD), run="123/2"), "not valid"),
        (with_parts(of(HELD), desk="PAY"), "not valid"),
        (with_parts(of(HELD), receipts={"DS-1": 1}), "not valid"),
        (with_parts(of(RELEASED), ended=None), "not valid"),
        (for_another_purpose(), "not valid"),
        (of(HELD, STRANGERS), "sealed with the key"),
        (with_parts(of(HELD, STRANGERS), key=KEYS.fingerprint), "not valid"),
    ],
)
def test_what_no_run_can_have_written_is_not_believed(content: bytes, problem: str):
    read = read_lease("DS", content, NOW, KEYS)
    assert read.lease is None
    assert problem in read.problem


def test_the_former_key_counts_and_is_not_needed_afterwards():
    assert read_lease("DS", of(HELD), NOW, NEXT).lease == HELD
    assert read_lease("DS", of(HELD, NEXT), NOW, KEYS).lease is None
    assert read_lease("DS", of(HELD, NEXT), NOW, Keyring("n" * 40)).lease == HELD


def test_a_lease_in_a_sealed_commit_needs_no_seal_of_its_own():
    """For `history --verify`: the version before wrote such leases."""
    assert parse_lease("DS", with_parts(of(HELD), seal=None, key=None), NOW).lease == HELD
    assert parse_lease("DS", of(HELD), NOW).lease == HELD
    assert parse_lease("PAY", of(HELD), NOW).problem == "it is a lease of DS"


def test_no_file_is_no_problem():
    assert read_lease("DS", None, NOW, KEYS) == LeaseFile()


def test_a_believed_lease_ends_soon():
    """Whatever is pushed there, a desk is free again within the longest time of a lease."""
    latest = lease(since=timedelta(), until=NOW + LONGEST)
    assert read_lease("DS", of(latest), NOW, KEYS).lease == latest
    later = NOW + LONGEST + latest.margin
    assert answer({"DS": LeaseFile(latest)}, Reading(later + SECOND), MINE, later) == Free(
        (latest,)
    )


def test_the_margin_grows_with_the_lease():
    assert lease().margin == 30 * SECOND
    assert lease(since=-MINUTE, until=NOW).margin == 6 * SECOND


@pytest.mark.parametrize("left", [0.0, 0.5, 5.0, 60.0, 900.0, 1770.0, 86_400.0])
def test_a_lease_ends_a_margin_after_the_last_call(left: float):
    taken = lease(since=timedelta(), until=NOW + length(left))
    assert taken.until - taken.since <= LONGEST
    last_call = NOW + timedelta(seconds=min(max(left, 1.0), 1770.0))
    assert abs(taken.until - taken.margin - last_call) < timedelta(milliseconds=1)


def test_a_lease_names_only_the_changes_of_its_desk():
    plan = Plan.model_validate_json((TOP / "tests/render/golden/plan.json").read_bytes())
    first, second, *_ = plan.escalations
    announced = second.model_copy(update={"pull_request": "#12", "desk": "PAY"})
    both = Plan(made_at=plan.made_at, escalations=(first, second), pull_requests=(announced,))
    roster = snapshot_of(TOP).roster
    named = {desk: intents(both, desk, roster, 2026) for desk in ("DS", "PAY", "PLAT")}
    assert [each.ticket for each in named["DS"]] == [first.ticket, second.ticket]
    assert [each.pull_request for each in named["PAY"]] == ["#12"]
    assert named["PLAT"] == ()
    assert [each.key for each in named["DS"][0].changes] == [each.key for each in first.changes]
