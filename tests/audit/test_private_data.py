"""No answer of a service brings private data into a record."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.load.snapshot import load_snapshot
from reconciler.model.roster import Roster
from reconciler.redaction import LONGEST, PrivateData
from reconciler.services.git.work_tree import read_worktree

TOP = Path(__file__).parents[2]
BOOK = load_snapshot(read_worktree(TOP)).snapshot
assert BOOK is not None
ROSTER: Roster = BOOK.roster
PRIVATE = PrivateData(ROSTER)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("no active user for Priya.Raman@LEDGERLINE.example", "no active user for priya"),
        (
            "User 'Priya Raman' cannot be assigned issues.",
            "User 'priya' cannot be assigned issues.",
        ),
        ("user 5f0a1c2e:priya is inactive", "user priya is inactive"),
        ("U0PRIYA01: user_is_restricted", "priya: user_is_restricted"),
        ("made by U0STRANGER", "made by [person]"),
        ("write to somebody@else.example!", "write to [address]"),
        ("account 712020:0a1b2c3d-aaaa-bbbb", "account [account]"),
        ("tom\u00e1s herrera, Tomas_Herrera, tomas-herrera", "tomas, tomas, tomas"),
        ("#ds-1071-payments-of-acme-fail is taken (C0SBX0001)", "#ds-1071 is taken (C0SBX0001)"),
        ("token xoxb-1234-abc and ghp_abcDEF123456", "token [token] and [token]"),
        ("Authorization: Bearer abc.def.ghi", "Authorization: [token]"),
        ("two\nlines\tand  blanks", "two lines and blanks"),
        ("invalid_auth", "invalid_auth"),
    ],
)
def test_people_become_handles(text: str, clean: str):
    assert PRIVATE.redact(text) == clean


def test_a_person_whom_nobody_knows_is_somebody():
    assert PRIVATE.handle("Lena Fischer") == "lena"
    assert PRIVATE.handle("Jane Doe") == "somebody"
    assert PRIVATE.handle("") == ""


PEOPLE = [
    value
    for person in ROSTER.people.values()
    for value in (person.email, person.name, person.slack, person.jira)
    if value
]


@given(st.lists(st.sampled_from(PEOPLE) | st.text(max_size=8), max_size=6).map(" ".join))
def test_whatever_stands_around(text: str):
    shown = PRIVATE.redact(text)
    assert len(shown) <= LONGEST
    assert not [each for each in PEOPLE if each in shown]
