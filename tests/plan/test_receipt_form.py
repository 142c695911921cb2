"""The receipt as JSON: what is read of any version, what is written, and how long it gets."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.keyring import Keyring
from reconciler.model.receipt import (
    UNDER_MARK,
    VERSION,
    ChannelReceipt,
    PostReceipt,
    PriorityReceipt,
    Receipt,
)
from reconciler.model.receipt_form import LONGEST, NewerReceipt, as_property, fits, read_receipt
from reconciler.model.sealed_receipt import ReceiptSeals

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "receipts_v1.json").read_text())
"""What version 1 wrote onto a ticket in the sandbox."""


def post(number: int) -> PostReceipt:
    return PostReceipt(ts=f"1795446000.{number:06d}", rev="0123456789")


def updates(*numbers: int, episode: str = "") -> dict[str, PostReceipt]:
    return {f"update-{number}{episode}": post(number) for number in numbers}


def read(value: object) -> Receipt:
    found = read_receipt(value)
    assert isinstance(found, Receipt)
    return found


def long_one(count: int = 1000, members: int = 200) -> Receipt:
    kinds = tuple(f"update-{number}" for number in range(1, count + 1))
    return Receipt(
        ticket="DS-1071",
        posts={"brief": post(0), **updates(*range(1, count + 1))},
        comments=tuple(sorted(kinds)),
        invited=tuple(f"U{number:010d}" for number in range(members)),
    )


def test_a_thousand_updates_and_two_hundred_members_take_less_than_8_kib(record_property):
    size = len(json.dumps(as_property(long_one())))
    record_property("figure", f"receipt with 1,000 updates and 200 members: {size} characters")
    assert size <= 8 * 1024


def test_what_is_written_reads_back():
    whole = long_one()
    again = read(json.loads(json.dumps(as_property(whole))))
    assert again.posts.keys() == whole.posts.keys()
    assert again.comments == whole.comments
    assert again.posts["update-7"] == PostReceipt(ts=post(1000).ts, rev=UNDER_MARK)
    assert as_property(again) == as_property(whole)


@given(st.sets(st.integers(1, 12)), st.sets(st.integers(1, 12)), st.sets(st.integers(1, 12)))
def test_no_update_is_remembered_that_was_not_posted(
    first: set[int], second: set[int], commented: set[int]
):
    receipt = Receipt(
        ticket="DS-1071",
        posts=updates(*first) | updates(*second, episode="-e2"),
        comments=tuple(sorted(f"update-{number}" for number in commented)),
    )
    again = read(as_property(receipt))
    assert again.posts.keys() == receipt.posts.keys()
    assert again.comments == receipt.comments


def test_an_update_that_failed_ends_what_the_mark_covers():
    kinds = tuple(f"update-{number}" for number in (1, 2, 4, 5, 8))
    receipt = Receipt(ticket="DS-1071", posts=updates(1, 2, 4, 5, 8), comments=kinds)
    shown = as_property(receipt)
    later = 0b10011  # updates 4, 5 and 8; 3 failed
    assert shown["updates_posted"] == {"1": {"count": 2, "ts": post(8).ts, "later": f"{later:x}"}}
    assert shown["updates_commented"] == {"1": 2}
    assert shown["updates_commented_later"] == {"1": f"{later:x}"}
    assert {"posts", "comments"} & shown.keys() == set()
    again = read(shown)
    assert again.posts.keys() == receipt.posts.keys()
    assert again.comments == receipt.comments


@given(st.integers(0, 2**32), st.floats(0, 1), st.floats(0, 1))
def test_whatever_fails_a_thousand_updates_take_less_than_8_kib(
    seed: int, posted: float, commented: float
):
    """Any of them can be missing in the channel, and any on the ticket."""
    random, every = Random(seed), range(1, 1001)
    receipt = Receipt(
        ticket="DS-1071",
        counter=2**40,
        priority=PriorityReceipt(previous_id="3", previous_name="Medium", ours="1"),
        channel=ChannelReceipt(id="C0123456789", name="ds-1071-" + "x" * 72),
        posts={"brief": post(0), **updates(*(n for n in every if random.random() < posted))},
        comments=tuple(sorted(f"update-{n}" for n in every if random.random() < commented)),
        invited=tuple(f"U{number:010d}" for number in range(200)),
    )
    sealed = ReceiptSeals(Keyring("k"), "jira.example").sealed(receipt)
    assert len(json.dumps(sealed)) <= 8 * 1024
    again = read(as_property(receipt))
    assert again.posts.keys() == receipt.posts.keys()
    assert again.comments == receipt.comments
    assert as_property(again) == as_property(receipt)


@pytest.mark.parametrize("stage", RECORDED)
def test_recorded_receipts_of_version_1_are_read_whole(stage: str):
    old = RECORDED[stage]
    found = read(old)
    assert {kind: each.model_dump() for kind, each in found.posts.items()} == old["posts"]
    assert list(found.comments) == old["comments"]
    shown = as_property(found)
    assert shown["v"] == VERSION
    changed = {"v", "posts", "comments", "updates_posted", "updates_commented"}
    rest = {key: each for key, each in shown.items() if key not in changed}
    assert rest == {key: each for key, each in old.items() if key not in changed}


@pytest.mark.parametrize("version", [VERSION + 1, 99])
def test_a_newer_version_is_told_apart_from_a_lost_one(version: int):
    assert read_receipt({"v": version, "ticket": "DS-1071"}) == NewerReceipt(version)


@pytest.mark.parametrize("value", [None, "", [], {}, {"v": 1}, {"v": "x", "ticket": 7}])
def test_what_nobody_can_read_is_a_lost_one(value: object):
    assert read_receipt(value) is None


@pytest.mark.parametrize(
    "marks",
    [
        {"updates_posted": {"1": {"count": 10**9, "ts": "1795446000.000001"}}},
        {"updates_commented": {"1": 10**9}},
        {"updates_commented": {str(number): 9_999 for number in range(1, 2_000)}},
        {"updates_commented": {"1": -1}},
        {"updates_posted": {"1": {"count": 1, "ts": "now"}}},
        {"updates_posted": {"1": {"count": 1, "ts": "1795446000.000001", "later": "x"}}},
        {"updates_posted": {"1": {"count": 1, "ts": "1795446000.000001", "later": "f" * 2501}}},
        {"updates_commented_later": {str(number): "f" * 2500 for number in range(1, 9)}},
        {"updates_posted": {"one": {"count": 1, "ts": "1795446000.000001"}}},
    ],
)
def test_a_mark_that_no_file_could_reach_costs_neither_memory_nor_time(marks: dict[str, Any]):
    assert read_receipt({"v": VERSION, "ticket": "DS-1071", **marks}) is None


def test_unknown_fields_of_this_version_are_kept():
    value = {
        "v": VERSION,
        "ticket": "DS-1071",
        "colour": {"of": "the channel"},
        "channel": {"id": "C1", "name": "ds-1071-x", "kind": "public"},
    }
    assert as_property(read(value).model_copy(update={"labelled": True})) == value | {
        "labelled": True
    }


def test_what_does_not_fit_is_known_before_it_is_sent():
    assert fits(Receipt(ticket="DS-1071", assignee="x" * (LONGEST - 300)))
    sealed = ReceiptSeals(Keyring("k"), "jira.example")
    longest = Receipt(ticket="DS-1071", counter=2**50, assignee="x" * (LONGEST - 280))
    assert fits(longest)
    assert len(json.dumps(sealed.sealed(longest))) <= LONGEST
    assert not fits(Receipt(ticket="DS-1071", assignee="x" * (LONGEST - 200)))
