"""One planner for everything posted: posted once, found again by its key, edited to stay true.

A facet says which messages or comments it wants and where. The rules are the same for all: a read
must show that one is missing before it is posted, and a sticky one is edited if its text differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.change import Action, Change, Operation
from reconciler.model.desired import ANSWERED, WITHOUT_CHANNEL, Message, digest_of
from reconciler.model.observed import Probe, TicketComment
from reconciler.model.receipt import BY_HAND, UNDER_MARK, PostReceipt
from reconciler.reconcile.facets.comment_operations import AddComment, EditComment
from reconciler.reconcile.facets.message_operations import (
    EditMessage,
    PostMessage,
    Where,
    remembered,
)
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.reconcile.wording.placeholders import mentions_channel


@dataclass(frozen=True)
class Posting:
    """A message or comment that the file asks for, and its place."""

    facts: Facts
    facet: str
    message: Message
    where: Where | None = Where.CHANNEL
    """Its place in Slack; None for a comment on the ticket."""
    posts: bool = True
    """Whether it is posted if it is missing; otherwise only what is there is edited."""
    edits: bool = False
    """Whether it is edited like a sticky message, although it is posted only once."""
    parent: str = ""
    """Key of the announcement in whose thread it belongs."""
    pull_request: str = ""
    ended: bool = False
    """True if it says that this pull request has ended without an escalation."""
    after: tuple[str, ...] = ()
    """Keys of the replies that must be posted before it is edited."""

    @property
    def known(self) -> PostReceipt | TicketComment | None:
        """What is posted, as the receipt and the services show it."""
        if self.where is None:
            return self.facts.ticket.comments.get(self.message.key)
        return remembered(self.facts.receipt, self.where).get(self.message.key)

    @property
    def missing(self) -> bool:
        """True if it must be posted. A comment that people deleted is posted again if sticky."""
        deleted = self.where is None and not self.message.sticky and self._posted_before
        return self.posts and self.known is None and not deleted

    @property
    def outdated(self) -> bool:
        """True if it is posted, and must be edited to be true."""
        facts, known, message = self.facts, self.known, self.message
        if known is None or known.rev == BY_HAND:
            return False
        if message.answered and known.rev.startswith(ANSWERED):
            return False  # what was answered keeps its time
        if not message.sticky and not message.corrected and not self.edits:
            return known.rev.startswith(WITHOUT_CHANNEL)
        if isinstance(known, TicketComment) and message.corrected:
            return not known.touched and known.rev != digest_of(message.text, "")
        if isinstance(known, TicketComment):
            right = digest_of(message.text, facts.name)
            return known.touched or facts.fresh or known.rev != right
        return known.rev != message.digest or (_moved(facts) and mentions_channel(message.text))

    @property
    def unread(self) -> Probe | None:
        """What must be read first: whether it is there, then the accounts that it mentions."""
        observed, where = self.facts.observed, self.where
        to_come = {  # what is yet to be created holds nothing
            Where.CHANNEL: self.facts.fresh,
            Where.ANNOUNCEMENT: False,
            Where.THREAD: self.parent not in self.facts.receipt.announcements,
        }
        # Every run reads the comments.
        read = where is None or to_come[where] or where.probe in observed.probed
        if where is not None and self.missing and not read:
            return where.probe
        known = {*observed.slack_ids, *observed.unknown}
        found = all(each in known or f"slack/{each}" in known for each in self.message.calls)
        return None if found or Probe.PEOPLE in observed.probed else Probe.PEOPLE

    @property
    def _posted_before(self) -> bool:
        stored, where = self.facts.stored, self.where
        if where is None:
            return self.message.key in stored.comments
        lost = where is Where.CHANNEL and self.facts.fresh
        return self.message.key in remembered(stored, where) and not lost

    @property
    def change(self) -> Change:
        """Post it, or edit it if it is there."""
        touched = isinstance(self.known, TicketComment) and self.known.touched
        again = self.known is None and self.message.sticky and self._posted_before
        return Change(
            facet=self.facet,
            action=Action.CHANGE if self.known else Action.ADD,
            before="edited by a person" if touched else "older text" if self.known else "",
            after=self.message.title,
            why=why(self.message.why, drifted=touched or again),
            op=self._operation,
        )

    @property
    def _operation(self) -> Operation:
        message, known, ids = self.message, self.known, self.facts.observed.slack_ids
        parts: dict[str, Any] = {"kind": message.key, "without_channel": message.without_channel}
        if self.where is None:
            internal = self.facts.desired.jira.internal_comments
            parts |= {"body": message.text, "internal": internal}
            if not isinstance(known, TicketComment):
                return AddComment(**parts)
            return EditComment(**parts, id=known.id, rev="" if known.touched else known.rev)
        parts |= {
            "where": self.where,
            "text": message.text,
            "layout": message.layout,
            "rev": message.digest,
            "pull_request": self.pull_request,
            "ended": self.ended,
            "mentions": {each: ids[each] for each in message.calls if each in ids},
            "calls": message.calls,
        }
        if not isinstance(known, PostReceipt):
            return PostMessage(**parts, parent=self.parent)
        return EditMessage(**parts, ts=known.ts, after=self.after)


def plan_postings(postings: Iterable[Posting]) -> Steps:
    """Post those that are missing and edit those that are outdated, in their order."""
    wanted = [each for each in postings if each.missing or each.outdated]
    probe = next((each.unread for each in wanted if each.unread), None)
    if probe is not None:
        yield probe
    else:
        yield from (each.change for each in wanted)


def events(
    stored: Mapping[str, PostReceipt], seen: Mapping[str, PostReceipt]
) -> dict[str, PostReceipt]:
    """The posted events by key: those of the receipt, even if deleted since, and those observed."""
    marked = {kind: each for kind, each in stored.items() if each.rev == UNDER_MARK}
    return {**stored, **seen, **marked}


def _moved(facts: Facts) -> bool:
    """True if the messages link to another channel than the present one."""
    stored, channel = facts.stored.channel, facts.observed.channel
    if stored is None:
        return False
    return facts.fresh or (channel is not None and channel.id != stored.id)
