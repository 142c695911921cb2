"""Whose channel it is, by values: what people can write decides nothing."""

from dataclasses import replace
from typing import NamedTuple

import pytest

from reconciler.model.observed import Channel
from reconciler.reconcile.channel_identity import (
    Claimant,
    Claims,
    candidates,
    named_after,
    needs_messages,
    why_not_ours,
)

BOT, PERSON = "U0BOT", "U0YUSUF"
NAME = "ds-1-it-fails"
PURPOSE = "Escalation DS-1: It fails."
US = Claimant("DS-1", name=NAME)
ADOPTER = Claimant("DS-1", adopts="C1")
MOVED = Claimant("OPS-7", frozenset({"DS-1"}))


def channel(  # noqa: PLR0913 - what a channel shows
    creator: str = BOT,
    name: str = NAME,
    purpose: str = PURPOSE,
    previous: tuple[str, ...] | None = (),
    *,
    archived: bool = False,
    member: bool = True,
) -> Channel:
    return Channel(
        "C1",
        name,
        "",
        purpose,
        archived=archived,
        bot_is_member=member,
        creator=creator,
        previous_names=previous,
    )


def held(*tickets: str, **more: object) -> Claims:
    """Receipts of these tickets hold the channel."""
    claims = Claims(BOT, {"C1": frozenset(tickets)} if tickets else {})
    return replace(claims, **more)  # type: ignore[arg-type]


NO_ONE = held()


class Case(NamedTuple):
    """A channel, and whose it is."""

    what: str
    seen: Channel
    who: Claimant
    claims: Claims
    about: str | None
    """The ticket of the bot's oldest message; None where the messages must not be read."""
    why: str


