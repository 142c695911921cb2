"""How far back the desks' channels are searched: settled from everything at once."""

from datetime import datetime, timedelta

from announced import declared, open_pull_request, survey, ticket
from company import NOW

from reconciler.model.receipt import PostReceipt, Receipt
from reconciler.reconcile.inventory.search_start import BEFORE_ARRIVAL, LOOK_BACK, starts


def reach(**found: float) -> timedelta:
    return NOW - datetime.fromtimestamp(found["C1"], NOW.tzinfo)


def test_without_anything_to_find_nothing_is_widened():
    assert starts(NOW, survey(), (), ()) == {}


def test_an_open_pull_request_is_covered_however_old_it_is():
    for days in (45, 120, 400):
        found = starts(NOW, survey(), (), [open_pull_request(opened_at=NOW - timedelta(days=days))])
        assert reach(**found) == timedelta(days=days)


def test_a_young_pull_request_narrows_nothing():
    found = starts(NOW, survey(), (), [open_pull_request(opened_at=NOW - timedelta(days=1))])
    assert reach(**found) == LOOK_BACK


def test_the_oldest_wins_in_any_order():
    old, young = (open_pull_request(opened_at=NOW - timedelta(days=each)) for each in (90, 40))
    assert starts(NOW, survey(), (), [old, young]) == starts(NOW, survey(), (), [young, old])
    assert reach(**starts(NOW, survey(), (), [young, old])) == timedelta(days=90)


def test_a_receipt_tells_where_the_announcement_is():
    told = NOW - timedelta(days=77)
    receipt = Receipt(
        ticket="DS-1071",
        announced_in="C1",
        announcements={"announcement": PostReceipt(ts=f"{told.timestamp():.6f}", rev="x")},
    )
    found = starts(NOW, survey(ticket(receipt=receipt)), [declared()], ())
    assert reach(**found) == timedelta(days=77)


def test_what_was_merged_and_has_no_receipt_may_have_been_open_for_long():
    found = starts(NOW, survey(ticket()), [declared()], ())
    assert reach(**found) == BEFORE_ARRIVAL
