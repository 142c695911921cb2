"""What people read under their forms, kept as files beside this one.

UPDATE_GOLDENS=1 in the environment writes them anew; read the difference before committing it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reconciler.edit.form_fields import FormProblem
from reconciler.render.command_reply import unfit_reply
from reconciler.render.form_comment import proposed_comment, unfit_comment

HERE = Path(__file__).parent / "golden-form"
HOSTILE = "</td><b>x</b> @all [a](https://evil.example) ``` <!-- x --> | #1 \u202e"
URL = "https://github.example/acme/escalations"
PROBLEMS = (
    FormProblem("Who is the contact", "ravi is not client-facing.", "Name somebody who is."),
    FormProblem("", "Only Dev Support resolves its escalations.", "Ask the assignee."),
)
GOLDENS: dict[str, Callable[[], str]] = {
    "unfit.md": lambda: unfit_comment(PROBLEMS),
    "hostile.md": lambda: unfit_comment((FormProblem(HOSTILE, HOSTILE, HOSTILE),)),
    "proposed.md": lambda: proposed_comment(f"{URL}/pull/12", "#12", ()),
    "click.md": lambda: proposed_comment(
        f"{URL}/compare/main...escalate-form/7-0a1b?expand=1", "", PROBLEMS[:1]
    ),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_it_reads_as_before(name: str):
    path, text = HERE / name, GOLDENS[name]() + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"


def test_hostile_text_stays_text():
    """Read as GitHub reads it: no HTML, no link, no mention."""
    text = GOLDENS["hostile.md"]()
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    for markup in ("<b>", "<!--", "<a "):
        assert markup not in shown
    assert "@all" not in text


def test_the_longest_answer_is_short_enough():
    text = unfit_comment(tuple(FormProblem("|" * 60, "|" * 5_000, "|" * 5_000) for _ in range(500)))
    assert len(text) < 65_000
    assert "and 475 more" in text


def test_a_reply_to_a_comment_has_no_markup_of_others():
    evil = "</td><script>@priya-raman [a](https://evil.example) #1"
    reply = unfit_reply("https://github.example/x", (FormProblem(evil, evil, evil),))
    for each in ("<script>", "@priya-raman", "https://evil", " #1", "[a]"):
        assert each not in reply.replace("\\<", "").replace("\\[", "")
