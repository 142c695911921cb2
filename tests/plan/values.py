"""A standard escalation as values: what its files ask for, what the services show, and a moment.

A test starts from a scene in which everything is as desired, or nothing is there yet, and changes
the one thing that it is about. Nothing here talks to a service.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import yaml
from company import TOP, escalation, resolution
from merge_policy import merge_policy

from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.change import Change
from reconciler.model.comment_mark import CHANNEL_COMMENT, CommentMark, is_summary
from reconciler.model.desired import Desired, DesiredAnnouncement, Message, digest_of
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import Account, PullRequest
from reconciler.model.observed import (
    Announced,
    Called,
    Channel,
    Observed,
    OwnComment,
    Priority,
    Probe,
    SeenBookmark,
    Ticket,
    TicketComment,
)
from reconciler.model.phase import Phase
from reconciler.model.proposed import Proposed
from reconciler.model.receipt import (
    BY_HAND,
    BookmarkReceipt,
    ChannelReceipt,
    CommentReceipt,
    PostReceipt,
    PriorityReceipt,
    Receipt,
    TextReceipt,
)
from reconciler.model.snapshot import Snapshot
from reconciler.model.timeline import Arrival
from reconciler.reconcile.desired_states import desire
from reconciler.reconcile.effective import EffectiveEscalation, plain_escalations
from reconciler.reconcile.plan import Planned, plan_escalation
from reconciler.reconcile.pull_request import desire_pull_request

JIRA = "https://jira.example"
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday at ten in New York."""
NEXT_YEAR = datetime(2027, 3, 30, 3, 10, tzinfo=UTC)
"""Another year, at night, and summer time in New York."""
TICKET = "DS-1071"
PATH = f"escalations/2026/{TICKET}.yaml"
CHANNEL = ChannelReceipt(id="C0DS1071", name="ds-1071-something-fails-in-ds-1071")
DESK_CHANNEL = "C0DESK"
HIGHEST, HIGH, MEDIUM = Priority("1", "Highest"), Priority("2", "High"), Priority("3", "Medium")
ALL_READ = frozenset(set(Probe) - {Probe.IDLENESS})


def ts(moment: datetime, number: int = 1) -> str:
    """A Slack time stamp."""
    return f"{int(moment.timestamp())}.{number:06d}"


def person(handle: str) -> str:
    """Somebody's Jira account."""
    return f"5f0a1c2e:{handle}"


def snapshot_of(
    *files: Mapping[str, Any],
    policy: Mapping[str, Any] | None = None,
    roster: Mapping[str, Any] | None = None,
) -> Snapshot:
    """The example company with these escalations, its policy changed at the top level."""
    return _book(json.dumps([files, policy or {}, roster or {}]))


@cache
def _book(told: str) -> Snapshot:
    files, policy, roster = json.loads(told)
    config = {
        f"config/{name}.yaml": yaml.safe_load((TOP / f"config/{name}.yaml").read_text())
        for name in ("policy", "roster")
    }
    config["config/policy.yaml"] = yaml.safe_load(merge_policy()) | policy
    for handle, changes in roster.items():
        config["config/roster.yaml"]["people"][handle] |= changes
    texts = {path: json.dumps(value, indent=1) for path, value in config.items()}
    for each in files:
        path = f"escalations/2026/{each['ticket']}.yaml"
        texts[path] = yaml.safe_dump(each, sort_keys=False, allow_unicode=True)
    loaded = load_snapshot([RawFile(path, text.encode()) for path, text in texts.items()])
    assert loaded.snapshot is not None, loaded.findings
    assert len(loaded.entries) == len(files), loaded.findings
    return loaded.snapshot


def desired(  # noqa: PLR0913 - what a case has beside its file
    now: datetime = MONDAY,
    *,
    policy: Mapping[str, Any] | None = None,
    roster: Mapping[str, Any] | None = None,
    case: Mapping[str, Any] | None = None,
    pull_request: int | None = 12,
    ticket: str = TICKET,
    **changes: Any,
) -> Desired:
    """What the standard file asks for, with `changes` in the file and `case` in the case."""
    snapshot = snapshot_of(escalation(ticket, **changes), policy=policy, roster=roster)
    (plain,) = plain_escalations(snapshot, now)
    arrived = {plain.source.path: Arrival("c" * 40, now - timedelta(hours=1), pull_request)}
    (found,) = desire(snapshot, [replace(plain, **(case or {}))], JIRA, now, arrived)
    return found


