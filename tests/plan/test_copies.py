"""What is planned for second copies, by values: each place, and what must not be removed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from plan.values import (
    CHANNEL,
    FOLLOWED,
    HELD,
    MONDAY,
    Scene,
    desired,
    settled,
    shown,
    snapshot_of,
    told,
    ts,
)
from reconciler.model.observed import Announced, Copy, CopyPlace, Probe, SeenBookmark
from reconciler.model.receipt import PostReceipt
from reconciler.reconcile.facet import ReadBack, operation
from reconciler.reconcile.facets.copies import OneCallRemoval, Removal
from reconciler.redaction import PrivateData
from reconciler.render.plan_effects import effects

BOT = "U-bot"
SECOND, THIRD = ts(MONDAY, 500), ts(MONDAY, 501)


def seen() -> Scene:
    """Everything is as desired and was read, by a bot with a name."""
    scene = shown(settled()).sees(bot=BOT)
    return scene.in_channel(
        bookmarks=tuple(
            replace(each, updated_by=BOT, created=1) for each in scene.channel.bookmarks or ()
        )
    )


def in_channel(*copies: Copy) -> Scene:
    return seen().in_channel(copies=copies)


def announced(*copies: Copy) -> Scene:
    return seen().announced(copies=copies)


def on_ticket(*copies: Copy, scene: Scene | None = None) -> Scene:
    return (scene or seen()).on_ticket(copies=copies)


def update(id_: str = SECOND, *, used: bool = False) -> Copy:
    return Copy(CopyPlace.CHANNEL, "update-2", id_, used)


def root(id_: str = SECOND, *, used: bool = False, replies: tuple[str, ...] = ()) -> Copy:
    return Copy(CopyPlace.ANNOUNCEMENT, "announcement", id_, used, replies)


def bookmark(number: int, **changes: object) -> SeenBookmark:
    first = (seen().channel.bookmarks or ())[0]
    return replace(first, **{"id": f"BkX{number}", "created": number + 1, **changes})


def bookmarked(*more: SeenBookmark) -> Scene:
    scene = seen()
    return scene.in_channel(bookmarks=(*more, *(scene.channel.bookmarks or ())))


def removes(what: str, facet: str = "slack.copy") -> str:
    return f"remove {facet}: a second copy of {what} -> by"


PLANS: dict[str, tuple[Callable[[], Scene], list[str]]] = {
    "one copy": (seen, []),
    "two": (
        lambda: in_channel(update()),
        [f"{removes('update 2')} remove_message key=update-2 id={SECOND} where=channel (drift)"],
    ),
    "three": (
        lambda: in_channel(update(), update(THIRD)),
        [
            f"{removes('update 2')} remove_message key=update-2 id={each} where=channel (drift)"
            for each in (SECOND, THIRD)
        ],
    ),
    "answered in": (
        lambda: in_channel(update(used=True)),
        ["notice slack.copy: there is a second copy of update 2 ("],
    ),
    "a pinned copy that stays": (
        lambda: in_channel(Copy(CopyPlace.CHANNEL, "brief", SECOND, used=True)).in_channel(
            pins=frozenset({SECOND, *(seen().channel.pins or ())})
        ),
        [
            f"{removes('the pin of the brief')} unpin key=brief id={SECOND} (drift)",
            "notice slack.copy: there is a second copy of brief",
        ],
    ),
    "a pinned copy that goes": (
        lambda: in_channel(Copy(CopyPlace.CHANNEL, "brief", SECOND)).in_channel(
            pins=frozenset({SECOND, *(seen().channel.pins or ())})
        ),
        [f"{removes('brief')} remove_message key=brief id={SECOND} where=channel (drift)"],
    ),
    "an announcement": (
        lambda: announced(root()),
        [
            (
                f"{removes('announcement')} remove_message key=announcement id={SECOND}"
                " where=announcement (drift)"
            )
        ],
    ),
    "an announcement that was answered in": (
        lambda: announced(root(used=True)),
        ["notice slack.copy: there is a second copy of announcement"],
    ),
    "a reply": (
        lambda: announced(Copy(CopyPlace.THREAD, "assigned-dmitri", SECOND)),
        [
            (
                f"{removes('assigned dmitri')} remove_message key=assigned-dmitri id={SECOND}"
                " where=thread (drift)"
            )
        ],
    ),
    "a bookmark": (
        lambda: bookmarked(bookmark(1)),
        [f"{removes('the bookmark ticket')} remove_bookmark key=ticket id=BkX1 (drift)"],
    ),
    "younger bookmarks that Slack lists first": (
        lambda: bookmarked(bookmark(2, id="BkA"), bookmark(1)),
        [
            f"{removes('the bookmark ticket')} remove_bookmark key=ticket id={each} (drift)"
            for each in ("BkX1", "BkA")
        ],
    ),
    "a person's bookmark of the same": (
        lambda: seen().in_channel(
            bookmarks=(*(seen().channel.bookmarks or ()), bookmark(1, updated_by="U-amara"))
        ),
        [],
    ),
    "a bookmark of the bot to something else": (
        lambda: bookmarked(bookmark(1, link="https://x.example/")),
        [],
    ),
    "a comment": (
        lambda: on_ticket(Copy(CopyPlace.COMMENT, "channel", "9")),
        [f"{removes('the comment channel', 'jira.copy')} remove_comment key=channel id=9 (drift)"],
    ),
    "a comment that a person edited": (
        lambda: on_ticket(Copy(CopyPlace.COMMENT, "channel", "9", used=True)),
        ["notice jira.copy: there is a second copy of the comment channel"],
    ),
    "a remote link": (
        lambda: on_ticket(Copy(CopyPlace.REMOTE_LINK, "channel", "9")),
        [
            (
                f"{removes('the link to the channel', 'jira.copy')} remove_remote_link key=channel"
                " id=9 (drift)"
            )
        ],
    ),
    "a link to a follow-up": (
        lambda: on_ticket(
            Copy(CopyPlace.LINK, "Relates PAY-641", "9"), scene=settled(resolution=FOLLOWED)
        ),
        [
            (
                "remove jira.copy: a second copy of the link Relates PAY-6… -> by remove_link"
                " key=Relates PAY-641 id=9 (drift)"
            )
        ],
    ),
    "a link to a ticket that is no follow-up": (
        lambda: on_ticket(
            Copy(CopyPlace.LINK, "Relates PAY-9", "9"), scene=settled(resolution=FOLLOWED)
        ),
        [],
    ),
    "a link of another type": (
        lambda: on_ticket(
            Copy(CopyPlace.LINK, "Blocks PAY-641", "9"), scene=settled(resolution=FOLLOWED)
        ),
        [],
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_what_is_planned(name: str):
    scene, expected = PLANS[name]
    lines = [each for each in told(scene().plan()) if ".copy" in each]
    assert len(lines) == len(expected)
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(start)


def test_nothing_else_changes_because_of_a_copy():
    for scene, _ in PLANS.values():
        assert [
            each for each in told(scene().plan()) if ".copy" not in each and "change" in each
        ] == []


def test_what_was_said_only_under_a_copy_is_said_in_the_right_thread_first():
    """The receipt knows the replies of the thread that goes."""
    scene = seen()
    replies = dict(scene.receipt.replies)
    assert replies
    lost = scene.announced(copies=(root(replies=tuple(each.ts for each in replies.values())),))
    unread = lost.announced(replies=None).sees(probed=lost.observed.probed - {Probe.THREAD})
    assert Probe.THREAD in unread.plan().probes
    changes = lost.announced(replies={}).plan().plan.changes
    posts = [each for each in changes if each.facet == "slack.thread"]
    assert [each.op.thing for each in posts] == list(replies)
    (removal,) = [each for each in changes if each.facet == "slack.copy"]
    assert set(removal.requires) >= {each.key for each in posts}
    assert changes.index(removal) > changes.index(posts[-1])


def test_what_people_deleted_from_the_thread_is_not_said_again():
    scene = seen().announced(copies=(root(),), replies={})
    assert [each.facet for each in scene.plan().plan.changes] == ["slack.copy"]


def test_more_replies_than_the_tool_posted_are_read():
    """A second copy may be among them; the number comes with the channel's messages."""
    scene = seen().sees(probed=frozenset({Probe.ANNOUNCEMENT}))
    scene = scene.announced(replies=None)
    count = len(scene.receipt.replies)
    for number, probes in ((count, set()), (count + 1, {Probe.THREAD})):
        looked = scene.announced(answers={"announcement": number})
        assert looked.plan().probes == probes


