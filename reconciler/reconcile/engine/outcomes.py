"""Outcomes of the changes of one escalation: exactly one for each planned change."""

from collections.abc import Iterable
from typing import Final

from reconciler.model.change import Action, Change, EscalationPlan, Operation
from reconciler.model.outcome import Outcome, Result
from reconciler.reconcile.facet import ReadBack, operation
from reconciler.reconcile.facets.receipt import Remember
from reconciler.services.errors import InternalError, ServiceError

_NEXT: Final = "The next run plans it."
_CONTINUES: Final = "The next run continues."
_THERE: Final = {
    Result.UNKNOWN: "the answer was lost, the effect is there",
    Result.SKIPPED: "it was there already",
}
RECEIPT: Final = Change(
    facet="jira.receipt", action=Action.CHANGE, after="as done", why="drift", op=Remember()
)
"""Stands for the receipt where it is written without a change that asks for it."""


class Outcomes:
    """Outcomes of one plan, over all passes of a run. Used by one thread."""

    def __init__(self, plan: EscalationPlan) -> None:
        """Start with no outcome; `plan` is what may be carried out."""
        self.plan = plan
        self._approved = {change.key: change for change in plan.changes}
        self._found: dict[str, Outcome] = {}
        self._internal: set[str] = set()
        self._left: list[Outcome] = []

    def note(self, change: Change, result: Result, answer: str = "", remedy: str = "") -> None:
        """The outcome of a change, in place of an earlier one."""
        self._found[change.key] = self._outcome(change, result, answer, remedy)

    def internal(self, changes: Iterable[Change], error: Exception) -> None:
        """Note an internal error for changes; they are not tried again in this run."""
        failure = InternalError(error)
        for change in changes:
            self._internal.add(change.key)
            self.note(change, Result.FAILED, str(failure), failure.remedy)

    def stopped(self, changes: Iterable[Change], reason: str) -> None:
        """Note that changes were not begun, because the run may begin none any more."""
        for change in changes:
            if self.result(change.key) is None:
                self.note(change, Result.SKIPPED, f"not begun, because {reason}", _CONTINUES)

    def broken(self, error: ServiceError | InternalError) -> None:
        """Note an error that ended the escalation before it was finished."""
        every = self._approved.values()
        open_ = [each for each in every if self.result(each.key) is None]
        open_ = open_ or [each for each in every if self.result(each.key) is not Result.DONE]
        for change in open_ or [RECEIPT]:
            self.note(change, Result.FAILED, str(error), error.remedy)

    def result(self, key: str) -> Result | None:
        """How a change ended so far; None while it has no outcome."""
        found = self._found.get(key)
        return found.result if found else None

    def unknown(self) -> bool:
        """True if it is unknown whether some change took effect."""
        return any(each.result is Result.UNKNOWN for each in self._found.values())

    def requires(self, change: Change) -> tuple[str, ...]:
        """Keys of what must be done before a change, by its own plan or by the one of this run."""
        before = self._approved.get(change.key)
        return tuple(dict.fromkeys((*change.requires, *(before.requires if before else ()))))

    def approved(self, change: Change) -> Change | None:
        """The part of a later plan's change that this run's plan allows; None for nothing.

        The receipt may always be written, because it only records what was done.
        """
        if isinstance(change.op, Remember):
            return change
        before = self._approved.get(change.key)
        if before is None or change.key in self._internal:
            return None
        return _with(change, change.op.within(before.op))

    def settle(self, later: EscalationPlan, seen: ReadBack) -> None:
        """Note the outcomes of what was read back, and the changes that only a later plan has."""
        wanted = {change.key for change in later.changes}
        for key, found in list(self._found.items()):
            if key in wanted or found.result not in _THERE:
                continue
            if operation(found.change).confirmed(seen):
                self.note(found.change, Result.DONE, _THERE[found.result])
            elif found.result is Result.SKIPPED:
                self.note(found.change, Result.SKIPPED, "a second look shows no need for it")
        beyond = (self._beyond(change) for change in later.changes)
        self._left = [
            self._outcome(each, Result.SKIPPED, "not in the plan of this run", _NEXT)
            for each in beyond
            if each is not None
        ]

    def _beyond(self, change: Change) -> Change | None:
        """The part of a later plan's change that this run's plan does not allow."""
        before = self._approved.get(change.key)
        if isinstance(change.op, Remember) or change.key in self._internal:
            return None
        return _with(change, change.op.beyond(before.op)) if before else change

    def every(self) -> list[Outcome]:
        """One for each planned change, and one for each that waits for the next run."""
        planned = [
            self._found.get(change.key)
            or self._outcome(change, Result.SKIPPED, "not reached", _NEXT)
            for change in self.plan.changes
        ]
        beside = [
            found
            for key, found in self._found.items()
            if key not in self._approved and found.result is not Result.DONE
        ]
        return [*planned, *beside, *self._left]

    def _outcome(self, change: Change, result: Result, answer: str, remedy: str) -> Outcome:
        return Outcome(
            ticket=self.plan.ticket,
            pull_request=self.plan.pull_request,
            change=change,
            result=result,
            answer=answer,
            remedy=remedy,
        )


def _with(change: Change, op: Operation | None) -> Change | None:
    """The change with this operation; None if there is none."""
    if op is None or op is change.op:
        return change if op else None
    return change.model_copy(update={"op": op, "after": op.shown})