@dataclass(frozen=True)
class Scene:
    """One escalation: what is asked for, what is there, and when it is looked at."""

    desired: Desired
    observed: Observed
    now: datetime

    @property
    def ticket(self) -> Ticket:
        assert self.observed.ticket is not None
        return self.observed.ticket

    @property
    def receipt(self) -> Receipt:
        return self.ticket.receipt or Receipt(ticket=self.desired.ticket)

    @property
    def channel(self) -> Channel:
        assert self.observed.channel is not None
        return self.observed.channel

    def at(self, now: datetime) -> "Scene":
        """The same at another moment."""
        return replace(self, now=now)

    def wants(self, wanted: Desired) -> "Scene":
        """The same services under files that ask for something else."""
        found = observed_people(wanted)
        seen = replace(self.observed, slack_ids=found.slack_ids, jira_ids=found.jira_ids)
        return replace(self, desired=wanted, observed=seen)

    def sees(self, **changes: Any) -> "Scene":
        """The same with something else observed."""
        return replace(self, observed=replace(self.observed, **changes))

    def on_ticket(self, **changes: Any) -> "Scene":
        """The same with something else on the ticket."""
        if "comments" in changes:
            read = Probe.COMMENTS in self.observed.probed
            found = own_comments(changes["comments"], read=read)
            changes.setdefault("own_comments", found)
        return self.sees(ticket=replace(self.ticket, **changes))

    def in_channel(self, **changes: Any) -> "Scene":
        """The same with something else about the channel."""
        return self.sees(channel=replace(self.channel, **changes))

    def announced(self, **changes: Any) -> "Scene":
        """The same with something else in the desk's channel."""
        return self.sees(announced=replace(self.observed.announced, **changes))

    def remembers(self, **changes: Any) -> "Scene":
        """The same with something else in the receipt."""
        return self.on_ticket(receipt=self.receipt.model_copy(update=changes))

    def without_receipt(self) -> "Scene":
        """The same with the ticket's property gone."""
        return self.on_ticket(receipt=None)

    def read(self, *probed: Probe) -> "Scene":
        """The same after these were read; everything that does not idle when none is named."""
        done = frozenset(probed) or ALL_READ
        scene = self.sees(probed=self.observed.probed | done)
        if self.observed.ticket is not None:  # in the form in which they are after the probe
            scene = scene.on_ticket(comments=self.ticket.comments)
        if Probe.ANNOUNCEMENT in done:
            known = dict(_shown(self).announced.messages or {})
            scene = scene.announced(messages=scene.observed.announced.messages or known)
        if Probe.THREAD in done:
            known = dict(_shown(self).announced.replies or {})
            scene = scene.announced(replies=scene.observed.announced.replies or known)
        return scene

    def plan(self) -> Planned:
        """What the planner makes of it."""
        return plan_escalation(self.desired, self.observed, self.now)


def own_comments(
    comments: Mapping[str, TicketComment], *, read: bool = False
) -> tuple[OwnComment, ...]:
    """The comments as Jira shows them, with their marks once these are read."""
    return tuple(
        OwnComment(
            each.id, each.touched, CommentMark(TICKET, key, each.rev) if read else None, read
        )
        for key, each in comments.items()
    )


def observed_people(wanted: Desired) -> Observed:
    """Everybody has accounts; nothing else is seen."""
    calls = {
        handle
        for message in (
            *wanted.channel.posts,
            *(each.message for each in wanted.announcement.reminders),
        )
        for handle in message.calls
    }
    handles = {each.handle for each in wanted.channel.invitees} | calls
    assignee = wanted.jira.assignee
    return Observed(
        ticket=None,
        channel=None,
        announced=Announced(DESK_CHANNEL),
        slack_ids={handle: f"U-{handle}" for handle in sorted(handles)},
        jira_ids={assignee: person(assignee)} if assignee else {},
    )


