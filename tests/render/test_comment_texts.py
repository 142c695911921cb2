"""Whatever a file says, its comment is text, is short enough, and keeps the case."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from plan_comments import (
    CASE,
    CONTACT,
    MECHANICS,
    UPDATE,
    comment,
    declared,
    edit,
    edited,
    opened,
    plan,
)
from searching import times

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Finding, Position
from reconciler.model.snapshot import Entry
from reconciler.render.escape import html, terminal
from reconciler.render.markdown_text import line, link, quotation
from reconciler.render.pull_request_comment import LIMIT, MARKER

PAGE = MarkdownIt("gfm-like", {"html": True, "linkify": False, "breaks": True})
ORDERS = st.sampled_from(
    [
        *(
            "<b>",
            "</details>",
            "</summary>",
            "<!-- x -->",
            MARKER,
            "![i](http://e)",
            "[l](http://e)",
        ),
        *("[r][1]", "`c`", "```", "|", "\\", "**b**", "_i_", "~~~", "# h", "$x$", "&lt;", "&#64;"),
        *("@team", "#12", "GH-12", "www.evil.example", "http://e", "a@b.example", "\n\n", "\r\n"),
        *(
            "\u2028",
            "\u202e",
            "\x1b[31m",
            "\u200b",
            "- ",
            "1. ",
            "1) ",
            "> ",
            "===",
            "---",
            "    x",
        ),
        *("deadbeef1", "a" * 3 + "1" * 37, "\n\n# h", "\n\n- x", "[^1]", "\n\n[x]: http://e"),
    ]
)
TEXTS = st.lists(ORDERS | st.text(max_size=12), min_size=1, max_size=12).map("".join)
REFERENCE = re.compile(r"@\w|#\d|://|\bwww\.|\bGH-\d", re.IGNORECASE)
COMMIT = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b", re.IGNORECASE)
OURS = re.compile(r"</?(details|summary)>")


def tokens(text: str) -> Iterator[Token]:
    for token in PAGE.parse(text):
        yield token
        yield from token.children or ()


def check(text: str, headings: int) -> None:
    """Nothing in it is markup but what the tool writes; every link is one of the tool's."""
    found = list(tokens(text))
    for token in found:
        if token.type in {"html_block", "html_inline"}:
            assert "<" not in OURS.sub("", token.content), token.content
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://"), token.attrs
            assert "evil" not in str(token.attrs["href"])
        if token.type in {"text", "html_block"}:
            assert not REFERENCE.search(token.content), token.content
            assert not COMMIT.search(token.content), token.content
    kinds = {token.type for token in found}
    assert not kinds & {"fence", "code_block", "hr", "image", "code_inline", "table_open"}
    assert sum(token.type == "heading_open" for token in found) == headings
    assert text.count("<details>") == text.count("</details>")
    assert "<!--" not in text
    assert len(text) <= LIMIT


def prose(text: str) -> str:
    """As long as a file may have it, and not empty."""
    return f"x{text}"[:5_000]


def title(text: str) -> str:
    return " ".join(f"x{text}".split())[:160]


@settings(max_examples=times(40))
@given(TEXTS)
def test_an_escalation_stays_text(text: str):
    impact = {
        "level": "high",
        "who": title(text),
        "how_many": 3,
        "symptom": prose(text) + " y" * 99,
    }
    reporter = {"person": "owen", "findings": text + "x", "blocked_because": prose(text)}
    found = opened(
        after=declared(title=title(text), impact=impact, reason=text + "x", reporter=reporter),
        findings=(Finding("r", Position(CONTACT.position.path, 3), text, text),),
    )
    trouble = Diagnostic("x", text, text)
    check(comment(found, plans=(plan(problems=(trouble,), notices=(trouble,)),)), headings=1)


@settings(max_examples=times(40))
@given(TEXTS)
def test_a_change_stays_text(text: str):
    update = {**UPDATE, "text": text + "x"}
    check(edited(edit(updates=[update], assessment=text + "x")), headings=1)
    check(edited(edit(withdrawn={"by": "priya", "reason": text + "x"})), headings=1)


@given(TEXTS)
def test_a_line_loses_nothing(text: str):
    shown = MarkdownIt("commonmark").render(line(text))
    plain = re.sub("<[^>]*>", "", shown).replace("\u200b", "")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(entity, char)
    assert plain.strip() == terminal(" ".join(text.split())).strip()


@given(TEXTS)
def test_a_summary_stays_text(text: str):
    shown = html(text)
    assert not re.search("[<>]", shown)
    assert not REFERENCE.search(shown.replace("&#x27;", "'"))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://x.example/a(b)", "[w](https://x.example/a%28b%29)"),
        ('https://x.example/"><b>', "[w](https://x.example/%22%3E%3Cb%3E)"),
        ("https://x.example/a b\n", "[w](https://x.example/a%20b%0A)"),
        ("javascript:alert(1)", "w"),
        ("", "w"),
    ],
)
def test_a_link_leads_where_it_says(address: str, shown: str):
    assert link("w", address) == shown


def test_a_quotation_keeps_paragraphs():
    assert quotation("one\nline\n\n\ntwo", 99) == "> one line\n>\n> two"


LONG = "| " * 2_499


def test_the_longest_case_is_kept():
    """Everything at its longest, with more findings and changes than GitHub allows."""
    impact = {"level": "high", "who": "|" * 160, "how_many": 10**9, "symptom": LONG}
    reporter = {"person": "owen", "findings": LONG, "blocked_because": LONG}
    entry = declared(title="|" * 160, impact=impact, reason=LONG, reporter=reporter)
    many = tuple(Finding("r", Position(CONTACT.position.path, at), LONG, LONG) for at in range(99))
    trouble = tuple(Diagnostic("x", LONG, LONG) for _ in range(3))
    text = comment(
        opened(after=entry, findings=many),
        plans=tuple(
            plan(f"DS-{each}", changes=MECHANICS * 9, problems=trouble) for each in range(1, 9)
        ),
    )
    assert len(text) <= LIMIT
    for words in (
        "High: ",
        "Who is hit",
        "What they see",
        "Why now",
        "Known so far",
        "Needs an app",
    ):
        assert words in text
    assert "left out, because GitHub limits the size" in text
    assert text.count("<details>") == text.count("</details>")


def test_a_hundred_escalations_have_a_line_each():
    entries = tuple(
        Entry(declared(f"DS-{each}"), opened().brings[0].source) for each in range(1, 101)
    )
    text = comment(opened(brings=entries, paths=frozenset()), plans=())
    assert len(text) <= LIMIT
    assert text.count(CASE["title"]) == len(entries)
