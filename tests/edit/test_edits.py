"""Edits change what they are asked to and not a byte beside it."""

from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from searching import times

from reconciler.edit import changes
from reconciler.edit.splice import EditRefusedError
from reconciler.edit.write_yaml import as_block, as_flow
from reconciler.load import unquoted_words
from reconciler.load.source import FileSource
from reconciler.load.strict_yaml import parse
from reconciler.load.version import read_escalation
from reconciler.model.escalation import Update
from reconciler.model.snapshot import Entry

TOP = Path(__file__).parents[2]
FILES = sorted([*TOP.glob("escalations/*/*.yaml"), *TOP.glob("tests/examples/good/*.yaml")])
AT = datetime(2026, 11, 25, 14, 5, tzinfo=timezone(timedelta(hours=-5)))
RESOLUTION = {
    "root_cause": "A retired address stayed in the pool.\nNobody looked.",
    "mitigation": "It was removed: at once.",
    "follow_ups": ["PAY-641", "PAY-642"],
    "customer_communication": {"owner": "lena", "state": "drafted"},
}
EPISODE = {
    "impact": {"level": "high", "who": "All", "how_many": 12, "symptom": "It's back."},
    "reason": "It came back, and harder.",
    "initiator": "priya",
    "contact": "lena",
}
EDITS = {
    "assign": lambda entry: changes.assigned(entry, "nadia"),
    "hand over": lambda entry: changes.handed_over(entry, "owen", AT),
    "hand over later": lambda entry: changes.handed_over(entry, "owen", AT, later=True),
    "update": lambda entry: changes.updated(entry, AT, "mei", "Two hosts: slow, # and 'odd'."),
    "assess": lambda entry: changes.assessed(entry, "The pool is too small.\n\nOr too slow."),
    "resolve": lambda entry: changes.resolved(entry, RESOLUTION),
    "withdraw": lambda entry: changes.withdrawn(entry, "priya", "It went away."),
    "reopen": lambda entry: changes.reopened(entry, EPISODE),
}
REPLACED = {"assign": "assignee", "hand over": "contact", "assess": "assessment"}
"""The field whose text an edit replaces, when there is one."""


def entry_of(data: bytes, path: str = "escalations/2026/DS-1.yaml") -> Entry:
    escalation = read_escalation(path, data)
    assert escalation is not None
    return Entry(escalation, FileSource(path, data))


def check_edit(name: str, entry: Entry) -> None:
    """Make an edit and see that nothing is lost but the value that it replaces."""
    before = entry.source.data
    try:
        after = EDITS[name](entry)
    except EditRefusedError as refused:
        ends = {"resolve": "resolution", "withdraw": "withdrawn"}
        assert getattr(entry.escalation.current, ends[name]) is not None
        assert "already exists" in str(refused)  # noqa: PT017
        return
    assert not parse(entry.source.path, after).findings
    assert read_escalation(entry.source.path, after) is not None
    start, end = kept(before, after)
    if start < len(before) - end and before[start : len(before) - end].strip(b" []~nul\r\n"):
        loc = (*entry.escalation.current_loc, REPLACED[name])
        place = entry.source.places.values[loc]
        text = before.decode()
        assert len(text[: place.start].encode()) <= start
        assert len(before) - end <= len(text[: place.end].encode())
    if b"\r\n" in before:
        assert b"\n" not in after.replace(b"\r\n", b"")


def kept(before: bytes, after: bytes) -> tuple[int, int]:
    """How much of the beginning and of the end is as it was."""
    most = min(len(before), len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    most -= start
    end = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    return start, end


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", EDITS)
def test_every_example_can_be_edited(path: Path, name: str) -> None:
    check_edit(name, entry_of(path.read_bytes()))


@cache
def spots(path: Path) -> tuple[tuple[int, str], ...]:
    """Where a comment can be put into a file without changing what it says: line and text."""
    data = path.read_bytes()
    said = read_escalation(str(path), data)
    found = []
    for line in range(data.count(b"\n") + 1):
        found += [
            (line, comment)
            for comment in ("# aside", "  # aside", "      # aside", "\t# aside", "")
            if _says(path, strewn(data, [(line, comment)]), said)
        ]
        if _says(path, strewn(data, [(line, "+ # at the end: 'odd\" [")]), said):
            found.append((line, "+ # at the end: 'odd\" ["))
    return tuple(found)


def _says(path: Path, data: bytes, said: object) -> bool:
    return read_escalation(str(path), data) == said


def strewn(data: bytes, comments: list[tuple[int, str]]) -> bytes:
    """The file with comments before lines, or (with a plus) at their ends."""
    lines = data.splitlines(keepends=True)
    ending = "\r\n" if b"\r\n" in data else "\n"
    for line, comment in sorted(comments, reverse=True):
        if not comment.startswith("+"):
            lines.insert(line, f"{comment}{ending}".encode())
        elif line < len(lines):
            bare = lines[line].rstrip(b"\r\n")
            lines[line] = bare + comment[1:].encode() + lines[line][len(bare) :]
    return b"".join(lines)


@settings(max_examples=times(300))
@given(st.data())
def test_comments_and_everything_else_stay(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FILES))
    comments = data.draw(st.lists(st.sampled_from(spots(path)), max_size=8, unique=True))
    name = data.draw(st.sampled_from(sorted(EDITS)))
    written = strewn(path.read_bytes(), comments)
    if data.draw(st.booleans()):
        written = written.rstrip(b"\r\n")
    assume(read_escalation(str(path), written) == read_escalation(str(path), path.read_bytes()))
    check_edit(name, entry_of(written))