def new(now: datetime = MONDAY, **options: Any) -> Scene:
    """A ticket that nobody has touched yet."""
    wanted = desired(now, **options)
    ticket = Ticket(
        key=wanted.ticket,
        summary="It fails",
        labels=frozenset({"billing"}),
        priority=MEDIUM,
        assignee=None,
        comments={},
        links=frozenset(),
        receipt=None,
        editable=frozenset({"labels", "priority", "assignee", "issuelinks"}),
        priorities=(HIGHEST, HIGH, MEDIUM),
    )
    return Scene(wanted, replace(observed_people(wanted), ticket=ticket), now)


def settled(now: datetime = MONDAY, **options: Any) -> Scene:
    """Everything is as desired, and the receipt says so."""
    return settle(new(now, **options))


def settle(scene: Scene) -> Scene:
    """The scene after a run that did everything."""
    shown = _shown(scene)
    return scene.sees(
        ticket=replace(_ticket(scene), receipt=_receipt(scene, shown)),
        channel=_without_readings(shown.channel),
    )


def _without_readings(channel: Channel | None) -> Channel | None:
    if channel is None:
        return None
    return replace(channel, posts=None, pins=None, bookmarks=None)


def _has_channel(wanted: Desired) -> bool:
    return wanted.channel.opens or wanted.phase.ended


def _ticket(scene: Scene) -> Ticket:
    wanted = scene.desired
    jira, active = wanted.jira, wanted.jira.escalated
    name = CHANNEL.name if _has_channel(wanted) else ""
    comments = {
        each.key: TicketComment(
            id=str(900 + number),
            rev=digest_of(each.text, name if each.sticky else ""),
            touched=False,
        )
        for number, each in enumerate(jira.comments)
        if _has_channel(wanted) or not each.sticky
    }
    return replace(
        scene.ticket,
        labels=scene.ticket.labels | ({jira.label} if active else frozenset()),
        priority=HIGHEST if active else MEDIUM,
        assignee=person(jira.assignee) if jira.assignee else scene.ticket.assignee,
        assignee_name=jira.assignee or scene.ticket.assignee_name,
        comments=comments if wanted.phase is not Phase.HELD else {},
        own_comments=own_comments(comments) if wanted.phase is not Phase.HELD else (),
        links=frozenset(key for key, _ in jira.follow_ups),
    )


def _shown(scene: Scene) -> Observed:
    """All that Slack would show, whatever was read."""
    wanted, now = scene.desired, scene.now
    announcement = wanted.announcement
    root = announcement.message.key
    messages = {root: PostReceipt(ts=ts(now, 1), rev=announcement.message.digest)}
    if announcement.root:
        messages = {root: PostReceipt(ts=announcement.root, rev=BY_HAND)}
    replies = {
        each.key: PostReceipt(ts=ts(now, 10 + number), rev=each.digest)
        for number, each in enumerate(announcement.replies)
    }
    if not _has_channel(wanted):
        return replace(scene.observed, announced=Announced(DESK_CHANNEL, messages, replies))
    brief = wanted.channel.brief
    messages_there = (*((brief,) if brief else ()), *wanted.channel.posts)
    posts = {
        each.key: PostReceipt(ts=ts(now, 100 + number), rev=each.digest)
        for number, each in enumerate(messages_there)
    }
    channel = Channel(
        id=CHANNEL.id,
        name=CHANNEL.name,
        topic=wanted.channel.topic.text,
        purpose=wanted.channel.purpose.text,
        archived=False,
        bot_is_member=True,
        members=frozenset({"U-bot", *scene.observed.slack_ids.values()}),
        posts=posts,
        bookmarks=tuple(
            SeenBookmark(f"Bk{number}", each.title, each.link)
            for number, each in enumerate(wanted.channel.bookmarks)
        ),
        pins=frozenset({posts["brief"].ts}) if brief else frozenset(),
    )
    return replace(
        scene.observed, channel=channel, announced=Announced(DESK_CHANNEL, messages, replies)
    )


