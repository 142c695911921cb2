"""How a comment on the ticket is posted and edited."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from reconciler.model.change import Change, Operation
from reconciler.model.comment_marker import marked
from reconciler.model.desired import digest_of
from reconciler.model.observed import Ticket
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import Parts, ReadBack, TicketOperation
from reconciler.reconcile.wording.escape import wiki
from reconciler.reconcile.wording.placeholders import fill, fill_reason, mentions_channel

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData


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
