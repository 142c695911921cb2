"""Announcement: in the desk's channel, its replies and reminders, and those of pull requests."""

from dataclasses import replace
from datetime import timedelta

from plan.table import Row, rows
from plan.values import (
    ADOPTED,
    AGAIN,
    DESK_CHANNEL,
    HELD,
    JIRA,
    MONDAY,
    NEXT_YEAR,
    PULL_REQUEST,
    RESOLVED,
    TICKET,
    WITHDRAWN,
    PullRequestScene,
    Scene,
    again,
    announced,
    desired,
    ended,
    lost,
    new,
    pull_request,
    settled,
    shown,
    snapshot_of,
)
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import PullRequestState
from reconciler.model.observed import Announced, Probe
from reconciler.model.ownership_history import OwnershipHistory
from reconciler.model.receipt import PostReceipt
from reconciler.reconcile.facets.message_operations import EditMessage
from reconciler.reconcile.pull_request import decline
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.placeholders import CHANNEL_MENTION

REMIND = {"reminders": {"assignment_minutes": 60, "update_minutes": {"high": 120}}}
WAITING = {"since": MONDAY}
UPDATES = {"reminders": {"update_minutes": {"high": 240}}}
ASSIGNED = {"since": MONDAY, "ownership": OwnershipHistory(assigned_at=MONDAY)}
POSTED_IN_CHANNEL = (
    "add slack.reminder: -> reminds Dmitri Sokolov: there is no upd… by post "
    "where=channel kind=remind-update-0 (file:15)"
)
BOTH = (Probe.ANNOUNCEMENT, Probe.THREAD)


def late(minutes: float, **options: object) -> Scene:
    """Acknowledged on Monday at ten, nobody is assigned, and some minutes have gone by."""
    options = {"assignee": None, "policy": REMIND, "case": WAITING} | options
    now = MONDAY + timedelta(minutes=minutes)
    before = settled(MONDAY, **options)
    return before.at(now).wants(desired(now, **options))


def said(scene: Scene, kind: str, rev: str = "older") -> Scene:
    """The thread holds one more reply, and the receipt knows."""
    replies = {**scene.receipt.replies, kind: PostReceipt(ts="1795449600.000009", rev=rev)}
    return scene.remembers(replies=replies)


def idle(hours: float) -> Scene:
    """Assigned on Monday at ten, and no one has written an update since."""
    now = MONDAY + timedelta(hours=hours)
    return (
        settled(MONDAY, policy=UPDATES, case=ASSIGNED)
        .at(now)
        .wants(desired(now, policy=UPDATES, case=ASSIGNED))
    )


def digest_in(scene: Scene, kind: str) -> str:
    """The digest of a reminder as it is wanted."""
    wanted = scene.desired.announcement.reminders
    (found,) = (each.message.digest for each in wanted if each.message.key == kind)
    return found


def posted(scene: Scene, kind: str, rev: str = "older") -> Scene:
    """The channel holds one more message, and the receipt names it."""
    posts = {**scene.receipt.posts, kind: PostReceipt(ts="1795449600.000009", rev=rev)}
    return scene.remembers(posts=posts)


def before_again(**case: object) -> Scene:
    """The second episode, of which nobody in the desk's channel has heard yet."""
    scene = again(**case)
    return scene.read(*BOTH).announced(messages=scene.receipt.announcements, replies={})


def declined(state: PullRequestState) -> PullRequestScene:
    """What is left to say once the pull request is closed, said already."""
    gone = replace(PULL_REQUEST, state=state)
    policy = snapshot_of().policy
    wanted = decline(TICKET, "announcement", gone, "sre-escalations", Links(JIRA, policy))
    return announced(replace(pull_request(), desired=wanted))


