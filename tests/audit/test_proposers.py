"""Who proposed a commit of the main line, by the lines about merged pull requests."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.audit.consent_lines import proposers, sealed, text_of
from reconciler.model.consent_line import ConsentEntry, ConsentLine
from reconciler.model.keyring import Keyring

AT = datetime(2026, 11, 23, 15, 12, tzinfo=UTC)
KEYS, OTHER = Keyring("k" * 40), Keyring("n" * 40)
A, B = "a" * 40, "b" * 40
PRIYA = {"author": 4001, "login": "priya-raman"}
BOT = {"author": 7, "login": "helper[bot]", "bot": True}


def line(*commits: str, minutes: int = 0, **said: object) -> ConsentLine:
    at = AT + timedelta(minutes=minutes)
    return ConsentLine(commits=commits, read_at=at, **{"pull_request": "1", **PRIYA, **said})


def file(*lines: ConsentLine, keys: Keyring = KEYS) -> bytes:
    return b"".join(text_of(sealed(each, keys)) for each in lines)


def test_each_commit_of_a_pull_request():
    assert proposers([file(line(A, B))], KEYS) == {A: "priya-raman", B: "priya-raman"}


def test_the_line_about_the_last_commit_of_a_pull_request_knows_best():
    late = line(A, B, minutes=9, login="mei-zhang", pull_request="2")
    assert proposers([file(line(A), late)], KEYS) == {A: "priya-raman", B: "mei-zhang"}


def test_of_lines_about_the_same_commit_the_one_that_was_read_last_counts():
    lines = line(A, minutes=9, login="mei-zhang"), line(A)
    assert proposers([file(*lines)], KEYS) == {A: "mei-zhang"}


def test_the_person_who_sent_a_form():
    said = ConsentEntry(account=4001, login="priya-raman", at=AT, via=9)
    helped = ConsentEntry(account=7, login="helper[bot]", at=AT)
    assert proposers([file(line(A, **BOT, proposed=(helped, said)))], KEYS) == {A: "priya-raman"}
    assert proposers([file(line(A, **BOT))], KEYS) == {A: "helper[bot]"}


def test_a_commit_without_a_pull_request_has_none():
    assert proposers([file(line(A, pull_request="", author=None, login=""))], KEYS) == {}


@pytest.mark.parametrize(
    "text",
    [
        file(line(A), keys=OTHER),
        text_of(line(A)),
        file(line(A)).replace(b"priya-raman", b"pavel-novak"),
        b'{"commits":["' + A.encode() + b'"]}\n',
        b"{}\nnot JSON\n\xff\n",
    ],
    ids=["another key", "no seal", "changed", "too short", "damaged"],
)
def test_with_a_key_a_line_without_a_valid_seal_does_not_count(text: bytes):
    assert proposers([text], KEYS) == {}


def test_without_a_key_it_is_as_recorded():
    assert proposers([file(line(A), keys=OTHER)], None) == {A: "priya-raman"}
