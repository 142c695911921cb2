"""The desks of a policy for programs."""

import json

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.output import Output
from reconciler.model.policy import Policy


class ShownDesk(Value):
    """A Jira project that takes escalations."""

    desk: str
    name: str = Field(description="Name of the desk.")


class DesksOutput(Output):
    """The desks of the policy."""

    desks: tuple[ShownDesk, ...]


def desks_output(policy: Policy) -> DesksOutput:
    """The desks, in the order of the policy."""
    return DesksOutput(
        desks=tuple(ShownDesk(desk=key, name=desk.name) for key, desk in policy.desks.items())
    )


def desks_matrix(policy: Policy) -> str:
    """The keys as a list on one line, for the matrix of a workflow."""
    return json.dumps(list(policy.desks), separators=(",", ":")) + "\n"
