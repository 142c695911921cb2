"""What `escalate setup github` will do and did, as text."""

from collections.abc import Iterator

from reconciler.model.repository_setup import RepositorySetup
from reconciler.render.escape import terminal
from reconciler.render.plan_text import counted
from reconciler.setup.advice import advice
from reconciler.setup.apply import SetupOutcome
from reconciler.setup.plan import SetupChange, SetupObstacle, SetupPlan


def planned_lines(plan: SetupPlan, repository: str, found: RepositorySetup) -> Iterator[str]:
    """The changes with before and after, and what can't be set up yet."""
    yield terminal(f"GitHub repository {repository}")
    yield ""
    if not plan.changes:
        yield "Nothing to do."
    for each in plan.changes:
        sign = "+" if each.before == "missing" else "~"
        yield terminal(f"  {sign} {_difference(each)}")
    for obstacle in plan.obstacles:
        yield terminal(f"  ✗ {obstacle.part}: {obstacle.message.removesuffix('.')}.")
        yield terminal(f"    → {remedy_of(obstacle, found)}")
    if plan.changes:
        yield ""
        yield f"{counted(len(plan.changes), 'change')} to make."


def remedy_of(obstacle: SetupObstacle, found: RepositorySetup) -> str:
    """What to do about something that can't be set up yet."""
    return obstacle.remedy or advice(obstacle.part, "403", obstacle.message, found)


def outcome_lines(outcome: SetupOutcome) -> Iterator[str]:
    """What became of one change."""
    sign = "✗" if outcome.error else "✓"
    yield terminal(f"  {sign} {outcome.change.what}: {outcome.error or outcome.change.after}")
    if outcome.remedy:
        yield terminal(f"    → {outcome.remedy}")


def _difference(change: SetupChange) -> str:
    return f"{change.what}: {change.before} → {change.after}"
