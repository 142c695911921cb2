"""What a lease can hold, what it says of a plan, and a lease that ends while a run reads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from plan.values import MONDAY, new, settled, snapshot_of
from pydantic import ValidationError

from reconciler.audit.lease_files import late
from reconciler.audit.leases import Reading, Stale, answer, changed_desks, intent_of, intents
from reconciler.model.audit import FiledRecord, OutcomeRecord
from reconciler.model.change import Action, Change, Plan
from reconciler.model.keyring import Keyring
from reconciler.model.lease import (
    IntendedChange,
    Lease,
    LeaseFile,
    TicketIntents,
    lease_bytes,
    read_lease,
)
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.redaction import PrivateData

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEYS = Keyring("k" * 32)
HOLDER: dict[str, Any] = {
    "desk": "DS",
    "run": "123/1",
    "token": "0" * 32,
    "place": "b" * 32,
    "at": NOW,
    "since": NOW,
    "until": NOW + 20 * MINUTE,
}
CHANGE: dict[str, Any] = {"key": "jira.label", "facet": "jira.label", "action": "add"}
TICKET: dict[str, Any] = {
    "ticket": "DS-1071",
    "path": "audit/2026/DS-1071.jsonl",
    "file": "escalations/2026/DS-1071.yaml",
    "phase": "assigned",
    "changes": [CHANGE],
}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("desk", "ds"),
        ("desk", "../DS"),
        ("run", "a b\x1b"),
        ("token", ""),
        ("token", "0" * 15),
        ("token", "0" * 65),
        ("token", "not hexadecimal!"),
        ("place", "0" * 65),
        ("place", "host\nname"),
        ("commit", "main"),
        ("at", "2026-11-27T10:00:00"),
        ("since", "2026-11-27T10:00:00"),
        ("until", "2026-11-27T10:00:00"),
        ("ended", "2026-11-27T10:00:00"),
        ("v", 2),
        ("words", "of somebody else's"),
    ],
)
def test_the_parts_of_a_lease_have_their_shapes(part: str, value: object):
    assert Lease.model_validate(HOLDER)
    with pytest.raises(ValidationError):
        Lease.model_validate(HOLDER | {part: value})


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("key", "x" * 301),
        ("facet", "x" * 30 + "." + "x" * 30),
        ("facet", "any words"),
        ("facet", "Jira.Label"),
        ("action", "delete"),
        ("before", "x" * 10_000),
        ("after", "x" * 10_000),
    ],
)
def test_the_parts_of_an_intended_change_have_their_shapes(part: str, value: object):
    assert IntendedChange.model_validate(CHANGE)
    with pytest.raises(ValidationError):
        IntendedChange.model_validate(CHANGE | {part: value})


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("ticket", "DS"),
        ("path", "audit/2026/../../README.md"),
        ("path", "escalations/2026/DS-1071.yaml"),
        ("path", "/audit/2026/DS-1071.jsonl"),
        ("path", "audit/2026/DS-1071.jsonl\n"),
        ("file", "x" * 201),
        ("phase", "forgotten"),
    ],
)
def test_the_parts_of_a_tickets_intents_have_their_shapes(part: str, value: object):
    assert TicketIntents.model_validate(TICKET)
    with pytest.raises(ValidationError):
        TicketIntents.model_validate(TICKET | {part: value})


def test_a_lease_that_ran_out_while_a_run_read_makes_it_read_again():
    """Also if this clone knew of it: its run may have changed something until the end."""
    times = {"since": NOW - 21 * MINUTE, "until": NOW - 40 * timedelta(seconds=1)}
    open_ = Lease.model_validate(HOLDER | times)
    reading = Reading(NOW - 20 * timedelta(seconds=1), {"DS": open_})
    assert answer({"DS": LeaseFile(open_)}, reading, "a" * 32, NOW) == Stale(open_)


def a_plan() -> Plan:
    """One escalation has changes, and one of another desk has none."""
    changing, quiet = new().plan().plan, settled().plan().plan
    return Plan(
        made_at=MONDAY,
        escalations=(changing, quiet.model_copy(update={"ticket": "PAY-1", "desk": "PAY"})),
    )


def test_a_lease_names_what_changes_and_nothing_else():
    plan = a_plan()
    assert changed_desks(plan) == ("DS",)
    (found,) = intents(plan, "DS", snapshot_of().roster, 2026)
    assert (found.ticket, found.path) == ("DS-1071", "audit/2026/DS-1071.jsonl")
    assert [each.key for each in found.changes] == [
        each.key for each in plan.escalations[0].changes
    ]


def test_a_lease_holds_no_private_data():
    """Whatever the key of a message is made of."""
    roster = snapshot_of().roster
    email = roster.people["lena"].email
    op = PostMessage(where=Where.CHANNEL, kind=f"contact-{email}", text="", rev="0")
    change = Change(facet="slack.contact", action=Action.ADD, after=email, why="drift", op=op)
    assert email in change.key
    assert email not in intent_of(change, PrivateData(roster)).model_dump_json()


def test_only_the_lease_that_is_still_open_has_to_end_soon():
    """A run whose clock was ahead released it; nobody waits for it any more."""
    times = {"since": NOW + 60 * MINUTE, "until": NOW + 80 * MINUTE}
    open_ = Lease.model_validate(HOLDER | times)
    released = open_.model_copy(update={"ended": NOW})
    for lease, counts in ((open_, False), (released, True)):
        found = read_lease("DS", lease_bytes(lease, KEYS), NOW, KEYS)
        assert (found.lease is not None) is counts


def test_only_what_this_run_did_comes_late():
    """Records that wait from earlier runs are written with it, as they were."""
    parts = {"at": NOW, "commit": "0" * 40, "ticket": "DS-1071", "phase": "assigned"}
    mine, waiting = (
        FiledRecord("audit/2026/DS-1071.jsonl", OutcomeRecord.model_validate(parts | {"run": run}))
        for run in ("2/1", "1/1")
    )
    assert late(waiting, "2/1") == waiting
    assert late(mine, "2/1").record == mine.record.model_copy(update={"late": True})
