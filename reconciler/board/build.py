"""The whole board."""

from collections.abc import Iterator

from reconciler.board.current import desks, ended_escalations, open_escalations
from reconciler.board.source import NO_AUDIT, BoardSource
from reconciler.board.trends import trends
from reconciler.model.board import Board


def board_of(source: BoardSource) -> Board:
    """Everything but the dossiers, of which there are many."""
    found = open_escalations(source)
    return Board(
        at=source.now,
        time_zone=source.policy.time_zone,
        repository_url=source.policy.repository_url,
        browse_url=source.policy.jira.browse_url or "",
        desks=tuple(desks(source)),
        open=tuple(each for each in found if not each.held),
        held=tuple(each for each in found if each.held),
        ended=ended_escalations(source),
        last_good_run=source.last_good_run,
        last_recorded_run=source.last_recorded_run,
        trends=trends(source),
        has_audit=source.has_audit,
        notes=tuple(_notes(source)),
    )


def _notes(source: BoardSource) -> Iterator[str]:
    if not source.has_audit:
        yield NO_AUDIT
