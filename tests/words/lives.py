"""The steps of lives: each a moment at which something is said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from plan.test_channel_identity import ADOPTER, NO_ONE, US, channel, held
from plan.test_copies import PLANS
from plan.test_ownership import (
    STRANGE,
    another_message,
    another_name,
    another_priority,
    another_ticket,
)
from plan.values import (
    ADOPTED,
    AGAIN,
    CHANNEL,
    FOLLOWED,
    HELD,
    HIGH,
    HIGHEST,
    JIRA,
    MONDAY,
    PULL_REQUEST,
    RESOLVED,
    TICKET,
    UPDATE,
    WITHDRAWN,
    PullRequestScene,
    Scene,
    again,
    announced,
    desired,
    drift,
    ended,
    lost,
    new,
    person,
    pull_request,
    settled,
    snapshot_of,
)

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import PullRequestState
from reconciler.model.observed import Announced, Probe
from reconciler.model.ownership_history import OwnershipHistory
from reconciler.model.phase import Phase
from reconciler.model.proposed import UnmergedChange
from reconciler.model.receipt import VERSION, ChannelReceipt, PostReceipt
from reconciler.model.sealed_receipt import LossReason, LostReceipt
from reconciler.model.timeline import MainCommit
from reconciler.reconcile.channel_identity import why_not_ours
from reconciler.reconcile.pull_request import decline
from reconciler.reconcile.wording.links import Links

BOTH = (Probe.ANNOUNCEMENT, Probe.THREAD, Probe.MESSAGES)
APPROVED = Acknowledgement("hannah", MONDAY, "12", commit="c" * 40)
REMINDERS = {
    "acknowledgement_minutes": 30,
    "merge_minutes": 120,
    "assignment_minutes": 60,
    "update_minutes": {"high": 120},
    "assessment_minutes": 480,
    "communication_minutes": 1440,
    "ticket_minutes": 240,
    "lead_after": 3,
}
OVER = {
    "held": "DS has taken 3 of 3 escalations today",
    "instead": "Escalate the ticket tomorrow. Until then: Leave it in the backlog.",
}
NO_OVERRIDERS = {
    "desks": {
        "DS": {
            "name": "Dev Support",
            "announce_in": "sre-escalations",
            "teams": ["dev-support"],
            "acknowledgers": ["hannah"],
            "normal_queue": "Leave it in the backlog.",
        }
    }
}
FOUR = ("hannah", "ines", "marcus", "sofia")
EARLY = {"channel": {"open_from": "acknowledged"}}
Step = tuple[str, Scene | PullRequestScene]


def unheard(scene: Scene) -> Scene:
    """Everything was read, and nothing of what is wanted now was said before."""
    scene = scene.read(*BOTH)
    known = scene.receipt
    scene = scene.announced(messages=known.announcements, replies=known.replies)
    if scene.observed.channel is not None:
        scene = scene.in_channel(posts=known.posts)
    return scene


def fresh(**options: Any) -> Scene:
    return unheard(new(**options))


def then(before: dict[str, Any], **after: Any) -> Scene:
    """What is said when the file goes on from one state to the next."""
    return unheard(settled(**before).wants(desired(**{**before, **after})))


def merged(**changes: Any) -> PullRequestScene:
    return replace(announced(pull_request()), desired=pull_request(**changes).desired)


def refused() -> PullRequestScene:
    """The answer that the limits do not allow it was posted."""
    return announced(pull_request(proposed=OVER))


def closed(
    state: PullRequestState, over: PullRequestScene | None = None, **changes: Any
) -> PullRequestScene:
    before = over or announced(pull_request())
    ended = replace(PULL_REQUEST, state=state, **changes)
    links = Links(JIRA, snapshot_of().policy)
    wanted = decline(TICKET, "announcement", ended, "sre-escalations", links)
    return replace(before, desired=wanted)


def whole_life() -> list[Step]:
    """The life that most escalations have."""
    waiting = {"assignee": None, "case": {"acknowledged": APPROVED}}
    working = {
        "assignee": "dmitri",
        "case": {"acknowledged": APPROVED, "ownership": OwnershipHistory(assignees=("dmitri",))},
    }
    news = {**working, "updates": [UPDATE]}
    assessed = {**news, "assessment": "An expired certificate."}
    done = {**assessed, "resolution": FOLLOWED}
    return [
        ("A pull request proposes it", pull_request()),
        ("Hannah approves it", merged(case={"acknowledged": APPROVED})),
        ("It is merged, and nobody is assigned", fresh(**waiting)),
        ("Dmitri is assigned", then(waiting, **working)),
        ("He writes an update", then(working, **news)),
        ("He writes an assessment", then(news, **assessed)),
        ("It is resolved", then(assessed, **done)),
        ("Nobody has written for two weeks", _idle(done)),
    ]


def _told(state: str, **changes: Any) -> dict[str, Any]:
    communication = {"owner": "owen", "state": state}
    return RESOLVED | {"customer_communication": communication} | changes


def _idle(done: dict[str, Any]) -> Scene:
    scene = settled(**done).at(MONDAY + timedelta(days=15))
    return scene.in_channel(latest=MONDAY.timestamp()).read(Probe.IDLENESS)


def pull_requests() -> list[Step]:
    """Everything that is said of a pull request."""
    by_branch = replace(PULL_REQUEST, id="escalate/DS-1071", url="")
    draft = replace(PULL_REQUEST, draft=True)
    hannah = {"acknowledged": APPROVED}
    return [
        ("In one without a forge", pull_request(proposed={"pull_request": by_branch})),
        ("Without anybody who could acknowledge it", pull_request(proposed={"acknowledgers": ()})),
        ("Two people become acknowledgers", merged(proposed={"acknowledgers": FOUR})),
        ("With one finding", merged(proposed={"findings": 1})),
        ("With two findings", merged(proposed={"findings": 2})),
        ("It would be held", pull_request(proposed=OVER)),
        ("It would be held after the call", merged(proposed=OVER)),
        ("The limits allow it", replace(refused(), desired=pull_request().desired)),
        ("It is closed while it would be held", closed(PullRequestState.DECLINED, over=refused())),
        ("Over a limit without overriders", pull_request(proposed=OVER, policy=NO_OVERRIDERS)),
        ("It becomes a draft", merged(proposed={"pull_request": draft})),
        ("It is acknowledged and would be held", merged(case=hannah, proposed={"held": "5 of 5"})),
        ("Its ticket is not in Jira", pull_request().sees(missing_tickets=frozenset({TICKET}))),
        ("The bot is not in the desk's channel", pull_request().sees(announced=Announced(None))),
        ("It is closed", closed(PullRequestState.DECLINED)),
        ("The file is taken out of it", closed(PullRequestState.OPEN)),
        ("It is merged without it", closed(PullRequestState.MERGED)),
        ("Of another desk", _other_desk()),
    ]


def _other_desk() -> PullRequestScene:
    return pull_request(ticket="PLAT-311", proposed={"acknowledgers": ("yusuf", "carla")})


def changes_of_people() -> list[Step]:
    """Somebody else has it."""
    dmitri = {"case": {"ownership": OwnershipHistory(("dmitri",), ("lena",))}}
    again_dmitri = OwnershipHistory(("dmitri", "nadia", "dmitri"), ("lena",))
    owen_then_lena = OwnershipHistory(("dmitri",), ("lena", "owen", "lena"))
    return [
        ("Nadia takes over", then(dmitri, assignee="nadia", case=_hands("nadia", "lena"))),
        ("Dmitri has it again", then(dmitri, case={"ownership": again_dmitri})),
        ("Owen is the contact", then(dmitri, contact="owen", case=_hands("dmitri", "owen"))),
        ("Lena is the contact again", then(dmitri, case={"ownership": owen_then_lena})),
        (
            "Both change",
            then(dmitri, assignee="nadia", contact="owen", case=_hands("nadia", "owen")),
        ),
        ("Nobody has it any more", then(dmitri, assignee=None)),
    ]


def _hands(assignee: str, contact: str) -> dict[str, Any]:
    assignees = ("dmitri",) if assignee == "dmitri" else ("dmitri", assignee)
    contacts = ("lena",) if contact == "lena" else ("lena", contact)
    return {"ownership": OwnershipHistory(assignees, contacts)}


def limits() -> list[Step]:
    """What the limits, the history and people's permission make of it."""
    permission = {"by": "hannah", "reason": "A whole region can't pay."}
    unacknowledged = "it is not acknowledged: Hannah Weiss has not approved #12 yet"
    gone = MainCommit("d" * 40, MONDAY, "Priya", "Remove it", None, 7)
    vanished = {"vanished": gone, "phase": Phase.WITHDRAWN}
    waits = {"waits": "dmitri has DS-1042", "phase": Phase.ACKNOWLEDGED}
    return [
        ("It is held by a limit", fresh(case=HELD)),
        ("It is held for want of an approval", fresh(case=HELD | {"held": unacknowledged})),
        ("It is admitted after that", then({"case": HELD}, case={})),
        ("It was let past a limit", fresh(override=permission, case={"overridden_by": "hannah"})),
        ("The assignment waits", fresh(assignee=None, case=waits)),
        ("Its file has vanished", then({}, case=vanished)),
        ("Nobody can tell who acknowledged it", fresh(case={"unread": _UNREAD})),
    ]


