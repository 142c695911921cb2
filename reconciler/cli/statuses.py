"""`--statuses`: a run sets the commit statuses that lost events left out of date."""

from collections.abc import Iterator

from reconciler.cli.planned_run import PlannedRun
from reconciler.model.diagnostic import Diagnostic
from reconciler.pull_requests.acknowledgement_status import desks_of, keep_status
from reconciler.pull_requests.gather import owner
from reconciler.pull_requests.open import Opened
from reconciler.services.errors import ServiceError


def keep_statuses(seen: PlannedRun) -> tuple[Diagnostic, ...]:
    """Set the status of each open pull request where it differs; what failed."""
    if seen.connected is None or not seen.connected.forge.comments_exist:
        return ()
    diagnostics: list[Diagnostic] = []
    for each in _ours(seen):
        name = each.pull_request.name
        try:
            keep_status(seen.connected.forge, each, seen.files.snapshot)
        except ServiceError as error:
            message = f"the status of {name} can't be set: {error}"
            remedy = error.remedy or "The next run tries again."
            diagnostics.append(Diagnostic("forge.status", message, remedy))
    return tuple(diagnostics)


def _ours(seen: PlannedRun) -> Iterator[Opened]:
    """Pull requests whose reviews this run has read, and not one for another desk."""
    desks, known = seen.files.desks, seen.files.snapshot.policy.desks
    for each in seen.answers.opened:
        if each.by_stranger or not desks_of(each) & known.keys() <= set(desks):
            continue
        if desks_of(each) or owner(each, known) in desks:
            yield each
