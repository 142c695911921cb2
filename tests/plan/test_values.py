"""The values beside the planner: caps, stale plans, fingerprints, imports, texts, selection."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plan.values import (
    ADOPTED,
    MONDAY,
    NEXT_YEAR,
    RESOLVED,
    UPDATE,
    Scene,
    announced,
    desired,
    ended,
    new,
    pull_request,
    settled,
    shown,
)
from reconciler.model.change import Action, Change, EscalationPlan, Operation, Plan
from reconciler.model.declared import Declared
from reconciler.model.observed import Channel, Probe
from reconciler.model.phase import Phase
from reconciler.model.policy import Safety
from reconciler.model.receipt import BY_HAND, PostReceipt, PriorityReceipt
from reconciler.reconcile.basis import basis
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.brief import Pin
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.reconcile.facets.topic_purpose import same_text
from reconciler.reconcile.inventory.survey import open_tickets, winding_down
from reconciler.reconcile.recall import as_posted, recall, without_channel
from reconciler.reconcile.safety import counts, empty, moved, refusals
from reconciler.services.slack.values import ListedChannel

# What one run may do


def change(op: Operation) -> Change:
    return Change(facet="slack.x", action=Action.ADD, why="drift", op=op)


POST = PostMessage(where=Where.CHANNEL, kind="brief", text="", rev="")


def block(ticket: str, *operations: Operation, **parts: Any) -> EscalationPlan:
    plan = {"title": "", "phase": Phase.ASSIGNED, "path": "", "desk": "DS", "basis": "1"}
    changes = tuple(change(each) for each in operations)
    return EscalationPlan(ticket=ticket, changes=changes, **{**plan, **parts})


BUSY = Plan(
    made_at=MONDAY,
    escalations=(
        block("DS-1", POST, POST, Invite(users={"a": "U1", "b": "U2"}), Pin(kind="brief")),
        block("DS-2", Invite(users={"c": "U3"}), Archive(), vanished=True),
        block("DS-3", vanished=True),
    ),
    pull_requests=(block("DS-4", POST, pull_request="#12"),),
)


def test_what_is_capped_is_counted_over_all_blocks():
    assert counts(BUSY) == {
        "archives": 1,
        "invitations": 3,
        "removals": 1,
        "posts": 3,
        "copies": 0,
        "merges": 0,
    }


@pytest.mark.parametrize(
    ("cap", "allowed", "says"),
    [
        ("archives", 1, None),
        ("archives", 0, "the plan has 1 archive, and policy allows 0 in one run"),
        ("invitations", 3, None),
        ("invitations", 2, "the plan has 3 invitations, and policy allows 2 in one run"),
        ("removals", 1, None),
        ("removals", 0, "the plan has 1 removal, and policy allows 0 in one run"),
        ("posts", 3, None),
        ("posts", 2, "the plan has 3 posts, and policy allows 2 in one run"),
    ],
)
def test_a_cap_holds_what_is_over_it(cap: str, allowed: int, says: str | None):
    found = refusals(BUSY, Safety(**{cap: allowed}))
    assert [each.message for each in found] == ([says] if says else [])
    for each in found:
        assert each.facet == f"safety.{cap}"
        assert f"--cap {cap}=" in each.remedy


@pytest.mark.parametrize(
    ("declared", "live", "refused"),
    [(0, [], False), (0, ["DS-1"], True), (1, ["DS-1", "DS-2"], False), (0, ["A-1", "B-2"], True)],
)
def test_no_files_are_not_believed_while_something_is_live(
    declared: int, live: list[str], refused: bool
):
    found = empty(declared, live)
    assert (found is not None) is refused
    if found is not None:
        assert f"open escalation channels ({len(live)})" in found.message


# Whether a saved plan still holds


@pytest.mark.parametrize(
    ("fresh", "says"),
    [
        pytest.param(BUSY, [], id="same"),
        pytest.param(BUSY.model_copy(update={"made_at": NEXT_YEAR}), [], id="later"),
        pytest.param(
            BUSY.model_copy(update={"revision": "0123456789abcdef"}),
            ["the files are at 0123456789 now"],
            id="another-commit",
        ),
        pytest.param(
            BUSY.model_copy(update={"escalations": (*BUSY.escalations, block("DS-9"))}),
            ["DS-9 is new"],
            id="new",
        ),
        pytest.param(
            BUSY.model_copy(update={"pull_requests": ()}),
            ["DS-4 in #12 is gone"],
            id="proposal-gone",
        ),
        pytest.param(
            BUSY.model_copy(update={"pull_requests": (block("DS-4", POST, pull_request="#13"),)}),
            ["DS-4 in #13 is new", "DS-4 in #12 is gone"],
            id="another-proposal",
        ),
        pytest.param(
            BUSY.model_copy(
                update={"escalations": (*BUSY.escalations[:2], block("DS-3", basis="2"))}
            ),
            ["DS-3 has changed"],
            id="another-basis",
        ),
        pytest.param(
            BUSY.model_copy(update={"escalations": (*BUSY.escalations[:2], block("DS-3", POST))}),
            ["DS-3 has changed"],
            id="other-changes",
        ),
    ],
)
def test_what_has_moved_since(fresh: Plan, says: list[str]):
    assert moved(BUSY, fresh) == says


def test_what_has_moved_is_listed_in_order():
    many = [block(f"DS-{number}") for number in range(11, 31)]
    fuller = BUSY.model_copy(update={"escalations": (*BUSY.escalations, *many)})
    numbers = range(11, 31)
    assert moved(BUSY, fuller) == [f"DS-{number} is new" for number in numbers]
    assert moved(fuller, BUSY) == [f"DS-{number} is gone" for number in numbers]


def test_a_plan_outside_of_git_has_no_commit():
    before = BUSY.model_copy(update={"revision": "0123456789abcdef"})
    assert moved(before, BUSY) == ["the files are at no commit now"]


# The fingerprint of a plan's basis


def print_of(scene: Scene) -> str:
    return basis(scene.desired, scene.observed)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda: settled().on_ticket(summary="Other"), id="summary"),
        pytest.param(lambda: settled().on_ticket(labels=frozenset()), id="labels"),
        pytest.param(lambda: settled().in_channel(topic="Lunch"), id="topic"),
        pytest.param(lambda: settled().remembers(labelled=False), id="receipt"),
        pytest.param(
            lambda: settled().in_channel(members=settled().channel.members - {"U-lena"}),
            id="a-wanted-member-left",
        ),
        pytest.param(lambda: settled().wants(desired(reason="Worse.")), id="file"),
    ],
)
def test_the_basis_is_another_one(other: Any):
    assert print_of(other()) != print_of(settled())


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(lambda: settled().at(NEXT_YEAR), id="later"),
        pytest.param(
            lambda: settled().in_channel(members=settled().channel.members | {"U-guest"}),
            id="a-stranger-came",
        ),
        pytest.param(lambda: settled().in_channel(latest=1.0), id="somebody-wrote"),
        pytest.param(lambda: settled().in_channel(joined=frozenset({"U-x"})), id="joined"),
        pytest.param(lambda: settled().sees(probed=frozenset(Probe)), id="readings"),
    ],
)
def test_the_basis_is_the_same(same: Any):
    assert print_of(same()) == print_of(settled())


# What is remembered


def recalled(scene: Scene) -> Any:
    return recall(scene.desired, scene.observed, scene.ticket)


@pytest.mark.parametrize("now", [MONDAY, NEXT_YEAR])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="assigned"),
        pytest.param({"assignee": None}, id="acknowledged"),
        pytest.param({"updates": [UPDATE]}, id="updated"),
        pytest.param({"resolution": RESOLVED}, id="resolved"),
        pytest.param({"adopted": ADOPTED}, id="taken-in"),
    ],
)
def test_nothing_is_corrected_where_nothing_was_lost(now: Any, options: dict[str, Any]):
    scene = settled(now, **options)
    assert recalled(scene) == scene.receipt
    assert recalled(shown(scene)) == scene.receipt


@pytest.mark.parametrize("options", [{}, {"assignee": None}, {"updates": [UPDATE]}])
def test_what_was_lost_is_read_back(options: dict[str, Any]):
    """All but the remote link, which can be set again without harm."""
    scene = settled(**options)
    found = recalled(shown(scene).without_receipt())
    assert found.model_copy(update={"remote_link": scene.receipt.remote_link}) == scene.receipt


def test_nothing_that_was_told_is_forgotten_though_it_was_deleted():
    scene = settled(updates=[UPDATE])
    gone = shown(scene).in_channel(posts={}).announced(replies={})
    found = recalled(gone)
    assert "update-1" in found.posts
    assert "brief" not in found.posts, "a standing message is posted again"
    assert set(found.replies) == set(scene.receipt.replies)


def test_a_fresh_channel_has_nothing_in_it():
    receipt = settled(updates=[UPDATE]).receipt
    found = without_channel(receipt)
    assert found.channel is None
    assert (found.posts, found.bookmarks, found.invited) == ({}, {}, ())
    assert (found.topic, found.purpose, found.pinned, found.remote_link) == (None,) * 4
    assert found.earlier_channels == (receipt.channel,)
    assert (found.labelled, found.announcements) == (True, receipt.announcements)
    assert without_channel(found).earlier_channels == found.earlier_channels


@pytest.mark.parametrize(
    ("priority", "on", "escalated", "kept"),
    [
        ("1", True, True, True),
        ("2", True, True, True),
        ("1", True, False, True),
        ("1", False, False, True),
        ("2", True, False, False),
        ("2", False, False, False),
    ],
)
def test_the_priority_before_is_kept_as_long_as_it_is_owed(
    priority: str, on: bool, escalated: bool, kept: bool
):
    scene = settled() if escalated else ended()
    levels = {each.id: each for each in scene.ticket.priorities or ()}
    labels = frozenset({"ESCALATION"} if on else ())
    found = recalled(scene.on_ticket(priority=levels[priority], labels=labels)).priority
    known = PriorityReceipt(previous_id="3", previous_name="Medium", ours="1")
    assert found == (known if kept else None)


# Taking in what people made by hand


def test_what_people_know_counts_as_told():
    scene = new(adopted=ADOPTED)
    found = as_posted(scene.desired, scene.receipt)
    by_hand = PostReceipt(ts=ADOPTED["announcement"], rev=BY_HAND)
    assert found.replies == {"acknowledged": by_hand, "assigned-dmitri": by_hand}
    assert found.comments == ("acknowledged",)


def test_what_was_told_already_is_kept_as_it_was():
    scene = settled(adopted=ADOPTED).remembers(comments=("channel", "update-1"))
    found = as_posted(scene.desired, scene.receipt)
    assert found.replies["assigned-dmitri"] == scene.receipt.replies["assigned-dmitri"]
    assert found.comments == ("acknowledged", "channel", "update-1")


def test_without_a_post_by_hand_the_replies_are_news():
    scene = new(adopted={"channel": "C0DS1071"})
    assert as_posted(scene.desired, scene.receipt).replies == {}


# Texts that Slack rewrote


@pytest.mark.parametrize(
    ("asked", "stored", "same"),
    [
        ("a & b", "a &amp; b", True),
        ("a  b\nc", "a b c", True),
        ("see https://x.example/a", "see <https://x.example/a>", True),
        ("see https://x.example/a", "see <https://x.example/a|here>", True),
        ("see http://x.example", "see <http://x.example>", True),
        ("<#C1>", "<#C1>", True),
        ("", "", True),
        ("a", "A", False),
        ("a", "", False),
        ("see https://x.example/a", "see <https://y.example/a>", False),
    ],
)
def test_the_same_text(asked: str, stored: str, same: bool):
    assert same_text(asked, stored) is same


# Which escalations a run looks at


def listed(ticket: str, phase: Phase, path: str = "a.yaml") -> Declared:
    return Declared(ticket, "DS", path, phase, "announcement", "sre-escalations")


@pytest.mark.parametrize(
    ("phase", "recent", "asked"),
    [
        (Phase.ASSIGNED, frozenset(), True),
        (Phase.HELD, frozenset(), True),
        (Phase.ACKNOWLEDGED, frozenset({"b.yaml"}), True),
        (Phase.RESOLVED, frozenset(), False),
        (Phase.RESOLVED, frozenset({"a.yaml"}), True),
        (Phase.WITHDRAWN, frozenset({"b.yaml"}), False),
        (Phase.WITHDRAWN, None, True),
    ],
)
def test_whom_jira_is_asked_about(phase: Phase, recent: frozenset[str] | None, asked: bool):
    assert open_tickets([listed("DS-1", phase)], recent) == (["DS-1"] if asked else [])


def in_slack(
    name: str, creator: str = "U0BOT", channel: str = "C1", previous: tuple[str, ...] = ()
) -> ListedChannel:
    shown = Channel(
        channel,
        name,
        "",
        "",
        archived=False,
        bot_is_member=True,
        creator=creator,
        previous_names=previous,
    )
    return ListedChannel(shown, creator)


@pytest.mark.parametrize(
    ("phase", "channels", "found"),
    [
        (Phase.RESOLVED, [in_slack("ds-1-it-fails")], True),
        (Phase.RESOLVED, [in_slack("ds-10-it-fails"), in_slack("ds-1")], False),
        (Phase.WITHDRAWN, [in_slack("x"), in_slack("ds-1-")], True),
        (Phase.RESOLVED, [in_slack("lunch", previous=("ds-1-it-fails",))], True),
        (Phase.RESOLVED, [in_slack("ds-1-it-fails", "U0OWEN")], False),
        (Phase.RESOLVED, [in_slack("ds-1-it-fails", "U0OWEN", "C0MINE")], True),
        (Phase.RESOLVED, [in_slack("payments", "U0OWEN", "C0MINE")], False),
        (Phase.ASSIGNED, [in_slack("ds-1-it-fails")], False),
        (Phase.RESOLVED, [], False),
    ],
)
def test_whose_channel_is_still_open(phase: Phase, channels: list[ListedChannel], found: bool):
    declared = replace(listed("DS-1", phase), adopted="C0MINE")
    assert winding_down([declared], channels, "U0BOT") == (["DS-1"] if found else [])


# A plan is a fixed point


@pytest.mark.parametrize("now", [MONDAY, MONDAY + timedelta(days=3), NEXT_YEAR])
@pytest.mark.parametrize(
    "options",
    [{}, {"assignee": None}, {"updates": [UPDATE]}, {"resolution": RESOLVED}],
)
def test_what_is_settled_stays_so(now: Any, options: dict[str, Any]):
    scene = settled(now, **options)
    assert scene.plan().plan.changes == ()
    later = scene.at(now + timedelta(minutes=7)).plan().plan
    assert (later.changes, later.problems, later.notices) == ((), (), ())


def test_an_announced_pull_request_stays_so():
    found = announced(pull_request()).plan()
    assert (found.plan.changes, found.probes) == ((), frozenset())
