import re

import pytest
from company import escalation
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.escalation import Escalation
from reconciler.reconcile.wording.channel_name import MAX_LENGTH, channel_name


def named(title: str, **changes: object) -> str:
    changes = {"ticket": "DS-1234", "title": title} | changes
    ticket = str(changes.pop("ticket"))
    return channel_name(Escalation.model_validate(escalation(ticket, **changes)))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Issue in some service", "ds-1234-issue-in-some-service"),
        ("Überweisungen schlagen fehl", "ds-1234-uberweisungen-schlagen-fehl"),
        ("  What?! -- no *payments*  ", "ds-1234-what-no-payments"),
        ("支払いが失敗する", "ds-1234-escalation"),
        (
            "Card payments fail at checkout on the EU gateway",
            "ds-1234-card-payments-fail-at-checkout-on-the-eu",
        ),
        ("a" * 100, "ds-1234-" + "a" * 40),
    ],
)
def test_names(title: str, name: str):
    assert named(title) == name


def test_a_slug_of_ones_own():
    assert named("Whatever", channel="card-payments") == "ds-1234-card-payments"


@pytest.mark.parametrize("mark", ["-", "_"])
def test_a_cut_leaves_no_mark_at_the_end(mark: str):
    prefix = "abcdefghij-1234567890-"
    kept = "x" * (MAX_LENGTH - len(prefix) - len("-12") - 1)
    found = named("Whatever", ticket="ABCDEFGHIJ-1234567890", channel=f"{kept}{mark}yyyy")
    assert found == prefix + kept


def test_a_later_episode_has_a_suffix():
    base = escalation("DS-1234")
    episode = {name: base[name] for name in ("impact", "reason", "initiator", "contact")}
    assert named("Fail", episodes=[episode]) == "ds-1234-fail-2"


LINES = st.text(min_size=1, max_size=160).filter(
    lambda text: text.strip() and "\n" not in text and "\r" not in text and text.isprintable()
)


@given(LINES)
def test_every_name_is_one_that_slack_takes(title: str):
    name = named(title, ticket="ABCDEFGHIJ-1234567890")
    assert len(name) <= MAX_LENGTH
    assert re.fullmatch(r"[a-z0-9_-]*[a-z0-9][a-z0-9_-]*", name)
    assert name.startswith("abcdefghij-1234567890-"), "by this a channel is found"
