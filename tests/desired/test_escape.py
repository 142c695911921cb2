"""Properties that every escaped text has, whatever it was made of."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.comment_mark import read_line
from reconciler.reconcile.wording.escape import (
    one_line,
    plain,
    slack,
    slack_line,
    slack_quote,
    wiki,
)
from reconciler.reconcile.wording.placeholders import CHANNEL_MENTION, CHANNEL_NAME, CHANNEL_URL

ORDERS = st.sampled_from(
    [
        *("<!channel>", "<@U1>", "<http://e|x>", "&lt;", "&amp;", "`", "```", "> ", "\n", "\r\n"),
        *(
            "{code}",
            "{{",
            "}}",
            "[~a]",
            "[a|b]",
            "||",
            "!a!",
            "----",
            "--",
            " - ",
            "\n# ",
            "\nh1. ",
        ),
        *("\nbq. ", "??", "\\", "\\\\", "*", "_", "^", "~", "+", "-x", "\u2028", "\u202e", "\x00"),
        *("\x01channel-name\x01", "escalation-as-code DS-1 channel 0123456789", "\u200b", "\ud800"),
        *("\x85", "\x0b", "\x1b[31m", "::error::x", "@team", "\u05e9\u05dc", "\U0001f6a8"),
    ]
)
TEXTS = st.lists(ORDERS | st.text(max_size=12), max_size=12).map("".join)
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(TEXTS)
def test_plain_text_holds_nothing_hidden_but_line_feeds(text: str):
    shown = plain(text)
    assert all(char == "\n" or unicodedata.category(char) not in HIDDEN for char in shown)
    assert plain(shown) == shown
    for placeholder in (CHANNEL_MENTION, CHANNEL_NAME, CHANNEL_URL):
        assert placeholder not in shown


@given(TEXTS)
def test_slack_finds_no_order(text: str):
    escaped = slack(text)
    assert not set(escaped) & set("<>`")
    assert not re.search(r"&(?!(amp|lt|gt);)", escaped)
    shown = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown == plain(text).replace("`", "\u02cb"), "nothing is lost"


@given(TEXTS, st.integers(min_value=1, max_value=300))
def test_a_line_for_slack_fits_and_keeps_its_escapes_whole(text: str, limit: int):
    line = slack_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert not re.search(r"&(?!(amp|lt|gt);)", line)
    if len(slack(one_line(text, 10_000))) <= limit:
        assert line == slack(one_line(text, 10_000)), "what fits is not cut"


@given(TEXTS, st.integers(min_value=40, max_value=300))
def test_every_line_of_a_quote_is_quoted(text: str, limit: int):
    quote = slack_quote(text, limit)
    assert len(quote) <= limit
    assert all(line.startswith("> ") for line in quote.splitlines())
    assert not re.search(r"[<`]|&(?!(amp|lt|gt);)", quote)
    assert not any(">" in line[2:] for line in quote.splitlines())
    whole = slack_quote(text, 10_000)
    assert quote == whole or quote.endswith("… (cut; the file has all of it)")


@pytest.mark.parametrize("gap", [" ", "\n", " \n", "   "])
def test_a_cut_leaves_no_gap_before_its_mark(gap: str):
    for length in range(1, 40):
        quote = slack_quote(f"{'a' * length}{gap}{'b' * 80}", 60)
        assert re.search(r"[ab]… \(cut; the file has all of it\)$", quote)


@given(TEXTS)
def test_wiki_markup_is_taken_literally(text: str):
    rest = re.sub(r"\\[^A-Za-z0-9\s]", "x", wiki(text))
    assert not re.search(r"[{}\[\]|!*_^~+\\]|\?\?|--", rest)
    assert not re.search(r"^\s*(#|-|h[1-6]\.|bq\.)", rest, re.MULTILINE)
    shown = re.sub(r"\\([^A-Za-z0-9\s])", r"\1", wiki(text))
    assert shown == plain(text).replace("\\", "\u2216"), "nothing is lost"


@given(TEXTS)
def test_the_last_marker_in_the_text_of_an_earlier_version_is_the_tools(text: str):
    marker = "{color:#97a0af}escalation-as-code DS-1071 summary 0123456789{color}"
    assert read_line(f"{wiki(text)}\n\n{marker}") == ("DS-1071", "summary", "0123456789")


@given(TEXTS, st.integers(min_value=1, max_value=300))
def test_one_line_is_one_line(text: str, limit: int):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("&" * 10, 50, "&amp;" * 10),
        ("&" * 11, 50, "&amp;" * 9 + "…"),
        ("one two three", 9, "one two…"),
    ],
)
def test_a_line_is_cut_between_characters(text: str, limit: int, expected: str):
    assert slack_line(text, limit) == expected
