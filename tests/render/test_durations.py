"""How long something took, in words."""

from datetime import timedelta

import pytest

from reconciler.render.durations import in_words


@pytest.mark.parametrize(
    ("took", "words"),
    [
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(days=18), "18 days"),
        (timedelta(days=29), "29 days"),
        (timedelta(days=80), "80 days"),
    ],
)
def test_days_are_not_rounded_to_months(took: timedelta, words: str):
    assert in_words(took) == words
