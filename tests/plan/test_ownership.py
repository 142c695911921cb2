"""What of a receipt counts, by values: whose channel it is, and what Slack and Jira confirm."""

from collections.abc import Callable

import pytest

from plan.values import HIGH, MEDIUM, Scene, ended, settled, told
from reconciler.model.change import Action, Change
from reconciler.model.observed import Channel, Probe
from reconciler.model.receipt import ChannelReceipt, PostReceipt
from reconciler.reconcile.facets.message_operations import EditMessage, Where
from reconciler.reconcile.trusted_receipt import confirmed, unconfirmed, why_not_ours

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
        (channel(""), "#ds-1071-it-fails was made by an unknown account"),
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


STRANGE = ChannelReceipt(id="C0STRANGE", name="yusufs-corner")
NOT_OURS = {STRANGE.id: "#yusufs-corner was made by U0YUSUF"}
FORGED = PostReceipt(ts="1795442400.000001", rev="0" * 10)


def another_channel() -> Scene:
    return settled().remembers(channel=STRANGE).sees(channel=None, disowned=NOT_OURS)


def an_earlier_channel() -> Scene:
    scene = settled().remembers(earlier_channels=(STRANGE,)).sees(disowned=NOT_OURS)
    return scene.read(Probe.CREATORS)


def another_name() -> Scene:
    scene = settled()
    known = scene.channel
    forged = ChannelReceipt(id=known.id, name="owen-was-here")
    return scene.remembers(channel=forged).in_channel(previous_names=("ds-1071-before",))


def another_message() -> Scene:
    scene = settled().remembers(announcements={"announcement": FORGED})
    return scene.read(Probe.ANNOUNCED).announced(checked={})


def another_priority() -> Scene:
    return ended().on_ticket(raised_from=(HIGH,)).read(Probe.CHANGELOG)


def another_ticket() -> Scene:
    return settled().remembers(ticket="DS-9").sees(channel=None)


@pytest.mark.parametrize(
    ("scene", "says"),
    [
        (another_channel, "names the channel C0STRANGE, and #yusufs-corner was made by U0YUSUF"),
        (an_earlier_channel, "names the channel C0STRANGE"),
        (another_name, "calls the channel #owen-was-here"),
        (another_message, "names messages that are none of the bot's about DS-1071"),
        (another_priority, "shows the priority Medium before the escalation"),
        (another_ticket, "was written for DS-9"),
    ],
)
def test_what_is_not_so_is_reported_and_counts_as_lost(scene: Callable[[], Scene], says: str):
    planned = scene().plan()
    (notice,) = (each for each in planned.plan.notices if each.facet == "jira.receipt")
    assert f"the receipt on DS-1071 {says}" in notice.message
    assert "escalation" in notice.remedy or "adopt" in notice.remedy
    text = "\n".join(each for each in told(planned) if not each.startswith("notice"))
    assert "C0STRANGE" not in text
    assert FORGED.ts not in text
    assert "slack.name" not in text
    remembered = planned.receipt.model_dump_json()
    assert not any(each in remembered for each in ("C0STRANGE", "owen-was-here", "DS-9", FORGED.ts))


def test_a_priority_that_the_change_log_knows_is_put_back():
    scene = ended().on_ticket(raised_from=(HIGH, MEDIUM)).read(Probe.CHANGELOG)
    assert not [each for each in scene.plan().plan.notices if each.facet == "jira.receipt"]
    assert scene.plan().receipt.priority == scene.receipt.priority


def test_a_plan_without_changes_asks_for_nothing():
    assert settled().plan().probes == frozenset()
    planned = settled().remembers(earlier_channels=(STRANGE,)).plan()
    assert planned.plan.changes
    assert Probe.CREATORS in planned.probes


@pytest.mark.parametrize(
    ("there", "kept"),
    [(None, True), ({"remind-x": FORGED}, True), ({}, False), ({"remind-y": FORGED}, False)],
)
def test_a_reply_is_edited_only_where_it_is(there: dict[str, PostReceipt] | None, kept: bool):
    op = EditMessage(where=Where.THREAD, kind="remind-x", ts=FORGED.ts, text="Done.", rev="x")
    change = Change(facet="slack.reminder", action=Action.CHANGE, why="file:1", op=op)
    seen = settled().announced(replies=there).observed
    assert list(confirmed([change], seen)) == [change] * kept
    probes = unconfirmed([change], seen, settled().receipt)
    assert probes == {Probe.THREAD, Probe.ANNOUNCED}
