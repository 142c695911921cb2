"""Carrying out what belongs to Jira: gathered into one edit, sent last."""

from dataclasses import replace

from reconciler.apply.ledger import WITHOUT_CHANNEL, Ledger
from reconciler.apply.outcomes import RECEIPT
from reconciler.desire.escape import wiki
from reconciler.desire.jira_wording import marked
from reconciler.desire.placeholders import ChannelRef, fill, fill_reason, mentions_channel
from reconciler.model.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    EditComment,
    LinkTicket,
    RemoveLabel,
    SetPriority,
    SetRemoteLink,
)
from reconciler.model.desired import revision
from reconciler.model.receipt import PriorityReceipt, Receipt
from reconciler.model.receipt_form import LONGEST, fits
from reconciler.services.errors import ServiceError
from reconciler.services.jira.gateway import JiraGateway, TicketEdit

_CURES = {
    "assignee": "Give the person the permission Assignable User in the project, or correct their"
    " Jira account in config/roster.yaml.",
    "priority": "Correct jira.priority in config/policy.yaml, or put the priority on the"
    " project's edit screen and into its priority scheme.",
    "labels": "Put the field Labels on the project's edit screen.",
    "issuelinks": "Correct jira.follow_up_link in config/policy.yaml, and the follow-ups.",
    "comment": "Give the reconciler's account the permission Add Comments.",
}

_NO_RECEIPT = f"without the receipt, which would be longer than {LONGEST} characters"


