"""What `escalate doctor` and `escalate setup github` found, for programs and spreadsheets."""

from collections.abc import Sequence
from dataclasses import asdict

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.output import Output
from reconciler.model.repository_setup import RepositorySetup
from reconciler.model.setup_check import Health, SetupCheck
from reconciler.render.repository_setup import remedy_of
from reconciler.render.sheet import Sheet, sheet_of
from reconciler.setup.plan import SetupPlan


class ShownCheck(Value):
    """One thing that the command checked."""

    area: str = Field(description="files, git, Jira, Slack, GitHub or people.")
    what: str = Field(description="What was checked.")
    health: Health = Field(description="`unknown` if the command could not check it.")
    message: str
    remedy: str


class DoctorOutput(Output):
    """Whether everything is set up."""

    checks: tuple[ShownCheck, ...] = Field(description="Everything that was checked.")


def doctor_output(checks: Sequence[SetupCheck]) -> DoctorOutput:
    """The checks for programs."""
    return DoctorOutput(checks=tuple(ShownCheck(**asdict(each)) for each in checks))


def doctor_sheet(checks: Sequence[SetupCheck]) -> Sheet:
    """A row for each check."""
    return sheet_of(ShownCheck, doctor_output(checks).checks)


class ShownSetupChange(Value):
    """One thing on GitHub that differs from what is needed."""

    what: str = Field(description="The setting.")
    before: str
    after: str


class ShownObstacle(Value):
    """What cannot be set up yet."""

    what: str = Field(description="The part of the setup.")
    message: str
    remedy: str


class SetupGithubOutput(Output):
    """What `escalate setup github` would change."""

    repository: str = Field(description="The repository on GitHub, as `owner/name`.")
    changes: tuple[ShownSetupChange, ...] = Field(description="The changes, in their order.")
    obstacles: tuple[ShownObstacle, ...] = Field(description="What cannot be set up yet.")


def setup_github_output(
    plan: SetupPlan, repository: str, found: RepositorySetup
) -> SetupGithubOutput:
    """The planned changes for programs."""
    return SetupGithubOutput(
        repository=repository,
        changes=tuple(
            ShownSetupChange(what=each.what, before=each.before, after=each.after)
            for each in plan.changes
        ),
        obstacles=tuple(
            ShownObstacle(what=each.part, message=each.message, remedy=remedy_of(each, found))
            for each in plan.obstacles
        ),
    )


def setup_github_sheet(planned: SetupGithubOutput) -> Sheet:
    """A row for each change, then one for each obstacle."""
    rows = [(each.what, each.before, each.after, "", "") for each in planned.changes]
    rows += [(each.what, "", "", each.message, each.remedy) for each in planned.obstacles]
    return Sheet(("what", "before", "after", "message", "remedy"), tuple(rows))
