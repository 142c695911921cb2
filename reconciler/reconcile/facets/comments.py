"""Comments on the ticket: one that names the channel and stays true, and one for each event."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.comment_mark import CHANNEL_COMMENT
from reconciler.model.desired import Message
from reconciler.model.observed import Probe
from reconciler.model.receipt import Receipt
from reconciler.model.ticket_comments import recalled_comments, unread_comments
from reconciler.reconcile.facet import Evidence, Facet, Parts
from reconciler.reconcile.facets.postings import Posting, plan_postings
from reconciler.reconcile.step import Facts, Steps
from reconciler.reconcile.subject import SUMMARY, TITLE_LENGTH, Subject
from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.jira import (
    acknowledged_comment,
    channel_comment,
    contact_comment,
    no_channel_comment,
    summary_comment,
    update_comment,
    went_on_in,
)


class Comments(Facet):
    """Comments for people who read only the ticket and not Slack."""

    needs = frozenset({"Jira"})

    def plan(self, facts: Facts) -> Steps:
        if Probe.COMMENTS not in facts.observed.probed and unread_comments(facts.ticket):
            yield Probe.COMMENTS
            return
        # It names the channel while the escalation is active. Later it stays as it is.
        has_channel = facts.observed.channel is not None or facts.fresh
        names_channel = has_channel and not facts.desired.phase.ended
        yield from plan_postings(
            Posting(facts, "jira.comment", each, None)
            for each in _wanted(facts)
            if names_channel or not each.sticky
        )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        return recalled_comments(receipt, evidence.ticket)


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
        yield Message(subject.kind("summary"), text, where, title=SUMMARY, corrected=True)


def _names_channel(subject: Subject) -> Iterator[Message]:
    acknowledged = _by_whom(subject)
    if subject.escalation.by_hand.comment is None:
        where, title = subject.at("ticket"), "names the channel"
        yield Message(
            CHANNEL_COMMENT,
            channel_comment(acknowledged),
            where,
            sticky=True,
            title=title,
            without_channel=no_channel_comment(acknowledged),
        )


def _acknowledged(subject: Subject) -> Iterator[Message]:
    """Who acknowledged it, unless the comment that names the channel tells that."""
    found, text = subject.effective.acknowledged, _by_whom(subject)
    alone = not subject.opens_channel or subject.escalation.by_hand.comment is not None
    if found is not None and text and subject.phase.active and alone:
        title = one_line(f"acknowledged by {subject.roster.name(found.by)}", TITLE_LENGTH)
        yield Message(subject.kind("acknowledged"), text, subject.here("reason"), title=title)


def _by_whom(subject: Subject) -> str:
    """That it is escalated, and who acknowledged it; empty if no review did."""
    found = subject.effective.acknowledged
    if found is None or subject.escalation.imported:
        return ""
    return acknowledged_comment(found, subject.roster, subject.links)


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