def test_a_saved_plan_is_not_stale_because_somebody_answered():
    quiet = seen().announced(answers={"announcement": 1})
    busy = seen().announced(answers={"announcement": 7})
    assert quiet.plan().plan.basis == busy.plan().plan.basis
    assert quiet.plan().plan.basis != announced(root()).plan().plan.basis


def test_a_reviewer_and_an_auditor_see_what_is_removed():
    plan = in_channel(update(), update(THIRD)).plan().plan
    copy = "a second copy of update 2"
    assert list(effects(plan, snapshot_of().roster)) == [f"removes {copy} and {copy}"]
    for change in plan.changes:
        assert operation(change).recorded(change, PrivateData(snapshot_of().roster)) == (copy, "")


def test_a_held_escalation_loses_its_second_announcement():
    scene = shown(settled(case=HELD)).announced(copies=(root(),))
    assert "slack.copy" in {each.facet for each in scene.plan().plan.changes}


@pytest.mark.parametrize("name", PLANS)
def test_a_removal_is_confirmed_by_a_read_that_lacks_the_copy(name: str):
    scene = PLANS[name][0]()
    for change in scene.plan().plan.changes:
        op = change.op
        assert isinstance(op, Removal)
        assert op.costs == {"copies": 1}
        there = ReadBack(scene.ticket, scene.channel, scene.observed.announced, scene.receipt)
        assert not op.confirmed(there)
        clean = seen()
        gone = ReadBack(clean.ticket, clean.channel, clean.observed.announced, clean.receipt)
        assert op.confirmed(gone)
        unread = settled()
        nothing = ReadBack(None, unread.channel, Announced("C1"), unread.receipt)
        assert not op.confirmed(nothing)


def test_a_removal_without_its_call_cannot_be_made():
    class Forgotten(OneCallRemoval):
        def confirmed(self, seen: ReadBack) -> bool:
            return seen.ticket is not None

    with pytest.raises(TypeError, match="abstract method"):
        Forgotten(do="forgotten", key="update-2", id=SECOND)  # type: ignore[abstract]


def test_the_receipt_follows_the_oldest_bookmark():
    """Also if the receipt knows the younger one, which another run wrote."""
    scene = bookmarked(bookmark(1))
    known = scene.receipt.bookmarks["ticket"].model_copy(update={"id": "BkX1"})
    planned = scene.remembers(bookmarks={**scene.receipt.bookmarks, "ticket": known}).plan()
    assert planned.receipt.bookmarks["ticket"].id == "Bk0"


def test_a_former_channel_is_left_alone():
    scene = in_channel(update()).in_channel(archived=True)
    assert not [each for each in told(scene.plan()) if ".copy" in each]
    assert scene.receipt.channel == CHANNEL
    assert isinstance(scene.receipt.posts["brief"], PostReceipt)
    assert desired().channel.brief is not None