@rows(
    Row(
        "announcement",
        "absent",
        lambda: new().read(*BOTH).announced(messages={}, replies={}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: assigned by post "
                "where=announcement kind=announcement (file:1)"
            ),
        ),
    ),
    Row(
        "announcement",
        "absent",
        lambda: new(NEXT_YEAR, assignee=None).read(*BOTH).announced(messages={}, replies={}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: acknowledged by post "
                "where=announcement kind=announcement (file:1)"
            ),
        ),
        variant="and-the-reply-with-it",
    ),
    Row("announcement", "same", settled, (), whole=True),
    Row(
        "announcement",
        "differs",
        lambda: settled().wants(desired(contact="owen")),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: assigned "
                "by edit_post where=announcement kind=announcement ts=1795446000.000001 "
                "(file:1)"
            ),
        ),
        variant="impact",
    ),
    Row(
        "announcement",
        "differs",
        lambda: settled().in_channel(id="C0NEW").remembers(channel=settled().receipt.channel),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: assigned "
                "by edit_post where=announcement kind=announcement ts=1795446000.000001 "
                "(file:1)"
            ),
        ),
        variant="link-to-another-channel",
    ),
    Row(
        "announcement",
        "drifted",
        lambda: settled().remembers(announcements={}).read(*BOTH).announced(messages={}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: assigned by post "
                "where=announcement kind=announcement (file:1)"
            ),
        ),
        variant="deleted",
        whole=True,
    ),
    Row(
        "announcement",
        "drifted",
        lambda: settled().read(*BOTH).announced(messages={}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: assigned by post "
                "where=announcement kind=announcement (drift)"
            ),
            "change jira.receipt: out of date -> as seen by remember (drift)",
        ),
        variant="deleted-and-seen-in-a-thorough-run",
        whole=True,
    ),
    Row(
        "announcement",
        "ended",
        ended,
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: resolved "
                "by edit_post where=announcement kind=announcement ts=1795446000.000001 "
                "(file:16)"
            ),
        ),
    ),
    Row(
        "announcement",
        "ended",
        lambda: ended().read(*BOTH).announced(messages={}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: resolved by post "
                "where=announcement kind=announcement (drift)"
            ),
        ),
        variant="deleted",
    ),
    Row(
        "announcement",
        "held",
        lambda: new(case=HELD).read(*BOTH).announced(messages={}, replies={}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: held by post "
                "where=announcement kind=announcement (file:1)"
            ),
        ),
    ),
    Row(
        "announcement",
        "held",
        lambda: settled().wants(desired(case=HELD)),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: held by "
                "edit_post where=announcement kind=announcement ts=1795446000.000001 "
                "(file:1)"
            ),
        ),
        variant="after-it-was-active",
    ),
    Row("announcement", "adopted", lambda: new(adopted=ADOPTED), ()),
    Row(
        "announcement",
        "adopted",
        lambda: settled(adopted=ADOPTED).wants(desired(adopted=ADOPTED, contact="owen")),
        (),
        variant="later-changes",
    ),
    Row(
        "announcement",
        "reopened",
        before_again,
        (
            (
                "change slack.announcement: older text -> episode 1: resolved by "
                "edit_post where=announcement kind=announcement ts=1797736200.000001 "
                "(file:1)"
            ),
            (
                "add slack.announcement: -> in #sre-escalations: assigned by post "
                "where=announcement kind=announcement-e2 (file:24)"
            ),
        ),
    ),
    Row(
        "announcement",
        "reopened",
        lambda: before_again(**HELD),
        (
            (
                "change slack.announcement: older text -> episode 1: resolved by "
                "edit_post where=announcement kind=announcement ts=1797736200.000001 "
                "(file:1)"
            ),
            (
                "add slack.announcement: -> in #sre-escalations: held by post "
                "where=announcement kind=announcement-e2 (file:24)"
            ),
        ),
        variant="held",
    ),
    Row("announcement", "receipt-lost", lost, ()),
    Row(
        "announcement",
        "unreadable",
        new,
        ("need messages of the announcement channel",),
        variant="not-read-yet",
    ),
    Row(
        "announcement",
        "unreadable",
        lambda: new().sees(announced=Announced(None)),
        ("problem slack.announcement: the bot is in no channel #sre-escalations",),
        variant="no-channel",
    ),
    Row(
        "reply",
        "absent",
        lambda: new().read(*BOTH).announced(messages={}, replies={}),
        (
            (
                "add slack.thread: -> reply: assigned to Dmitri Sokolov by post "
                "where=thread kind=assigned-dmitri parent=announcement (file:15)"
            ),
        ),
    ),
    Row("reply", "same", settled, (), whole=True),
    Row(
        "reply",
        "differs",
        lambda: (
            settled()
            .wants(
                desired(
                    assignee="nadia",
                    case={"ownership": OwnershipHistory(assignees=("dmitri", "nadia"))},
                )
            )
            .read(*BOTH)
            .announced(replies={})
        ),
        (
            (
                "add slack.thread: -> reply: assigned to Nadia Haddad by post "
                "where=thread kind=assigned-nadia parent=announcement (file:15)"
            ),
        ),
        variant="reassigned",
    ),
    Row(
        "reply",
        "differs",
        lambda: (
            settled()
            .wants(
                desired(
                    case={"ownership": OwnershipHistory(assignees=("dmitri", "nadia", "dmitri"))}
                )
            )
            .read(*BOTH)
            .announced(replies={})
        ),
        (
            (
                "add slack.thread: -> reply: assigned to Dmitri Sokolov by post "
                "where=thread kind=assigned-dmitri-2 parent=announcement (file:15)"
            ),
        ),
        variant="assigned-again",
    ),
    Row(
        "reply",
        "differs",
        lambda: (
            settled()
            .wants(
                desired(
                    contact="owen", case={"ownership": OwnershipHistory(contacts=("lena", "owen"))}
                )
            )
            .read(*BOTH)
            .announced(replies={})
        ),
        (),
        variant="new-contact-in-its-channel",
    ),
    Row(
        "reply",
        "differs",
        lambda: (
            settled(assignee=None)
            .wants(
                desired(
                    assignee=None, case={"acknowledged": Acknowledgement("hannah", MONDAY, "12")}
                )
            )
            .read(*BOTH)
            .announced(replies={})
        ),
        (
            (
                "add jira.comment: -> acknowledged by Hannah Weiss by add_comment "
                "kind=acknowledged (file:8)"
            ),
        ),
        variant="acknowledged",
        whole=True,
    ),
    Row(
        "reply",
        "drifted",
        lambda: settled().read(*BOTH).announced(replies={}),
        (),
        variant="deleted",
        whole=True,
    ),
    Row(
        "reply",
        "ended",
        lambda: ended().read(*BOTH).announced(replies={}),
        (
            (
                "add slack.thread: -> reply: resolved by post "
                "where=thread kind=resolved parent=announcement (file:16)"
            ),
        ),
    ),
    Row(
        "reply",
        "ended",
        lambda: ended(withdrawn=WITHDRAWN).read(*BOTH).announced(replies={}),
        (
            (
                "add slack.thread: -> reply: withdrawn by post "
                "where=thread kind=withdrawn parent=announcement (file:16)"
            ),
        ),
        variant="withdrawn",
    ),
    Row("reply", "held", lambda: new(case=HELD).read(*BOTH).announced(messages={}, replies={}), ()),
    Row(
        "reply",
        "adopted",
        lambda: new(adopted=ADOPTED).read(Probe.THREAD).announced(replies={}),
        (
            (
                "add slack.thread: -> reply: assigned to Dmitri Sokolov by post "
                "where=thread kind=assigned-dmitri parent=announcement (file:15)"
            ),
        ),
    ),
    Row(
        "reply",
        "reopened",
        before_again,
        (
            (
                "add slack.thread: -> reply: assigned to Nadia Haddad by post "
                "where=thread kind=assigned-nadia-e2 parent=announcement-e2 (file:32)"
            ),
        ),
    ),
    Row("reply", "receipt-lost", lost, ()),
    Row(
        "reply",
        "receipt-lost",
        lambda: lost().announced(replies={}),
        (
            (
                "add slack.thread: -> reply: assigned to Dmitri Sokolov by post "
                "where=thread kind=assigned-dmitri parent=announcement (file:15)"
            ),
        ),
        variant="reply-never-posted",
    ),
    Row(
        "reply",
        "unreadable",
        lambda: settled().remembers(replies={}),
        ("need replies to the announcement",),
        variant="not-read-yet",
    ),
    Row("reminder", "absent", lambda: late(59), (), variant="not-due-yet"),
    Row(
        "reminder",
        "absent",
        lambda: late(60).read(Probe.THREAD).announced(replies={}),
        (
            (
                "add slack.reminder: -> reminds Hannah Weiss, Inês Carvalho, Ma… by post "
                "where=thread kind=remind-assignment parent=announcement (file:8)"
            ),
        ),
        variant="due",
    ),
    Row(
        "reminder",
        "absent",
        lambda: late(60),
        ("need replies to the announcement",),
        variant="due-and-the-thread-not-read",
    ),
    Row(
        "reminder",
        "absent",
        lambda: late(60 * 9).read(Probe.THREAD).announced(replies={}),
        (),
        variant="outside-hours",
    ),
    Row(
        "reminder",
        "absent",
        lambda: (
            late(60, snooze_until="2026-11-23T12:00:00-05:00")
            .read(Probe.THREAD)
            .announced(replies={})
        ),
        (),
        variant="snoozed",
    ),
    Row(
        "reminder",
        "absent",
        lambda: (
            late(120, snooze_until="2026-11-23T12:00:00-05:00")
            .read(Probe.THREAD)
            .announced(replies={})
        ),
        (
            (
                "add slack.reminder: -> reminds Hannah Weiss, Inês Carvalho, Ma… by post "
                "where=thread kind=remind-assignment parent=announcement (file:8)"
            ),
        ),
        variant="snoozed-until-now",
    ),
    Row("reminder", "absent", lambda: late(600, policy={}), (), variant="no-reminders-by-policy"),
    Row(
        "reminder",
        "absent",
        lambda: late(60 * 5).read(Probe.THREAD).announced(replies={}),
        (
            (
                "add slack.reminder: -> reminds Hannah Weiss, Inês Carvalho, Ma… by post "
                "where=thread kind=remind-assignment parent=announcement (file:8)"
            ),
            (
                "add slack.reminder: -> mentions Hannah Weiss, Inês Carvalho, M… by post "
                "where=thread kind=remind-assignment-lead parent=announcement (file:8)"
            ),
        ),
        variant="lead-as-well",
    ),
    Row(
        "reminder",
        "same",
        lambda: said(
            late(60), "remind-assignment", late(60).desired.announcement.reminders[0].message.digest
        ),
        (),
        whole=True,
    ),
    Row(
        "reminder",
        "differs",
        lambda: (
            said(
                late(60),
                "remind-assignment",
                late(60).desired.announcement.reminders[0].message.digest,
            )
            .at(MONDAY + timedelta(minutes=120))
            .wants(late(120).desired)
        ),
        (),
        variant="still-due",
        whole=True,
    ),
    Row(
        "reminder",
        "differs",
        lambda: (
            said(late(60), "remind-assignment")
            .wants(desired(policy=REMIND, case=WAITING))
            .read(Probe.THREAD)
            .announced(replies=said(late(60), "remind-assignment").receipt.replies)
        ),
        (
            (
                "change slack.reminder: older text -> done: An engineer is assigned by "
                "edit_post where=thread kind=remind-assignment ts=1795449600.000009 "
                "(file:8)"
            ),
        ),
        variant="somebody-is-assigned",
    ),
    Row(
        "reminder",
        "drifted",
        lambda: (
            said(
                late(60),
                "remind-assignment",
                late(60).desired.announcement.reminders[0].message.digest,
            )
            .read(Probe.THREAD)
            .announced(replies={})
        ),
        (),
        variant="deleted-in-slack",
        whole=True,
    ),
    Row(
        "reminder",
        "ended",
        lambda: (
            said(late(60), "remind-assignment")
            .wants(desired(policy=REMIND, resolution=RESOLVED))
            .read(Probe.THREAD)
            .announced(replies=said(late(60), "remind-assignment").receipt.replies)
        ),
        (
            (
                "change slack.reminder: older text -> done: An engineer is assigned by "
                "edit_post where=thread kind=remind-assignment ts=1795449600.000009 "
                "(file:8)"
            ),
        ),
    ),
    Row("reminder", "held", lambda: late(60, case=HELD | WAITING), ()),
    Row(
        "reminder",
        "adopted",
        lambda: late(60, adopted=ADOPTED).read(Probe.THREAD).announced(replies={}),
        (
            (
                "add slack.reminder: -> reminds Hannah Weiss, Inês Carvalho, Ma… by post "
                "where=thread kind=remind-assignment parent=announcement (file:8)"
            ),
        ),
    ),
    Row(
        "reminder",
        "reopened",
        lambda: said(again(policy=REMIND), "remind-assignment"),
        (
            (
                "change slack.reminder: older text -> done: It was escalated again by "
                "edit_post where=thread kind=remind-assignment ts=1795449600.000009 "
                "(file:1)"
            ),
            "need replies to the announcement",
        ),
    ),
    Row(
        "reminder",
        "receipt-lost",
        lambda: (
            shown(late(60))
            .without_receipt()
            .announced(
                replies={
                    **(shown(late(60)).observed.announced.replies or {}),
                    "remind-assignment": PostReceipt(
                        ts="1795449600.000009",
                        rev=late(60).desired.announcement.reminders[0].message.digest,
                    ),
                }
            )
        ),
        (),
    ),
    Row(
        "reminder",
        "unreadable",
        lambda: settled(
            policy=REMIND,
            case={
                "since": MONDAY,
                "ownership": OwnershipHistory(assigned_at=MONDAY, updated_at=MONDAY),
            },
        ).on_ticket(done=None),
        (),
        variant="ticket-status-not-told",
    ),
    Row(
        "reminder",
        "absent",
        lambda: idle(5).read(Probe.MESSAGES, Probe.THREAD).in_channel(posts={}),
        (POSTED_IN_CHANNEL,),
        variant="in-the-channel",
    ),
    Row(
        "reminder",
        "absent",
        lambda: idle(5).read(Probe.MESSAGES).in_channel(posts={}),
        ("need replies to the announcement",),
        variant="in-the-channel-before-the-thread-is-read",
    ),
    Row(
        "reminder",
        "same",
        lambda: said(idle(5), "remind-update-0", digest_in(idle(5), "remind-update-0")),
        (),
        variant="in-the-thread-by-an-earlier-version",
        whole=True,
    ),
    Row(
        "reminder",
        "same",
        lambda: (
            posted(idle(5), "remind-update-0")
            .in_channel(archived=True)
            .read(*BOTH)
            .announced(replies={})
        ),
        (),
        variant="in-a-channel-that-people-archived",
    ),
    Row(
        "reminder",
        "drifted",
        lambda: idle(5).in_channel(archived=True).read(*BOTH).announced(replies={}),
        (
            (
                "add slack.reminder: -> reminds Dmitri Sokolov: there is no upd… by post "
                "where=thread kind=remind-update-0 parent=announcement (file:15)"
            ),
        ),
        variant="channel-archived-by-people",
    ),
    Row(
        "reminder",
        "differs",
        lambda: posted(idle(1), "remind-update-0").wants(
            desired(
                MONDAY + timedelta(hours=1),
                policy=UPDATES,
                case=ASSIGNED,
                updates=[{"at": MONDAY.isoformat(), "by": "dmitri", "text": "It is found."}],
            )
        ),
        (
            (
                "change slack.reminder: older text -> done: There is an update by edit_post "
                "where=channel kind=remind-update-0 ts=1795449600.000009 (file:15)"
            ),
        ),
        variant="done-in-the-channel",
    ),
    Row(
        "reminder",
        "unreadable",
        lambda: (
            settled()
            .at(MONDAY + timedelta(hours=5))
            .wants(
                desired(
                    MONDAY + timedelta(hours=5),
                    policy={"reminders": {"update_minutes": {"high": 600}}},
                    case={
                        "since": MONDAY,
                        "ownership": OwnershipHistory(assigned_at=MONDAY, updated_at=MONDAY),
                    },
                )
            )
            .on_ticket(done=True)
            .read(Probe.THREAD, Probe.MESSAGES)
            .in_channel(posts={})
            .announced(replies={})
        ),
        (
            (
                "add slack.reminder: -> reminds Dmitri Sokolov: the ticket is d… by post "
                "where=channel kind=remind-closed (file:8)"
            ),
        ),
        variant="ticket-done-in-jira",
    ),
    Row(
        "proposal",
        "absent",
        pull_request,
        (
            (
                "add slack.announcement: -> in #sre-escalations: proposed in #12 by post "
                "where=announcement kind=announcement (file:8)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12 parent=announcement (file:8)"
            ),
        ),
    ),
    Row(
        "proposal",
        "absent",
        lambda: pull_request(proposed={"pull_request": replace(PULL_REQUEST, draft=True)}),
        (),
        variant="draft",
    ),
    Row(
        "proposal",
        "absent",
        lambda: pull_request().sees(missing_tickets=frozenset({TICKET})),
        ("problem jira.ticket: #12 proposes DS-1071, which Jira does not show",),
        variant="not-in-jira",
    ),
    Row(
        "proposal",
        "absent",
        lambda: pull_request().sees(
            unknown={
                "slack/ines": Diagnostic(
                    "slack.members", "Slack has no active user for ines", "Correct the address."
                )
            }
        ),
        (
            (
                "add slack.announcement: -> in #sre-escalations: proposed in #12 by post "
                "where=announcement kind=announcement (file:8)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12 parent=announcement (file:8)"
            ),
            "notice slack.members: Slack has no active user for ines",
        ),
        variant="acknowledger-without-account",
        whole=True,
    ),
    Row("proposal", "same", lambda: announced(pull_request()), (), whole=True),
    Row(
        "proposal",
        "differs",
        lambda: replace(
            announced(pull_request()),
            desired=pull_request(
                case={"acknowledged": Acknowledgement("hannah", MONDAY, "12")}
            ).desired,
        ),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: proposed "
                "in #12 by edit_post where=announcement kind=announcement "
                "ts=1795446000.000001 (file:8)"
            ),
            (
                "add slack.thread: -> reply: acknowledged by Hannah Weiss by post "
                "where=thread kind=acknowledged parent=announcement (file:8)"
            ),
        ),
        variant="acknowledged",
        whole=True,
    ),
    Row(
        "proposal",
        "differs",
        lambda: replace(
            announced(pull_request()), desired=pull_request(proposed={"findings": 1}).desired
        ),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: proposed "
                "in #12 by edit_post where=announcement kind=announcement "
                "ts=1795446000.000001 (file:8)"
            ),
        ),
        variant="finding",
        whole=True,
    ),
    Row(
        "proposal",
        "differs",
        lambda: replace(
            announced(pull_request()),
            desired=pull_request(
                proposed={"pull_request": replace(PULL_REQUEST, draft=True)}
            ).desired,
        ),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: proposed "
                "in #12 by edit_post where=announcement kind=announcement "
                "ts=1795446000.000001 (file:8)"
            ),
        ),
        variant="draft-again",
        whole=True,
    ),
    Row(
        "proposal",
        "differs",
        lambda: replace(
            announced(pull_request()),
            desired=pull_request(
                proposed={
                    "pull_request": replace(
                        PULL_REQUEST, id="14", url="https://github.example/pull/14"
                    )
                }
            ).desired,
        ),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: proposed "
                "in #14 by edit_post where=announcement kind=announcement "
                "ts=1795446000.000001 (file:8)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-14 parent=announcement (file:8)"
            ),
        ),
        variant="another-pull-request",
        whole=True,
    ),
    Row(
        "proposal",
        "differs",
        lambda: replace(
            announced(pull_request(), MONDAY - timedelta(minutes=31)),
            desired=pull_request(policy={"reminders": {"acknowledgement_minutes": 30}}).desired,
        ),
        (
            (
                "add slack.reminder: -> reminds Hannah Weiss, Inês Carvalho: no… by post "
                "where=thread kind=remind-acknowledgement-12 parent=announcement (file:8)"
            ),
        ),
        variant="reminder-due",
        whole=True,
    ),
    Row(
        "proposal",
        "differs",
        lambda: replace(
            announced(pull_request(), MONDAY - timedelta(minutes=29)),
            desired=pull_request(policy={"reminders": {"acknowledgement_minutes": 30}}).desired,
        ),
        (),
        variant="called-lately",
        whole=True,
    ),
    Row(
        "proposal",
        "differs",
        lambda: pull_request(policy={"reminders": {"acknowledgement_minutes": 30}}),
        (
            (
                "add slack.announcement: -> in #sre-escalations: proposed in #12 by post "
                "where=announcement kind=announcement (file:8)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12 parent=announcement (file:8)"
            ),
        ),
        variant="called-and-not-reminded-at-once",
        whole=True,
    ),
    Row(
        "proposal",
        "drifted",
        lambda: announced(pull_request()).sees(announced=Announced(DESK_CHANNEL, {}, {})),
        (
            (
                "add slack.announcement: -> in #sre-escalations: proposed in #12 by post "
                "where=announcement kind=announcement (file:8)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12 parent=announcement (file:8)"
            ),
        ),
        variant="announcement-deleted",
        whole=True,
    ),
    Row(
        "proposal",
        "drifted",
        lambda: announced(pull_request()).sees(
            announced=Announced(DESK_CHANNEL, announced(pull_request()).seen.announced.messages, {})
        ),
        (
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12 parent=announcement (file:8)"
            ),
        ),
        variant="call-deleted",
        whole=True,
    ),
    Row(
        "proposal",
        "held",
        lambda: replace(
            announced(pull_request()),
            desired=pull_request(proposed={"held": "3 of 3 new ones today"}).desired,
        ),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: proposed "
                "in #12 by edit_post where=announcement kind=announcement "
                "ts=1795446000.000001 (file:8)"
            ),
            (
                "add slack.thread: -> answers the author, and calls the overr… by post "
                "where=thread kind=refused-12 parent=announcement (file:8)"
            ),
        ),
    ),
    Row(
        "proposal",
        "held",
        lambda: pull_request(
            proposed={"held": "3 of 3 new ones today"},
            policy={"reminders": {"acknowledgement_minutes": 30}},
        ),
        (
            (
                "add slack.announcement: -> in #sre-escalations: proposed in #12 by post "
                "where=announcement kind=announcement (file:8)"
            ),
            (
                "add slack.thread: -> answers the author, and calls the overr… by post "
                "where=thread kind=refused-12 parent=announcement (file:8)"
            ),
        ),
        variant="from-the-start",
        whole=True,
    ),
    Row(
        "proposal",
        "held",
        lambda: announced(pull_request(proposed={"held": "3 of 3 new ones today"})),
        (),
        variant="answered",
        whole=True,
    ),
    Row(
        "proposal",
        "held",
        lambda: replace(
            announced(pull_request(proposed={"held": "3 of 3 new ones today"})),
            desired=pull_request().desired,
        ),
        (
            (
                "change slack.announcement: older text -> in #sre-escalations: proposed "
                "in #12 by edit_post where=announcement kind=announcement "
                "ts=1795446000.000001 (file:8)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12 parent=announcement (file:8)"
            ),
            (
                "change slack.thread: older text -> done: The limits allow it now by edit_post "
                "where=thread kind=refused-12 ts=1795446000.000002 (file:8)"
            ),
        ),
        variant="allowed-now",
        whole=True,
    ),
    Row("proposal", "adopted", lambda: pull_request(adopted=ADOPTED), ()),
    Row(
        "proposal",
        "reopened",
        lambda: pull_request(
            NEXT_YEAR,
            resolution=RESOLVED,
            episodes=[{k: v for k, v in AGAIN.items() if k != "assignee"}],
        ),
        (
            (
                "add slack.announcement: -> in #sre-escalations: proposed in #12 by post "
                "where=announcement kind=announcement-e2 (file:28)"
            ),
            (
                "add slack.thread: -> calls the acknowledgers by post where=thread "
                "kind=proposed-12-e2 parent=announcement-e2 (file:28)"
            ),
        ),
    ),
    Row(
        "proposal",
        "unreadable",
        lambda: pull_request().sees(announced=Announced(None)),
        ("problem slack.announcement: the bot is in no channel #sre-escalations",),
        variant="no-channel",
    ),
    Row(
        "proposal",
        "unreadable",
        lambda: announced(pull_request()).sees(
            probed=frozenset({Probe.ANNOUNCEMENT}),
            announced=Announced(DESK_CHANNEL, announced(pull_request()).seen.announced.messages),
        ),
        (),
        variant="thread-not-read-yet",
    ),
    Row(
        "proposal",
        "ended",
        lambda: declined(PullRequestState.DECLINED),
        (),
        variant="declined-and-told",
        whole=True,
    ),
    Row(
        "proposal",
        "ended",
        lambda: declined(PullRequestState.MERGED),
        (),
        variant="merged-and-told",
        whole=True,
    ),
)
def test_announcement(row: Row):
    row.check()


def test_an_earlier_announcement_leads_nowhere_while_there_is_no_channel():
    edits = [
        each.op
        for each in again().plan().plan.changes
        if isinstance(each.op, EditMessage) and each.op.kind == "announcement"
    ]
    (edit,) = edits
    assert edit.text.endswith(f"\n*Escalated again* in {CHANNEL_MENTION}.")
    assert edit.without_channel.endswith("\n*Escalated again*.")
    assert edit.text.rpartition("\n")[0] == edit.without_channel.rpartition("\n")[0]
    held = again(**HELD).plan().plan.changes
    (edit,) = [each.op for each in held if isinstance(each.op, EditMessage)]
    assert edit.without_channel == ""
    assert edit.text.endswith("\n*Escalated again*.")
