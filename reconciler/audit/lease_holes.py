"""Whether each run that published what it was about to do has recorded what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from reconciler.audit.seals import COUNT, SealState
from reconciler.model.audit import AuditFinding, AuditLine, OutcomeRecord
from reconciler.model.audit_branch import Step
from reconciler.model.keyring import Keyring
from reconciler.model.lease import PATH, Lease, LeaseFile, lease_path, parse_lease, read_lease

_SETTLE: Final = "Read back what became of it: escalate apply --record"
_FORGED: Final = "Find out who wrote it: git log --first-parent audit -- "


class _Published(NamedTuple):
    where: str
    lease: Lease


def written_leases(steps: Iterable[Step]) -> dict[str, list[str]]:
    """The files of leases that each commit wrote."""
    found: dict[str, list[str]] = {}
    for step in steps:
        if PATH.fullmatch(step.path) is not None:
            found.setdefault(step.commit, []).append(step.path)
    return found


def lease_findings(
    steps: Iterable[Step],
    lines: Iterable[AuditLine],
    now: datetime,
    states: Mapping[str, SealState],
    keyring: Keyring | None,
) -> Iterator[AuditFinding]:
    """Files of leases that hold none, and intents without an outcome.

    A lease that a run may still hold needs no outcome yet. `states` are those of the commits.
    """
    outcomes = {
        (line.record.run, line.record.ticket)
        for line in lines
        if isinstance(line.record, OutcomeRecord) and line.believed
    }
    published: dict[tuple[str, str], _Published] = {}
    latest: dict[str, Lease | None] = {}
    for step in steps:
        found = PATH.fullmatch(step.path)
        if found is None or step.status == "D":
            continue
        where = f"{step.commit[:12]} {step.path}"
        file = _read(step, found["desk"], now, states, keyring)
        latest[found["desk"]] = file.lease
        if file.lease is None:
            yield AuditFinding("audit-lease", where, file.problem, f"{_FORGED}{step.path}")
        elif file.lease.recorded:
            for intents in file.lease.intents:
                if intents.pull_request:
                    continue  # no run records them
                published[file.lease.run, intents.ticket] = _Published(where, file.lease)
    for (run, ticket), each in published.items():
        if (run, ticket) not in outcomes:
            yield from _hole(run, ticket, each, latest[each.lease.desk], now)


def _read(
    step: Step,
    desk: str,
    now: datetime,
    states: Mapping[str, SealState],
    keyring: Keyring | None,
) -> LeaseFile:
    """The lease that a commit wrote. The seal of a commit covers its files."""
    if states.get(step.commit) in COUNT:
        return parse_lease(desk, step.after, now)
    if keyring is None:
        return LeaseFile(problem="its commit has no valid seal, and its own can't be checked here")
    return read_lease(desk, step.after, now, keyring)


def _hole(
    run: str, ticket: str, published: _Published, latest: Lease | None, now: datetime
) -> Iterator[AuditFinding]:
    is_latest = (
        latest is not None and latest.token == published.lease.token and latest.ended is None
    )
    if is_latest and now < published.lease.free_from:
        return
    yield AuditFinding(
        "audit-hole",
        published.where,
        f"run {run} was about to change {ticket}, and no run has recorded what became of it",
        _SETTLE if is_latest else f"{_FORGED}{lease_path(published.lease.desk)}",
    )
