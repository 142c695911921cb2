"""Earlier episodes: a run may never have seen how one of them ended."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.desire.case import Case
from reconciler.desire.kinds import episode_kind
from reconciler.desire.links import Links
from reconciler.desire.slack_wording import SlackWording
from reconciler.model.desired import Message
from reconciler.model.phase import phase
from reconciler.model.roster import Roster


def earlier_announcements(case: Case, roster: Roster, links: Links) -> Iterator[Message]:
    """What the announcement of each episode before the current one says: that it is over."""
    episodes = case.escalation.episodes
    for number in range(len(episodes)):
        former = case.escalation.model_copy(update={"episodes": episodes[:number]})
        ended = phase(former)
        if not ended.ended:
            continue  # a finding tells that it goes on
        told = replace(
            case, escalation=former, phase=ended, held="", overridden_by="", acknowledged=None
        )
        where = "episodes", number - 1
        yield Message(
            episode_kind("announcement", number),
            SlackWording(told, roster, links).announcement(with_channel=False),
            case.source.position(*where if number else ("ticket",)),
            standing=True,
            gist=f"episode {number + 1}: {ended}",
        )
