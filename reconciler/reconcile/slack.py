"""The channel: that it exists, what it shows, and who is in it."""

from collections.abc import Callable, Iterator

from reconciler.desire.channel_name import another_name, prefix
from reconciler.desire.slack_wording import went_on_in
from reconciler.model.change import (
    Action,
    AddBookmark,
    Archive,
    Change,
    CreateChannel,
    EditBookmark,
    Invite,
    JoinChannel,
    Operation,
    Pin,
    RenameChannel,
    SetPurpose,
    SetTopic,
)
from reconciler.model.desired import Desired, Invitee, Message
from reconciler.model.drift import Drift, Loss
from reconciler.model.observed import Channel, Observed, Reading
from reconciler.model.receipt import Receipt, TextReceipt
from reconciler.reconcile.manual_changes import (
    channel_archived,
    channel_hidden,
    channel_renamed,
    unread_channel,
)
from reconciler.reconcile.messages import edit, post
from reconciler.reconcile.step import DRIFT, Facts, Need, Problem, Steps, why

_DAY = 86_400.0


def opens_fresh(desired: Desired, channel: Channel | None, *, archived_by_us: bool) -> bool:
    """Whether a channel is to be created: none is there, or it is over or lost for good."""
    if channel is None or not desired.channel.opens:
        return desired.channel.opens
    if channel.hidden:
        return desired.drift.channel_hidden is Loss.REPAIR
    return channel.archived and (archived_by_us or desired.drift.channel_archived is Loss.REPAIR)


def fresh_name(desired: Desired, stored: Receipt) -> str:
    """What a channel that is to be created will be called."""
    lost = stored.channel.name if stored.channel and not stored.archived else ""
    return another_name(desired.channel.name, lost)


def channel_told(desired: Desired, observed: Observed, memory: Receipt) -> str:
    """What the ticket calls the channel that is there."""
    known = memory.channel or observed.channel
    return known.name if known else desired.channel.name


def plan_slack(facts: Facts) -> Steps:
    """Everything about the channel, in the order in which it is done."""
    channel = facts.observed.channel
    if facts.fresh:
        yield from _lost(facts)
        yield _create(facts)
    elif channel is None:
        return
    elif channel.archived or channel.hidden:
        yield from _lost(facts)
        return
    elif not channel.bot_is_member:
        yield Change(
            facet="slack.membership",
            action=Action.ADD,
            after="the bot",
            why=DRIFT,
            op=JoinChannel(),
        )
        yield unread_channel(channel)
    else:
        yield from _plan_name(facts, channel)
    yield from _plan_texts(facts)
    yield from _plan_members(facts)
    yield from _plan_brief(facts)
    yield from _plan_bookmarks(facts)
    yield from _plan_posts(facts)
    yield from _plan_archive(facts)


def _lost(facts: Facts) -> Steps:
    """Tell of a channel that people took out of use while it is needed."""
    channel = facts.observed.channel
    if channel is None or not facts.desired.phase.active:
        return
    if channel.hidden:
        yield channel_hidden(facts, channel)
    elif channel.archived and not facts.stored.archived:
        yield channel_archived(facts, channel)


def _plan_name(facts: Facts, channel: Channel) -> Steps:
    known = facts.stored.channel
    moved = known is not None and known.id == channel.id and known.name != channel.name
    if known is None or not moved or not facts.desired.phase.active:
        return
    yield channel_renamed(facts, channel, known.name)
    if facts.desired.drift.channel_name is Drift.REPAIR:
        yield Change(
            facet="slack.name",
            action=Action.CHANGE,
            before=f"#{channel.name}",
            after=f"#{known.name}",
            why=DRIFT,
            op=RenameChannel(name=known.name),
        )


def _create(facts: Facts) -> Change:
    return Change(
        facet="slack.channel",
        action=Action.ADD,
        after=f"#{facts.name}",
        why=why(
            facts.desired.jira.assignee_why,
            drifted=facts.stored.channel is not None and not facts.stored.archived,
        ),
        op=CreateChannel(name=facts.name),
    )


def _plan_texts(facts: Facts) -> Steps:
    if facts.desired.channel.by_hand:
        return
    channel, want = facts.observed.channel, facts.desired.channel
    pairs: tuple[
        tuple[str, Message, TextReceipt | None, str, Callable[[Message], Operation]], ...
    ] = (
        (
            "slack.topic",
            want.topic,
            facts.memory.topic,
            channel.topic if channel else "",
            lambda message: SetTopic(text=message.text, rev=message.rev),
        ),
        (
            "slack.purpose",
            want.purpose,
            facts.memory.purpose,
            channel.purpose if channel else "",
            lambda message: SetPurpose(text=message.text, rev=message.rev),
        ),
    )
    for facet, message, told, stored, op in pairs:
        before = "" if facts.fresh else stored
        asked = told is not None and told.rev == message.rev
        if facts.fresh or not asked or (told is not None and told.stored != stored):
            yield Change(
                facet=facet,
                action=Action.CHANGE if before else Action.ADD,
                before=before,
                after=message.text,
                why=why(message.why, drifted=asked),
                op=op(message),
            )