PROSE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]) | st.just("\n"),
    min_size=1,
    max_size=200,
).filter(lambda text: text.strip() == text)


SURPRISES = """
0001-1-1T0:00:00 0000-0-0T0:00:00 2001-12-14t21:59:43.10-05:00 2002-12-14 2002-1-4 9999-99-99
2026-11-20T14:05:00-05:00 2026-11-20T14:05:00Z 2026-11-20T14:05:00 2026-1-2T4:5:6 190:20:30 1:30.5
0o14 0x1F 0b1 1_000 012 1e3 1.5 +1 .inf -.INF .nan ~ = << y N on Off yes NO true null NULL 9999999
""".split()  # noqa: SIM905 - a table of words
WORDS = st.one_of(
    PROSE,
    st.sampled_from([*SURPRISES, "2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43"]),
    st.text("0123456789-+:.TtZ_ ex", min_size=1).filter(lambda text: text.strip() == text),
    st.datetimes().map(str),
    st.datetimes().map(datetime.isoformat),
)


@settings(max_examples=times(600))
@given(text=WORDS)
@example("2001-12-14 21:59:43.10 -5")
def test_whatever_is_said_reads_back(text: str) -> None:
    check_text(text)


@pytest.mark.parametrize("text", SURPRISES)
def test_words_that_mean_something_else_read_back(text: str) -> None:
    check_text(text)


def check_text(text: str) -> None:
    """Both ways of writing it read back, with another reader and with ours."""
    for written in (as_block({"text": text}), as_flow({"text": text})):
        assert yaml.safe_load(written) == {"text": text}
        ours = parse("f.yaml", written.encode())
        assert ours.findings or ours.value == {"text": text}
        assert {each.rule for each in ours.findings} <= UNWANTED
        assert '"' in written or "'" in written or unquoted_words.means_itself(text)


UNWANTED = {"text-invisible-character", "text-control-character"}
"""What people are not to write, however it is written."""


def test_points_in_time_stand_as_people_write_them() -> None:
    at = changes.written(AT)
    assert as_block({"at": at}) == "at: 2026-11-25T14:05:00-05:00\n"
    assert as_flow({"at": at}) == "{at: 2026-11-25T14:05:00-05:00}"
    assert as_flow({"text": str(at)}) == '{text: "2026-11-25T14:05:00-05:00"}'


@given(text=PROSE, path=st.sampled_from(FILES))
@settings(max_examples=times(200))
def test_any_news_can_be_added(text: str, path: Path) -> None:
    entry = entry_of(path.read_bytes())
    data = changes.updated(entry, AT, "mei", text)
    after = read_escalation(str(path), data)
    if after is None:
        assert parse(str(path), data).findings or _too_long(entry, text)
    else:
        assert after.current.updates[-1].text == text
        assert after.current.updates[-1].at == AT


def _too_long(entry: Entry, text: str) -> bool:
    """Whether the model itself refuses the text."""
    try:
        Update(at=AT, by="mei", text=text)
    except ValidationError:
        return True
    return entry.escalation is None


def test_an_edit_looks_as_if_written_by_hand() -> None:
    text = (TOP / "escalations/2026/DS-1057.yaml").read_bytes()
    entry = entry_of(text)
    news = "Both hosts are out of rotation; " * 4
    data = changes.updated(entry, AT, "mei", news.strip())
    assert len(data) > len(text)
    block = as_block([{"at": changes.written(AT), "by": "mei", "text": news.strip()}])
    assert (
        block
        == """\
- at: 2026-11-25T14:05:00-05:00
  by: mei
  text: >-
    Both hosts are out of rotation; Both hosts are out of rotation; Both hosts are out of rotation;
    Both hosts are out of rotation;
"""
    )


def test_what_cannot_be_edited_is_refused_with_its_place() -> None:
    entry = entry_of((TOP / "escalations/2026/DS-1018.yaml").read_bytes())
    with pytest.raises(EditRefusedError, match=r"DS-1.yaml:\d+:1: resolution already exists"):
        changes.resolved(entry, RESOLUTION)
