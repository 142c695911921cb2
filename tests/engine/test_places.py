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


POST = PostMessage(where=Where.CHANNEL, kind="x", text="x", rev="r", parent="announcement")
EDIT = EditMessage(
    where=Where.CHANNEL, kind="x", text="x", rev="r", ts="1.5", after=("declined-3",)
)


@pytest.mark.parametrize(
    ("message", "where", "receipt", "channel", "desk", "place"),
    [
        (POST, Where.CHANNEL, NOTHING, None, "C0", Waits("the channel")),
        (POST, Where.CHANNEL, NOTHING, CHANNEL, None, Place("C1", None)),
        (POST, Where.ANNOUNCEMENT, NOTHING, CHANNEL, None, Waits("the desk's channel")),
        (POST, Where.ANNOUNCEMENT, NOTHING, None, "C0", Place("C0", None)),
        (POST, Where.THREAD, ANNOUNCED, None, None, Waits("the desk's channel")),
        (POST, Where.THREAD, NOTHING, CHANNEL, "C0", Waits("the announcement")),
        (POST, Where.THREAD, ANNOUNCED, None, "C0", Place("C0", "1.5")),
        (EDIT, Where.CHANNEL, REPLIED, None, "C0", Waits("the channel")),
        (EDIT, Where.ANNOUNCEMENT, REPLIED, CHANNEL, None, Waits("the desk's channel")),
        (EDIT, Where.ANNOUNCEMENT, NOTHING, CHANNEL, "C0", Waits("its replies")),
        (EDIT, Where.ANNOUNCEMENT, REPLIED, None, "C0", Place("C0", None)),
    ],
)
def test_where_a_message_goes(  # noqa: PLR0913, PLR0917 - a table
    message: PostMessage,
    where: Where,
    receipt: Receipt,
    channel: ChannelReceipt | None,
    desk: str | None,
    place: Place | Waits,
) -> None:
    assert message.model_copy(update={"where": where}).place(receipt, channel, desk) == place
