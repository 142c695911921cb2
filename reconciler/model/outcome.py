"""The outcome of each planned change."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from reconciler.model.change import Change, EscalationPlan


class Result(StrEnum):
    """How a change ended."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The answer was lost. The next read shows whether the change took effect."""
    SKIPPED = "skipped"
    """It waits for another change that failed."""


class Outcome(BaseModel):
    """One change and how it ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticket: str
    pull_request: str = ""
    """Name of the pull request, if the change is about one."""
    change: Change
    result: Result
    answer: str = ""
    """The answer of the service, or what the change waits for."""
    remedy: str = ""

    def is_of(self, plan: EscalationPlan) -> bool:
        """Whether the change is one of this plan."""
        return (self.ticket, self.pull_request) == (plan.ticket, plan.pull_request)
