"""The audit trail: one record for each thing that a run did, each a line of JSON.

A record names people by their handle, and what was posted by kind and revision: never by text.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from reconciler.model.base import Handle, TicketKey
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,80}$")]
Short = Annotated[str, StringConstraints(max_length=400)]
MERGE: Final = "forge.merge"
"""The facet of the merge of a pull request."""
_MERGES: Final = "/merge-"


def merge_run(run: str, number: int) -> str:
    """The id under which a run records its n-th merge, apart from what it did for escalations."""
    return f"{run}{_MERGES}{number}"


def merging_run(recorded: str) -> str | None:
    """The run that recorded a merge under this id; None if it is not the id of a merge."""
    run, found, _ = recorded.rpartition(_MERGES)
    return run if found else None


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    at: AwareDatetime
    """When the run began, in UTC."""
    run: RunId
    commit: Sha
    """The commit of the main branch that was reconciled."""
    ticket: TicketKey
    late: bool = False
    """Written by a later run, because the branch could not be reached at the time."""
    settled_by: RunId | None = None
    """The later run that read back what became of this, because its own run ended early."""

    @property
    def group(self) -> str:
        """Records of one group stand together and have one outcome.

        Those of a run, and those that another run wrote for it, are two groups.
        """
        return f"{self.run} settled by {self.settled_by}" if self.settled_by else self.run


class AdmissionState(StrEnum):
    """Whether an escalation counts."""

    ADMITTED = "admitted"
    HELD = "held"


class AdmissionRecord(_Record):
    """An escalation was admitted or held."""

    kind: Literal["admission"] = "admission"
    state: AdmissionState
    since: AwareDatetime
    reason: Short = ""
    """The limit that holds it."""
    override: Handle | None = None
    """Handle of the overrider who admitted it over the limits."""


class AcknowledgementRecord(_Record):
    """An escalation was acknowledged."""

    kind: Literal["acknowledgement"] = "acknowledgement"
    means: AcknowledgementMeans
    by: Handle | None = None
    """Handle of the reviewer; empty if the merge acknowledges."""
    pull_request: int | None = None
    brought_by: Sha
    """The commit that brought the escalation to the main branch."""
    acknowledged_at: AwareDatetime | None = None
    """When the reviewer approved."""
    ready_at: AwareDatetime | None = None
    """When the pull request was ready for review; the time to acknowledge starts then."""


class ChangeRecord(_Record):
    """The tool requested a change of a service, with this result."""

    kind: Literal["change"] = "change"
    facet: Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=60)]
    action: Action
    before: Short = ""
    after: Short = ""
    result: Result
    answer: Short = ""
    """The service's own words."""


class OutcomeRecord(_Record):
    """How a run ended for an escalation."""

    kind: Literal["outcome"] = "outcome"
    phase: Phase
    done: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    problems: tuple[Short, ...] = ()
    """What keeps the escalation from being as declared."""


Record = Annotated[
    AdmissionRecord | AcknowledgementRecord | ChangeRecord | OutcomeRecord,
    Field(discriminator="kind"),
]
READER: TypeAdapter[Record] = TypeAdapter(Record)


@dataclass(frozen=True)
class Stamp:
    """What all records of a run have in common."""

    run: str
    commit: str
    at: datetime


@dataclass(frozen=True)
class Acknowledged:
    """Who acknowledged an escalation, and how."""

    ticket: str
    means: AcknowledgementMeans
    brought_by: str
    by: str | None = None
    pull_request: int | None = None
    acknowledged_at: datetime | None = None
    ready_at: datetime | None = None


@dataclass(frozen=True)
class FiledRecord:
    """A record and the file of the audit branch that it belongs to."""

    path: str
    record: Record


@dataclass(frozen=True)
class AuditLine:
    """A line of the audit branch; without a record when it cannot be read."""

    path: str
    number: int
    record: Record | None
    believed: bool = True
    """False if its commit should have a valid seal and has none."""


@dataclass(frozen=True)
class AuditFinding:
    """A contradiction that only a manipulated or damaged audit branch contains."""

    id: str
    where: str
    what: str
    remedy: str
