"""Messages of earlier episodes, because no run may have happened after one of them ended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from reconciler.model.desired import EarlierAnnouncement, Message
from reconciler.model.ownership_history import NO_OWNERSHIP_HISTORY
from reconciler.model.phase import phase
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.effective import EffectiveEscalation, at_time
from reconciler.reconcile.overdue import done_reminders
from reconciler.reconcile.wording.channel_name import channel_name
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.message_keys import episode_key
from reconciler.reconcile.wording.slack import SlackWording


def earlier_announcements(
    effective: EffectiveEscalation, snapshot: Snapshot, links: Links, now: datetime
) -> Iterator[EarlierAnnouncement]:
    """The announcement of each earlier episode, with the phase in which it ended."""
    for number, episode in _earlier(effective, now):
        loc = ("episodes", number - 1) if number else ("ticket",)
        say = SlackWording(episode, snapshot.roster, links)
        message = Message(
            episode_key("announcement", number),
            say.announcement(with_channel=True),
            effective.source.position(*loc),
            layout=say.announcement_layout(with_channel=True),
            sticky=True,
            title=f"episode {number + 1}: {episode.phase}",
            without_link=say.announcement(with_channel=False),
        )
        yield EarlierAnnouncement(message, channel_name(episode.escalation))


def earlier_reminders(
    effective: EffectiveEscalation, snapshot: Snapshot, now: datetime
) -> Iterator[Message]:
    """The reminders of earlier episodes, with the text that nothing is overdue in them."""
    for _, episode in _earlier(effective, now):
        for each in done_reminders(episode, snapshot, "It was escalated again"):
            yield each.message


def _earlier(
    effective: EffectiveEscalation, now: datetime
) -> Iterator[tuple[int, EffectiveEscalation]]:
    """The case as it was at the end of each former episode, and how many came before that."""
    episodes = effective.escalation.episodes
    for number in range(len(episodes)):
        former = effective.escalation.model_copy(update={"episodes": episodes[:number]})
        ended = phase(former)
        if not ended.ended:
            continue  # a finding reports that it has not ended
        episode = replace(
            effective,
            escalation=former,
            phase=ended,
            held="",
            waits="",
            acknowledged=None,
            not_agreed=(),
            unmerged=(),
            ownership=NO_OWNERSHIP_HISTORY,
            overridden_by="",
        )
        yield number, at_time(episode, now)
