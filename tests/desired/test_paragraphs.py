"""Lines that an editor wrapped become paragraphs; lists and short lines keep their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.reconcile.wording.escape import wiki, wiki_text
from reconciler.reconcile.wording.paragraphs import reflowed

LONG = "The doubled schedules of all 640 payers are paused, so that Wednesday's run charges nobody"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{LONG}\ntwice.", f"{LONG} twice."),
        (f"{LONG}\ntwice.\n\nNo payment was touched.", f"{LONG} twice.\n\nNo payment was touched."),
        (f"{LONG}\n{LONG}\ntwice.", f"{LONG} {LONG} twice."),
        (f"{LONG}\n- twice", f"{LONG}\n- twice"),
        (f"{LONG}\n2. twice", f"{LONG}\n2. twice"),
        (f"{LONG}\n    at main.py:3", f"{LONG}\n    at main.py:3"),
        (f"    {LONG}\ntwice.", f"    {LONG}\ntwice."),
        ("10:02 timeout\n10:03 timeout", "10:02 timeout\n10:03 timeout"),
        ("", ""),
    ],
)
def test_a_text_as_paragraphs(text: str, shown: str):
    assert reflowed(text) == shown


@given(st.text(st.sampled_from("ab \n-1.>|"), max_size=300))
def test_only_line_breaks_become_spaces(text: str):
    shown = reflowed(text)
    assert len(shown) == len(text)
    changed = {(a, b) for a, b in zip(text, shown, strict=True) if a != b}
    assert changed <= {("\n", " ")}
    assert reflowed(shown) == shown


def test_paragraphs_on_a_ticket():
    assert wiki_text(f"{LONG}\r\ntwice.\n- {LONG}\n") == wiki(f"{LONG} twice.\n- {LONG}\n")
