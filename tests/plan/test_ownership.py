"""What of a receipt counts, by values: what Slack and Jira confirm."""

from collections.abc import Callable

import pytest

from plan.values import HIGH, MEDIUM, Scene, ended, settled, told
from reconciler.model.change import Action, Change
from reconciler.model.observed import Probe
from reconciler.model.receipt import ChannelReceipt, PostReceipt
from reconciler.reconcile.facets.message_operations import EditMessage, Where
from reconciler.reconcile.trusted_receipt import confirmed, unconfirmed

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
