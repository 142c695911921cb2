"""A receipt that does not count: what the change log shows instead, and what is reported.

Everything else that a receipt holds is read back from Slack and Jira before anything is changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reconciler.model.change_log import LoggedEdit
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.known_receipts import KnownReceipts
from reconciler.model.observed import Probe, Ticket
from reconciler.model.receipt import PROPERTY, PriorityReceipt, Receipt
from reconciler.model.sealed_receipt import LossReason, LostReceipt, replayed
from reconciler.model.ticket_comments import recognised

READ_BACK: Final = frozenset(
    {
        Probe.ANNOUNCEMENT,
        Probe.BOOKMARKS,
        Probe.CHANGELOG,
        Probe.COMMENTS,
        Probe.MESSAGES,
        Probe.PINS,
        Probe.REMOTE_LINK,
        Probe.THREAD,
    }
)
"""What is read before anything is changed for an escalation whose receipt is lost."""
_FIND_OUT: Final = f"Find out who edited the property {PROPERTY} of"


def judged(ticket: Ticket, known: KnownReceipts) -> Ticket:
    """The ticket without a receipt that is older than the last one known.

    A receipt that is missing where one was written before is a lost one.
    """
    receipt, lost, last = ticket.receipt, ticket.lost_receipt, known.last_counter(ticket)
    if receipt is not None and replayed(receipt, last):
        lost = LostReceipt(LossReason.OLDER, counter=receipt.counter)
        receipt = None
    elif receipt is None and lost is None and not ticket.newer_receipt:
        lost = LostReceipt(LossReason.ABSENT) if last or ticket.comments else None
    found = replace(ticket, receipt=receipt, lost_receipt=lost, last_counter=last)
    return found if receipt is ticket.receipt else recognised(found)


@dataclass
class _Shown:
    """What the tool's own edits left on the ticket, in the order in which they were made."""

    labelled: bool = False
    assignee: str | None = None
    priority: PriorityReceipt | None = None

    def follow(self, edit: LoggedEdit, label: str) -> None:
        changes = edit.changes
        if labels := changes.get("labels"):
            before, after = (label in each.split() for each in (labels.before, labels.after))
            self.labelled = after if before != after else self.labelled
            if before and not after:  # the end of an episode
                self.assignee = self.priority = None
                return
        if assignee := changes.get("assignee"):
            self.assignee = assignee.after or None
        if raised := changes.get("priority"):
            known = self.priority
            if known is not None and raised.after == known.previous_id:
                self.priority = None
            elif known is not None:
                self.priority = known.model_copy(update={"ours": raised.after})
            else:
                self.priority = PriorityReceipt(
                    previous_id=raised.before or None,
                    previous_name=raised.before_name or None,
                    ours=raised.after,
                )


def shown_by_change_log(desired: Desired, ticket: Ticket) -> Receipt:
    """The receipt as far as the tool's own edits of label, priority and assignee show it."""
    shown = _Shown()
    for edit in reversed(ticket.change_log or ()):
        if edit.by_us:
            shown.follow(edit, desired.jira.label)
    priority, current = shown.priority, ticket.priority
    if priority is None and shown.labelled and current and current.name == desired.jira.priority:
        # It had this priority already when the tool added the label.
        priority = PriorityReceipt(
            previous_id=current.id, previous_name=current.name, ours=current.id
        )
    return Receipt(
        ticket=desired.ticket,
        counter=ticket.last_counter,
        labelled=shown.labelled,
        assignee=shown.assignee,
        priority=priority,
    )


def lost_diagnostic(ticket: Ticket, lost: LostReceipt) -> Diagnostic:
    """Which receipt is lost, why, what the tool does, and what to do."""
    what, remedy = _WORDS[lost.reason](ticket, lost)
    return Diagnostic(
        "jira.receipt",
        f"the receipt on {ticket.key} {what}. The tool uses nothing of it, reads back from Jira and"
        " Slack what was done, and writes a new one",
        remedy,
    )


def _unsealed(ticket: Ticket, _: LostReceipt) -> tuple[str, str]:
    remedy = (
        "Nothing to do if an earlier version of the tool wrote it: this happens once after the"
        f" update. Otherwise, find out who edited the property {PROPERTY} of {ticket.key}."
    )
    return "has no seal", remedy


def _broken(ticket: Ticket, _: LostReceipt) -> tuple[str, str]:
    return "has a broken seal: the tool did not write it like this", f"{_FIND_OUT} {ticket.key}."


def _other_key(_: Ticket, lost: LostReceipt) -> tuple[str, str]:
    remedy = (
        "If the key of the seals or Jira's token was replaced, set ESCALATE_SEAL_KEY_BEFORE to the"
        " former one. If you run the tool on your machine, set ESCALATE_SEAL_KEY as in the"
        " workflow."
    )
    what = f"was sealed with the key {lost.key!r}, and the present key is {lost.present_key}"
    return what, remedy


def _unreadable(ticket: Ticket, _: LostReceipt) -> tuple[str, str]:
    return "can't be read", f"{_FIND_OUT} {ticket.key}."


def _older(ticket: Ticket, lost: LostReceipt) -> tuple[str, str]:
    number, last = lost.counter, ticket.last_counter
    what = f"is an older one: it has the number {number}, and the last one written has {last}"
    return what, f"Find out who restored an older property {PROPERTY} of {ticket.key}."


def _absent(ticket: Ticket, _: LostReceipt) -> tuple[str, str]:
    remedy = (
        "Nothing to do if a run was stopped. Otherwise, find out who deleted the property"
        f" {PROPERTY} of {ticket.key}."
    )
    return "is missing, although the tool has changed the ticket", remedy


_WORDS: Final[Mapping[LossReason, Callable[[Ticket, LostReceipt], tuple[str, str]]]] = {
    LossReason.UNSEALED: _unsealed,
    LossReason.BROKEN: _broken,
    LossReason.OTHER_KEY: _other_key,
    LossReason.UNREADABLE: _unreadable,
    LossReason.OLDER: _older,
    LossReason.ABSENT: _absent,
}
