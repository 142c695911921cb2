"""Everything posted is an entry: posted once, found again by its key, edited to stay true.

A facet says which entries it wants and where. The rules for all of them are here: an entry that is
missing is posted after a read has shown that it is missing, and a sticky one whose text differs is
edited. A reply waits for its parent.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model.change import Action, Change, Operation
from reconciler.model.desired import WITHOUT_CHANNEL, Message
from reconciler.model.observed import Probe
from reconciler.model.receipt import BY_HAND, UNDER_MARK, PostReceipt
from reconciler.reconcile.facets.message_operations import (
    EditMessage,
    PostMessage,
    Where,
    remembered,
)
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.reconcile.wording.placeholders import mentions_channel

_PROBES: Final = {
    Where.CHANNEL: Probe.MESSAGES,
    Where.ANNOUNCEMENT: Probe.ANNOUNCEMENT,
    Where.THREAD: Probe.THREAD,
}
"""What must be read before something is posted there."""


@dataclass(frozen=True)
class Entry(ABC):
    """A message or comment that the file asks for, with what is known of it."""

    facts: Facts
    facet: str
    message: Message
    posts: bool = True
    """Whether it is posted if it is missing; otherwise only what is there is edited."""

    @property
    @abstractmethod
    def present(self) -> bool:
        """True if it is posted."""

    @property
    @abstractmethod
    def outdated(self) -> bool:
        """True if it is posted, and must be edited to be true."""

    @property
    def missing(self) -> bool:
        """True if it must be posted."""
        return self.posts and not self.present

    @property
    def probe(self) -> Probe | None:
        """What must be read before it is posted; None if every run reads it."""
        return None

    @property
    @abstractmethod
    def drifted(self) -> bool:
        """True if the change undoes what people did."""

    @property
    def shows(self) -> str:
        """What is there in its place now, in words."""
        return "older text" if self.present else ""

    @abstractmethod
    def operation(self) -> Operation:
        """Post it, or edit it if it is there."""


def plan_entries(entries: Iterable[Entry]) -> Steps:
    """Post the entries that are missing and edit those that are outdated, in their order."""
    wanted = [each for each in entries if each.missing or each.outdated]
    probe = next(filter(None, map(_unread, wanted)), None)
    if probe is not None:
        yield probe
        return
    for each in wanted:
        yield Change(
            facet=each.facet,
            action=Action.CHANGE if each.present else Action.ADD,
            before=each.shows,
            after=each.message.title,
            why=why(each.message.why, drifted=each.drifted),
            op=each.operation(),
        )


def _unread(entry: Entry) -> Probe | None:
    """What must be read first: whether it is there, then the accounts of those whom it mentions."""
    observed = entry.facts.observed
    if entry.missing and entry.probe is not None and entry.probe not in observed.probed:
        return entry.probe
    known = {*observed.slack_ids, *observed.unknown}
    found = all(each in known or f"slack/{each}" in known for each in entry.message.calls)
    return None if found or Probe.PEOPLE in observed.probed else Probe.PEOPLE


@dataclass(frozen=True)
class SlackEntry(Entry):
    """A message in Slack."""

    where: Where = Where.CHANNEL
    parent: str = ""
    """Key of the announcement in whose thread it belongs."""
    stays_true: bool = False
    """True if it is edited like a sticky message, although it is posted only once."""
    pull_request: str = ""
    after: tuple[str, ...] = ()
    """Keys of the replies that must be posted before it is edited."""

    @property
    def known(self) -> PostReceipt | None:
        """The message as the receipt and Slack show it."""
        return remembered(self.facts.receipt, self.where).get(self.message.key)

    @property
    def present(self) -> bool:
        return self.known is not None

    @property
    def outdated(self) -> bool:
        known, message = self.known, self.message
        if known is None or known.rev == BY_HAND:
            return False
        if not message.sticky and not self.stays_true:
            return known.rev.startswith(WITHOUT_CHANNEL)
        moved = _moved(self.facts) and mentions_channel(message.text)
        return known.rev != message.digest or moved

    @property
    def probe(self) -> Probe | None:
        """Nothing can be in a channel, or in a thread, that is yet to be created."""
        to_come = {
            Where.CHANNEL: self.facts.fresh,
            Where.ANNOUNCEMENT: False,
            Where.THREAD: self.parent not in self.facts.receipt.announcements,
        }
        return None if to_come[self.where] else _PROBES[self.where]

    @property
    def drifted(self) -> bool:
        if self.present or not self.message.sticky:
            return False
        before = self.message.key in remembered(self.facts.stored, self.where)
        return before and not (self.where is Where.CHANNEL and self.facts.fresh)

    def operation(self) -> Operation:
        message, known, ids = self.message, self.known, self.facts.observed.slack_ids
        parts: dict[str, Any] = {
            "where": self.where,
            "kind": message.key,
            "text": message.text,
            "rev": message.digest,
            "without_channel": message.without_channel,
            "pull_request": self.pull_request,
            "mentions": {each: ids[each] for each in message.calls if each in ids},
        }
        if known is None:
            return PostMessage(**parts, parent=self.parent)
        return EditMessage(**parts, ts=known.ts, after=self.after)


def events(
    remembered: Mapping[str, PostReceipt], seen: Mapping[str, PostReceipt]
) -> dict[str, PostReceipt]:
    """The posted events by key: those of the receipt, even if deleted since, and those observed."""
    marked = {kind: each for kind, each in remembered.items() if each.rev == UNDER_MARK}
    return {**remembered, **seen, **marked}


def _moved(facts: Facts) -> bool:
    """True if the messages link to another channel than the present one."""
    stored, channel = facts.stored.channel, facts.observed.channel
    if stored is None:
        return False
    return facts.fresh or (channel is not None and channel.id != stored.id)
