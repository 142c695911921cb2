"""Whose channel it is: one definition, by values."""

import pytest

from reconciler.model.observed import Channel
from reconciler.plan.ownership import why_not_ours

BOT = "U0BOT"


def channel(  # noqa: PLR0913 - what tells
    creator: str = BOT,
    name: str = "ds-1071-it-fails",
    purpose: str = "Escalation DS-1071: It fails.",
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


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (channel(), ""),
        (channel(archived=True, member=False), ""),
        (channel(purpose=""), ""),
        (channel(purpose="Lunch", name="lunch"), ""),
        (channel(purpose="Lunch", name="lunch", previous=None), ""),
        (channel(purpose="Lunch", name="ds-9-x", previous=("ds-1071-it-fails",)), ""),
        (channel(name="ds-9-x"), ""),
        (channel("U0YUSUF"), "#ds-1071-it-fails was made by U0YUSUF"),
        (channel(""), "#ds-1071-it-fails was made by nobody that Slack names"),
        (channel(purpose="Escalation DS-9: x"), "#ds-1071-it-fails belongs to DS-9"),
        (channel(purpose="Escalation DS-10: x", name="ds-10-x"), "#ds-10-x belongs to DS-10"),
        (channel(purpose="", name="ds-9-x"), "#ds-9-x is named after another ticket"),
        (channel(purpose="", name="ds-10711-x"), "#ds-10711-x is named after another ticket"),
        (
            channel(purpose="", name="lunch", previous=("ds-9-x",)),
            "#lunch is named after another ticket",
        ),
    ],
)
def test_whose_channel_it_is(seen: Channel, why: str):
    assert why_not_ours(seen, BOT, ["DS-1071"]) == why


def test_a_channel_that_the_file_adopts_is_ours_whoever_made_it():
    assert not why_not_ours(channel("U0YUSUF"), BOT, ["DS-1071"], ["C1"])
    assert why_not_ours(channel("U0YUSUF"), BOT, ["DS-1071"], ["C2"])


def test_a_channel_of_the_key_that_a_ticket_had_before_it_was_moved_is_ours():
    assert not why_not_ours(channel(), BOT, ["OPS-7", "DS-1071"])
    assert why_not_ours(channel(), BOT, ["OPS-7"]) == "#ds-1071-it-fails belongs to DS-1071"
