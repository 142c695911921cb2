"""Reminders that are open in a channel when the tool archives it."""

from datetime import timedelta
from typing import Any

import pytest

from plan.values import MONDAY, RESOLVED, Scene, desired, settled
from reconciler.model.change import Change
from reconciler.model.observed import Probe
from reconciler.model.ownership_history import OwnershipHistory
from reconciler.model.receipt import PostReceipt
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.message_operations import EditMessage

ENDED = OwnershipHistory(("dmitri",), ("lena",), assigned_at=MONDAY, ended_at=MONDAY)
PENDING = RESOLVED | {"customer_communication": {"owner": "owen", "state": "pending"}}
SENT = RESOLVED | {"customer_communication": {"owner": "owen", "state": "sent"}}
KEYS = ("remind-communication", "remind-unclosed")


def scene(
    resolution: Any = PENDING, *, hours: float = 0, rev: str = "", done: bool = False
) -> Scene:
    """Resolved fifteen days ago, with two reminders in the channel; read as far as needed."""
    now = MONDAY + timedelta(days=15, hours=hours)
    options = {
        "policy": {"reminders": {}},
        "case": {"ownership": ENDED},
        "resolution": resolution,
    }
    before = settled(MONDAY, **options)
    wanted = desired(now, **options)
    due = desired(MONDAY + timedelta(days=15), **options | {"resolution": PENDING}).announcement
    asked = {each.message.key: each.message.digest for each in due.reminders if each.due}
    left = {
        key: PostReceipt(ts=f"{number + 7}.0", rev=rev or asked[key])
        for number, key in enumerate(KEYS)
    }
    posts = {**before.receipt.posts, **left}
    before = before.at(now).wants(wanted).remembers(posts=posts)
    seen = before.in_channel(latest=MONDAY.timestamp(), posts=posts).on_ticket(done=done)
    return seen.read(Probe.MESSAGES, Probe.THREAD, Probe.IDLENESS)


def changes(seen: Scene) -> tuple[dict[str, Change], list[Change]]:
    """The planned edits in the channel by key, and the archiving."""
    planned = seen.plan().plan.changes
    edits = {each.op.kind: each for each in planned if _edits_reminder(each)}  # type: ignore[attr-defined]
    return edits, [each for each in planned if isinstance(each.op, Archive)]


def _edits_reminder(change: Change) -> bool:
    return isinstance(change.op, EditMessage) and change.op.kind in KEYS


def test_they_are_struck_through_before_the_channel_is_archived():
    edits, (archive,) = changes(scene())
    assert set(edits) == set(KEYS)
    assert {each.key for each in edits.values()} <= set(archive.requires)
    for each in edits.values():
        assert isinstance(each.op, EditMessage)
        assert each.op.text.startswith(":file_cabinet: ~The ")
        assert "Still open when the tool archived this channel: <!date^1796742000^" in each.op.text
        assert each.op.rev.startswith("answered-")


def test_outside_the_hours_of_the_desk_too():
    edits, archive = changes(scene(hours=12))
    assert set(edits) == set(KEYS)
    assert len(archive) == 1


def test_an_open_one_with_an_older_text_is_edited_first():
    edits, archive = changes(scene(rev="older"))
    assert {each.op.text[:13] for each in edits.values()} == {":alarm_clock:"}  # type: ignore[attr-defined]
    assert archive == [], "the next run archives it"


def test_what_was_answered_keeps_its_answer():
    edits, archive = changes(scene(SENT, rev="answered-0123456789", done=True))
    assert edits == {}
    assert len(archive) == 1


def test_what_is_done_by_then_shows_that_it_is_done():
    edits, archive = changes(scene(SENT, done=True))
    texts = {key: each.op.text for key, each in edits.items()}  # type: ignore[attr-defined]
    assert ":heavy_check_mark:" in texts["remind-communication"]
    assert ":heavy_check_mark:" in texts["remind-unclosed"]
    assert len(archive) == 1


def test_the_same_read_shows_the_reminders_and_the_latest_message():
    unread = scene().sees(probed=frozenset({Probe.THREAD}))
    planned = unread.plan()
    assert Probe.MESSAGES in planned.probes
    assert Probe.IDLENESS not in planned.probes


def test_without_an_open_one_only_the_latest_message_is_read():
    answered = scene(hours=12, rev="answered-0123456789")
    planned = answered.sees(probed=frozenset({Probe.THREAD})).plan()
    assert Probe.IDLENESS in planned.probes
    assert Probe.MESSAGES not in planned.probes


@pytest.mark.parametrize("how", [{"archived": True}, {"hidden": True}], ids=["archived", "private"])
def test_nothing_is_planned_in_a_channel_that_people_closed(how: dict[str, bool]):
    closed = scene().in_channel(**how)
    assert changes(closed) == ({}, [])
