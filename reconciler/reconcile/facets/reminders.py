"""Reminders in the announcement's thread: posted when something is overdue, corrected when done."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.desired import Message
from reconciler.model.observed import Probe
from reconciler.reconcile.facets.message_operations import (
    Where,
    accounts_unread,
    edit,
    mentions,
    post,
)
from reconciler.reconcile.step import Facts, Steps


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
    missing = [each.message for each in agreed if each.due and each.message.key not in said]
    if missing and posted and Probe.THREAD not in facts.observed.probed:
        yield Probe.THREAD
        return
    older = [
        each.message
        for each in agreed
        if (before := said.get(each.message.key)) is not None and before.rev != each.message.digest
    ]
    if (probe := accounts_unread(facts, [*missing, *older])) is not None:
        yield probe
        return
    for message in (each.message for each in agreed):
        if message in missing:
            yield post(
                "slack.reminder",
                message,
                where=Where.THREAD,
                parent=want.message.key,
                mentions=mentions(facts, message),
            )
        elif message in older:
            there = said[message.key].ts
            called = mentions(facts, message)
            yield edit("slack.reminder", message, there, where=Where.THREAD, mentions=called)


def plan_answered(facts: Facts) -> Steps:
    """Edit reminders whose request is done."""
    for message in _answered(facts):
        before = facts.receipt.replies.get(message.key)
        if before is not None and before.rev != message.digest:
            yield edit("slack.reminder", message, before.ts, where=Where.THREAD)


def _answered(facts: Facts) -> Iterator[Message]:
    want = facts.desired.announcement
    yield from want.settled
    answered = want.answered
    if answered is not None:
        for kind in facts.receipt.replies:
            if kind.startswith(answered.key):
                number = kind.removeprefix(answered.key)
                yield replace(answered, key=kind, title=f"{answered.title}{number}")
