"""Comments on the ticket: one that names the channel and stays true, and one for each event."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change, Operation
from reconciler.model.comment_marker import marked
from reconciler.model.desired import Message, digest_of
from reconciler.model.observed import Ticket
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import Evidence, Facet, Parts, ReadBack, TicketOperation
from reconciler.reconcile.step import Facts, Steps, why
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
        for message in _wanted(facts):
            seen = facts.ticket.comments.get(message.key)
            posted = message.key in facts.stored.comments
            if message.sticky and not has_channel:
                continue
            if seen is None:
                if message.sticky and facts.desired.phase.ended:
                    continue
                if message.sticky or not posted:
                    yield _add(message, drifted=posted)
            elif message.sticky and (
                seen.touched or facts.fresh or seen.rev != digest_of(message.text, facts.name)
            ):
                yield Change(
                    facet="jira.comment",
                    action=Action.CHANGE,
                    before="edited by a person" if seen.touched else "older text",
                    after=message.title,
                    why=why(message.why, drifted=seen.touched),
                    op=EditComment(
                        kind=message.key,
                        id=seen.id,
                        body=message.text,
                        without_channel=message.without_channel,
                        rev="" if seen.touched else seen.rev,
                    ),
                )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        return {"comments": tuple(sorted({*receipt.comments, *evidence.ticket.comments}))}


def _add(message: Message, *, drifted: bool) -> Change:
    return Change(
        facet="jira.comment",
        action=Action.ADD,
        after=message.title,
        why=why(message.why, drifted=drifted),
        op=AddComment(kind=message.key, body=message.text, without_channel=message.without_channel),
    )


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
