"""One pass over the changes of one escalation: what they use, and what they have done so far."""

from dataclasses import dataclass, field
from typing import Final

from reconciler.model.change import Change
from reconciler.model.outcome import Result
from reconciler.model.receipt import ChannelReceipt, Receipt
from reconciler.reconcile.engine.outcomes import Outcomes
from reconciler.reconcile.wording.placeholders import ChannelRef
from reconciler.services.connect import Gateways
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.jira.edit import TicketEdit
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Identity, PostKey

NEXT_RUN: Final = "the next run reads what is there"
WITHOUT_CHANNEL: Final = "the channel; until then it shows why there is none"
"""What a message waits for if only the channel is missing in it."""


@dataclass
class Work:
    """Mutable, used by one thread."""

    gateways: Gateways
    identity: Identity
    ticket: str
    receipt: Receipt
    channel: ChannelReceipt | None
    announced_in: str | None
    outcomes: Outcomes
    edit: TicketEdit = field(default_factory=TicketEdit)
    edited_by: dict[str, Change] = field(default_factory=dict)
    """The changes that wait in the edit, by the field of Jira that they touch."""
    no_channel: str = ""
    """Why Slack refused to create the channel, in words; empty unless it did in this run."""
    needs_reread: bool = False
    """True if the channel must be read again before changes that depend on it."""

    @property
    def slack(self) -> SlackGateway:
        """Slack."""
        return self.gateways.slack

    @property
    def jira(self) -> JiraGateway:
        """Jira."""
        return self.gateways.jira

    @property
    def room(self) -> str:
        """Id of the channel; empty while there is none."""
        return self.channel.id if self.channel else ""

    @property
    def ref(self) -> ChannelRef:
        """What placeholders in texts stand for."""
        name = self.channel.name if self.channel else ""
        return ChannelRef(self.room, name, self.identity.workspace_url)

    def key(self, kind: str) -> PostKey:
        """The key by which a message about this ticket is found again."""
        return PostKey(self.ticket, kind)

    def remember(self, **parts: object) -> None:
        """Record what was done in the receipt."""
        self.receipt = self.receipt.model_copy(update=parts)

    def in_edit(self, change: Change, field_name: str, edit: TicketEdit) -> None:
        """Let a change wait for the ticket's edit, which then is `edit`."""
        self.edit = edit
        self.edited_by[f"{field_name} {len(self.edited_by)}"] = change

    def done(self, change: Change, answer: str = "") -> None:
        """Note a success."""
        self.outcomes.note(change, Result.DONE, answer)

    def skipped(self, change: Change, waits_for: str) -> None:
        """Note that a change waits for another."""
        self.outcomes.note(change, Result.SKIPPED, f"waits for {waits_for}")

    def says_less(self, change: Change) -> None:
        """Note that a text shows why there is no channel, and will be edited to name it."""
        self.skipped(change, WITHOUT_CHANNEL)

    def failed(self, change: Change, error: ServiceError) -> None:
        """Note a failure; its outcome is unknown if the change may have taken effect anyway."""
        unknown = error.effect is Effect.UNKNOWN
        remedy = error.remedy or (NEXT_RUN if unknown else "the next run tries again")
        self.outcomes.note(
            change, Result.UNKNOWN if unknown else Result.FAILED, error.answer, remedy
        )

    def refused(self, change: Change, answer: str, remedy: str) -> None:
        """Note that the service understood and declined."""
        self.outcomes.note(change, Result.FAILED, answer, remedy)
