"""Who acknowledged the escalations on main: from sealed receipts, or read from the forge."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.history.admit import to_acknowledge
from reconciler.history.approvals import acknowledgement
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.load.version import read_escalation, read_policy, read_roster
from reconciler.model.acknowledgement import (
    Acknowledgement,
    Reviews,
    Unacknowledged,
    Unread,
    Verdict,
    Verdicts,
)
from reconciler.model.admission import Arrived
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import PullRequest
from reconciler.model.policy import Desk
from reconciler.model.receipt import AcknowledgementReceipt
from reconciler.model.roster import Roster
from reconciler.pull_requests.seal import Sealer
from reconciler.services.errors import InternalError, ServiceError
from reconciler.services.forge_protocol import Forge
from reconciler.services.git.command import GitProblem
from reconciler.services.git.committed_files import file_at, object_at

FetchHeads = Callable[[Iterable[PullRequest]], Mapping[str, str]]
"""Fetches the heads of pull requests; returns error messages by pull request id."""
_AGAIN: Final = "The next run asks again. Until then, the tool does not change the escalation."
_SHORT: Final = 12


@dataclass(frozen=True)
class Consultation:
    """Repository, forge and key with which acknowledgements are read and sealed."""

    repo: Path
    forge: Forge
    fetch: FetchHeads
    sealer: Sealer


def verdicts(
    ask: Consultation,
    arrived: Iterable[Arrived],
    kept: Mapping[str, AcknowledgementReceipt | None],
) -> Verdicts:
    """A verdict on each arrived episode. One that cannot be read becomes `Unread`.

    `kept` are the acknowledgements that the tickets hold. Each counts if its seal is valid.
    """
    found: Verdicts = {}
    for each in arrived:
        recalled = ask.sealer.recalled(each.ticket, each.commit.sha, kept.get(each.ticket))
        found[each.key] = _dated(ask, each, recalled) if recalled else _verified(ask, each)
    return found


def reviews_of(ask: Consultation, now: datetime) -> Reviews:
    """A function that reads verdicts on every episode that still counts for a limit."""
    return lambda timeline: verdicts(ask, to_acknowledge(timeline, now), {})


def _dated(ask: Consultation, arrived: Arrived, recalled: Acknowledgement) -> Acknowledgement:
    """A recalled acknowledgement, with `ready_at` filled in if it was missing and is known now."""
    if recalled.ready_at is not None:
        return recalled
    try:
        pull_request = ask.forge.pull_request(recalled.pull_request)
    except ServiceError:
        return recalled
    ready = _ready_at(ask, pull_request) if pull_request else None
    if ready is None:
        return recalled
    return ask.sealer.sealed(arrived.ticket, replace(recalled, ready_at=ready))


def _ready_at(ask: Consultation, pull_request: PullRequest) -> datetime | None:
    """When it was ready for review; None if that cannot be read, because only figures need it."""
    try:
        return ask.forge.ready_at(pull_request)
    except ServiceError:
        return None


def _verified(ask: Consultation, arrived: Arrived) -> Verdict:
    try:
        return _verify(ask, arrived)
    except ServiceError as error:
        return Unread(Diagnostic("acknowledgement", str(error), error.remedy or _AGAIN))
    except GitProblem as error:
        return Unread(Diagnostic("acknowledgement", str(error), _AGAIN))
    except Exception as error:  # noqa: BLE001 - it stops no other escalation
        return Unread(
            Diagnostic("acknowledgement", str(InternalError(error)), InternalError.remedy)
        )


def _verify(ask: Consultation, arrived: Arrived) -> Verdict:
    commit = arrived.commit
    hint = str(commit.pull_request) if commit.pull_request else None
    pull_request = ask.forge.pull_request_of(commit.sha, hint)
    if pull_request is None:
        return Unacknowledged(f"its commit {commit.sha[:_SHORT]} came without a pull request")
    who = _before(ask.repo, arrived)
    if who is None:
        return Unacknowledged(f"no one could acknowledge it before {commit.sha[:_SHORT]}")
    initiators = _initiators(ask.repo, arrived)
    found = acknowledgement(pull_request, ask.forge.reviews(pull_request.id), *who, initiators)
    if isinstance(found, Unacknowledged):
        return found
    if not _is_what_was_approved(ask, arrived, pull_request):
        return Unacknowledged(f"what was merged is not what was approved in {pull_request.name}")
    whole: Acknowledgement = replace(
        found, commit=commit.sha, ready_at=_ready_at(ask, pull_request)
    )
    return ask.sealer.sealed(arrived.ticket, whole)


def _initiators(repo: Path, arrived: Arrived) -> frozenset[str]:
    """Handles of the initiators in the commit. They cannot acknowledge it themselves."""
    data = file_at(repo, arrived.commit.sha, arrived.path)
    escalation = read_escalation(arrived.path, data) if data is not None else None
    return frozenset() if escalation is None else frozenset({escalation.current.initiator})


def _before(repo: Path, arrived: Arrived) -> tuple[Desk, Roster] | None:
    """Desk and roster of the commit before: a change must not name its own acknowledgers."""
    before = f"{arrived.commit.sha}^"
    policy_text, roster_text = (file_at(repo, before, path) for path in (POLICY_PATH, ROSTER_PATH))
    policy = read_policy(POLICY_PATH, policy_text) if policy_text is not None else None
    roster = read_roster(ROSTER_PATH, roster_text) if roster_text is not None else None
    desk = policy.desks.get(arrived.ticket.rpartition("-")[0]) if policy else None
    return (desk, roster) if desk and roster else None


def _is_what_was_approved(ask: Consultation, arrived: Arrived, pull_request: PullRequest) -> bool:
    """True if the merged file equals the file at the approved head."""
    merged = object_at(ask.repo, arrived.commit.sha, arrived.path)
    if object_at(ask.repo, pull_request.head, arrived.path) is None:
        problems = ask.fetch([pull_request])
        if pull_request.id in problems:
            raise GitProblem(f"{pull_request.name} can't be fetched: {problems[pull_request.id]}")
    return merged is not None and object_at(ask.repo, pull_request.head, arrived.path) == merged
