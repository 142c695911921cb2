"""The sealed receipt: what is written opens again, here and nowhere else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.keyring import Keyring, Purpose
from reconciler.model.receipt import ChannelReceipt, Receipt
from reconciler.model.sealed_receipt import (
    NO_RECEIPT,
    LossReason,
    OpenedReceipt,
    ReceiptSeals,
    replayed,
)

OURS = ReceiptSeals(Keyring("k" * 32), "jira.example")
RECEIPT = Receipt(
    ticket="DS-1071", counter=6, channel=ChannelReceipt(id="C1", name="ds-1071-é"), labelled=True
)
WRITTEN = RECEIPT.model_copy(update={"counter": 7})
WHOLE = OURS.sealed(RECEIPT)


def through_jira(value: dict[str, Any]) -> Any:
    """Jira stores JSON, and may order its keys in another way."""
    return json.loads(json.dumps(dict(sorted(value.items(), reverse=True))))


def reason(opened: OpenedReceipt) -> LossReason | None:
    assert opened.receipt is None
    return opened.lost.reason if opened.lost else None


def test_it_opens_again_with_a_counter_that_has_grown():
    assert OURS.opened(through_jira(WHOLE)) == OpenedReceipt(WRITTEN)


def test_nothing_is_not_a_lost_receipt():
    assert OURS.opened(None) == NO_RECEIPT


def test_the_receipt_of_another_site_is_lost():
    """Both sites have the same key: one token of Atlassian can reach several."""
    other = ReceiptSeals(OURS.keyring, "test.example")
    assert reason(OURS.opened(other.sealed(RECEIPT))) is LossReason.BROKEN


def test_a_seal_for_something_else_is_broken():
    content = {key: each for key, each in WHOLE.items() if key != "seal"}
    payload = {"site": OURS.site, "property": "escalation", "receipt": content}
    for purpose in Purpose:
        seal = OURS.keyring.seal(purpose, payload)
        opened = OURS.opened({**content, "seal": seal})
        assert (opened.receipt is not None) is (purpose is Purpose.RECEIPT)


def test_another_key_is_named():
    other = ReceiptSeals(Keyring("x" * 32), OURS.site)
    found = OURS.opened(other.sealed(RECEIPT)).lost
    assert found is not None
    assert (found.reason, found.key) == (LossReason.OTHER_KEY, other.keyring.fingerprint)
    assert found.present_key == OURS.keyring.fingerprint


def test_the_name_of_a_key_is_cut():
    found = OURS.opened({**WHOLE, "key": "x" * 30_000}).lost
    assert found is not None
    assert len(found.key) == 8


def test_the_former_key_counts():
    after = ReceiptSeals(Keyring("n" * 32, former="k" * 32), OURS.site)
    assert after.opened(WHOLE) == OpenedReceipt(WRITTEN, former_key=True)
    assert after.opened(after.sealed(WRITTEN)).former_key is False


@pytest.mark.parametrize("value", [[], "x", 7, True])
def test_what_is_no_object_cannot_be_read(value: object):
    assert reason(OURS.opened(value)) is LossReason.UNREADABLE


@pytest.mark.parametrize("version", [1, 2, None, 3, 99])
def test_without_a_seal_no_version_counts(version: object):
    old = {key: each for key, each in WHOLE.items() if key != "seal"} | {"v": version}
    assert reason(OURS.opened(old)) is LossReason.UNSEALED
    assert OURS.opened(old).newer is None


@given(st.sampled_from(sorted(WHOLE)), st.none() | st.integers() | st.text(max_size=70))
def test_no_part_can_be_changed(part: str, value: object):
    if WHOLE[part] != value:
        assert OURS.opened({**WHOLE, part: value}).receipt is None


def test_an_older_receipt_is_told_by_its_counter():
    assert [replayed(WRITTEN, last) for last in (0, 6, 7, 8)] == [False, False, False, True]
