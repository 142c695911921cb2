"""The announcement: one message in the desk's channel, edited all its life, and its thread."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.desire.placeholders import mentions_channel
from reconciler.desire.slack_wording import escalated_again
from reconciler.model.change import Change, EscalationPlan
from reconciler.model.desired import WITHOUT_CHANNEL, DesiredAnnouncement, Message, revision
from reconciler.model.observed import Announced, Reading
from reconciler.model.phase import Phase
from reconciler.model.proposed import DesiredProposal
from reconciler.model.receipt import BY_HAND, PostReceipt, Receipt
from reconciler.model.trouble import Trouble
from reconciler.reconcile.facet import Evidence, Facet, Parts
from reconciler.reconcile.facets.messages import PostMessage, Where, edit, post
from reconciler.reconcile.facets.posts import events
from reconciler.reconcile.step import Facts, Need, Notice, Problem, Step, Steps, sort_out


@dataclass(frozen=True)
class _Told:
    """What an announcement's changes follow from."""

    want: DesiredAnnouncement
    desk: str
    ended: bool
    announced: Announced
    stored: Receipt
    memory: Receipt
    readings: frozenset[Reading]
    proposal: str = ""
    mentions: Mapping[str, str] = field(default_factory=dict)
    """Slack ids of the people whom replies call."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Slack ids of the people whom reminders call."""
    ticket_done: bool | None = None
    has_channel: bool = False
    """Whether the current episode has a channel, or gets one."""
    moved: bool = False
    """Whether the channel is another one than the message links to."""
    proposal_ended: bool = False
    """True if it is announced as proposed and is not proposed any more."""


class Announcement(Facet):
    """The announcement of an escalation on the main branch, with the replies in its thread."""

    also_held = True

    def plan(self, facts: Facts) -> Steps:
        return _plan(
            _Told(
                facts.desired.announcement,
                facts.desired.desk,
                facts.desired.phase.ended,
                facts.observed.announced,
                facts.stored,
                facts.memory,
                facts.observed.readings,
                ids=facts.observed.slack_ids,
                ticket_done=facts.ticket.done,
                has_channel=_has_channel(facts),
                moved=_moved(facts),
            )
        )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        found: dict[str, object] = {}
        announced, want = evidence.observed.announced, evidence.desired.announcement
        root = {want.message.kind: PostReceipt(ts=want.root, rev=BY_HAND)} if want.root else {}
        if announced.channel is not None and (announced.messages or receipt.announcements or root):
            found["announced_in"] = announced.channel
        if announced.messages is not None or root:
            known = receipt.announcements if announced.messages is None else announced.messages
            found["announcements"] = {**known, **root}
        if announced.replies is not None:
            found["replies"] = events(receipt.replies, announced.replies)
        return found


def _has_channel(facts: Facts) -> bool:
    channel = facts.observed.channel
    if channel is None or facts.fresh:
        return facts.fresh
    # What was archived in the end is the current episode's, unless that one has not begun yet.
    return facts.desired.phase.ended or not channel.archived


def _moved(facts: Facts) -> bool:
    stored, channel = facts.stored.channel, facts.observed.channel
    if stored is None:
        return False
    return facts.fresh or (channel is not None and channel.id != stored.id)


@dataclass(frozen=True)
class SeenProposal:
    """What Slack and Jira show of a proposed escalation."""

    announced: Announced
    ticket_exists: bool = True
    slack_ids: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, Trouble] = field(default_factory=dict)
    readings: frozenset[Reading] = frozenset()


@dataclass(frozen=True)
class PlannedProposal:
    """A plan, what must be read before it is complete, and the memory it starts from."""

    plan: EscalationPlan
    needs: frozenset[Reading]
    memory: Receipt


def plan_proposal(desired: DesiredProposal, seen: SeenProposal) -> PlannedProposal:
    """The changes that make the announcement tell the truth. Nothing but Slack remembers it."""
    announced = seen.announced
    memory = Receipt(
        ticket=desired.ticket,
        announced_in=announced.channel,
        announcements=dict(announced.messages or {}),
        replies=dict(announced.replies or {}),
    )
    told = _Told(
        desired.announcement,
        desired.desk,
        desired.phase.ended,
        announced,
        Receipt(ticket=desired.ticket),
        memory,
        seen.readings,
        # What is over is no proposal any more, and is not looked for again.
        desired.proposal.id if desired.phase is Phase.PROPOSED else "",
        seen.slack_ids,
        seen.slack_ids,
        proposal_ended=desired.phase is not Phase.PROPOSED,
    )
    found = sort_out(_proposal_steps(desired, seen, told))
    plan = EscalationPlan(
        ticket=desired.ticket,
        title=desired.title,
        phase=desired.phase,
        path=desired.path,
        desk=desired.desk,
        announced_in=desired.announcement.channel_name,
        proposal=desired.proposal.name,
        basis=revision(desired.announcement.message.rev, repr(sorted(memory.announcements))),
        changes=found.changes,
        problems=found.problems,
        notices=found.notices,
    )
    return PlannedProposal(plan, found.needs, memory)


