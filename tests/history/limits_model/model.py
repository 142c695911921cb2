"""The limits of the process page, written down once more, and played as slowly as they read.

Nothing here is shared with the tool. Every midnight is a moment, every set of changes of engineers
is tried, and everything is counted anew each time.

- "No more than 3 escalations per day": so many are admitted on a calendar day.
- "No more than 5 active escalations", "Only one escalation per assignee".
- "Low-impact issues will not be accepted".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from history.limits_model.history import BROKEN, GONE, LEVELS, File, Part, Rules, Step, desk_of

GRACE = timedelta(minutes=10)
FREE_RETURN = timedelta(hours=24)


@dataclass
class Record:
    """One episode that reached the main line."""

    ticket: str
    number: int
    part: Part
    arrived: datetime
    place: tuple[int, bool, str, int]
    acknowledged: datetime | None
    of_the_beginning: bool
    free: bool
    admitted: datetime | None = None
    engineer: str | None = None
    obstacle: str = ""


@dataclass
class Board:
    """Everything that counts at a moment."""

    rules: Rules
    open: dict[str, Record] = field(default_factory=dict)
    admissions: list[tuple[str, datetime]] = field(default_factory=list)
    left: dict[str, datetime] = field(default_factory=dict)
    """When an admitted episode of a ticket ended last."""

    def known(self, record: Record) -> bool:
        return self.rules.desk(desk_of(record.ticket)) is not None

    def counted(self) -> list[Record]:
        return [each for each in self.open.values() if each.admitted and self.known(each)]

    def today(self, desk: str, now: datetime) -> int:
        zone = ZoneInfo(self.rules.zone)
        day = now.astimezone(zone).date()
        return sum(d == desk and at.astimezone(zone).date() == day for d, at in self.admissions)

    def busy(self, record: Record) -> bool:
        desk = self.rules.desk(desk_of(record.ticket))
        person = record.part.engineer
        if desk is None or person is None:
            return False
        theirs = [each for each in self.counted() if each.engineer == person and each is not record]
        return len(theirs) >= desk.per_engineer

    def excused(self, record: Record) -> bool:
        desk = self.rules.desk(desk_of(record.ticket))
        return desk is not None and record.part.override in desk.overriders


def times(steps: Sequence[Step], now: datetime) -> list[datetime]:
    """When each commit counts: what it claims if that can be, else as late as it can have been."""
    latest, told = datetime.fromtimestamp(0, UTC), []
    for step in steps:
        believed = latest - GRACE <= step.claim <= now
        latest = max(latest, step.claim) if believed else latest
        told.append(latest if believed else None)
    return [
        next((each for each in told[index:] if each is not None), now)
        for index in range(len(steps))
    ]


def board_at(steps: Sequence[Step], now: datetime) -> Board | None:
    """How things stand; nothing before there is a policy."""
    begin = next((n for n, step in enumerate(steps) if step.rules is not None), None)
    if begin is None:
        return None
    first = steps[begin].rules
    assert first is not None
    board = Board(first)
    clock: datetime | None = None
    for number, (step, at) in enumerate(zip(steps, times(steps, now), strict=True)):
        if clock is not None:
            pass_time(board, clock, at)
        clock = at
        one_commit(board, step, at, number, early=number <= begin)
    assert clock is not None
    pass_time(board, clock, now)
    return board


def one_commit(board: Board, step: Step, at: datetime, number: int, *, early: bool) -> None:
    review = board.rules.review and not early
    news = sorted(step.files.items(), key=lambda item: (not ends(item[1]), *rank(item[0])))
    for ticket, file in news:
        bring(board, step, at, (number, not ends(file), *rank(ticket)), ticket, early, review)
    settle(board, at, list(board.open.values()))
    if step.rules is not None:
        board.rules = step.rules
        settle(board, at, [each for each in board.open.values() if each.ticket not in step.files])


def rank(ticket: str) -> tuple[str, int]:
    return desk_of(ticket), int(ticket.split("-")[1])


def ends(file: File | str) -> bool:
    return file == GONE or (isinstance(file, File) and file.now.end != "")


def bring(  # noqa: PLR0913, PLR0917 - a model says everything
    board: Board,
    step: Step,
    at: datetime,
    place: tuple[int, bool, str, int],
    ticket: str,
    early: bool,
    review: bool,
) -> None:
    file = step.files[ticket]
    there = board.open.get(ticket)
    if file == BROKEN:
        return
    if file == GONE:
        finish(board, ticket, at)
        return
    assert isinstance(file, File)
    number, part = len(file.parts), file.now
    if there is not None and number > there.number:
        finish(board, ticket, at)
        there = None
    if there is not None:
        there.part = part
    elif not part.end:
        approval = step.approvals.get(ticket)
        acknowledged: datetime | None = at
        if review and approval is not None:
            acknowledged = None if approval.at is None else max(at, approval.at)
        left = board.left.get(ticket)
        board.open[ticket] = Record(
            ticket,
            number,
            part,
            at,
            place,
            acknowledged,
            of_the_beginning=early,
            free=left is not None and at < left + FREE_RETURN,
        )
    if part.end:
        finish(board, ticket, at)


def finish(board: Board, ticket: str, at: datetime) -> None:
    record = board.open.pop(ticket, None)
    if record is not None and record.admitted is not None:
        board.left[ticket] = at


def pass_time(board: Board, since: datetime, until: datetime) -> None:
    zone = ZoneInfo(board.rules.zone)
    moments = {
        each.acknowledged
        for each in board.open.values()
        if board.known(each)  # what has no desk counts for nothing, its approval included
        and each.acknowledged is not None
        and since < each.acknowledged <= until
    }
    moments |= set(midnights(since, until, zone))
    for moment in sorted(moments):
        settle(board, moment, list(board.open.values()))


def midnights(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = since.astimezone(zone).date()
    while True:
        day += timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        if midnight > until:
            return
        if midnight > since:
            yield midnight


def settle(board: Board, now: datetime, asked: list[Record]) -> None:
    """First whoever is in charge changes, all of it together; then the queue, oldest first."""
    change_engineers(board, [each for each in asked if each.admitted])
    for record in sorted(asked, key=lambda each: each.place):
        if record.admitted is None:
            record.obstacle = obstacle(board, record, now)
            if not record.obstacle:
                record.admitted = now
                if not record.free and not record.of_the_beginning:
                    board.admissions.append((desk_of(record.ticket), now))
                if not board.busy(record) or board.excused(record):
                    record.engineer = record.part.engineer


def change_engineers(board: Board, asked: list[Record]) -> None:
    """The first set, by who came first, after which nobody who was moved has too many."""
    moving = [e for e in asked if e.engineer != e.part.engineer and board.known(e)]
    moving.sort(key=lambda each: each.place)
    before = {each.ticket: each.engineer for each in moving}
    for choice in product((True, False), repeat=len(moving)):
        for record, moved in zip(moving, choice, strict=True):
            record.engineer = record.part.engineer if moved else before[record.ticket]
        if all(
            not moved or board.excused(record) or not board.busy(record)
            for record, moved in zip(moving, choice, strict=True)
        ):
            return


def obstacle(board: Board, record: Record, now: datetime) -> str:  # noqa: PLR0911 - a list
    desk = desk_of(record.ticket)
    rules = board.rules.desk(desk)
    if rules is None:
        return "desk"
    if record.acknowledged is None or record.acknowledged > now:
        return "acknowledgement"
    if board.excused(record) or record.of_the_beginning:
        return ""
    if LEVELS.index(record.part.impact) < LEVELS.index(rules.floor):
        return "impact"
    if not record.free and board.today(desk, now) >= rules.per_day:
        return "day"
    if sum(desk_of(each.ticket) == desk for each in board.counted()) >= rules.active:
        return "active"
    return "assignee" if board.busy(record) else ""
