"""Reading the text of a form."""

import re
from datetime import UTC, datetime

import pytest
import yaml
from company import TOP, escalation
from forms import ESCALATE, GOOD, HANDOVER, RESOLVE, UPDATE, body
from hypothesis import given
from hypothesis import strategies as st

from reconciler.edit.form_edit import edit_from_form
from reconciler.edit.form_fields import FORMER, MAY_BE_EMPTY, Form, FormKind
from reconciler.edit.form_requests import FormEdit
from reconciler.edit.form_verbs import VERBS
from reconciler.edit.read_form import read_form
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot

BOOK = load_snapshot(
    RawFile(each, (TOP / each).read_bytes()) for each in (POLICY_PATH, ROSTER_PATH)
).snapshot
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
OWN = ("ticket", "title", "impact", "reason", "initiator", "contact", "reporter")


def template(kind: FormKind) -> dict:
    text = (TOP / ".github" / "ISSUE_TEMPLATE" / f"{kind}.yml").read_text()
    found: dict = yaml.safe_load(text)
    return found


@pytest.mark.parametrize("kind", FormKind)
def test_the_fields_are_those_of_the_form(kind: FormKind):
    form = template(kind)
    assert form["labels"] == [VERBS[kind].label]
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert tuple(each["attributes"]["label"] for each in fields) == VERBS[kind].fields
    for each in fields:
        needed = each["attributes"]["label"] not in MAY_BE_EMPTY
        assert each["validations"]["required"] is needed


@pytest.mark.parametrize("kind", FormKind)
def test_what_can_be_chosen_means_something(kind: FormKind):
    for each in template(kind)["body"]:
        for option in each["attributes"].get("options", ()):
            word = option.partition(":")[0]
            assert word in {
                *("critical", "high", "medium"),
                *("pending", "drafted", "sent", "not-needed"),
            }


def test_every_earlier_label_is_still_read():
    assert set(FORMER.values()) == {
        "How bad is it",
        "What do they see",
        "Who reported it",
        "Why can they not go on without Dev Support",
        "From when on",
        "Why did it happen",
        "What was done about it",
        "Tickets for what remains",
        "Who tells the affected",
        "How far is that message",
    }


@pytest.mark.parametrize(
    "kind", [kind for kind in FormKind if set(VERBS[kind].fields) & set(FORMER)]
)
def test_a_form_with_earlier_labels_is_read_the_same(kind: FormKind):
    earlier = body(kind)
    for label, former in FORMER.items():
        earlier = earlier.replace(f"### {label}\n", f"### {former}\n")
    assert earlier != body(kind)
    assert read_form(kind, earlier) == read_form(kind, body(kind))


def test_an_earlier_label_beside_the_label_is_ambiguous():
    text = body(RESOLVE, what_was="It is out.\n\n### How far is that message\n\nsent: x")
    found = read_form(RESOLVE, text)
    assert isinstance(found, tuple)
    assert [each.field for each in found] == ["State of the message to them"]


@pytest.mark.parametrize("kind", FormKind)
def test_what_was_written_is_read(kind: FormKind):
    form = read_form(kind, body(kind).replace("\n", "\r\n"))
    assert form == Form(kind, GOOD[kind])


def test_a_text_with_other_headings_is_a_text():
    text = "# One\n\n### Initiator\n\nhannah\n#### Ticket\n ### Ticket\n### Ticket number"
    form = read_form(ESCALATE, body(why_can_it=text))
    assert isinstance(form, Form)
    assert form.values["Why can it not wait"] == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is missing"),
        ("Please escalate DS-1!", "is missing"),
        (body(HANDOVER, who_takes="x\n### Ticket\nDS-1"), "more than once"),
        (body(HANDOVER, who_takes="x\n### Ticket   \r\nDS-1"), "more than once"),
        ("### Who takes over\nx\n### Ticket\nx\n### From when on\nx", "not in the order"),
        (body(HANDOVER, who_takes=""), "This field is empty"),
        (body(HANDOVER, who_takes="   \n\n"), "This field is empty"),
        ("x" * 30_001, "30,001 characters"),
    ],
)
def test_what_is_no_form_is_said(text: str, told: str):
    problems = read_form(HANDOVER, text)
    assert isinstance(problems, tuple)
    assert told in problems[0].what


@given(st.text(max_size=400))
def test_whatever_is_written_changes_no_other_field(text: str):
    form = read_form(RESOLVE, body(RESOLVE, what_is=text))
    if isinstance(form, Form):
        others = {
            key: value for key, value in form.values.items() if key != "What is the root cause"
        }
        assert others == {key: GOOD[RESOLVE][key] for key in others}


HARD = st.text(st.sampled_from("ab:#-'\"\n\r\t &*!%@`{}[]|>\\\u2028\x85\x00\ud83dé😀"), max_size=60)


@given(HARD, HARD)
def test_whatever_is_written_is_a_text_in_the_file(one: str, other: str):
    form = read_form(ESCALATE, body(why_can_it=f"x{one}x", what_do=f"x{other}x"))
    assert isinstance(form, Form)
    assert BOOK is not None
    edit = edit_from_form(form, "priya", BOOK, AT)
    assert isinstance(edit, FormEdit)
    assert re.fullmatch(r"escalations/2026/DS-1042\.yaml", edit.path)
    told = yaml.safe_load(edit.data)
    assert tuple(told) == OWN
    assert told["initiator"] == "priya"
    assert told["reason"] == form.values["Why can it not wait"]
    assert told["impact"]["symptom"] == form.values["What do the affected people see"]


@pytest.mark.parametrize("kind", FormKind)
def test_every_form_is_a_verb_with_a_label_of_its_own(kind: FormKind):
    assert set(VERBS) == set(FormKind)
    assert [each.label for each in VERBS.values()].count(VERBS[kind].label) == 1


@given(HARD)
def test_an_update_is_a_text_in_the_file_and_by_its_sender(text: str):
    form = read_form(UPDATE, body(UPDATE, what_is=f"x{text}x"))
    assert isinstance(form, Form)
    assert BOOK is not None
    path = "escalations/2026/DS-1071.yaml"
    data = yaml.dump(yaml.safe_load(yaml.dump(escalation("DS-1071")))).encode()
    raws = [RawFile(each, (TOP / each).read_bytes()) for each in (POLICY_PATH, ROSTER_PATH)]
    known = load_snapshot([*raws, RawFile(path, data)]).snapshot
    assert known is not None
    edit = edit_from_form(form, "dmitri", known, AT)
    assert isinstance(edit, FormEdit)
    told = yaml.safe_load(edit.data)
    assert told.pop("updates") == [{"at": AT, "by": "dmitri", "text": form.values["What is new"]}]
    assert told == yaml.safe_load(data)
