"""The history of an escalation: changes on main and what runs did, by time."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from reconciler.model.audit import AdmissionState
from reconciler.model.base import Value
from reconciler.model.outcome import Result
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import EventKind


class HistorySource(StrEnum):
    """Where a part of the history comes from."""

    MAIN = "main"
    AUDIT = "audit"


class AgreementMark(StrEnum):
    """Whether a change on the main branch has the word of its owners."""

    AGREED = "agreed"
    NOT_AGREED = "not agreed"
    UNKNOWN = "unknown"
    """No run recorded who agreed."""


class Detail(Value):
    """One thing that a commit did."""

    kind: EventKind
    field: str = ""
    before: str = ""
    after: str = ""
    agreement: AgreementMark | None = None
    """None if each merged change counts, or if nothing can verify who agreed."""


class Intent(Value):
    """What a commit of the main branch did to an escalation."""

    source: Literal[HistorySource.MAIN] = HistorySource.MAIN
    at: datetime
    ticket: str
    commit: str
    author: str
    proposed_by: str = ""
    """Login of the account that opened the pull request, as a run recorded it."""
    pull_request: int | None = None
    subject: str = ""
    details: tuple[Detail, ...]


class Admitted(Value):
    """What a run decided on admission."""

    state: AdmissionState
    since: datetime
    reason: str = ""
    override: str | None = None


class RecordedAcknowledgement(Value):
    """What a run found of an acknowledgement."""

    means: AcknowledgementMeans
    by: str | None = None
    pull_request: int | None = None
    ready_at: datetime | None = None
    """When the pull request was opened; if it was a draft, when it was ready for review."""
    took: timedelta | None = None
    """From when the pull request was ready for review."""


class Failure(Value):
    """A change that was not done."""

    facet: str
    what: str = ""
    result: Result
    answer: str = ""


class Ran(Value):
    """What a run did for an escalation."""

    source: Literal[HistorySource.AUDIT] = HistorySource.AUDIT
    at: datetime
    ticket: str
    run: str
    commit: str
    late: bool = False
    believed: bool = True
    """False if the lines should have a valid seal and have none. They decide nothing."""
    admission: Admitted | None = None
    acknowledgement: RecordedAcknowledgement | None = None
    done: tuple[str, ...] = ()
    """Facets of the changes that were made."""
    failures: tuple[Failure, ...] = ()
    problems: tuple[str, ...] = ()


class EscalationHistory(Value):
    """The moments to show: of one ticket, or recent ones of all tickets."""

    ticket: str | None
    title: str = ""
    state: str = ""
    path: str = ""
    time_zone: str
    moments: tuple[Intent | Ran, ...]
    left_out: int = 0
    """How many earlier ones there are."""
    notes: tuple[str, ...] = ()
    """Notes on what is not shown."""