_UNREAD = Diagnostic("acknowledgement", "GitHub does not answer", "The next run asks again.")


def ends() -> list[Step]:
    """Ways to end, and to begin again."""
    drafted = _told("drafted", follow_ups=["PAY-641", "PAY-642"])
    second = {"resolution": RESOLVED, "episodes": [AGAIN]}
    end = {"resolution": RESOLVED, "episodes": [AGAIN | {"resolution": _told("not-needed")}]}
    return [
        ("Resolved without follow-ups", then({}, resolution=RESOLVED)),
        ("Resolved with two, and a message in draft", then({}, resolution=drafted)),
        ("A follow-up is not in Jira", _missing(FOLLOWED)),
        ("Withdrawn", then({}, withdrawn=WITHDRAWN)),
        ("Withdrawn before anybody was assigned", then({"assignee": None}, withdrawn=WITHDRAWN)),
        ("Escalated again", unheard(again())),
        ("Escalated again, and held", unheard(again(**HELD))),
        ("Resolved again", unheard(settled(**second).wants(desired(**end)))),
        ("The priority before is gone", ended().on_ticket(priorities=(HIGHEST, HIGH))),
    ]


def _missing(resolution: Mapping[str, Any]) -> Scene:
    return then({}, resolution=resolution).sees(missing_tickets=frozenset({"PAY-641"}))


