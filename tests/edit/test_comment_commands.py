"""Commands of one line: what counts as one, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.edit.commands import SlashCommand, read_commands, read_comment, usage
from reconciler.edit.form_fields import FormKind, FormProblem
from reconciler.edit.form_verbs import VERBS

ASSIGN = SlashCommand(FormKind.ASSIGN, "mei")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/assign mei", ASSIGN),
        ("/Assign mei  \r\n\r\n", ASSIGN),
        ("/assign\t@mei-tanaka", SlashCommand(FormKind.ASSIGN, "@mei-tanaka")),
        ("/contact owen", SlashCommand(FormKind.HANDOVER, "owen")),
        ("/update Two hosts. `x` #1", SlashCommand(FormKind.UPDATE, "Two hosts. `x` #1")),
        ("/customers sent", SlashCommand(FormKind.COMMUNICATE, "sent")),
        ("/assess It is DNS.", SlashCommand(FormKind.ASSESS, "It is DNS.")),
        ("/withdraw It went away.", SlashCommand(FormKind.WITHDRAW, "It went away.")),
        ("/help", SlashCommand(None, "")),
        ("/help me", SlashCommand(None, "")),
        ("", None),
        ("Assign mei", None),
        (" /assign mei", None),
        ("\n/assign mei", None),
        ("> /assign mei", None),
        ("`/assign mei`", None),
        ("```\n/assign mei\n```", None),
        ("<!-- x -->\n/assign mei", None),
        ("/etc/passwd", None),
        ("/lgtm", None),
        ("/cc @mei", None),
        ("//assign mei", None),
        ("/assign-mei", None),
    ],
)
def test_a_comment_is_one_command_or_none(body: str, expected: SlashCommand | None):
    assert read_comment(body) == expected


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("/assign", "needs a text"),
        ("/assign   ", "needs a text"),
        ("/asign mei", "no command /asign"),
        ("/assign mei\n/contact owen", "more than one line"),
        ("/update One.\n\nTwo.", "more than one line"),
        ("/assign mei\n<!-- and more -->", "more than one line"),
        ("/assign mei\r/contact owen", "more than one line"),
        (f"/update {'x' * 5_001}", "5,001 characters"),
    ],
)
def test_what_is_wrong_is_said(body: str, told: str):
    found = read_comment(body)
    assert isinstance(found, FormProblem)
    assert told in found.what
    assert found.remedy


@pytest.mark.parametrize(
    "text",
    [
        "/assign mei",
        "Thanks.\n/assign mei",
        "Thanks.\n\n/assign mei\n\nAll good.",
        "> quoted\n\n/assign mei",
        "```\ncode\n```\n/assign mei",
        "~~~~\n~~~\n~~~~\n/assign mei",
    ],
)
def test_a_review_can_say_more_than_its_command(text: str):
    assert read_commands(text) == (ASSIGN,)
    assert read_commands(text.replace("\n", "\r\n")) == (ASSIGN,)


@pytest.mark.parametrize(
    "text",
    [
        "> /assign mei",
        "> Who?\n/assign mei",  # GitHub shows the second line inside the quote
        " > Who?\n/assign mei",
        "```\n/assign mei\n```",
        "```\n``\n/assign mei",
        "````\n```\n/assign mei\n````",
        "~~~\n```\n/assign mei",
        "    /assign mei",
        " /assign mei",
        "- /assign mei",
        "<!--\n/assign mei\n-->",
        "<pre>\n/assign mei\n</pre>",
        "<details><summary>x</summary>\n\n/assign mei",
        "I will /assign mei",
        "/assign",
        "/assignmei",
        "/lgtm",
        "/help",
    ],
)
def test_what_is_quoted_code_or_hidden_is_no_command(text: str):
    assert read_commands(text) == ()


def test_several_commands_of_a_review_are_all_read():
    found = read_commands("/assign mei\n/contact owen")
    assert found == (ASSIGN, SlashCommand(FormKind.HANDOVER, "owen"))


def test_a_command_fills_in_the_form_of_its_verb():
    for kind, verb in VERBS.items():
        if verb.command:
            form = SlashCommand(kind, "x").form("DS-1")
            assert tuple(sorted(form.values)) == tuple(sorted(verb.fields))
            assert form.values[verb.asks] == "x"
    with pytest.raises(ValueError, match="no change"):
        SlashCommand(None, "").form("DS-1")


def test_the_help_lists_every_command():
    told = dict(usage())
    assert list(told) == [
        "/assign HANDLE",
        "/contact HANDLE",
        "/update TEXT",
        "/assess TEXT",
        "/withdraw REASON",
        "/customers STATE",
        "/help",
    ]
    assert all(told.values())


@given(st.text())
def test_any_text_is_read(text: str):
    read_comment(text)
    read_commands(text)
    read_comment(f"/update {text}")


def test_a_carriage_return_begins_another_line() -> None:
    assert isinstance(read_comment("/assign nadia\r/withdraw Never mind."), FormProblem)