class JiraChanges:
    """Does Jira's changes of one escalation."""

    def __init__(self, jira: JiraGateway, workspace_url: str, ledger: Ledger) -> None:
        """Note in `ledger` what is done."""
        self._jira = jira
        self._workspace_url = workspace_url
        self._ledger = ledger

    def do(self, change: Change) -> None:
        """Carry a change out now, or let it wait for the edit."""
        try:
            self._dispatch(change)
        except ServiceError as error:
            self._ledger.failed(change, error)

    def _dispatch(self, change: Change) -> None:
        match change.op:
            case AddComment() | EditComment():
                self._put_comment(change, change.op)
            case SetRemoteLink():
                self._link(change, change.op)
            case _:
                self._wait(change)

    def _wait(self, change: Change) -> None:
        ledger, edit = self._ledger, self._ledger.edit
        match change.op:
            case AddLabel(label=label):
                ledger.in_edit(change, "labels", add_labels=(*edit.add_labels, label))
            case RemoveLabel(label=label):
                ledger.in_edit(change, "labels", remove_labels=(*edit.remove_labels, label))
            case SetPriority(id=priority):
                ledger.in_edit(change, "priority", priority=priority)
            case Assign(account=account):
                ledger.in_edit(change, "assignee", assignee=account)
            case LinkTicket(key=key, link_type=kind):
                ledger.in_edit(change, "issuelinks", links=(*edit.links, (kind, key)))
            case _:
                ledger.in_edit(change, "receipt")

    def _put_comment(self, change: Change, op: AddComment | EditComment) -> None:
        ledger = self._ledger
        if ledger.channel is None and mentions_channel(op.body):
            self._comment_without_channel(change, op)
        elif isinstance(op, EditComment):
            self._jira.edit_comment(ledger.ticket, op.id, self._comment(op.kind, op.body))
            ledger.done(change)
        else:
            text = self._comment(op.kind, op.body)
            ledger.in_edit(change, "comment", comments=(*ledger.edit.comments, text))

    def _comment_without_channel(self, change: Change, op: AddComment | EditComment) -> None:
        """Say why there is no channel, unless the comment says so; it is edited later."""
        ledger = self._ledger
        if not ledger.no_channel or not op.without_channel:
            ledger.skipped(change, "the channel")
            return
        body = fill_reason(op.without_channel, wiki(ledger.no_channel))
        rev = revision(body, "")
        text = marked(body, ledger.ticket, op.kind, rev)
        if isinstance(op, AddComment):
            ledger.in_edit(change, "comment", comments=(*ledger.edit.comments, text))
            return
        if op.rev != rev:
            self._jira.edit_comment(ledger.ticket, op.id, text)
        ledger.skipped(change, WITHOUT_CHANNEL)

    def _ref(self) -> ChannelRef:
        channel = self._ledger.channel
        return ChannelRef(
            channel.id if channel else "", channel.name if channel else "", self._workspace_url
        )

    def _comment(self, kind: str, body: str) -> str:
        ref = self._ref()
        # What says nothing of the channel is the same before there is one.
        rev = revision(body, ref.name if mentions_channel(body) else "")
        return marked(fill(body, ref), self._ledger.ticket, kind, rev)

    def _link(self, change: Change, op: SetRemoteLink) -> None:
        ref = self._ref()
        if not ref.id:
            self._ledger.skipped(change, "the channel")
            return
        self._jira.set_remote_link(
            self._ledger.ticket, ref.url, f"#{ref.name}", op.summary, ended=op.ended
        )
        self._ledger.remember(remote_link=op.rev)
        self._ledger.done(change)

    def finish(self, stored: Receipt | None) -> None:
        """Send the edit and the receipt.

        A field that Jira refuses is left out and told; the rest is sent again, because Jira
        refuses an edit as a whole.
        """
        ledger = self._ledger
        while True:
            receipt = self._receipt()
            known = receipt == (stored or Receipt(ticket=ledger.ticket))
            if ledger.edit.empty and (known or not fits(receipt)):
                break
            try:
                self._send(receipt)
            except ServiceError as error:
                if self._drop(error):
                    continue
                for change in ledger.edited_by.values() or [RECEIPT]:
                    ledger.failed(change, error)
                return
            break
        answer = "" if fits(receipt) else _NO_RECEIPT
        for change in ledger.edited_by.values():
            if self._says_less(change):
                ledger.skipped(change, WITHOUT_CHANNEL)
            else:
                ledger.done(change, answer)

    def _says_less(self, change: Change) -> bool:
        """True for a comment that could not name the channel, because there is none."""
        op = change.op
        return isinstance(op, AddComment) and (
            self._ledger.channel is None and mentions_channel(op.body)
        )

    def _send(self, receipt: Receipt) -> None:
        if self._ledger.edit.empty:
            self._jira.remember(self._ledger.ticket, receipt)
        else:
            # Only what must outlive a crash between the two is in the receipt before the edit.
            before = self._ledger.memory.model_copy(update={"priority": receipt.priority})
            # Label and priority do not depend on what Jira would refuse.
            self._jira.edit(
                self._ledger.ticket,
                self._ledger.edit,
                before if fits(before) else None,
                receipt if fits(receipt) else None,
            )

    def _drop(self, error: ServiceError) -> bool:
        """Take the refused fields out of the edit; False when that is not what is wrong."""
        ledger = self._ledger
        refused = {
            key: name for key in ledger.edited_by if (name := key.partition(" ")[0]) in error.fields
        }
        for key, name in refused.items():
            change = ledger.edited_by.pop(key)
            ledger.refused(change, f"{name}: {error.fields[name]}", _CURES.get(name, ""))
            ledger.edit = _without(ledger.edit, name)
        return bool(refused)

    def _receipt(self) -> Receipt:
        """The receipt as it will be when the edit has taken effect."""
        parts: dict[str, object] = {}
        memory = self._ledger.memory
        for change in self._ledger.edited_by.values():
            match change.op:
                case AddLabel():
                    parts["labelled"] = True
                case RemoveLabel():
                    parts |= {"labelled": False, "priority": None}
                case SetPriority(id=ours, previous=previous, restores=False) if not memory.priority:
                    parts["priority"] = PriorityReceipt(
                        previous_id=previous.id if previous else None,
                        previous_name=previous.name if previous else None,
                        ours=ours,
                    )
                case SetPriority(restores=True):
                    parts["priority"] = None
                case Assign(account=account):
                    parts["assignee"] = account
                case AddComment(kind=kind):
                    made = {*memory.comments, *self._kinds(), kind}
                    parts["comments"] = tuple(sorted(made))
                case _:
                    pass
        return memory.model_copy(update=parts)

    def _kinds(self) -> set[str]:
        changes = self._ledger.edited_by.values()
        return {change.op.kind for change in changes if isinstance(change.op, AddComment)}


def _without(edit: TicketEdit, name: str) -> TicketEdit:
    empty = TicketEdit()
    fields = {
        "labels": ("add_labels", "remove_labels"),
        "priority": ("priority",),
        "assignee": ("assignee",),
        "issuelinks": ("links",),
        "comment": ("comments",),
    }
    parts = {field: getattr(empty, field) for field in fields.get(name, ())}
    return replace(edit, **parts)