def _receipt(scene: Scene, shown: Observed) -> Receipt:
    wanted, channel = scene.desired, shown.channel
    active, comments = wanted.jira.escalated, _ticket(scene).comments
    named = comments.get(CHANNEL_COMMENT)
    receipt = Receipt(
        ticket=wanted.ticket,
        priority=PriorityReceipt(previous_id="3", previous_name="Medium", ours="1")
        if active
        else None,
        announced_in=DESK_CHANNEL,
        announcements=dict(shown.announced.messages or {}),
        replies=dict(shown.announced.replies or {}),
        labelled=active,
        assignee=person(wanted.jira.assignee) if wanted.jira.assignee else None,
        comments=tuple(sorted(comments)),
        summary_comments={
            key: CommentReceipt(id=each.id, rev=each.rev)
            for key, each in comments.items()
            if is_summary(key)
        },
        channel_comment=CommentReceipt(id=named.id, rev=named.rev) if named else None,
        comments_through=max(each.id for each in comments.values()) if comments else "",
    )
    if channel is None:
        return receipt
    texts, brief = wanted.channel, wanted.channel.brief
    posts = dict(channel.posts or {})
    return receipt.model_copy(
        update={
            "channel": CHANNEL,
            "posts": posts,
            "pinned": posts["brief"].ts if brief else None,
            "topic": TextReceipt(rev=texts.topic.digest, stored=texts.topic.text),
            "purpose": TextReceipt(rev=texts.purpose.digest, stored=texts.purpose.text),
            "bookmarks": {
                each.key: BookmarkReceipt(id=f"Bk{number}", rev=each.digest)
                for number, each in enumerate(texts.bookmarks)
            },
            "invited": tuple(sorted(scene.observed.slack_ids[i.handle] for i in texts.invitees)),
            "remote_link": digest_of(wanted.jira.link_summary, CHANNEL.name),
        }
    )


def shown(scene: Scene) -> Scene:
    """The scene after everything was read of the services."""
    seen = _shown(scene)
    channel = scene.observed.channel
    if channel is not None and seen.channel is not None:
        there = seen.channel
        scene = scene.in_channel(posts=there.posts, pins=there.pins, bookmarks=there.bookmarks)
    link = f"https://slack.example/archives/{CHANNEL.id}" if channel else ""
    scene = scene.on_ticket(remote_link=link, previous_priority=MEDIUM)
    scene = scene.sees(announced=seen.announced)
    return scene.sees(probed=ALL_READ).on_ticket(comments=scene.ticket.comments)


# An open pull request


PULL_REQUEST = PullRequest(
    id="12",
    title="Escalate DS-1071",
    url="https://github.example/pull/12",
    ref="refs/pull/12/head",
    head="a" * 40,
    base="main",
    author=Account(1, "priya-raman"),
    opened_at=MONDAY - timedelta(hours=1),
)


@dataclass(frozen=True)
class PullRequestScene:
    """One escalation that is only proposed."""

    desired: Desired
    seen: Observed
    now: datetime

    def sees(self, **changes: Any) -> "PullRequestScene":
        return replace(self, seen=replace(self.seen, **changes))

    def plan(self) -> Planned:
        return plan_escalation(self.desired, self.seen, self.now)


def proposed_case(
    snapshot: Snapshot, now: datetime, proposed: Proposed, case: Mapping[str, Any] | None = None
) -> EffectiveEscalation:
    (plain,) = plain_escalations(snapshot, now)
    return replace(plain, phase=Phase.PROPOSED, proposed=proposed, **(case or {}))


def pull_request(
    now: datetime = MONDAY,
    *,
    policy: Mapping[str, Any] | None = None,
    case: Mapping[str, Any] | None = None,
    proposed: Mapping[str, Any] | None = None,
    ticket: str = TICKET,
    **changes: Any,
) -> PullRequestScene:
    """A proposal of the standard file that nobody has announced yet."""
    snapshot = snapshot_of(escalation(ticket, assignee=None, **changes), policy=policy)
    facts = Proposed(PULL_REQUEST, acknowledgers=("hannah", "ines"))
    facts = replace(facts, **(proposed or {}))
    wanted = desire_pull_request(
        snapshot, proposed_case(snapshot, now, facts, case), facts, JIRA, now
    )
    ids = {handle: f"U-{handle}" for handle in ("hannah", "ines", "marcus", "sofia", "priya")}
    seen = Observed(
        ticket=None,
        channel=None,
        announced=Announced(DESK_CHANNEL, {}, {}),
        slack_ids=ids,
        probed=frozenset({Probe.ANNOUNCEMENT, Probe.THREAD, Probe.PEOPLE}),
    )
    return PullRequestScene(wanted, seen, now)


