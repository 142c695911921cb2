"""Reminders in the announcement's thread: posted when something is overdue, corrected when done."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.desired import Message
from reconciler.model.observed import Reading
from reconciler.reconcile.facets.messages import Where, accounts_unread, edit, mentions, post
from reconciler.reconcile.step import Facts, Need, Steps


def plan_due(facts: Facts, *, posted: bool) -> Steps:
    """Post each reminder that is due once, and correct those that are there.

    `posted` is True if the announcement is there.
    """
    want, said = facts.desired.announcement, facts.receipt.replies
    agreed = [
        each
        for each in want.reminders
        if each.ticket_done is None or each.ticket_done is facts.ticket.done
    ]
    missing = [each.message for each in agreed if each.due and each.message.kind not in said]
    if missing and posted and Reading.THREAD not in facts.observed.readings:
        yield Need(Reading.THREAD)
        return
    older = [
        each.message
        for each in agreed
        if (before := said.get(each.message.kind)) is not None and before.rev != each.message.rev
    ]
    if (need := accounts_unread(facts, [*missing, *older])) is not None:
        yield need
        return
    for message in (each.message for each in agreed):
        if message in missing:
            yield post(
                "slack.reminder",
                message,
                where=Where.THREAD,
                parent=want.message.kind,
                mentions=mentions(facts, message),
            )
        elif message in older:
            there = said[message.kind].ts
            called = mentions(facts, message)
            yield edit("slack.reminder", message, there, where=Where.THREAD, mentions=called)


def plan_answered(facts: Facts) -> Steps:
    """Correct the reminders that ask for nothing any more."""
    for message in _answered(facts):
        before = facts.receipt.replies.get(message.kind)
        if before is not None and before.rev != message.rev:
            yield edit("slack.reminder", message, before.ts, where=Where.THREAD)


def _answered(facts: Facts) -> Iterator[Message]:
    want = facts.desired.announcement
    yield from want.settled
    answered = want.answered
    if answered is not None:
        for kind in facts.receipt.replies:
            if kind.startswith(answered.kind):
                number = kind.removeprefix(answered.kind)
                yield replace(answered, kind=kind, gist=f"{answered.gist}{number}")
