"""The counters of receipts that runs keep on the audit branch: values in, values out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from announced import ticket
from leased import others as lease

from reconciler.audit.lease_receipts import (
    MOST,
    RunReceipts,
    known_receipts,
    not_behind,
    with_known,
    with_receipts,
)
from reconciler.audit.leases import Free, Stale
from reconciler.model.known_receipts import KnownReceipts
from reconciler.model.observed import Ticket
from reconciler.model.receipt import Receipt
from reconciler.model.sealed_receipt import LossReason, LostReceipt
from reconciler.reconcile.lost_receipt import judged

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
TICKET, OTHER = "DS-1071", "DS-1072"
INTENTS = {"path": "audit/2026/DS-1071.jsonl", "file": "x", "phase": "assigned", "changes": []}


def seen(counter: int = 0, **changes: Any) -> Ticket:
    """The ticket with a receipt that was written so often; without one if never."""
    receipt = Receipt(ticket=TICKET, counter=counter) if counter else None
    return ticket(receipt=receipt, **changes)


def ended(
    *,
    read: Mapping[str, int] | None = None,
    written: Mapping[str, int] | None = None,
    unsure: Mapping[str, int] | None = None,
    known: KnownReceipts | None = None,
    current: frozenset[str] = frozenset({TICKET, OTHER}),
) -> RunReceipts:
    nothing: Mapping[str, int] = {}
    return RunReceipts(
        known or KnownReceipts(), read or nothing, written or nothing, unsure or nothing, current
    )


@pytest.mark.parametrize(
    ("known", "found", "expected"),
    [
        pytest.param(KnownReceipts(), seen(3), False, id="nothing is known"),
        pytest.param(KnownReceipts({TICKET: 3}), seen(3), False, id="the last one"),
        pytest.param(KnownReceipts({TICKET: 3}), seen(4), False, id="a later one"),
        pytest.param(KnownReceipts({TICKET: 3}), seen(2), True, id="an older one"),
        pytest.param(KnownReceipts({TICKET: 3}), seen(), True, id="none"),
        pytest.param(KnownReceipts({OTHER: 3}), seen(2), False, id="of another ticket"),
        pytest.param(
            KnownReceipts({TICKET: 3}),
            seen(lost_receipt=LostReceipt(LossReason.BROKEN)),
            True,
            id="a broken one",
        ),
        pytest.param(
            KnownReceipts({TICKET: 3}), seen(newer_receipt=4), False, id="of a newer version"
        ),
        pytest.param(
            KnownReceipts({TICKET: 3}, {TICKET: 4}), seen(3), True, id="the answer was lost"
        ),
        pytest.param(
            KnownReceipts({TICKET: 3}, {TICKET: 4}), seen(4), False, id="its write had an effect"
        ),
        pytest.param(
            KnownReceipts(intended=frozenset({TICKET})), seen(3), True, id="a run ended early"
        ),
    ],
)
def test_which_ticket_is_read_by_itself(known: KnownReceipts, found: Ticket, *, expected: bool):
    assert known.needs_own_read(found) is expected


def test_a_ticket_that_moved_is_known_by_the_key_in_its_receipt():
    moved = ticket(key="NEW-1", receipt=Receipt(ticket=TICKET, counter=2))
    assert KnownReceipts({TICKET: 3}).needs_own_read(moved)
    assert KnownReceipts({TICKET: 3}).last_counter(moved) == 3


def test_a_receipt_that_is_gone_is_lost_if_one_was_written():
    """Also if the ticket has no comment of the tool."""
    assert judged(seen(), KnownReceipts()).lost_receipt is None
    found = judged(seen(), KnownReceipts({TICKET: 3}))
    assert found.lost_receipt == LostReceipt(LossReason.ABSENT)
    assert found.last_counter == 3


def test_what_the_leases_say():
    assert known_receipts([lease()]) == KnownReceipts(), "the version before wrote none"
    found = known_receipts(
        [
            None,
            lease(receipts={TICKET: 3}, unsure={OTHER: 2}, intents=[{**INTENTS, "ticket": TICKET}]),
            lease(receipts={TICKET: 2}, ended=NOW, intents=[{**INTENTS, "ticket": OTHER}]),
            lease(intents=[{**INTENTS, "ticket": OTHER, "pull_request": "#1"}]),
        ]
    )
    assert found == KnownReceipts({TICKET: 3}, {OTHER: 2}, frozenset({TICKET}))


def test_a_lease_keeps_the_highest_counters_of_its_desk():
    known = KnownReceipts({TICKET: 2, OTHER: 9, "PAY-1": 4}, {TICKET: 5})
    taken = with_known(lease(receipts={TICKET: 3, OTHER: 8}), known)
    assert (taken.receipts, taken.unsure) == ({TICKET: 3, OTHER: 9}, {TICKET: 5})


def test_the_end_of_a_run_keeps_what_it_read_and_wrote():
    run = ended(
        known=KnownReceipts({OTHER: 7}),
        read={TICKET: 3, OTHER: 0, "PAY-1": 3},
        written={TICKET: 4, "PAY-1": 4},
    )
    assert with_receipts(lease(receipts={TICKET: 2}), run).receipts == {OTHER: 7, TICKET: 4}


def test_what_a_run_wrote_counts_and_not_what_was_known():
    """Otherwise a write after a wrong counter would be taken for an older one for ever."""
    run = ended(known=KnownReceipts({TICKET: 9}), read={TICKET: 3}, written={TICKET: 4})
    assert with_receipts(lease(), run).receipts == {TICKET: 4}


def test_a_lost_answer_is_kept_until_a_run_reads_the_ticket():
    taken = lease(receipts={TICKET: 3}, unsure={TICKET: 4})
    assert with_receipts(taken, ended()).unsure == {TICKET: 4}
    assert with_receipts(taken, ended(read={TICKET: 3})).unsure == {}
    again = ended(read={TICKET: 3}, unsure={TICKET: 5})
    assert with_receipts(taken, again).unsure == {TICKET: 5}


def test_only_tickets_that_are_read_later_are_kept_and_not_too_many():
    gone = ended(current=frozenset({OTHER}))
    assert with_receipts(lease(receipts={TICKET: 3, OTHER: 1}), gone).receipts == {OTHER: 1}
    many = {f"DS-{number}": 1 for number in range(1, MOST + 11)}
    run = ended(known=KnownReceipts(many), written={"DS-1": 2}, current=frozenset(many))
    kept = with_receipts(lease(), run).receipts
    assert len(kept) == MOST
    assert kept["DS-1"] == 2, "it was written last"
    assert not {f"DS-{number}" for number in range(2, 12)} & kept.keys()


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (KnownReceipts(), Stale),
        (KnownReceipts({TICKET: 2}), Stale),
        (KnownReceipts({TICKET: 3}), Free),
    ],
    ids=["nothing", "less", "the same"],
)
def test_a_clone_that_knew_less_than_the_branch_reads_again(known: KnownReceipts, expected: type):
    leases = [None, lease(receipts={TICKET: 3}, ended=NOW)]
    assert isinstance(not_behind(Free(), leases, known, [seen(2)]), expected)
    assert not_behind(Free(), leases, known, [seen(3)]) == Free(), "what it read is not older"
