"""Properties of text made harmless for terminals, logs and Markdown."""

import io
import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reconciler import redaction
from reconciler.render.console import emit
from reconciler.render.escape import inert, markdown, shortened, terminal

ORDERS = st.sampled_from(
    [
        *("<b>", "</td>", "<!-- x -->", "![i](http://e)", "[l](http://e)", "[r][1]", "`c`", "```"),
        *("|", "\\|", "\\", "**b**", "_i_", "~~~", "# h", "$x$", "&lt;", "&#64;", "@team", "#12"),
        *("GH-12", "www.evil.example", "http://e", "a@b.example", "::error::", "##[error]", "\n"),
        *("\r", "\u2028", "\u202e", "\x1b[31m", "\x9b", "\u200b", "\ud800", "- ", "1. ", "> "),
    ]
)
TEXTS = st.lists(ORDERS | st.text(max_size=12), max_size=12).map("".join)
PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@given(TEXTS)
def test_a_terminal_shows_one_line_and_obeys_nothing(text: str):
    shown = terminal(text)
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not {unicodedata.category(char) for char in shown} & hidden


@given(TEXTS)
def test_markdown_stays_text_in_a_cell(text: str):
    page = f"| a | b |\n| --- | --- |\n| x {markdown(text)} | y |\n"
    tokens = list(_flat(PAGE.parse(page)))
    kinds = {token.type for token in tokens}
    cells = {"table", "thead", "tbody", "tr", "th", "td"}
    assert kinds <= {"inline", "text", *(f"{each}_{end}" for each in cells for end in _ENDS)}
    (cell,) = [token.content for token in tokens if token.type == "text"][2:-1] or [""]
    # What GitHub links by itself, without any markup.
    assert not re.search(r"@\w|#\d|://|\bwww\.|\bGH-\d", cell, re.IGNORECASE)
    shown = cell.removeprefix("x").replace("\u200b", "").strip()
    assert shown == terminal(text).strip(), "nothing is lost"


_ENDS = ("open", "close")


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


@given(TEXTS)
def test_a_log_gives_no_orders(text: str):
    shown = inert(text)
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert "##[" not in shown


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(redaction, "_tokens", set())
    redaction.register_token("xoxb-MARKED-0123456789")
    return "xoxb-MARKED-0123456789"


def test_a_token_is_blanked_before_it_is_cut(token: str):
    text = f"{'a' * 30}{token}"
    assert shortened(text, 40) == f"{'a' * 30}[token]"
    assert shortened(text, 33) == f"{'a' * 30}[t…"


def test_a_token_is_blanked_before_it_is_escaped_or_wrapped(token: str):
    assert terminal(f"a {token}") == "a [token]"
    assert markdown(f"a {token}") == r"a \[token\]"


def test_output_is_as_wide_as_asked(monkeypatch: pytest.MonkeyPatch):
    for asked, width in (("60", 60), ("nonsense", 120), ("0", 120), ("", 120)):
        monkeypatch.setenv("COLUMNS", asked)
        stream = io.StringIO()
        emit("word " * 100, stream)
        assert max(len(line) for line in stream.getvalue().split("\n")) in range(width - 5, width)
