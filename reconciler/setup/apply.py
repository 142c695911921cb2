"""Makes the changes of a plan, in order. The failure of one part stops only what needs it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.repository_setup import RepositorySetup
from reconciler.services.errors import ServiceError
from reconciler.services.git.command import GitProblem
from reconciler.setup.advice import advice
from reconciler.setup.plan import SetupChange, SetupPlan, SetupTargets


@dataclass(frozen=True)
class SetupOutcome:
    """What became of one change."""

    change: SetupChange
    error: str = ""
    """What GitHub answered, or which part is missing; empty if the change is made."""
    remedy: str = ""


def apply_setup(
    plan: SetupPlan, targets: SetupTargets, found: RepositorySetup
) -> Iterator[SetupOutcome]:
    """Make each change, and say what became of it."""
    failed = {each.part for each in plan.obstacles}
    for change in plan.changes:
        if missing := [each for each in change.needs if each in failed]:
            failed.add(change.part)
            yield SetupOutcome(change, f"left out, because of: {', '.join(missing)}")
            continue
        try:
            change.act(targets)
        except ServiceError as error:
            failed.add(change.part)
            remedy = advice(change.part, error.code, error.answer, found)
            yield SetupOutcome(change, str(error), error.remedy if _of_any_part(error) else remedy)
        except GitProblem as problem:
            failed.add(change.part)
            yield SetupOutcome(change, str(problem), _PUSH)
        else:
            yield SetupOutcome(change)


def _of_any_part(error: ServiceError) -> bool:
    """True for limits and lost connections, whose remedy is of no part."""
    return error.passing or not (error.code.isdecimal() or error.code == "owners")


_PUSH = "Push it yourself: git push -u origin main. Then run the command again."
