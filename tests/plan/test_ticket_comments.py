"""Which comments are the tool's own, by the receipt or their marks, and which are second copies."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from plan.values import settled
from reconciler.model.comment_mark import CHANNEL_COMMENT, CommentMark, read_line, read_property
from reconciler.model.observed import OwnComment, Ticket
from reconciler.model.receipt import CommentReceipt, Receipt
from reconciler.model.ticket_comments import recalled_comments, recognised, unread_comments

KEY, DIGEST = "DS-1071", "0123456789"


def own(id_: int, key: str = "", *, ticket: str = KEY, read: bool = True) -> OwnComment:
    """A comment of the account; with a key one of the tool's, once its mark is read."""
    mark = CommentMark(ticket, key, DIGEST) if key and read else None
    return OwnComment(str(id_), touched=False, mark=mark, read=read)


def ticket(comments: Iterable[OwnComment], receipt: Receipt | None = None) -> Ticket:
    seen = replace(settled().ticket, receipt=receipt, own_comments=tuple(comments), copies=())
    return recognised(seen)


def receipt(
    *keys: str, channel: int = 0, events: tuple[int, ...] = (), through: int = 0
) -> Receipt:
    return Receipt(
        ticket=KEY,
        comments=tuple(sorted(keys)),
        channel_comment=CommentReceipt(id=str(channel), rev="r") if channel else None,
        event_comments=tuple(map(str, events)),
        comments_through=str(through or ""),
    )


def copies(seen: Ticket) -> list[str]:
    return [each.id for each in seen.copies]


def test_what_the_receipt_tells_is_not_read():
    known = receipt("channel", "update-1", channel=9, events=(12,), through=10)
    seen = ticket([own(n, read=False) for n in (7, 9, 12)], known)
    assert unread_comments(seen) == ()
    assert seen.comments["channel"].id == "9"
    assert seen.comments["channel"].rev == "r"


def test_a_comment_after_those_of_the_receipt_is_read():
    known = receipt("channel", channel=9, through=99)
    seen = ticket([own(9, read=False), own(98, read=False), own(100, read=False)], known)
    assert unread_comments(seen) == ("100",), "100 is later than 99, whatever letters say"


def test_a_comment_that_a_list_lacks_is_asked_for():
    assert unread_comments(ticket([], receipt("channel", channel=9, through=9))) == ("9",)


def test_without_a_receipt_all_are_read():
    assert unread_comments(ticket([own(9, read=False), own(10, read=False)])) == ("9", "10")


def test_the_receipt_of_another_ticket_tells_nothing():
    other = receipt("channel", channel=9, through=9).model_copy(update={"ticket": "DS-1042"})
    assert unread_comments(ticket([own(9, read=False)], other)) == ("9",)
    assert unread_comments(ticket([], other)) == ()


@pytest.mark.parametrize(
    "known",
    [
        receipt("channel", "update-1", channel=9, events=(11,), through=8),
        receipt("channel", "update-1", channel=9, through=10),
    ],
    ids=["the answer told of the younger one", "a run looked at the older one"],
)
def test_an_event_that_was_delivered_twice(known: Receipt):
    stays = 11 if known.event_comments else 10
    copy = 10 if known.event_comments else 12
    seen = ticket([own(9, read=False), own(stays, read=False), own(copy, "update-1")], known)
    assert copies(seen) == [str(copy)]


def test_a_lost_answer_is_no_copy():
    known = receipt("channel", channel=9, through=9)
    seen = ticket([own(9, read=False), own(10, "update-1"), own(11, "update-1")], known)
    assert seen.comments["update-1"].id == "10"
    assert copies(seen) == ["11"]


def test_what_an_earlier_version_posted_is_no_copy():
    """Its receipt lists keys and no ids."""
    seen = ticket([own(9, "channel"), own(10, "update-1")], receipt("channel", "update-1"))
    assert copies(seen) == []
    assert set(seen.comments) == {"channel", "update-1"}


def test_a_comment_of_the_account_that_is_none_of_the_tools_is_read_once():
    seen = ticket([own(9, "channel"), own(10)], receipt("channel"))
    parts = recalled_comments(receipt("channel"), seen)
    assert parts["comments_through"] == "10"
    assert parts["channel_comment"] == CommentReceipt(id="9", rev=DIGEST)
    later = receipt("channel", channel=9, through=10)
    assert unread_comments(ticket([own(9, read=False), own(10, read=False)], later)) == ()


def test_events_are_listed_until_all_before_them_are_read():
    known = receipt("channel", "update-1", channel=9, events=(11,), through=9)
    before = ticket([own(9, read=False), own(10, read=False), own(11, read=False)], known)
    parts = recalled_comments(known, before)
    assert (parts["event_comments"], parts["comments_through"]) == (("11",), "9")
    after = ticket([own(9, read=False), own(10), own(11, read=False)], known)
    parts = recalled_comments(known, after)
    assert (parts["event_comments"], parts["comments_through"]) == ((), "11")


def test_copies_are_read_until_they_are_removed():
    known = receipt("channel", channel=9, through=9)
    seen = ticket([own(9, read=False), own(10, "channel")], known)
    assert recalled_comments(known, seen)["comments_through"] == "9"


def test_a_copy_that_a_person_edited_is_read_once():
    known = receipt("channel", channel=9, through=9)
    used = replace(own(10, "channel"), touched=True)
    seen = ticket([own(9, read=False), used], known)
    assert recalled_comments(known, seen)["comments_through"] == "10"


def test_words_in_a_text_are_no_mark_until_the_properties_are_read():
    line = OwnComment("10", touched=False, mark=CommentMark(KEY, "channel", DIGEST))
    assert ticket([line]).comments == {}
    assert unread_comments(ticket([line])) == ("10",)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "escalation-as-code DS-1071 channel 0123456789",
        {},
        {"ticket": "DS-1071", "key": "channel"},
        {"ticket": "DS-1071", "key": "channel", "digest": 5},
        {"ticket": "DS-1071", "key": "channel", "digest": "0123456789\n"},
        {"ticket": "DS-1071", "key": "*everything*", "digest": DIGEST},
        {"ticket": "../DS-1", "key": "channel", "digest": DIGEST},
    ],
)
def test_a_property_that_is_no_mark(value: object):
    assert read_property(value) is None


def test_a_mark_comes_back_as_it_was_written():
    mark = CommentMark(KEY, "update-1-e2", DIGEST)
    assert read_property(mark.as_property() | {"added": "later"}) == mark


@pytest.mark.parametrize(
    "shown",
    [
        "DS-1071",
        "[DS-1071|https://company.atlassian.net/browse/DS-1071]",
        "[DS-1071|https://company.atlassian.net/browse/DS-1071|smart-link]",
        "[https://company.atlassian.net/browse/DS-1071|https://x/browse/DS-1071|smart-link]",
    ],
)
def test_the_line_of_an_earlier_version_as_cloud_shows_it(shown: str):
    body = f"Text\n\n{{color:#97a0af}}escalation-as-code {shown} channel {DIGEST}{{color}}"
    assert read_line(body) == CommentMark(KEY, "channel", DIGEST)


def test_a_sticky_comment_is_the_one_whose_id_is_kept():
    sticky = [each.key for each in settled().desired.jira.comments if each.sticky]
    assert sticky == [CHANNEL_COMMENT]