def _proposal_steps(desired: DesiredProposal, seen: SeenProposal, told: _Told) -> list[Step]:
    if desired.exists and not seen.ticket_exists:
        return [
            Problem(
                Trouble(
                    "jira.ticket",
                    f"{desired.proposal.name} proposes {desired.ticket}, which Jira does not show",
                    "Correct the ticket in the pull request, or let the reconciler's account"
                    " browse the project. Until then it is not announced.",
                )
            )
        ]
    steps = list(_plan(told))
    if any(isinstance(step, Change) and step.facet == "slack.thread" for step in steps):
        steps += [Notice(trouble) for trouble in seen.unknown.values()]
    return steps


def _plan(told: _Told) -> Steps:
    want, channel = told.want, told.announced.channel
    if channel is None:
        yield Problem(
            Trouble(
                "slack.announcement",
                f"the bot is in no channel #{want.channel_name}",
                "Invite it there (in Slack: /invite and the app's name), create the channel, or"
                f" correct desks.{told.desk}.announce_in in config/policy.yaml.",
            )
        )
        return
    yield from _plan_earlier(told)
    known = told.memory.announcements.get(want.message.kind)
    if known is None:
        # A run that was broken off, or a receipt that is lost, may have left it there.
        if Reading.ANNOUNCEMENT not in told.readings:
            yield Need(Reading.ANNOUNCEMENT)
            return
        if not want.posts or (told.ended and not _posted_before(told)):
            return
    thread = list(_plan_thread(told, posted=known is not None))
    if told.proposal_ended:
        # The edit takes away the mark by which the next run finds it, so it comes last.
        yield from thread
        yield from _plan_root(told, known, after=_keys_posted(thread))
    else:
        yield from _plan_root(told, known)
        yield from thread


def _posted_before(told: _Told) -> bool:
    return told.want.message.kind in told.stored.announcements


def _plan_root(told: _Told, known: PostReceipt | None, after: tuple[str, ...] = ()) -> Steps:
    """The announcement itself."""
    want = told.want
    if known is None:
        yield post(
            "slack.announcement",
            want.message,
            where=Where.ANNOUNCEMENT,
            drifted=_posted_before(told),
            proposal=told.proposal,
        )
    elif not want.root and (
        known.rev != want.message.rev or (told.moved and mentions_channel(want.message.text))
    ):
        yield edit(
            "slack.announcement",
            want.message,
            known.ts,
            where=Where.ANNOUNCEMENT,
            after=after,
            proposal=told.proposal,
        )


def _keys_posted(steps: Iterable[Step]) -> tuple[str, ...]:
    operations = (step.op for step in steps if isinstance(step, Change))
    return tuple(op.kind for op in operations if isinstance(op, PostMessage))


def _plan_thread(told: _Told, *, posted: bool) -> Steps:
    """The replies, and the reminders after them."""
    want, said = told.want, told.memory.replies
    missing = [each for each in want.replies if each.kind not in said]
    if missing and posted and Reading.THREAD not in told.readings:
        yield Need(Reading.THREAD)
        return
    parent = want.message.kind
    for message in missing:
        yield post(
            "slack.thread", message, where=Where.THREAD, parent=parent, mentions=told.mentions
        )
    for message in want.replies:
        before = said.get(message.kind)
        if before is not None and before.rev.startswith(WITHOUT_CHANNEL):
            yield edit("slack.thread", message, before.ts, where=Where.THREAD)
    yield from _plan_reminders(told, posted=posted)


def _plan_earlier(told: _Told) -> Steps:
    """Let the announcements of earlier episodes say that those are over."""
    again = escalated_again(with_channel=told.has_channel)
    waiting = escalated_again(with_channel=False) if told.has_channel else ""
    for former in told.want.earlier:
        message = replace(
            former,
            text=f"{former.text}\n{again}",
            without_channel=f"{former.text}\n{waiting}" if waiting else "",
        )
        known = told.memory.announcements.get(message.kind)
        if known is None or known.rev == BY_HAND:
            continue
        if known.rev != message.rev or (told.moved and told.has_channel):
            yield edit("slack.announcement", message, known.ts, where=Where.ANNOUNCEMENT)
    for message in _settled(told):
        before = told.memory.replies.get(message.kind)
        if before is not None and before.rev != message.rev:
            yield edit("slack.reminder", message, before.ts, where=Where.THREAD)


def _settled(told: _Told) -> Iterator[Message]:
    """Reminders that nobody need heed any more."""
    yield from told.want.settled
    answered = told.want.answered
    if answered is not None:
        for kind in told.memory.replies:
            if kind.startswith(answered.kind):
                number = kind.removeprefix(answered.kind)
                yield replace(answered, kind=kind, gist=f"{answered.gist}{number}")


def _plan_reminders(told: _Told, *, posted: bool) -> Steps:
    """Say what is overdue, once, and put right what was said."""
    due = [
        each
        for each in told.want.reminders
        if each.ticket_done is None or each.ticket_done is told.ticket_done
    ]
    said = told.memory.replies
    anew = [each for each in due if each.due and each.message.kind not in said]
    if anew and posted and Reading.THREAD not in told.readings:
        yield Need(Reading.THREAD)
        return
    for each in due:
        message = each.message
        called = {handle: told.ids[handle] for handle in message.calls if handle in told.ids}
        before = said.get(message.kind)
        if before is None and each.due:
            parent = told.want.message.kind
            yield post(
                "slack.reminder", message, where=Where.THREAD, parent=parent, mentions=called
            )
        elif before is not None and before.rev != message.rev:
            yield edit("slack.reminder", message, before.ts, where=Where.THREAD, mentions=called)