def taken_in() -> list[Step]:
    """People made it by hand before there was a file."""
    known = {"adopted": ADOPTED}
    return [
        ("A channel, a post and a comment", _theirs(adopted=ADOPTED)),
        ("A channel alone", _theirs(adopted={"channel": CHANNEL.id})),
        ("An update after it", then(known, updates=[UPDATE])),
        ("It is resolved", then(known, resolution=RESOLVED)),
    ]


def _theirs(**options: Any) -> Scene:
    scene = settled(**options)
    channel = replace(scene.channel, name="all-about-payments", topic="Lunch?", posts={})
    return fresh(**options).sees(channel=channel).read()


def by_hand() -> list[Step]:
    """What people change in Slack and in Jira, by each policy."""
    nadia = {"assignee": person("nadia"), "assignee_name": "Nadia Haddad"}
    stranger = {"assignee": "5f0a1c2e:guest", "assignee_name": "A Guest"}
    steps: list[Step] = []
    ways: dict[str, Callable[[Scene], Scene]] = {
        "channel_name": lambda scene: scene.in_channel(name="ds-1071-all-hands"),
        "channel_hidden": lambda scene: scene.in_channel(hidden=True),
        "channel_archived": lambda scene: scene.in_channel(archived=True),
        "priority": lambda scene: scene.on_ticket(priority=HIGH),
        "assignee": lambda scene: scene.on_ticket(**nadia).sees(assignee="nadia"),
    }
    for key, change in ways.items():
        only = key in {"channel_hidden", "channel_archived"}
        for way in ("repair", "report") if only else ("repair", "report", "adopt"):
            moved = change(settled().wants(drift(**{key: way})))
            steps.append((f"{key}: {way}", unheard(moved) if moved.channel.hidden else moved))
    steps += [
        ("assignee: nobody", settled().on_ticket(assignee=None, assignee_name="")),
        ("assignee: not on the roster", settled().on_ticket(**stranger)),
        ("priority: none", settled().on_ticket(priority=None)),
        ("the bot was removed", settled().in_channel(bot_is_member=False)),
        ("a topic was written", settled().in_channel(topic="Lunch?", purpose="Come in")),
        ("a bookmark was renamed", _renamed()),
        ("somebody left", settled().in_channel(members=frozenset({"U-priya"}))),
        ("the comment was edited", _edited()),
        ("everything was deleted", _deleted()),
        ("it went on in another channel", _went_on()),
        ("the receipt is out of date", settled().remembers(invited=())),
        ("a reason is too long for a message", then({}, reason="Payers wait. " * 330)),
    ]
    return steps