def _plan_members(facts: Facts) -> Steps:
    """Invite who is missing; nobody is ever removed."""
    channel = facts.observed.channel
    members = channel.members if channel and not facts.fresh else frozenset[str]()
    missing: dict[str, str] = {}
    reasons: list[tuple[Invitee, bool]] = []
    for each in facts.desired.channel.invitees:
        unknown = facts.observed.unknown.get(f"slack/{each.handle}")
        if unknown is not None:
            yield Problem(unknown)
            continue
        slack_id = facts.observed.slack_ids[each.handle]
        before = slack_id in facts.memory.invited
        if slack_id not in (members or ()) and (each.again or not before):
            missing[each.handle] = slack_id
            reasons.append((each, before))
    if missing:
        first, before = reasons[0]
        yield Change(
            facet="slack.members",
            action=Action.ADD,
            after=", ".join(missing),
            why=why(first.why, drifted=before),
            op=Invite(users=missing),
        )


def _plan_brief(facts: Facts) -> Steps:
    """The pinned message."""
    message = facts.desired.channel.brief
    if message is None:
        return
    known = facts.memory.posts.get(message.kind)
    told = message.kind in facts.stored.posts and not facts.fresh
    if known is None:
        if (need := _unread(facts, Reading.MESSAGES)) is not None:
            yield need
            return
        yield post("slack.brief", message, drifted=told)
    elif known.rev != message.rev:
        yield edit("slack.brief", message, known.ts)
    if known is None or facts.memory.pinned != known.ts:
        if known is not None and (need := _unread(facts, Reading.PINS)) is not None:
            yield need
            return
        yield Change(
            facet="slack.pin",
            action=Action.ADD,
            after="pins the brief",
            why=why(message.why, drifted=facts.stored.pinned is not None and not facts.fresh),
            op=Pin(kind=message.kind),
        )


def _unread(facts: Facts, reading: Reading) -> Need | None:
    """What must be read first; nothing of a channel that is yet to be created."""
    return None if facts.fresh or reading in facts.observed.readings else Need(reading)


def _plan_bookmarks(facts: Facts) -> Steps:
    if facts.desired.phase.ended:
        return
    for want in facts.desired.channel.bookmarks:
        known = facts.memory.bookmarks.get(want.kind)
        if known is not None and known.rev == want.rev:
            continue
        if known is None and (need := _unread(facts, Reading.BOOKMARKS)) is not None:
            yield need
            return
        told = want.kind in facts.stored.bookmarks and not facts.fresh
        fields = {"kind": want.kind, "title": want.title, "link": want.link, "rev": want.rev}
        yield Change(
            facet="slack.bookmark",
            action=Action.CHANGE if known else Action.ADD,
            before="something else" if known else "",
            after=want.title,
            why=why(want.why, drifted=told),
            op=EditBookmark(id=known.id, **fields) if known else AddBookmark(**fields),
        )


def _plan_posts(facts: Facts) -> Steps:
    """Updates and the summary: events, posted once and never again."""
    wanted = (*_went_before(facts), *facts.desired.channel.posts)
    missing = [each for each in wanted if each.kind not in facts.memory.posts]
    if missing and (need := _unread(facts, Reading.MESSAGES)) is not None:
        yield need
        return
    for message in missing:
        facet = message.kind.partition("-")[0]
        ids = facts.observed.slack_ids
        called = {each: ids[each] for each in message.calls if each in ids}
        yield post(f"slack.{facet}", message, mentions=called)


def _went_before(facts: Facts) -> Iterator[Message]:
    """Which channel it was in before, for those in the new one: no bot can write into the old."""
    earlier, why = facts.memory.earlier_channels, facts.desired.channel.topic.why
    if earlier and facts.desired.phase.active:
        text = went_on_in(tuple(each.id for each in earlier))
        names = ", ".join(f"#{each.name}" for each in earlier)
        yield Message("earlier", text, why, gist=f"was in {names} before")


def _plan_archive(facts: Facts) -> Iterator[Change | Need]:
    """Archive when nobody has written for the policy's idle days after the end."""
    days = facts.desired.channel.archive_after_idle_days
    channel = facts.observed.channel
    if days is None or channel is None:
        return
    if facts.desired.channel.adopted and not channel.name.startswith(prefix(facts.desired.ticket)):
        return  # a file could name any channel; one that is about something else is not shut
    written = [
        float(facts.memory.posts[each.kind].ts)
        for each in facts.desired.channel.posts
        if each.kind in facts.memory.posts
    ]
    told = len(written) == len(facts.desired.channel.posts)
    if days and not channel.bot_is_member:
        return  # when somebody last wrote there can't be read before the bot has joined
    deadline = facts.now.timestamp() - days * _DAY
    if days and (not told or max(written, default=0.0) > deadline):
        return
    if days and Reading.IDLENESS not in facts.observed.readings:
        yield Need(Reading.IDLENESS)
        return
    if days and channel.latest is not None and channel.latest > deadline:
        return
    yield Change(
        facet="slack.archive",
        action=Action.REMOVE,
        before=f"#{channel.name}",
        after="archived",
        why=why(facts.desired.jira.why, drifted=False),
        op=Archive(),
    )
