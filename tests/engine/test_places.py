"""Where a message goes, and what it waits for."""

import pytest

from reconciler.model.receipt import ChannelReceipt, PostReceipt, Receipt
from reconciler.reconcile.facets.message_operations import (
    EditMessage,
    Place,
    PostMessage,
    Waits,
    Where,
)

NOTHING = Receipt(ticket="DS-1")
ANNOUNCED = Receipt(ticket="DS-1", announcements={"announcement": PostReceipt(ts="1.5", rev="r")})
REPLIED = Receipt(ticket="DS-1", replies={"declined-3": PostReceipt(ts="1.6", rev="r")})
CHANNEL = ChannelReceipt(id="C1", name="ds-1-x")


@pytest.mark.parametrize(
    ("where", "receipt", "channel", "desk", "place"),
    [
        (Where.CHANNEL, NOTHING, None, "C0", Waits("the channel")),
        (Where.CHANNEL, NOTHING, CHANNEL, None, Place("C1", None)),
        (Where.ANNOUNCEMENT, NOTHING, CHANNEL, None, Waits("the desk's channel")),
        (Where.ANNOUNCEMENT, NOTHING, None, "C0", Place("C0", None)),
        (Where.THREAD, ANNOUNCED, None, None, Waits("the desk's channel")),
        (Where.THREAD, NOTHING, CHANNEL, "C0", Waits("the announcement")),
        (Where.THREAD, ANNOUNCED, None, "C0", Place("C0", "1.5")),
    ],
)
def test_where_a_message_is_posted(
    where: Where,
    receipt: Receipt,
    channel: ChannelReceipt | None,
    desk: str | None,
    place: Place | Waits,
) -> None:
    post = PostMessage(where=where, kind="x", text="x", rev="r", parent="announcement")
    assert post.place(receipt, channel, desk) == place


@pytest.mark.parametrize(
    ("where", "receipt", "channel", "desk", "place"),
    [
        (Where.CHANNEL, REPLIED, None, "C0", Waits("the channel")),
        (Where.ANNOUNCEMENT, REPLIED, CHANNEL, None, Waits("the desk's channel")),
        (Where.ANNOUNCEMENT, NOTHING, CHANNEL, "C0", Waits("its replies")),
        (Where.ANNOUNCEMENT, REPLIED, None, "C0", Place("C0", None)),
    ],
)
def test_where_a_message_is_edited(
    where: Where,
    receipt: Receipt,
    channel: ChannelReceipt | None,
    desk: str | None,
    place: Place | Waits,
) -> None:
    edit = EditMessage(where=where, kind="x", text="x", rev="r", ts="1.5", after=("declined-3",))
    assert edit.place(receipt, channel, desk) == place
