"""The policy on what people move by hand."""

from enum import StrEnum

from pydantic import Field

from reconciler.model.base import Model


class Drift(StrEnum):
    """What is done about something that a person moved."""

    REPAIR = "repair"
    REPORT = "report"
    ADOPT = "adopt"


class Loss(StrEnum):
    """What is done about something that is gone, which nobody can adopt."""

    REPAIR = "repair"
    REPORT = "report"


class DriftPolicy(Model):
    """What is done about what people move by hand. In any case the plan tells of it.

    repair puts it right again, report leaves it alone, adopt takes it over.
    """

    channel_name: Drift = Field(
        default=Drift.ADOPT,
        strict=False,
        description="The channel was renamed. repair: it is renamed back. adopt: the ticket follows"
        " the new name. report: the ticket goes on naming the old one.",
    )
    channel_hidden: Loss = Field(
        default=Loss.REPORT,
        strict=False,
        description="The channel was made private or deleted. repair: another one is opened beside"
        " it. report: nothing more is done in Slack's channel.",
    )
    channel_archived: Loss = Field(
        default=Loss.REPORT,
        strict=False,
        description="The channel was archived while the escalation is active. repair: another one"
        " is opened beside it, because no bot can unarchive. report: it is left alone.",
    )
    priority: Drift = Field(
        default=Drift.REPAIR,
        strict=False,
        description="The ticket's priority was changed. repair: it is raised again. report: it is"
        " left alone. adopt: it is not ours any more, neither now nor in the end.",
    )
    assignee: Drift = Field(
        default=Drift.REPORT,
        strict=False,
        description="The ticket was given to somebody else in Jira. repair: it is assigned as the"
        " file says. report: it is left alone. adopt: Jira is taken to be right, and the plan gives"
        " the command that edits the file.",
    )
