"""Findings as text and annotations, whatever the files hold."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.load.source import FileSource
from reconciler.model.finding import Finding, Position, Severity
from reconciler.render.check_data import check_sheet, output_of_check
from reconciler.render.escape import is_hidden
from reconciler.render.excerpt import excerpt
from reconciler.render.findings import CheckResult, as_github, as_text
from reconciler.render.json_text import json_text
from reconciler.render.sheet import sheet_csv

HOSTILE = "\x1b[31m\x07\u202e\u200b\r::error::pwned ##[add-mask]x %0A"


@pytest.mark.parametrize(
    ("line", "column", "length", "shown", "carets"),
    [
        ("contact: ravi", 10, 4, "contact: ravi", "         ^^^^"),
        ("名前: ravi", 5, 4, "名前: ravi", "      ^^^^"),
        ("cafe\u0301: ravi", 8, 4, "cafe\u0301: ravi", "      ^^^^"),
        ("a:\tb", 4, 1, "a:    b", "      ^"),
        ("a: x\u200by", 5, 1, "a: x\\u200by", "    ^^^^^^"),
        ("a: \x1b[31m", 4, 1, "a: \\x1b[31m", "   ^^^^"),
        ("a", 9, 1, "a", " ^"),
        ("", 1, 1, "", "^"),
        ("ab", 1, 99, "ab", "^^"),
    ],
)
def test_the_caret_stands_under_what_is_meant(
    line: str, column: int, length: int, shown: str, carets: str
) -> None:
    assert excerpt(line, column, length, 60) == (shown, carets)


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    cut = excerpt(line, 501, 4, 60)
    assert len(cut.line) <= 60
    assert cut.line.startswith("…")
    assert cut.line.endswith("…")
    begin = cut.carets.index("^")
    assert cut.line[begin : begin + 4] == "HERE"
    assert cut.carets.count("^") == 4


def test_a_line_of_a_megabyte_takes_no_time() -> None:
    assert len(excerpt("x" * 1_000_000, 500_000, 1, 60).line) <= 60


def _width(text: str) -> int:
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


@given(
    st.text(max_size=200).filter(lambda text: "\n" not in text),
    st.integers(1, 250),
    st.integers(1, 50),
)
def test_any_line_fits(line: str, column: int, length: int) -> None:
    cut = excerpt(line, column, length, 60)
    assert _width(cut.line) <= 60
    assert set(cut.carets) <= {" ", "^"}
    assert "^" in cut.carets
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", cut.line)


def report(count: int = 1, text: str = HOSTILE) -> CheckResult:
    path = "escalations/2026/DS-1.yaml"
    found = [
        Finding("unknown-key", Position(path, 1, 4), f"{text} is wrong.", f"Delete {text}")
        for _ in range(count)
    ]
    return CheckResult(found, 1, {path: FileSource(path, f"a: {text}".encode())})


def test_text_shows_hostile_characters_and_obeys_none() -> None:
    text = as_text(report())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", text)
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "\\x1b[31m" in text


@given(st.text(max_size=300))
def test_no_line_of_the_text_is_a_command(message: str) -> None:
    for line in as_text(report(text="x " * 30 + "::error::" + message)).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_text_fits_a_terminal() -> None:
    text = as_text(report(text="word " * 100))
    assert max(map(len, text.splitlines())) <= 80


def test_colour_changes_nothing_but_colour() -> None:
    painted = as_text(report(), colour=True)
    assert "\x1b[31m" in painted
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == as_text(report())


def test_annotations_are_escaped() -> None:
    lines = as_github(report()).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=escalations/2026/DS-1.yaml,line=1,col=4,endColumn=5,title=unknown-key::"
    )
    assert "%250A" in lines[0]
    assert "\x1b" not in lines[0]
    assert "\r" not in lines[0]


def test_properties_of_annotations_are_escaped() -> None:
    path = "escalations/2026/a,b:c%\n::error::.yaml"
    found = Finding("file-misplaced", Position(path), "m", "r")
    out = as_github(CheckResult([found], 1))
    assert "file=escalations/2026/a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3A.yaml,line=1" in out


@given(st.text(max_size=200), st.text(max_size=50))
def test_only_our_commands_are_in_annotations(message: str, path: str) -> None:
    finding = Finding("unknown-key", Position(f"escalations/{path}"), message, message)
    lines = as_github(CheckResult([finding] * 12, 1)).split("\n")
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert len(commands) == 10
    assert all(line.startswith("::error file=escalations/") for line in commands)
    assert all("\r" not in line for line in lines)


def test_ten_annotations_of_each_kind_and_a_word_about_the_rest() -> None:
    warning = Finding("file-executable", Position("a", 1, 1), "m", "r", Severity.WARNING)
    found = [*report(14).findings, *[warning] * 11]
    lines = as_github(CheckResult(found, 3)).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert "and 4 more errors:" in lines
    assert "and 1 more warning:" in lines
    assert lines[-1] == "3 files, 14 errors, 11 warnings."


def test_json_and_csv_have_no_hidden_characters() -> None:
    for text in (json_text(output_of_check(report())), sheet_csv(check_sheet(report()))):
        assert not [each for each in text if is_hidden(each) and each != "\n"]
