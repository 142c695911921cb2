"""The traps of YAML, with the parser in C and with the one in Python."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from searching import times

from reconciler.load import unquoted_words
from reconciler.load.parser import IS_FAST
from reconciler.load.strict_yaml import parse

PARSERS = [True, False] if IS_FAST else [False]


def rules(data: bytes, *, fast: bool = True) -> list[str]:
    parsed = parse("f.yaml", data, fast=fast)
    assert (parsed.value is None) == bool(parsed.findings)
    return [finding.rule for finding in parsed.findings]


SURPRISES = """
y Y yes Yes YES n N no No NO on On ON off Off OFF 012 0o17 0x1f 0b11 1_000 +5 -0 1:30 12:30:45
1.5 1. .5 1e3 .inf -.inf +.INF .nan .NaN 2026-11-20 2026-1-2 = 9999999999999999999 00 190:20:30
""".split()  # noqa: SIM905 - a table of words

YAML_1_1 = re.compile(
    r"""~|null|Null|NULL|=|<<
    |[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF
    |[-+]?0b[01_]{1,9}|[-+]?0[0-7_]{1,9}|[-+]?(?:0|[1-9][0-9_]{0,9})|[-+]?0x[0-9a-fA-F_]{1,9}
    |[-+]?[1-9][0-9_]{0,5}(?::[0-5]?[0-9]){1,3}
    |[-+]?[0-9][0-9_]{0,5}\.[0-9_]{0,5}(?:[eE][-+][0-9]{1,3})?|\.[0-9][0-9_]{0,5}
    |[-+]?[0-9][0-9_]{0,5}(?::[0-5]?[0-9]){1,3}\.[0-9_]{0,5}
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)
    |[0-9]{4}-[0-9]{2}-[0-9]{2}
    |[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ ]{1,3})[0-9][0-9]?:[0-9]{2}:[0-9]{2}
      (?:\.[0-9]{0,5})?(?:[ ]{0,2}(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?
    """,
    re.VERBOSE | re.ASCII,
)
"""From https://yaml.org/type/, with repetitions that end."""
YAML_1_2 = re.compile(
    r"""~|null|Null|NULL|true|True|TRUE|false|False|FALSE
    |[-+]?[0-9]{1,9}|0o[0-7]{1,9}|0x[0-9a-fA-F]{1,9}
    |[-+]?(?:\.[0-9]{1,9}|[0-9]{1,9}(?:\.[0-9]{0,9})?)(?:[eE][-+]?[0-9]{1,9})?
    |[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN""",
    re.VERBOSE | re.ASCII,
)
"""From https://yaml.org/spec/1.2.2/#103-core-schema."""

TRAPS = [
    ("a: 1\na: 2", "yaml-duplicate-key", "2:1"),
    ("a: {b: 1, b: 2}", "yaml-duplicate-key", "1:11"),
    ("'a': 1\na: 2", "yaml-duplicate-key", "2:1"),
    ("a: &x 1", "yaml-anchor", "1:4"),
    ("a: *x", "yaml-alias", "1:4"),
    ("<<: {a: 1}", "yaml-merge-key", "1:1"),
    ("a: !!str 1", "yaml-tag", "1:4"),
    ("a: !x {b: c}", "yaml-tag", "1:4"),
    ("a: !!python/object:os.system x", "yaml-tag", "1:4"),
    ("a: 1\n---\na: 2", "yaml-documents", "2:1"),
    ("%YAML 1.1\n---\na: 1", "yaml-directive", "1:1"),
    ("on: 1", "yaml-key", "1:1"),
    ("1: a", "yaml-key", "1:1"),
    ("? [a]\n: b", "yaml-key", "1:3"),
    ("? {a: b}\n: c", "yaml-key", "1:3"),
    ("a:\tb", "yaml-tab", "1:3"),
    ("a: |\n  x\ty", "yaml-tab", "2:4"),
    ("a: " + "[" * 13, "yaml-too-deep", "1:15"),
    ("a: [" + "b," * 10_000 + "]", "yaml-too-many-values", None),
    ("- a", "yaml-not-a-mapping", "1:1"),
    ("text", "yaml-not-a-mapping", "1:1"),
    ("a: b: c", "yaml-syntax", "1:5"),
    ("a: [", "yaml-syntax", None),
    ("", "file-empty", "1:1"),
    ("---\n", "file-empty", "1:1"),
    ("# only this\n", "file-empty", "1:1"),
    ("a: x\u200by", "text-invisible-character", "1:5"),
    ("a: x\u202ey", "text-invisible-character", "1:5"),
    ('a: "x\\u202ey"', "text-invisible-character", "1:4"),
    ('"a\\u200b": 1', "text-invisible-character", "1:1"),
    ("a: x\x07y", "text-control-character", "1:5"),
    ('a: "x\\ay"', "text-control-character", "1:4"),
    ("a: x\ry", "text-control-character", "1:5"),
    ("a: x\u2028y", "text-control-character", "1:5"),
    ("\ufeffa: 1", "file-byte-order-mark", "1:1"),
    ("a: \x00", "file-not-text", "1:4"),
]


@pytest.mark.parametrize("fast", PARSERS)
@pytest.mark.parametrize(("text", "rule", "place"), TRAPS)
def test_each_trap_is_a_finding(text: str, rule: str, place: str | None, fast: bool) -> None:
    parsed = parse("f.yaml", text.encode(), fast=fast)
    assert parsed.value is None
    first = parsed.findings[0]
    assert first.rule == rule
    if place is not None:
        assert str(first.position) == f"f.yaml:{place}"


@pytest.mark.parametrize("word", SURPRISES)
def test_words_that_readers_disagree_about_are_findings(word: str) -> None:
    assert rules(f"a: {word}".encode()) == ["yaml-ambiguous"]
    assert rules(f"a: '{word}'".encode()) == []


DATES = [
    "2026-11-20 14:05:00",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-14\t21:59:43",
    "0001-1-1T0:00:00",
    "0000-0-0T0:00:00",
    "2026-11-20T4:05:00Z",
    "2026-1-2T14:05:00",
    "2026-11-20T14:5:00",
    "2026-11-20T14:05:00 +02:00",
    "2026-11-20T14:05:00.",
    "2026-11-20T14:05:00-5",
    "2026-11-20T14:05:00." + 100 * "0" + " Z",
]


@pytest.mark.parametrize("word", DATES)
def test_dates_in_other_forms_than_ours_are_findings(word: str) -> None:
    found = set(rules(f"a: {word}".encode()))
    assert found == {"yaml-tab" if "\t" in word else "yaml-ambiguous"}


@settings(max_examples=times(2000))
@given(st.one_of(*(st.from_regex(each, fullmatch=True) for each in (YAML_1_1, YAML_1_2))))
def test_nothing_but_text_is_taken_for_text(word: str) -> None:
    """Whatever the resolvers of YAML 1.1 and of the core schema of YAML 1.2 see in a word."""
    assert not unquoted_words.means_itself(word)


@given(st.text("0123456789-+:.TtZz_ eExob~<=nyNY", min_size=1, max_size=30))
@settings(max_examples=times(2000))
def test_texts_are_texts_to_the_library(word: str) -> None:
    if unquoted_words.means_itself(word):
        resolver = yaml.SafeLoader("")
        assert resolver.resolve(yaml.ScalarNode, word, (True, False)) == "tag:yaml.org,2002:str"


def test_words_of_the_merge_key_are_findings() -> None:
    assert rules(b"a: <<") == ["yaml-ambiguous"]
    assert rules(b"a: [<<]") == ["yaml-ambiguous"]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("none", "none"),
        ("2026-11-20T14:05:00-05:00", "2026-11-20T14:05:00-05:00"),
        ("12h", "12h"),
        ("1.2.3", "1.2.3"),
        ("yes and no", "yes and no"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  yes\n", "yes\n"),
    ],
)
def test_words_that_mean_one_thing_are_read(word: str, value: object) -> None:
    for fast in PARSERS:
        assert parse("f", f"a: {word}".encode(), fast=fast).value == {"a": value}


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "👩\u200d💻",
        "❤\ufe0f",
        "café",
        "支払い",
        "क्\u200dष",
        "Ω≈ç√",
    ],
)
def test_scripts_that_need_joiners_are_text(text: str) -> None:
    assert parse("f", f"a: {text}".encode()).value == {"a": text}


