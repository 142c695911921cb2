"""A plan: ordered changes, each a value with what changes, why, and how."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, SerializeAsAny

from reconciler.model.base import Value
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.output import Output
from reconciler.model.phase import Phase


class Action(StrEnum):
    """What happens to a facet."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Operation(Value):
    """How a change is made, as values: a subclass for each way, in the file of its facet.

    `do` names the subclass in a saved plan. Importing `reconciler.reconcile.facets` makes all of
    them known.
    """

    known: ClassVar[dict[str, type["Operation"]]] = {}
    opens_channel: ClassVar[bool] = False
    """True if what is done in the channel has to wait for it."""

    do: str

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        do = cls.model_fields["do"].default
        if isinstance(do, str):
            Operation.known[do] = cls

    @property
    def in_channel(self) -> bool:
        """True if it is done in the escalation's channel, so there must be one."""
        return False

    @property
    def thing(self) -> str:
        """Key of what it is about, for a facet with several things."""
        return ""

    @property
    def costs(self) -> Mapping[str, int]:
        """How much of each cap it uses, by the name of the cap."""
        return {}

    @property
    def shown(self) -> str:
        """What a plan shows of a part of it."""
        return self.thing

    def follows(self, first: "Operation") -> bool:
        """True if another operation of the same plan has to be done before it."""
        return first.opens_channel and self.in_channel

    def replaces(self, planned: "Operation") -> bool:
        """True if it may be done where `planned` was approved."""
        return type(self) is type(planned)

    def within(self, planned: "Operation") -> "Operation | None":
        """As much of it as `planned` allows; None for nothing."""
        return self if self.replaces(planned) else None

    def beyond(self, planned: "Operation") -> "Operation | None":
        """As much of it as `planned` does not allow; None for nothing."""
        return None if self.replaces(planned) else self


def _as_operation(value: object) -> object:
    if isinstance(value, Mapping):
        kind = Operation.known.get(str(value.get("do")))
        if kind is None:
            raise ValueError(f"there is no operation {value.get('do')!r}")
        return kind.model_validate(value)
    return value


class Change(Value):
    """One difference between desired and observed, and how to remove it."""

    facet: str
    action: Action
    before: str = ""
    after: str = ""
    why: str
    """The file line that asks for it, as `path:line`, or the word `drift`."""
    op: Annotated[SerializeAsAny[Operation], BeforeValidator(_as_operation)]
    requires: tuple[str, ...] = ()
    """Keys of changes of the same plan that must be done first; otherwise this one is skipped."""

    @property
    def key(self) -> str:
        """Identifies the change within its escalation, in this plan and in any later one.

        The facet, and for a facet with several things the key of the thing. Posting a message
        and editing it have the same key.
        """
        return f"{self.facet} {self.op.thing}" if self.op.thing else self.facet


class EscalationPlan(Value):
    """The changes of one escalation."""

    ticket: str
    title: str
    phase: Phase
    path: str
    desk: str
    channel: str = ""
    """Name of the channel, existing or to be created; empty when there is none."""
    channel_id: str = ""
    adopts: str = ""
    """The channel that people created and the file adopts, in words; empty if it adopts none."""
    announced_in: str = ""
    """Name of the desk's channel."""
    vanished: bool = False
    """Whether the file is gone from the main branch."""
    pull_request: str = ""
    """Name of the pull request whose announcement this is about, such as `#12`; empty if it is on
    the main branch."""
    basis: str
    """Fingerprint of everything that the changes follow from."""
    changes: tuple[Change, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    """What keeps the escalation from being as declared. Makes a run a partial success."""
    notices: tuple[Diagnostic, ...] = ()
    """Manual changes and decisions that are reported, not repaired."""


class Plan(Output):
    """What one run would do."""

    made_at: datetime
    revision: str = ""
    """The commit whose files were read; empty outside git."""
    thorough: bool = False
    escalations: tuple[EscalationPlan, ...] = ()
    pull_requests: tuple[EscalationPlan, ...] = ()
    """Plans for announcements of escalations in open pull requests."""
    notices: tuple[Diagnostic, ...] = ()

    diagnostics: tuple[Diagnostic, ...] = ()
    """What keeps the run as a whole from being complete, such as a forge that does not answer."""

    @property
    def blocks(self) -> tuple[EscalationPlan, ...]:
        """Plans of escalations and pull requests, in the order in which they are shown."""
        return (*self.escalations, *self.pull_requests)

    @property
    def changes(self) -> int:
        """How many changes there are."""
        return sum(len(each.changes) for each in self.blocks)

    @property
    def problems(self) -> int:
        """How many problems there are."""
        return len(self.diagnostics) + sum(len(each.problems) for each in self.blocks)
