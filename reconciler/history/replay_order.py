"""The versions of files in the order in which a play takes them."""

from collections.abc import Iterable

from reconciler.model.phase import phase
from reconciler.model.timeline import Version


def by_commit(versions: Iterable[Version]) -> dict[int, list[Version]]:
    """Versions by the position of their commit, in order of ticket within it."""
    found: dict[int, list[Version]] = {}
    for version in versions:
        found.setdefault(version.commit.position, []).append(version)
    for each in found.values():
        moved = {version.ticket for version in each if not version.gone}
        each[:] = [version for version in each if not (version.gone and version.ticket in moved)]
        # Ends come first: what a commit frees, it may also take.
        each.sort(key=lambda version: (not _ends(version), _ticket_order(version.ticket)))
    return found


def _ends(version: Version) -> bool:
    return version.gone or (version.escalation is not None and phase(version.escalation).ended)


def _ticket_order(ticket: str) -> tuple[str, int]:
    project, _, number = ticket.rpartition("-")
    return project, int(number) if number.isdecimal() else 0
