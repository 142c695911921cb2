"""What a facet is: it plans its changes, recalls its part of the receipt, and makes its changes.

A facet is one file in `facets/`. Adding one touches that file and the list in its `__init__`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reconciler.model.change import Change, Operation
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import Drift, Loss
from reconciler.model.observed import Announced, Channel, Observed, Probe, Ticket
from reconciler.model.receipt import Receipt
from reconciler.reconcile.step import Facts, Notice, Steps

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData
    from reconciler.services.jira.edit import TicketEdit


@dataclass(frozen=True)
class Evidence:
    """What was read, to correct a facet's part of the receipt."""

    desired: Desired
    observed: Observed
    ticket: Ticket


@dataclass(frozen=True)
class ReadBack:
    """What was read after the changes were made."""

    ticket: Ticket | None
    channel: Channel | None
    announced: Announced
    receipt: Receipt
    """The receipt, corrected by what was read."""


Parts = Mapping[str, object]
"""Parts of a receipt by name."""


class Facet(ABC):
    """One aspect of an escalation that is reconciled. Without state."""

    reads: ClassVar[tuple[str, ...]] = ()
    """Names of fields of the ticket that are read for it, beside those that every run reads."""
    of_channel: ClassVar[bool] = False
    """True if it is about the escalation's channel, so it is planned while that can be used."""
    also_proposed: ClassVar[bool] = False
    """True if it is planned for an open pull request, which has no receipt and no channel."""
    also_held: ClassVar[bool] = False
    """True if it is planned even while the escalation is held."""
    taken_back: ClassVar[bool] = False
    """True if a held escalation loses what an earlier episode had."""
    needs: ClassVar[frozenset[str]] = frozenset({"Jira", "Slack"})
    """The services without which it is not planned."""

    @abstractmethod
    def plan(self, facts: Facts) -> Steps:
        """The changes, and what must be read before they can be planned."""

    def recall(self, receipt: Receipt, evidence: Evidence) -> Parts:
        """The facet's parts of the receipt, corrected by what was observed."""
        return {}

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        """The same for what is in a channel that can be used."""
        return {}


class FacetOperation(Operation, ABC):
    """An operation that makes its change itself."""

    what: ClassVar[str] = ""
    """What text it writes, in words for a reviewer."""

    @abstractmethod
    def apply(self, change: Change, work: "Work") -> None:
        """Make the change and note its outcome. Raises ServiceError."""

    def answered(self, change: Change, work: "Work", code: str, answer: str) -> bool:
        """True if it handled the error that the service returned. Raises ServiceError."""
        return False

    def refused(self, work: "Work", reason: str) -> None:
        """Note what follows from a refusal, beside the change's own outcome."""

    @abstractmethod
    def confirmed(self, seen: ReadBack) -> bool:
        """True if the effect is there; False where it was not read."""

    def named_by(self, receipt: Receipt) -> frozenset[Probe]:
        """What must be read first because only the receipt names the place of the change."""
        return frozenset()

    @property
    def digest(self) -> str:
        """Digest of the text that it writes, its field `rev`; empty if it writes none."""
        return str(getattr(self, "rev", ""))

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        """Before and after for the audit branch: no text, and no private data."""
        if not self.digest:
            return change.before, change.after
        named = ", ".join(each for each in (self.thing, f"revision {self.digest}") if each)
        return "another" if change.before else "", named

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        """Its effect on the ticket, in words for a reviewer; empty if shown elsewhere."""
        return ""

    def writes(self, change: Change) -> str:
        """What text it writes, in words for a reviewer; empty if none."""
        return self.what


class ChannelOperation(FacetOperation):
    """An operation in the escalation's channel."""

    @property
    def in_channel(self) -> bool:
        return True

    def confirmed(self, seen: ReadBack) -> bool:
        return seen.channel is not None and self.confirmed_in(seen.channel, seen)

    @abstractmethod
    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        """True if the channel shows the effect."""


class TicketOperation(FacetOperation):
    """An operation that waits for the one edit of the ticket."""

    field: ClassVar[str]
    """Jira's name of the field that it changes."""
    remedy: ClassVar[str] = ""
    """What to do if Jira refuses the field."""

    def apply(self, change: Change, work: "Work") -> None:
        work.in_edit(change, self.field, self.put(work.edit, work))

    def put(self, edit: "TicketEdit", work: "Work") -> "TicketEdit":
        """The edit with this operation in it."""
        return edit

    def remembered(self, receipt: Receipt) -> Parts:
        """The parts of the receipt once the edit has taken effect."""
        return {}

    def confirmed(self, seen: ReadBack) -> bool:
        return seen.ticket is not None and self.confirmed_on(seen.ticket, seen)

    @abstractmethod
    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        """True if the ticket shows the effect."""


def operation(change: Change) -> FacetOperation:
    """The operation of a change, which every facet makes of this kind."""
    op = change.op
    if not isinstance(op, FacetOperation):
        raise TypeError(f"{op.do} is the operation of no facet")
    return op


def unread(facts: Facts, probe: Probe) -> Probe | None:
    """What must be read first; nothing of a channel that is yet to be created."""
    return None if facts.fresh or probe in facts.observed.probed else Probe(probe)


def manual_change(
    facet: str,
    what: str,
    key: str,
    choice: Drift | Loss,
    ways: Mapping[Drift | Loss, tuple[str, str]],
) -> Notice:
    """Report a manual change: what the policy makes the tool do, and what people can do."""
    does, remedy = ways[choice]
    return Notice(Diagnostic(facet, f"{what}. By drift.{key}: {choice}, {does}", remedy))


def policy_line(key: str, choice: Drift | Loss) -> str:
    """The line of the policy that chooses another way."""
    return f"drift.{key}: {choice} in config/policy.yaml."
