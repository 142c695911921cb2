"""Where values stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.load.source import FileSource

TEXT = """\
ticket: DS-1042
impact: {level: high, who: All}
reporter:
  person: lena
  findings: |
    First line.

    The fix will be
    live by Friday.
updates:
  - {at: x, by: lena}
  - at: y
    by: "jun"
empty:
"""
SOURCE = FileSource("f.yaml", TEXT.encode())


@pytest.mark.parametrize(
    ("loc", "place", "length"),
    [
        (("ticket",), "1:9", 7),
        (("impact", "level"), "2:17", 4),
        (("impact", "who"), "2:28", 3),
        (("reporter", "person"), "4:11", 4),
        (("updates", 0, "by"), "11:17", 4),
        (("updates", 1, "by"), "13:9", 5),
        (("empty",), "14:1", 5),
        (("updates", 7, "by"), "10:1", 7),
        (("reporter", "nothing"), "3:1", None),
        (("nowhere",), "1:1", None),
    ],
)
def test_values_have_places(loc: tuple[str | int, ...], place: str, length: int | None) -> None:
    assert str(SOURCE.position(*loc)).endswith(f"yaml:{place}")
    if length is not None:
        assert SOURCE.length(*loc) >= length


def test_keys_have_places() -> None:
    assert str(SOURCE.key_position("impact", "level")) == "f.yaml:2:10"
    assert SOURCE.key_length("impact", "level") == 5
    assert str(SOURCE.key_position("updates", 1, "by")) == "f.yaml:13:5"


def test_words_are_found_across_lines() -> None:
    position, length = SOURCE.find(("reporter", "findings"), "be live by Friday")
    assert (str(position), length) == ("f.yaml:8:18", 2)
    position, length = SOURCE.find(("reporter", "findings"), "by Friday")
    assert (str(position), length) == ("f.yaml:9:10", 9)


def test_words_that_are_not_there_point_at_the_value() -> None:
    assert SOURCE.find(("ticket",), "no such")[0] == SOURCE.position("ticket")


def test_columns_count_characters_and_not_bytes() -> None:
    source = FileSource("f", "a: {名前: é, b: c}\r\nd: e\r\n".encode())
    assert str(source.position("a", "b")) == "f:1:15"
    assert str(source.position("d")) == "f:2:4"
    assert source.lines[0] == "a: {名前: é, b: c}"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_position(data: bytes) -> None:
    source = FileSource("f", data)
    position = source.position("a", 0, "b")
    assert position.line >= 1
    assert source.find(("a",), "x y")[1] >= 1