CASES = [
    # Found without a receipt: the bot created it, and its oldest message decides.
    Case("our message", channel(), US, NO_ONE, "DS-1", ""),
    Case("another purpose", channel(purpose="Lunch"), US, NO_ONE, "DS-1", ""),
    Case("purpose of another", channel(purpose="Escalation DS-2: x"), US, NO_ONE, "DS-1", ""),
    Case(
        "our purpose, their message",
        channel(name="ds-2-x"),
        US,
        NO_ONE,
        "DS-2",
        "the bot's messages in #ds-2-x are about DS-2",
    ),
    Case(
        "our name, their message",
        channel(previous=("ds-2-x",)),
        US,
        NO_ONE,
        "DS-2",
        "the bot's messages in #ds-1-it-fails are about DS-2",
    ),
    Case("renamed, our message", channel(name="lunch"), US, NO_ONE, "DS-1", ""),
    Case("renamed after another", channel(name="ds-2-x"), US, NO_ONE, "DS-1", ""),
    Case(
        "a ticket whose key begins with ours",
        channel(name="ds-10-x"),
        US,
        NO_ONE,
        "DS-10",
        "the bot's messages in #ds-10-x are about DS-10",
    ),
    Case("the key before the move", channel(), MOVED, NO_ONE, "DS-1", ""),
    Case("the key after the move", channel(), MOVED, NO_ONE, "OPS-7", ""),
    Case(
        "the key of a ticket that moved here later",
        channel(),
        Claimant("OPS-7"),
        NO_ONE,
        "DS-1",
        "the bot's messages in #ds-1-it-fails are about DS-1",
    ),
    Case(
        "a person made it and copied everything",
        channel(PERSON),
        US,
        NO_ONE,
        None,
        "#ds-1-it-fails was made by U0YUSUF",
    ),
    Case(
        "Slack does not show who made it",
        channel(""),
        US,
        NO_ONE,
        None,
        "#ds-1-it-fails was made by an unknown account",
    ),
    # No message of the bot: a run ended right after creating it, or an administrator deleted them.
    Case("as created", channel(purpose=""), US, NO_ONE, "", ""),
    Case(
        "as created, purpose of another", channel(purpose="Escalation DS-2: x"), US, NO_ONE, "", ""
    ),
    Case("renamed since", channel(name="lunch", previous=(NAME,)), US, NO_ONE, "", ""),
    Case("moved since", channel(), MOVED, NO_ONE, "", ""),
    Case(
        "named after another",
        channel(name="ds-2-x"),
        US,
        NO_ONE,
        "",
        "#ds-2-x is named after DS-2",
    ),
    Case(
        "named after a longer key",
        channel(name="ds-10-x"),
        US,
        NO_ONE,
        "",
        "#ds-10-x is named after DS-10",
    ),
    Case(
        "named after two",
        channel(previous=("ds-2-x",)),
        US,
        NO_ONE,
        "",
        "#ds-1-it-fails is named after DS-2",
    ),
    Case(
        "named after none, with our purpose",
        channel(name="lunch"),
        US,
        NO_ONE,
        "",
        "#lunch was never named after a ticket",
    ),
    Case(
        "former names are not shown",
        channel(name="lunch", previous=None),
        US,
        NO_ONE,
        "",
        "#lunch was never named after a ticket",
    ),
    # A receipt holds it.
    Case("held by us", channel(), US, held("DS-1"), None, ""),
    Case("held by us, archived", channel(archived=True, member=False), US, held("DS-1"), None, ""),
    Case("held by us, renamed", channel(name="lunch"), US, held("DS-1"), None, ""),
    Case("held by us, renamed after another", channel(name="ds-2-x"), US, held("DS-1"), None, ""),
    Case("held by our former key", channel(), MOVED, held("DS-1"), None, ""),
    Case(
        "held by us, made by a person",
        channel(PERSON),
        US,
        held("DS-1"),
        None,
        "#ds-1-it-fails was made by U0YUSUF",
    ),
    Case("held by another", channel(), US, held("DS-2"), None, "#ds-1-it-fails belongs to DS-2"),
    Case("held by both, our message", channel(), US, held("DS-1", "DS-2"), "DS-1", ""),
    Case(
        "held by both, their message",
        channel(),
        US,
        held("DS-1", "DS-2"),
        "DS-2",
        "the bot's messages in #ds-1-it-fails are about DS-2",
    ),
    Case("held by both, no message, our name", channel(), US, held("DS-1", "DS-2"), "", ""),
    # The file adopts it.
    Case("adopted", channel(PERSON, name="lunch"), ADOPTER, NO_ONE, None, ""),
    Case("adopted and held by us", channel(PERSON), ADOPTER, held("DS-1"), None, ""),
    Case(
        "adopted and held by another",
        channel(PERSON),
        ADOPTER,
        held("DS-2"),
        None,
        "#ds-1-it-fails belongs to DS-2",
    ),
    Case(
        "adopted by an earlier file, too",
        channel(PERSON),
        ADOPTER,
        held(adopters={"C1": "DS-0"}),
        None,
        "the file of DS-0 adopts #ds-1-it-fails",
    ),
    Case(
        "adopted by a later file, too",
        channel(PERSON),
        ADOPTER,
        held(adopters={"C1": "DS-1"}),
        None,
        "",
    ),
    Case(
        "adopted by an earlier file that no run has read",
        channel(PERSON),
        ADOPTER,
        held("DS-1", adopters={"C1": "DS-0"}),
        None,
        "",
    ),
    Case(
        "adopted and held by both",
        channel(PERSON),
        ADOPTER,
        held("DS-1", "DS-2"),
        "DS-2",
        "the bot's messages in #ds-1-it-fails are about DS-2",
    ),
    Case(
        "adopted and held by both, without a message",
        channel(PERSON),
        ADOPTER,
        held("DS-1", "DS-2"),
        "",
        "another receipt holds #ds-1-it-fails, too",
    ),
    Case(
        "adopts the bot's channel of another",
        channel(name="lunch"),
        ADOPTER,
        NO_ONE,
        "DS-2",
        "the bot's messages in #lunch are about DS-2",
    ),
    Case(
        "adopts the bot's channel of another, without a message",
        channel(name="ds-2-x"),
        ADOPTER,
        NO_ONE,
        "",
        "#ds-2-x is named after DS-2",
    ),
    Case("adopts the bot's own", channel(), ADOPTER, NO_ONE, "DS-1", ""),
    Case("adopts the bot's, which says nothing", channel(name="lunch"), ADOPTER, NO_ONE, "", ""),
    # A desk's channel is nobody's.
    Case(
        "adopts a desk's channel",
        channel(PERSON, name="sre-escalations"),
        ADOPTER,
        held(desks=frozenset({"C1"})),
        None,
        "a desk announces in #sre-escalations",
    ),
    Case(
        "holds a desk's channel",
        channel(),
        US,
        held("DS-1", desks=frozenset({"C1"})),
        None,
        "a desk announces in #ds-1-it-fails",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what.replace(" ", "-"))
def test_whose_channel_it_is(case: Case):
    assert needs_messages(case.seen, case.who, case.claims) is (case.about is not None)
    assert why_not_ours(case.seen, case.who, case.claims, case.about) == case.why


def test_a_channel_whose_messages_were_not_read_is_not_ours():
    assert why_not_ours(channel(), US, NO_ONE) == "the messages in #ds-1-it-fails were not read"


@pytest.mark.parametrize(
    ("name", "previous", "tickets"),
    [
        ("ds-1-x", (), {"DS-1"}),
        ("ds-1-2-x", (), {"DS-1"}),
        ("ds-1-ds-2-x", (), {"DS-1"}),
        ("a_b2-77-x", None, {"A_B2-77"}),
        ("x", ("ds-1-x", "ds-2-x"), {"DS-1", "DS-2"}),
        ("ds-1", (), set()),
        ("d-1-x", (), set()),
        ("2ds-1-x", (), set()),
        ("sre-escalations", (), set()),
    ],
)
def test_after_which_tickets_a_channel_is_named(
    name: str, previous: tuple[str, ...] | None, tickets: set[str]
):
    assert named_after(channel(name=name, previous=previous)) == tickets


def test_likely_channels_are_looked_at_first_and_others_not_at_all():
    names = ("ds-1-other", NAME, "ds-10-x", "lunch", "ds-2-x")
    every = [
        *(replace(channel(name=each), id=f"C-{each}") for each in names),
        replace(channel(name="lunch-2", previous=("ds-1-x",)), id="C-renamed"),
        replace(channel(name="lunch-3", previous=None), id="C-unknown"),
        replace(channel(PERSON), id="C-person"),
        replace(channel(), id="C-held"),
        replace(channel(), id="C-earlier"),
    ]
    claims = Claims(BOT, {"C-held": frozenset({"DS-2"}), "C-earlier": frozenset({"DS-1"})})
    found = [each.id for each in candidates(every, US, claims)]
    assert found == ["C-ds-1-it-fails", "C-ds-1-other", "C-renamed", "C-unknown"]