def _renamed() -> Scene:
    scene = settled()
    marks = {**scene.receipt.bookmarks}
    marks["ticket"] = marks["ticket"].model_copy(update={"rev": "older"})
    return scene.remembers(bookmarks=marks)


def _edited() -> Scene:
    scene = settled()
    comment = replace(scene.ticket.comments["channel"], touched=True)
    return scene.on_ticket(comments={"channel": comment})


def _deleted() -> Scene:
    scene = settled().read().announced(messages={})
    scene = scene.in_channel(posts={}, pins=frozenset(), bookmarks=())
    return scene.on_ticket(comments={}, labels=frozenset(), remote_link="")


def _went_on() -> Scene:
    before = (ChannelReceipt(id="C0OLD", name="ds-1071-old"),)
    return unheard(settled().remembers(earlier_channels=before))


def settings() -> list[Step]:
    """What keeps a ticket from being escalated at all, and people from being reached."""
    nobody = {
        "slack/owen": Diagnostic(
            "slack.members", "Slack has no active user for owen", "Correct it."
        ),
        "jira/dmitri": Diagnostic("jira.assignee", "Jira has no user for dmitri", "Correct it."),
    }
    return [
        ("No such ticket", fresh().sees(ticket=None)),
        ("The ticket was moved", fresh().sees(ticket=None, moved_to="PLAT-5")),
        ("Labels can't be edited", fresh().on_ticket(editable=frozenset({"priority"}))),
        ("The priority can't be edited", fresh().on_ticket(editable=frozenset({"labels"}))),
        ("There is no such priority", fresh().on_ticket(priorities=(HIGH,))),
        ("There are no priorities", fresh().on_ticket(priorities=())),
        ("People are not there", fresh().sees(unknown=nobody)),
        ("The bot is not in the desk's channel", fresh().sees(announced=Announced(None))),
        ("The channel opens with the acknowledgement", fresh(assignee=None, policy=EARLY)),
        ("Jira shows no fields", fresh().on_ticket(editable=None)),
        ("Jira shows no priorities", fresh().on_ticket(priorities=None)),
        ("The policy asks for another priority", then({}, policy={"jira": {"priority": "High"}})),
        ("Another desk", fresh(ticket="PLAT-311", assignee="ben", initiator="priya")),
    ]


def reminders() -> list[Step]:
    """Everything that is overdue, first and later, and what is said when it is done."""
    unassigned = {"assignee": None, "case": {"since": MONDAY}}
    steps: list[Step] = [
        (f"Nobody is assigned after {minutes} minutes", _late(minutes, **unassigned))
        for minutes in (60, 120, 180)
    ]
    steps += [
        (f"No update after {minutes} minutes", _late(minutes, **_working()))
        for minutes in (120, 240, 360)
    ]
    update = _working(updates=[UPDATE], updated_at=MONDAY)
    steps += [
        ("No second update", _late(120, **update)),
        ("No assessment", _late(480, policy_hours=("08:00", "23:00"), **_working())),
        ("The ticket is done in Jira", _late(240, **_working()).on_ticket(done=True)),
        ("The affected were not told", _late(1440, **_finished(_told("pending")))),
        ("Nor after three days", _late(4320, **_finished(_told("drafted")))),
        ("The ticket is not done in Jira", _late(240, **_finished(_told("sent")))),
        ("It is archived before they were told", _left_open()),
        ("Nobody has acknowledged it", _overdue(30)),
        ("Nor after the second time", _overdue(60)),
        ("The lead is called on", _overdue(90)),
        ("It is approved and not merged", _unmerged(120)),
        ("Nor after the fourth hour", _unmerged(240)),
        ("The lead is called on for the merge", _unmerged(360)),
        ("It is approved with a finding", _unmerged(120, findings=1)),
        ("It is approved and over a limit now", _unmerged(120, **OVER)),
        ("The tool could not merge it", _unmerged(120, merges_itself=True, unmerged=STUCK)),
        ("The tool did not merge it", _unmerged(120, merges_itself=True)),
        ("Its approval was lost", _approval_lost()),
        ("An agreed change is not merged", _late(120, **_changed())),
        ("The tool could not merge an agreed change", _late(120, **_changed(merges_itself=True))),
        ("All is well again", _done(_working(updates=[UPDATE], assessment="Expired."))),
        ("It is resolved, and they were told", _done(_finished(_told("sent")), ticket=True)),
        ("They need not be told", _done(_finished(_told("not-needed")), ticket=True)),
        ("It is resolved, and nobody knows when", _done({"resolution": _told("sent")})),
        (
            "It is withdrawn",
            _done({"withdrawn": WITHDRAWN, "case": {"ownership": OwnershipHistory()}}),
        ),
        ("It is escalated again", _done({"resolution": RESOLVED, "episodes": [AGAIN]})),
        ("It is withdrawn before anybody acknowledged it", _unacknowledged()),
        ("An engineer is named who is not free", _done(_waiting())),
    ]
    return steps


