"""What one escalation's changes have done so far, and what goes into the ticket's one edit."""

from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.apply.outcomes import Outcomes
from reconciler.model.change import Change
from reconciler.model.outcome import Result
from reconciler.model.receipt import ChannelReceipt, Receipt
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.jira.gateway import TicketEdit

NEXT_RUN: Final = "the next run reads it back"
WITHOUT_CHANNEL: Final = "the channel; until then it says why there is none"
"""What a message waits for that has said everything else."""


@dataclass
class Ledger:
    """One pass over the changes of one escalation; mutable, used by one thread."""

    ticket: str
    memory: Receipt
    channel: ChannelReceipt | None
    announced_in: str | None
    outcomes: Outcomes
    edit: TicketEdit = field(default_factory=TicketEdit)
    edited_by: dict[str, Change] = field(default_factory=dict)
    """The changes that wait in the edit, by the field of Jira that they touch."""
    no_channel: str = ""
    """Why Slack refused to create the channel, in words; empty unless it did in this run."""
    look_again: bool = False
    """Whether what depends on the channel needs a second look at it first."""

    def remember(self, **parts: object) -> None:
        """Note what was done, so that the receipt tells it."""
        self.memory = self.memory.model_copy(update=parts)

    def in_edit(self, change: Change, field_name: str, **parts: object) -> None:
        """Let a change wait for the ticket's edit."""
        self.edit = replace(self.edit, **parts)  # type: ignore[arg-type] # checked by the caller
        self.edited_by[f"{field_name} {len(self.edited_by)}"] = change

    def done(self, change: Change, answer: str = "") -> None:
        """Note a success."""
        self._note(change, Result.DONE, answer)

    def skipped(self, change: Change, waits_for: str) -> None:
        """Note that a change waits for another."""
        self._note(change, Result.SKIPPED, f"waits for {waits_for}")

    def failed(self, change: Change, error: ServiceError) -> None:
        """Note a failure, and whether it may have taken effect all the same."""
        unknown = error.effect is Effect.UNKNOWN
        cure = error.cure or (NEXT_RUN if unknown else "the next run tries again")
        self._note(change, Result.UNKNOWN if unknown else Result.FAILED, error.answer, cure)

    def refused(self, change: Change, answer: str, cure: str) -> None:
        """Note that the service understood and declined."""
        self._note(change, Result.FAILED, answer, cure)

    def _note(self, change: Change, result: Result, answer: str, cure: str = "") -> None:
        self.outcomes.note(change, result, answer, cure)
