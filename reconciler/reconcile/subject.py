"""One escalation with everything from which its desired state is compiled."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from reconciler.model.escalation import Episode, Escalation
from reconciler.model.finding import Position
from reconciler.model.ownership_history import times
from reconciler.model.phase import Phase
from reconciler.model.policy import OpenFrom, Policy
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Snapshot
from reconciler.model.timeline import Arrival
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.message_keys import episode_key
from reconciler.reconcile.wording.slack import SlackWording

TITLE_LENGTH: Final = 80
"""The most characters of a message that a plan shows."""
SUMMARY: Final = "root-cause summary"


@dataclass(frozen=True)
class Subject:
    """One escalation with the files around it, at one moment."""

    snapshot: Snapshot
    effective: EffectiveEscalation
    links: Links
    now: datetime
    arrival: Arrival | None
    """Which pull request brought it."""

    @property
    def policy(self) -> Policy:
        """The company's policy."""
        return self.snapshot.policy

    @property
    def roster(self) -> Roster:
        """The company's people."""
        return self.snapshot.roster

    @property
    def escalation(self) -> Escalation:
        """The escalation as it counts."""
        return self.effective.escalation

    @property
    def episode(self) -> Episode:
        """The current one."""
        return self.effective.escalation.current

    @property
    def phase(self) -> Phase:
        """Its phase."""
        return self.effective.phase

    @cached_property
    def say(self) -> SlackWording:
        """Its words for Slack."""
        return SlackWording(self.effective, self.roster, self.links)

    def at(self, *loc: str | int) -> Position:
        """A place in the file."""
        return self.effective.source.position(*loc)

    def here(self, *loc: str | int) -> Position:
        """A place in the current episode."""
        return self.at(*self.escalation.current_loc, *loc)

    def kind(self, kind: str) -> str:
        """The key with the number of the episode, so that each episode has its own messages."""
        return episode_key(kind, len(self.escalation.episodes))

    @property
    def announcement(self) -> str:
        """The kind of the message that announces the current episode."""
        return self.kind("announcement")

    @property
    def follow_ups(self) -> tuple[str, ...]:
        """Keys of the tickets that the resolution of the current episode names."""
        resolution = self.episode.resolution
        if resolution is None or resolution.follow_ups == "none":
            return ()
        return tuple(resolution.follow_ups)

    def hand(self, role: str, handles: tuple[str, ...], person: str) -> str:
        """The key of a message on a role's owner. It differs each time the person gets the role.

        `handles` are its owners so far, in order.
        """
        count = times(handles, person)
        again = f"-{count}" if count > 1 else ""
        return self.kind(f"{role}-{person}{again}")

    @property
    def opens_channel(self) -> bool:
        """True if the policy asks for a channel in its phase."""
        early = self.policy.channel.open_from is OpenFrom.ACKNOWLEDGED
        return self.phase is Phase.ASSIGNED or (early and self.phase is Phase.ACKNOWLEDGED)

    def end_or_start(self) -> Position:
        """The place of the present phase: how the episode ended, or where it begins."""
        for end in ("resolution", "withdrawn"):
            if getattr(self.episode, end) is not None:
                return self.here(end)
        return self.here() if self.escalation.episodes else self.at("ticket")
