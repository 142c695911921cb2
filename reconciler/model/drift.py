"""The policy on manual changes."""

from enum import StrEnum

from pydantic import Field

from reconciler.model.base import Model


class Drift(StrEnum):
    """What the tool does if people change something in Jira or Slack."""

    REPAIR = "repair"
    REPORT = "report"
    ADOPT = "adopt"


class Loss(StrEnum):
    """What the tool does if a channel was deleted, archived or made private."""

    REPAIR = "repair"
    REPORT = "report"


class DriftPolicy(Model):
    """What the tool does if people change Jira or Slack directly. The plan always reports it.

    `repair`: the tool changes it back. `report`: the tool changes nothing. `adopt`: the tool keeps
    the new value.
    """

    channel_name: Drift = Field(
        default=Drift.ADOPT,
        strict=False,
        description="The channel was renamed. `repair`: the tool renames it back. "
        "`adopt`: the tool "
        "writes the new name on the ticket. `report`: the ticket keeps the old name.",
    )
    channel_hidden: Loss = Field(
        default=Loss.REPORT,
        strict=False,
        description="The channel was made private or deleted. `repair`: the tool creates a new "
        "channel. `report`: the tool does nothing more in the channel.",
    )
    channel_archived: Loss = Field(
        default=Loss.REPORT,
        strict=False,
        description="The channel was archived while the escalation is active. `repair`: the tool "
        "creates a new channel, because no bot can unarchive one. `report`: the tool "
        "changes nothing.",
    )
    priority: Drift = Field(
        default=Drift.REPAIR,
        strict=False,
        description="The priority of the ticket was changed. `repair`: the tool raises it again. "
        "`report`: the tool keeps the new priority. `adopt`: the tool does not change the "
        "priority any more, also not when the escalation ends.",
    )
    assignee: Drift = Field(
        default=Drift.REPORT,
        strict=False,
        description="The ticket was assigned to another person in Jira. `repair`: the "
        "tool assigns the "
        "person in the file. `report`: the tool changes nothing. `adopt`: the tool accepts "
        "the new assignee, and the plan shows the command that edits the file.",
    )
