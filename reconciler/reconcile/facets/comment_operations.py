"""How a comment on the ticket is posted and edited: one request each."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from reconciler.model.change import Change, Operation
from reconciler.model.comment_mark import CHANNEL_COMMENT, CommentMark, is_summary
from reconciler.model.desired import digest_of
from reconciler.model.receipt import CommentReceipt
from reconciler.reconcile.facet import FacetOperation, ReadBack
from reconciler.reconcile.wording.escape import wiki
from reconciler.reconcile.wording.placeholders import fill, fill_reason, mentions_channel

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData

_REFUSALS: Final = {"400", "403", "404"}
_REMEDY: Final = (
    "Give the reconciler's account the permissions Add Comments and Edit Own Comments in the"
    " project. The next run tries again."
)


class AddComment(FacetOperation):
    """Add a comment."""

    do: str = "add_comment"
    kind: str
    body: str
    without_channel: str = ""
    """Text to post while the channel cannot be created; empty if the comment waits for it."""
    internal: bool = True
    """Whether customers do not see it."""

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
            self._keep(work, fill(self.body, work.ref), rev)
            work.done(change)
        elif not work.no_channel or not self.without_channel:
            work.skipped(change, "the channel")
        else:
            body = fill_reason(self.without_channel, wiki(work.no_channel))
            self._say_without_channel(work, body, digest_of(body, ""))
            work.says_less(change)

    def answered(self, change: Change, work: "Work", code: str, answer: str) -> bool:
        if code in _REFUSALS:
            work.refused(change, answer, _REMEDY)
        return code in _REFUSALS

    def _say_without_channel(self, work: "Work", text: str, rev: str) -> None:
        """Post why there is no channel; a later run edits the comment."""
        self._keep(work, text, rev)

    def _keep(self, work: "Work", text: str, rev: str) -> None:
        """Send it, and remember its id."""
        id_ = self._send(work, text, CommentMark(work.ticket, self.kind, rev))
        work.remember(comments=tuple(sorted({*work.receipt.comments, self.kind})))
        if self.kind == CHANNEL_COMMENT:
            work.remember(channel_comment=CommentReceipt(id=id_, rev=rev))
        elif is_summary(self.kind):
            kept = {**work.receipt.summary_comments, self.kind: CommentReceipt(id=id_, rev=rev)}
            work.remember(summary_comments=kept)
        else:
            work.remember(event_comments=(*work.receipt.event_comments, id_))

    def _send(self, work: "Work", text: str, mark: CommentMark) -> str:
        """Send the text; return the id of the comment."""
        return work.jira.comments.add(work.ticket, text, mark, internal=self.internal)

    def confirmed(self, seen: ReadBack) -> bool:
        return seen.ticket is not None and self.kind in seen.ticket.comments

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        text = f"{self.kind}, revision {digest_of(self.body)}"
        return "another" if change.before else "", text

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return f"adds a comment ({change.after})"


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

    def _send(self, work: "Work", text: str, mark: CommentMark) -> str:
        work.jira.comments.edit(work.ticket, self.id, text, mark, internal=self.internal)
        return self.id

    def _say_without_channel(self, work: "Work", text: str, rev: str) -> None:
        if self.rev != rev:
            self._keep(work, text, rev)

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return ""