def _answer(want: DesiredAnnouncement) -> tuple[Message, ...]:
    return (want.refusal.message,) if want.refusal is not None and want.refusal.due else ()


def announced(scene: PullRequestScene, now: datetime = MONDAY) -> PullRequestScene:
    """The proposal after a run that announced it."""
    want = scene.desired.announcement
    messages = {want.message.key: PostReceipt(ts=ts(now, 1), rev=want.message.digest)}
    replies = {
        each.key: PostReceipt(ts=ts(now, 2 + number), rev=each.digest)
        for number, each in enumerate((*want.replies, *_answer(want)))
    }
    called = {each.key: Called(frozenset(each.calls)) for each in want.replies}
    return scene.sees(announced=Announced(DESK_CHANNEL, messages, replies, called=called))


# What a plan says, one line for each step


def told(planned: Planned) -> list[str]:
    """Everything in a plan, to be compared with what a row of a table says."""
    lines = [_change(each) for each in planned.plan.changes]
    lines += [f"need {each.value}" for each in sorted(planned.probes)]
    lines += [f"problem {_diagnostic(each)}" for each in planned.plan.problems]
    lines += [f"notice {_diagnostic(each)}" for each in planned.plan.notices]
    return lines


def about(lines: list[str], *facets: str) -> list[str]:
    """Those lines that are of one of the facets."""
    return [line for line in lines if any(f" {facet}" in f" {line}" for facet in facets)]


_TEXTS = {
    "text",
    "layout",
    "body",
    "without_channel",
    "link",
    "mentions",
    "calls",
    "rev",
    "pull_request",
}
"""Parts of operations that the goldens of the words and the revisions hold."""


def _change(change: Change) -> str:
    values = change.op.model_dump(mode="json", exclude={"do"}, exclude_defaults=True)
    how = "".join(f" {name}={_value(each)}" for name, each in values.items() if name not in _TEXTS)
    why = change.why.replace(PATH, "file")
    difference = f"{_cut(change.before)} -> {_cut(change.after)}".strip()
    return f"{change.action} {change.facet}: {difference} by {change.op.do}{how} ({why})"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + " ".join(f"{key}:{each}" for key, each in value.items()) + "}"
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _diagnostic(diagnostic: Diagnostic) -> str:
    """Its first words; the goldens of the words hold all of them."""
    message = diagnostic.message
    return f"{diagnostic.facet}: {message if len(message) <= 76 else message[:75] + '…'}"


RESOLVED = resolution()
FOLLOWED = RESOLVED | {"follow_ups": ["PAY-641"]}
WITHDRAWN = {"by": "priya", "reason": "It was a test payment."}
UPDATE = {"at": "2026-11-23T09:00:00-05:00", "by": "dmitri", "text": "The certificate it is."}
HELD = {"phase": Phase.HELD, "held": "3 of 3 new ones today"}
ADOPTED = {"channel": CHANNEL.id, "announcement": "1795442400.000100", "comment": "4711"}
AGAIN = {
    "impact": {"level": "high", "who": "Payers", "how_many": 5, "symptom": "Errors."},
    "reason": "It is back.",
    "initiator": "tomas",
    "contact": "owen",
    "assignee": "nadia",
}


def drift(**ways: str) -> Desired:
    """The standard file under a policy on drift."""
    return desired(policy={"drift": ways})


def ended(now: datetime = MONDAY, **end: Any) -> Scene:
    """Everything was done while it was active, and now the file says how it ended."""
    return settled(now).wants(desired(now, **(end or {"resolution": FOLLOWED})))


def again(now: datetime = NEXT_YEAR, *, policy: Any = None, **case: Any) -> Scene:
    """The first episode ended and its channel is archived; the file has another episode."""
    before = settled(now - timedelta(days=100), resolution=RESOLVED)
    before = before.in_channel(archived=True).remembers(archived=True)
    wanted = desired(now, resolution=RESOLVED, episodes=[AGAIN], case=case, policy=policy)
    return before.at(now).wants(wanted)


def lost(now: datetime = MONDAY, **options: Any) -> Scene:
    """The property is gone, and everything was read of the services."""
    return shown(settled(now, **options)).without_receipt()