def test_windows_line_ends_are_text() -> None:
    assert parse("f", b"a: b\r\nc: d\r\n").value == {"a": "b", "c": "d"}


def test_latin_1_is_refused_at_its_byte() -> None:
    found = parse("f", b"a: b\nc: caf\xe9").findings
    assert [(f.rule, str(f.position)) for f in found] == [("file-not-text", "f:2:7")]


def test_several_traps_of_one_file_are_all_told() -> None:
    assert rules(b"a: yes\nb: &x 012\non: 1") == [
        "yaml-ambiguous",
        "yaml-anchor",
        "yaml-ambiguous",
        "yaml-key",
    ]


def test_a_file_full_of_traps_ends_early() -> None:
    assert len(rules(b"\n".join(b"k%d: yes" % n for n in range(500)))) == 20


plain_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**17), 10**17),
        st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=30),
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z]{3,8}x", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=times(50))
@given(st.dictionaries(st.from_regex(r"[a-z]{3,8}x", fullmatch=True), plain_values, min_size=1))
def test_what_another_writer_writes_is_read_back(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True).encode()
    for fast in PARSERS:
        parsed = parse("f", text, fast=fast)
        if not parsed.findings:
            assert parsed.value == data
        else:
            assert {finding.rule for finding in parsed.findings} <= {"yaml-ambiguous"}  # y
