"""Commit statuses of pull requests for programs and for spreadsheets."""

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.forge import CheckState
from reconciler.model.output import Output
from reconciler.render.sheet import Sheet, sheet_of


class ShownStatus(Value):
    """The commit status `escalations/ack` of one pull request."""

    pull_request: str
    state: CheckState = Field(description="`success` if everyone has agreed whose word it needs.")
    description: str = Field(description="What GitHub shows beside the status.")


class AcknowledgeOutput(Output):
    """The commit statuses that the command set, or that were right already."""

    statuses: tuple[ShownStatus, ...] = Field(description="One for each pull request.")


def statuses_sheet(output: AcknowledgeOutput) -> Sheet:
    """A row for each pull request."""
    return sheet_of(ShownStatus, output.statuses)
