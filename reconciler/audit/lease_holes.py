"""Whether each run that published what it was about to do has recorded what became of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from reconciler.model.audit import AuditFinding, AuditLine, OutcomeRecord
from reconciler.model.audit_branch import Step
from reconciler.model.lease import PATH, Lease, lease_path, read_lease

_SETTLE: Final = "Read back what became of it: escalate apply --record"
_FORGED: Final = "Find out who wrote it: git log --first-parent audit -- "


class _Published(NamedTuple):
    where: str
    lease: Lease


def lease_findings(
    steps: Iterable[Step], lines: Iterable[AuditLine], now: datetime
) -> Iterator[AuditFinding]:
    """Files of leases that hold none, and intents without an outcome.

    A lease that a run may still hold needs no outcome yet.
    """
    outcomes = {
        (line.record.run, line.record.ticket)
        for line in lines
        if isinstance(line.record, OutcomeRecord)
    }
    published: dict[tuple[str, str], _Published] = {}
    latest: dict[str, Lease] = {}
    for step in steps:
        found = PATH.fullmatch(step.path)
        if found is None or step.status == "D":
            continue
        where = f"{step.commit[:12]} {step.path}"
        file = read_lease(found["desk"], step.after, now)
        if file.lease is None:
            yield AuditFinding("audit-lease", where, file.problem, f"{_FORGED}{step.path}")
            continue
        latest[file.lease.desk] = file.lease
        if file.lease.recorded:
            for intents in file.lease.intents:
                published[file.lease.run, intents.ticket] = _Published(where, file.lease)
    for (run, ticket), each in published.items():
        if (run, ticket) not in outcomes:
            yield from _hole(run, ticket, each, latest[each.lease.desk], now)


def _hole(
    run: str, ticket: str, published: _Published, latest: Lease, now: datetime
) -> Iterator[AuditFinding]:
    is_latest = latest.token == published.lease.token and latest.ended is None
    if is_latest and now < published.lease.free_from:
        return
    yield AuditFinding(
        "audit-hole",
        published.where,
        f"run {run} was about to change {ticket}, and no run has recorded what became of it",
        _SETTLE if is_latest else f"{_FORGED}{lease_path(latest.desk)}",
    )