def _working(**options: Any) -> dict[str, Any]:
    updated = options.pop("updated_at", None)
    ownership = OwnershipHistory(("dmitri",), ("lena",), assigned_at=MONDAY, updated_at=updated)
    return {"case": {"since": MONDAY, "ownership": ownership}, **options}


def _finished(resolution: Mapping[str, Any]) -> dict[str, Any]:
    ownership = OwnershipHistory(("dmitri",), ("lena",), assigned_at=MONDAY, ended_at=MONDAY)
    return {"resolution": resolution, "case": {"ownership": ownership}}


def _policy(start: str = "00:00", end: str = "23:59") -> dict[str, Any]:
    desks = {key: each.model_dump(mode="json") for key, each in snapshot_of().policy.desks.items()}
    for each in desks.values():
        each["hours"] = {"start": start, "end": end}
    return {"reminders": REMINDERS, "desks": desks}


def _late(
    minutes: int, policy_hours: tuple[str, str] = ("00:00", "23:59"), **options: Any
) -> Scene:
    now = MONDAY + timedelta(minutes=minutes)
    policy = _policy(*policy_hours)
    before = settled(MONDAY, policy=policy, **options)
    scene = unheard(before.at(now).wants(desired(now, policy=policy, **options)))
    return scene.on_ticket(done=False)


def _left_open() -> Scene:
    """The channel is archived while a reminder is open in it."""
    scene = _late(15 * 1440, **_finished(_told("pending")))
    asked = scene.desired.announcement.reminders
    left = {
        each.message.key: PostReceipt(ts="1795449600.000009", rev=each.message.digest)
        for each in asked
        if each.due and each.of_work
    }
    posts = {**scene.receipt.posts, **left}
    return scene.remembers(posts=posts).in_channel(posts=posts, latest=MONDAY.timestamp())


def _overdue(minutes: int) -> PullRequestScene:
    """Called when it was opened, and nobody has answered since."""
    opened = MONDAY - timedelta(minutes=60)
    now: datetime = opened + timedelta(minutes=minutes)
    due = pull_request(now, policy=_policy()).desired
    return replace(announced(pull_request(), opened), desired=due, now=now)


STUCK = "the check finds an error: `reason` promises <a time>."


def _unmerged(minutes: int, **proposed: Any) -> PullRequestScene:
    """Hannah approved it on Monday, and nobody has merged it."""
    now, case = MONDAY + timedelta(minutes=minutes), {"acknowledged": APPROVED}
    before = pull_request(case=case, proposed=proposed, policy=_policy())
    due = pull_request(now, case=case, proposed=proposed, policy=_policy()).desired
    return replace(announced(before), desired=due, now=now)


def _changed(**unmerged: Any) -> dict[str, Any]:
    """A pull request that changes the escalation is agreed on Monday."""
    waits = UnmergedChange(PULL_REQUEST, MONDAY, ("nadia", "hannah"), **unmerged)
    options = _working(updates=[UPDATE], assessment="Expired.", updated_at=MONDAY)
    return options | {"case": {**options["case"], "unmerged": (waits,)}}


def _approval_lost() -> PullRequestScene:
    """A push came after the approval, of whose merge somebody was reminded."""
    before = announced(pull_request(policy=_policy()))
    reminder = {"remind-merge-12": PostReceipt(ts="1795449600.000009", rev="older")}
    replies = {**(before.seen.announced.replies or {}), **reminder}
    return before.sees(announced=replace(before.seen.announced, replies=replies))


