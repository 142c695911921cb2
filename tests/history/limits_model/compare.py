"""Where the tool and the model differ."""

from collections.abc import Sequence
from datetime import datetime

from history.limits_model.history import File, Step
from history.limits_model.model import Board, board_at
from history.limits_model.tool import answers, obstacle_of, refused


def differences(steps: Sequence[Step], nows: Sequence[datetime]) -> list[str]:
    """At each moment: who is admitted; and what a check makes of the next commit."""
    found = []
    for count, now in enumerate(nows, 1):
        line = steps[:count]
        found += _of_answers(line, now)
        if count < len(steps):
            change = steps[count]
            moment = max(now, change.pushed)
            found += _of_check(line, change, moment)
    return found


def _of_answers(line: Sequence[Step], now: datetime) -> list[str]:
    board, told = board_at(line, now), answers(line, now)
    if board is None:
        return [] if not told.by_ticket else ["an answer without a policy"]
    tool = {
        ticket: (
            str(each.decision),
            each.since if each.admitted else None,
            each.assignee if each.admitted else None,
            bool(each.waits),
            obstacle_of(each),
        )
        for ticket, each in told.by_ticket.items()
    }
    model = {ticket: _state(board, ticket) for ticket in board.open}
    found = [
        f"{ticket}: the tool says {tool.get(ticket)}, the model {model.get(ticket)}"
        for ticket in sorted(tool.keys() | model.keys())
        if tool.get(ticket) != model.get(ticket)
    ]
    for desk, _ in board.rules.desks:
        active = sum(each.ticket.startswith(f"{desk}-") for each in board.counted())
        counts = (told.today.get(desk, 0), told.active.get(desk, 0))
        if counts != (board.today(desk, now), active):
            found.append(f"{desk}: {counts}, and {(board.today(desk, now), active)}")
    return found


def _state(board: Board, ticket: str) -> tuple[str, datetime | None, str | None, bool, str]:
    each = board.open[ticket]
    if not board.known(each):
        return ("held", None, None, False, "desk")
    if each.admitted is None:
        return ("held", None, None, False, each.obstacle)
    waits = each.engineer != each.part.engineer
    return ("admitted", each.admitted, each.engineer, waits, "")


def _of_check(line: Sequence[Step], change: Step, now: datetime) -> list[str]:
    """A check against what the model says of the same change, merged at this moment."""
    merged = Step(now, now, change.files, change.rules)
    before, after = board_at(line, now), board_at([*line, merged], now)
    if after is None:
        return []
    told = refused(line, change, now)
    right: dict[str, str] = {}
    for ticket, file in change.files.items():
        each = after.open.get(ticket)
        if each is None or not isinstance(file, File):
            continue
        old = _latest(line, ticket)
        is_new = before is None or ticket not in before.open or _parts(old) not in {0, _parts(file)}
        names = not isinstance(old, File) or old.now.engineer != file.now.engineer
        names = names or bool(isinstance(old, File) and old.now.end) or _parts(old) != _parts(file)
        if old == file or not after.known(each):
            continue
        if each.admitted is None and is_new and each.obstacle not in {"acknowledgement", "desk"}:
            right[ticket] = each.obstacle
        elif each.admitted and names and each.engineer != each.part.engineer:
            right[ticket] = "waits"
    return [] if told == right else [f"check: the tool refuses {told}, the model {right}"]


def _latest(line: Sequence[Step], ticket: str) -> File | str | None:
    return next((step.files[ticket] for step in reversed(line) if ticket in step.files), None)


def _parts(file: File | str | None) -> int:
    return len(file.parts) if isinstance(file, File) else 0
