"""A receipt lists the latest events only: how long it gets, and that nothing is posted again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.values import Scene, settled, shown, told
from reconciler.model.keyring import Keyring
from reconciler.model.latest_events import LATEST, latest_events
from reconciler.model.observed import Probe, TicketComment
from reconciler.model.receipt import ChannelReceipt, PostReceipt, PriorityReceipt, Receipt
from reconciler.model.receipt_form import LONG, LONGEST, as_property, length, read_receipt
from reconciler.model.sealed_receipt import ReceiptSeals

PEOPLE = ("maria-lopez", "lena", "owen-brooks", "dmitri", "jun")


def posts(*keys: str, first: int = 1) -> dict[str, PostReceipt]:
    """Posted in this order."""
    return {
        key: PostReceipt(ts=f"1795440000.{first + number:06d}", rev="0123456789")
        for number, key in enumerate(keys)
    }


def role_changes(role: str, count: int, episode: str = "") -> list[str]:
    """The keys of messages on a role that goes from one person to the next."""
    each_time = (divmod(each, len(PEOPLE)) for each in range(count))
    return [
        f"{role}-{PEOPLE[who]}{f'-{before + 1}' if before else ''}{episode}"
        for before, who in each_time
    ]


def reminders(count: int) -> list[str]:
    return [f"remind-update-{each}{stage}" for each in range(count) for stage in ("", "-lead")]


def long_one(count: int = 1000) -> Receipt:
    """Everything has happened a thousand times."""
    updates = [f"update-{each + 1}" for each in range(count)]
    return Receipt(
        ticket="DS-1071",
        counter=2**40,
        priority=PriorityReceipt(previous_id="3", previous_name="Medium", ours="1"),
        channel=ChannelReceipt(id="C0123456789", name="ds-1071-" + "x" * 72),
        announced_in="C0123456780",
        announcements=posts("announcement"),
        replies=posts(
            "acknowledged",
            "remind-assignment",
            *role_changes("assigned", count),
            *role_changes("contact", count),
            *reminders(count),
        ),
        posts=posts(
            "brief", *role_changes("contact", count), *role_changes("assignee", count), *updates
        ),
        comments=tuple(
            sorted(("acknowledged", "channel", *updates, *role_changes("contact", count)))
        ),
        invited=tuple(f"U{number:010d}" for number in range(200)),
    )


def test_a_thousand_of_everything_take_less_than_8_kib(record_property):
    sealed = ReceiptSeals(Keyring("k"), "jira.example").sealed(long_one())
    size = len(json.dumps(sealed))
    record_property(
        "figure",
        "receipt with 1,000 updates, reminders and changes of each role, and 200 members: "
        f"{size} characters",
    )
    assert size <= length(long_one()) <= 8 * 1024


def test_of_each_family_the_latest_stay():
    kept = latest_events(long_one())
    assert list(kept.replies) == [
        "acknowledged",
        "remind-assignment",
        *role_changes("assigned", 1000)[-LATEST:],
        *role_changes("contact", 1000)[-LATEST:],
        *reminders(1000)[-LATEST:],
    ]
    assert [key for key in kept.posts if not key.startswith("update-")] == [
        "brief",
        *role_changes("contact", 1000)[-LATEST:],
        *role_changes("assignee", 1000)[-LATEST:],
    ]
    assert sum(key.startswith("update-") for key in kept.posts) == 1000
    assert [kind for kind in kept.comments if not kind.startswith("update-")] == sorted(
        ["acknowledged", "channel", *role_changes("contact", 1000)[-len(PEOPLE) :]]
    )


def test_the_last_time_of_each_contact_stays_in_the_last_episode():
    kinds = [*role_changes("contact", 30), *role_changes("contact", 12, "-e2"), "contact-ann"]
    kept = latest_events(Receipt(ticket="DS-1", comments=tuple(sorted(kinds)))).comments
    assert kept == tuple(
        sorted([*role_changes("contact", 12, "-e2")[-len(PEOPLE) :], "contact-ann"])
    )


@given(st.integers(0, LATEST), st.integers(0, LATEST), st.integers(0, LATEST // 2))
def test_a_few_events_are_all_listed(assigned: int, contacts: int, reminded: int):
    receipt = Receipt(
        ticket="DS-1071",
        replies=posts(*role_changes("assigned", assigned), *reminders(reminded)),
        posts=posts("brief", *role_changes("contact", contacts), "summary", "summary-e2"),
        comments=tuple(sorted(role_changes("contact", contacts))),
    )
    assert latest_events(receipt) is receipt


@given(st.lists(st.integers(0, 40), min_size=2, max_size=2), st.randoms())
def test_what_is_stored_is_the_same_whatever_was_read_back(counts: list[int], random):
    """All that the thread holds, and what the receipt lists of it, have the same latest events."""
    keys = [*role_changes("assigned", counts[0]), *reminders(counts[1])]
    random.shuffle(keys)
    every = Receipt(ticket="DS-1", replies=posts(*keys))
    kept = latest_events(every)
    assert latest_events(kept) is kept
    mixed = {**kept.replies, **every.replies}
    assert latest_events(every.model_copy(update={"replies": mixed})).replies == kept.replies
    assert read_receipt(as_property(every)) == kept


# In a plan


def busy() -> Scene:
    """Everything is as desired, after many handovers; the receipt and the services show all."""
    scene = shown(settled())
    replies = posts(*role_changes("assigned", 60), *reminders(60))
    told_in_channel = posts(*role_changes("contact", 60), *role_changes("assignee", 60), first=500)
    comments = role_changes("contact", 60)
    receipt, channel = scene.receipt, scene.channel
    return (
        scene.remembers(
            replies={**replies, **receipt.replies},
            posts={**told_in_channel, **receipt.posts},
            comments=tuple(sorted({*receipt.comments, *comments})),
        )
        .announced(replies={**replies, **(scene.observed.announced.replies or {})})
        .in_channel(posts={**told_in_channel, **(channel.posts or {})})
        .on_ticket(
            comments={
                **scene.ticket.comments,
                **{
                    kind: TicketComment(f"9{n}", "r", touched=False)
                    for n, kind in enumerate(comments)
                },
            }
        )
    )


def test_a_long_receipt_is_shortened_once_and_nothing_is_posted_again():
    planned = busy().plan()
    assert [change.facet for change in planned.plan.changes] == ["jira.receipt"]
    assert length(planned.receipt) < 8 * 1024
    again = busy().on_ticket(receipt=planned.receipt).plan()
    assert told(again) == []
    assert again.probes == frozenset()
    assert again.receipt == planned.receipt


def test_without_reading_the_conversations_the_plan_is_the_same():
    stored = busy().plan().receipt
    unread = settled().on_ticket(receipt=stored).plan()
    assert Probe.THREAD not in unread.probes
    assert told(unread) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (LONG - 4000, ""),
        (LONG, "characters, and Jira accepts 32,768"),
        (LONGEST, "would be longer than 32768 characters"),
    ],
)
def test_a_long_receipt_is_reported(more: int, says: str):
    scene = settled()
    receipt = read_receipt({**as_property(scene.receipt), "from_somebody": "x" * more})
    notices = scene.on_ticket(receipt=receipt).plan().plan.notices
    assert [each.facet for each in notices] == (["jira.receipt"] if says else [])
    for each in notices:
        assert says in each.message
        assert "DS-1071" in each.message
        assert "escalation of DS-1071" in each.remedy