_KINDS = (
    "assignment",
    "update-0",
    "update-1",
    "assessment",
    "communication",
    "closed",
    "unclosed",
    "acknowledgement-12",
    "acknowledgement-13",
    "merge-12",
    "merge-12-lead",
    "change-12",
)


def _done(options: dict[str, Any], *, ticket: bool | None = None) -> Scene:
    scene = _late(1, **options).on_ticket(done=ticket)
    said = {
        f"remind-{kind}": PostReceipt(ts=f"1795449600.{number:06d}", rev="older")
        for number, kind in enumerate(_KINDS)
    }
    replies = {**scene.receipt.replies, **said}
    return scene.remembers(replies=replies).announced(replies=replies)


def _waiting() -> dict[str, Any]:
    waits = {"waits": "dmitri has DS-1042", "phase": Phase.ACKNOWLEDGED, "since": MONDAY}
    return {"case": waits}


def _unacknowledged() -> Scene:
    return _done({"withdrawn": WITHDRAWN, "assignee": None})


NOTHING: frozenset[Probe] = frozenset()


def receipts() -> list[Step]:
    """Receipts that say what is not so."""
    others = {
        "nobody": why_not_ours(channel(""), US, NO_ONE),
        "another ticket": why_not_ours(channel(), US, NO_ONE, "DS-9"),
        "the name": why_not_ours(channel(name="ds-9-x"), US, NO_ONE, ""),
        "somebody": why_not_ours(channel("U0YUSUF"), US, NO_ONE),
    }
    found = {
        "messages": others["another ticket"],
        "receipt": why_not_ours(channel(), US, held("DS-9")),
        "desk": why_not_ours(channel(), US, held(desks=frozenset({"C1"}))),
        "other name": why_not_ours(channel(name="lunch"), US, NO_ONE, ""),
    }
    adopted = {
        "earlier file": why_not_ours(channel("U0YUSUF"), ADOPTER, held(adopters={"C1": "DS-9"})),
        "receipt, too": why_not_ours(channel("U0YUSUF"), ADOPTER, held("DS-1", "DS-9"), ""),
    }
    adopts = settled().wants(desired(adopted={"channel": STRANGE.id}))
    strange = settled().remembers(channel=STRANGE)
    never = ended().on_ticket(raised_from=()).read(Probe.CHANGELOG)
    return [
        *(
            (f"Its channel is of {who}", strange.sees(channel=None, disowned={STRANGE.id: why}))
            for who, why in others.items()
        ),
        *(
            (f"Another channel of its name: {what}", settled().sees(disowned={STRANGE.id: why}))
            for what, why in found.items()
        ),
        *(
            (f"The file adopts another's channel: {what}", adopts.sees(disowned={STRANGE.id: why}))
            for what, why in adopted.items()
        ),
        ("Its channel has another name", another_name()),
        ("Its messages are of others", another_message()),
        ("Its priority was another", another_priority()),
        ("There never was another priority", never),
        ("It is of another ticket", another_ticket()),
        ("It is newer than this version", settled().on_ticket(newer_receipt=VERSION + 1)),
        ("It was sealed with the former key", settled().on_ticket(former_key=True)),
        *((f"It is lost: {each}", _lost(each)) for each in LossReason),
        ("It is lost, and nothing is read back yet", _lost(LossReason.BROKEN).sees(probed=NOTHING)),
    ]


def copies() -> list[Step]:
    """Second copies in each place, and those that stay."""
    return [(name, scene()) for name, (scene, found) in PLANS.items() if found]


def _lost(reason: LossReason) -> Scene:
    why = LostReceipt(reason, key="01234567", present_key="89abcdef", counter=3)
    return lost().on_ticket(lost_receipt=why, last_counter=5, change_log=())


LIVES: Mapping[str, Callable[[], list[Step]]] = {
    "whole-life": whole_life,
    "proposals": pull_requests,
    "changes-of-people": changes_of_people,
    "limits": limits,
    "ends": ends,
    "taken-in": taken_in,
    "by-hand": by_hand,
    "settings": settings,
    "receipts": receipts,
    "reminders": reminders,
    "copies": copies,
}
