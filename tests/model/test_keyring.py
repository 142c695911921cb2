"""Seals: what only the reconciler can make, for one purpose and one content."""

import hmac
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.keyring import Keyring, Purpose, Seal, canonical

KEY, FORMER = "k" * 32, "f" * 32
OURS = Keyring(KEY, FORMER)
PAYLOAD: dict[str, Any] = {"ticket": "DS-1071", "counter": 7, "posts": {"brief": "é"}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def deep() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(100_000):
        found = {"x": found}
    return found


def test_the_key_of_each_purpose_is_derived_from_the_secret():
    for purpose in Purpose:
        key = hmac.digest(KEY.encode(), purpose.encode(), sha256)
        made = hmac.new(key, canonical(PAYLOAD), sha256).hexdigest()
        assert OURS.seal(purpose, PAYLOAD) == made


def test_each_purpose_has_its_own_key():
    assert len({OURS.seal(purpose, PAYLOAD) for purpose in Purpose}) == len(Purpose)
    receipt = OURS.seal(Purpose.RECEIPT, PAYLOAD)
    assert OURS.check(Purpose.AUDIT, PAYLOAD, receipt) is Seal.BROKEN


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_a_seal_holds_in_whatever_order_the_keys_come(payload: dict[str, Any]):
    seal = OURS.seal(Purpose.RECEIPT, payload)
    backwards = dict(reversed(list(payload.items())))
    assert OURS.check(Purpose.RECEIPT, backwards, seal) is Seal.CURRENT
    assert OURS.check(Purpose.RECEIPT, {**payload, "": [seal]}, seal) is Seal.BROKEN


def test_the_former_key_counts_and_any_other_does_not():
    before = Keyring(FORMER).seal(Purpose.RECEIPT, PAYLOAD)
    assert OURS.check(Purpose.RECEIPT, PAYLOAD, before) is Seal.PREVIOUS
    assert Keyring(KEY).check(Purpose.RECEIPT, PAYLOAD, before) is Seal.BROKEN
    assert Keyring(FORMER).check(Purpose.RECEIPT, PAYLOAD, before) is Seal.CURRENT


@pytest.mark.parametrize("seal", ["", "0" * 64, "é" * 64, "\ud800", None, 7, ["x"], {"a": 1}])
def test_what_is_no_seal_is_a_broken_one(seal: object):
    assert OURS.check(Purpose.RECEIPT, PAYLOAD, seal) is Seal.BROKEN


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(deep, id="nested"),
        pytest.param(lambda: {"x": float("nan")}, id="no-number"),
        pytest.param(lambda: {"x": {1, 2}}, id="no-json"),
    ],
)
def test_what_cannot_be_sealed_has_a_broken_seal(payload: Any):
    assert OURS.check(Purpose.RECEIPT, payload(), "0" * 64) is Seal.BROKEN


def test_a_fingerprint_shows_which_key_it_is_and_nothing_of_it():
    prints = {Keyring(KEY).fingerprint, Keyring(FORMER).fingerprint}
    assert prints == {OURS.fingerprint, OURS.former}
    assert len(prints) == 2
    assert all(len(each) == 8 and each not in OURS.seal(Purpose.RECEIPT, {}) for each in prints)
    assert Keyring(KEY).former == ""
    assert KEY not in repr(OURS)
