"""What keeps an agreed pull request from being merged by a run, as far as its files show."""

from typing import Final

from reconciler.check.rules.limits import HELD
from reconciler.model.audit import MERGE
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Finding
from reconciler.pull_requests.merge_preview import MergePreview
from reconciler.pull_requests.open import LIMITS, Opened

FACET: Final = MERGE
RULES: Final = (
    "the rules of main do not allow it at this moment",
    "Read the box at the end of the pull request. Compare the rules: escalate doctor",
)
_BY_HAND: Final = "Have it reviewed, and merge it on GitHub."
_SHOWN: Final = 3


def obstacle(opened: Opened, preview: MergePreview) -> Diagnostic | None:
    """Why it can't be merged, and what helps; None if it can."""
    name = opened.pull_request.name
    if others := preview.elsewhere:
        named = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
        return left(name, f"it also changes {named}", f"People merge such a change. {_BY_HAND}")
    if preview.obstacle:
        remedy = "Bring its branch up to date with main, and decide which value is right."
        return left(name, preview.obstacle, remedy)
    if preview.spliced:
        # What the errors are, shows when the changes of both sides are in one file.
        return is_fork(opened) if opened.pull_request.from_fork else None
    return broken_rule(opened)


def broken_rule(opened: Opened) -> Diagnostic | None:
    """The first error in its files; None if there is none."""
    found = _first_error(opened)
    why = file_obstacle(opened)
    return left(opened.pull_request.name, why, found.remedy) if found is not None else None


def file_obstacle(opened: Opened) -> str:
    """Why its files keep it from being merged; empty if they do not."""
    found = _first_error(opened)
    if found is None:
        return ""
    if found.rule.startswith(LIMITS):
        return f"a limit holds it: {found.message.removeprefix(f'{HELD}: ')}"
    return f"the check finds an error: {found.message}"


def _first_error(opened: Opened) -> Finding | None:
    """A limit that it breaks, or else another error."""
    limits = (each for each in opened.errors if each.rule.startswith(LIMITS))
    return next(limits, next(iter(opened.errors), None))


def is_fork(opened: Opened) -> Diagnostic:
    """That its branch is somebody else's, and main has to be merged into it."""
    return left(
        opened.pull_request.name,
        "main has changed the same file, and its branch is in a fork",
        "Its author merges main into the branch.",
    )


def left(name: str, why: str, remedy: str) -> Diagnostic:
    """That a pull request is agreed and not merged."""
    return Diagnostic(FACET, f"{_left(name)}{why}", remedy)


def why_left(found: Diagnostic, name: str) -> str:
    """Why it is not merged, without the words that a comment on it need not repeat."""
    return found.message.removeprefix(_left(name))


def _left(name: str) -> str:
    return f"{name} is agreed and not merged: "
