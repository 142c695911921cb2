"""Comments on the ticket: one that names the channel and stays true, and one for each event."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.model.change import Change, Operation
from reconciler.model.comment_marker import marked
from reconciler.model.desired import Message, digest_of
from reconciler.model.observed import Ticket, TicketComment
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import Evidence, Facet, Parts, ReadBack, TicketOperation
from reconciler.reconcile.facets.entries import Entry, plan_entries
from reconciler.reconcile.step import Facts, Steps
from reconciler.reconcile.subject import SUMMARY, TITLE_LENGTH, Subject
from reconciler.reconcile.wording.escape import one_line, wiki
from reconciler.reconcile.wording.jira import (
    acknowledged_comment,
    channel_comment,
    contact_comment,
    no_channel_comment,
    summary_comment,
    update_comment,
    went_on_in,
)
from reconciler.reconcile.wording.placeholders import fill, fill_reason, mentions_channel

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData


class Comments(Facet):
    """Comments for people who read only the ticket and not Slack."""

    def plan(self, facts: Facts) -> Steps:
        has_channel = facts.observed.channel is not None or facts.fresh
        wanted = (each for each in _wanted(facts) if has_channel or not each.sticky)
        ended = facts.desired.phase.ended
        yield from plan_entries(
            CommentEntry(facts, "jira.comment", each, posts=not (each.sticky and ended))
            for each in wanted
        )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        return {"comments": tuple(sorted({*receipt.comments, *evidence.ticket.comments}))}


class CommentEntry(Entry):
    """A comment on the ticket."""

    @property
    def known(self) -> TicketComment | None:
        """The comment as Jira shows it."""
        return self.facts.ticket.comments.get(self.message.key)

    @property
    def present(self) -> bool:
        """An event counts as posted even if people deleted the comment."""
        deleted = not self.message.sticky and self.message.key in self.facts.stored.comments
        return self.known is not None or deleted

    @property
    def outdated(self) -> bool:
        known, facts = self.known, self.facts
        if known is None or not self.message.sticky:
            return False
        right = digest_of(self.message.text, facts.name)
        return known.touched or facts.fresh or known.rev != right

    @property
    def drifted(self) -> bool:
        if self.known is None:
            return self.message.key in self.facts.stored.comments
        return self.known.touched

    @property
    def shows(self) -> str:
        return "edited by a person" if self.known and self.known.touched else super().shows

    def operation(self) -> Operation:
        known, message = self.known, self.message
        parts = {
            "kind": message.key,
            "body": message.text,
            "without_channel": message.without_channel,
        }
        if known is None:
            return AddComment(**parts)
        return EditComment(**parts, id=known.id, rev="" if known.touched else known.rev)


def _wanted(facts: Facts) -> Iterator[Message]:
    earlier = tuple(each.name for each in facts.receipt.earlier_channels)
    for message in facts.desired.jira.comments:
        if message.sticky and earlier:
            yield replace(message, text=message.text + went_on_in(earlier))
        else:
            yield message


def desired_comments(subject: Subject) -> Iterator[Message]:
    """The comment that names the channel, and one for each event."""
    yield from _acknowledged(subject)
    yield from _names_channel(subject)
    yield from _news(subject)
    resolution = subject.episode.resolution
    if resolution is not None:
        text = summary_comment(subject.escalation, resolution, subject.roster)
        where = subject.here("resolution")
        yield Message(subject.kind("summary"), text, where, title=SUMMARY)


def _names_channel(subject: Subject) -> Iterator[Message]:
    if subject.escalation.by_hand.comment is None:
        where, title = subject.at("ticket"), "names the channel"
        yield Message(
            "channel",
            channel_comment(),
            where,
            sticky=True,
            title=title,
            without_channel=no_channel_comment(),
        )


def _acknowledged(subject: Subject) -> Iterator[Message]:
    found = subject.effective.acknowledged
    if found is not None and subject.phase.active:
        text = acknowledged_comment(found, subject.roster, subject.links)
        title = one_line(f"acknowledged by {subject.roster.name(found.by)}", TITLE_LENGTH)
        yield Message(subject.kind("acknowledged"), text, subject.here("reason"), title=title)


def _news(subject: Subject) -> Iterator[Message]:
    """Comments for updates and a new contact."""
    for index, update in enumerate(subject.episode.updates):
        text, where = update_comment(update, subject.roster), subject.here("updates", index)
        title = one_line(
            f"update {index + 1} by {subject.roster.name(update.by)}: {update.text}", TITLE_LENGTH
        )
        yield Message(subject.kind(f"update-{index + 1}"), text, where, title=title)
    contacts = subject.effective.ownership.contacts
    if subject.phase.active and len(contacts) > 1 and contacts[-1] == subject.episode.contact:
        new, old = contacts[-1], contacts[-2]
        kind, where = subject.hand("contact", contacts, new), subject.here("contact")
        title = one_line(f"{subject.roster.name(new)} is the contact now", TITLE_LENGTH)
        yield Message(kind, contact_comment(new, old, subject.roster), where, title=title)


class AddComment(TicketOperation):
    """Add a comment."""

    do: str = "add_comment"
    kind: str
    body: str
    without_channel: str = ""
    """Text to post while the channel cannot be created; empty if the comment waits for it."""
    field = "comment"
    remedy = "Give the reconciler's account the permission Add Comments."

    @property
    def thing(self) -> str:
        return self.kind

    @property
    def costs(self) -> Mapping[str, int]:
        return {"posts": 1}

    def apply(self, change: Change, work: "Work") -> None:
        if work.channel is not None or not mentions_channel(self.body):
            # A text that does not mention the channel is the same without one.
            rev = digest_of(self.body, work.ref.name if mentions_channel(self.body) else "")
            self._send(change, work, marked(fill(self.body, work.ref), work.ticket, self.kind, rev))
        elif not work.no_channel or not self.without_channel:
            work.skipped(change, "the channel")
        else:
            body = fill_reason(self.without_channel, wiki(work.no_channel))
            rev = digest_of(body, "")
            self._send_less(change, work, marked(body, work.ticket, self.kind, rev), rev)

    def _send(self, change: Change, work: "Work", text: str) -> None:
        edit = work.edit.doing(self.field, "add", {"body": text}, once=True)
        work.in_edit(change, self.field, edit)

    def _send_less(self, change: Change, work: "Work", text: str, rev: str) -> None:
        """Post why there is no channel; a later run edits the comment."""
        self._send(change, work, text)

    def says_less(self, work: "Work") -> bool:
        return work.channel is None and mentions_channel(self.body)

    def remembered(self, receipt: Receipt) -> Parts:
        return {"comments": tuple(sorted({*receipt.comments, self.kind}))}

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return self.kind in ticket.comments

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        text = f"{self.kind}, revision {digest_of(self.body)}"
        return "another" if change.before else "", text

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return f"comment ({change.after})"


class EditComment(AddComment):
    """Edit a comment of the tool in place."""

    do: str = "edit_comment"
    id: str
    rev: str = ""
    """Digest of what the comment shows now."""

    @property
    def costs(self) -> Mapping[str, int]:
        return {}

    def replaces(self, planned: Operation) -> bool:
        return isinstance(planned, AddComment)

    def _send(self, change: Change, work: "Work", text: str) -> None:
        work.jira.edit_comment(work.ticket, self.id, text)
        work.done(change)

    def _send_less(self, change: Change, work: "Work", text: str, rev: str) -> None:
        if self.rev != rev:
            work.jira.edit_comment(work.ticket, self.id, text)
        work.says_less(change)

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return ""
