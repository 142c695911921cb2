"""Tables for spreadsheets and Markdown, and JSON for programs, of hostile text."""

import csv
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.model.base import Value
from reconciler.render.escape import is_hidden
from reconciler.render.json_text import json_text
from reconciler.render.sheet import Sheet, sheet_csv, sheet_markdown, sheet_of


class Row(Value):
    text: str
    number: int | None = None
    yes: bool = False
    words: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Payments fail", "Payments fail"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\x09=1"),
        ("\r=1", "'\\x0d=1"),
        (" \n=1", "'  =1"),
        ("＝1", "'＝1"),  # noqa: RUF001 - some spreadsheets take it for the narrow one
        ('a"b,c', 'a"b,c'),
        ("\x1b[31m", "\\x1b[31m"),
        ("::error::", "\\::error::"),
    ],
)
def test_a_cell_is_text(text: str, cell: str) -> None:
    (_, (found,)) = csv.reader(io.StringIO(sheet_csv(Sheet(("text",), ((text,),)))))
    assert found == cell


def test_numbers_are_numbers_and_nothing_is_empty() -> None:
    sheet = sheet_of(Row, [Row(text="x", number=-5, words=("a", "b")), Row(text="y", yes=True)])
    assert sheet_csv(sheet).splitlines() == [
        '"text","number","yes","words"',
        '"x",-5,"false","a; b"',
        '"y","","true",""',
    ]
    assert sheet_markdown(sheet_of(Row, [Row(text="a|b")], ("yes", "words"))).splitlines() == [
        "| Text | Number |",
        "| --- | --- |",
        "| a\\|b |  |",
    ]


@given(st.text())
@example("##[error]\x9b\u202e\U000e0001é\ud800")
def test_json_keeps_the_value_and_hides_nothing(text: str) -> None:
    for encoding in ("utf-8", "ascii", "latin-1"):
        shown = json_text(Row(text=text), encoding)
        assert json.loads(shown)["text"] == text
        assert not [each for each in shown if is_hidden(each) and each != "\n"]
        assert "##[" not in shown
        shown.encode(encoding)


def test_json_is_readable() -> None:
    assert '"text": "Grüße → 你好"' in json_text(Row(text="Grüße → 你好"))
