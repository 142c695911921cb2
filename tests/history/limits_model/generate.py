"""Random histories in which desks are crowded, people busy, and dates not to be believed."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from history.limits_model.history import BROKEN, GONE, Approval, DeskRules, File, Part, Rules, Step

Choose = Callable[[Sequence[Any]], Any]

PEOPLE = ("ann", "bob", "cid")
TICKETS = ("DS-1", "DS-2", "DS-3", "DS-4", "DS-10", "PLAT-1", "PLAT-2", "PLTA-7")
ZONES = ("America/New_York",) * 4 + ("Asia/Tokyo", "Europe/Berlin")
BEGINS = (
    "2026-03-07T20:00:00+00:00",
    "2026-03-08T04:30:00+00:00",
    "2026-10-31T15:00:00+00:00",
    "2026-11-01T05:30:00+00:00",
    "2026-11-23T15:00:00+00:00",
)
SPANS = (
    *([timedelta(0)] * 3),
    *([timedelta(minutes=1), timedelta(hours=2)] * 3),
    timedelta(hours=8),
    timedelta(hours=23, minutes=59, seconds=59),
    timedelta(hours=24),
    timedelta(days=2),
)
LIES = (
    *([timedelta(0)] * 12),
    timedelta(minutes=-5),
    timedelta(minutes=-10),
    timedelta(minutes=-11),
    timedelta(days=-1),
    timedelta(days=-400),
    timedelta(minutes=5),
    timedelta(hours=3),
    timedelta(days=400),
)
LATE = (*([timedelta(0)] * 3), timedelta(hours=-1), timedelta(hours=3), timedelta(hours=30), None)
ACTS = (
    *(["open"] * 6),
    *(["assign"] * 4),
    *(["swap", "rotate", "take back"] * 2),
    *(["resolve", "withdraw"] * 2),
    *("reopen", "reopen", "override", "lower", "remove", "break"),
)


class Company:
    """Files as they are, and what people do to them."""

    def __init__(self, choose: Choose, *, review: bool) -> None:
        self.choose = choose
        self.review = review
        self.files: dict[str, File | str] = {}
        self.former: dict[str, str | None] = {}

    def rules(self) -> Rules:
        choose = self.choose
        small = (0, 1, 1, 2, 2, 3)
        desks = [
            (
                name,
                DeskRules(
                    choose(small[1:]),
                    choose(small),
                    choose((1, 1, 1, 2)),
                    choose(("medium", "medium", "high")),
                    choose((("hannah",), ("hannah",), ())),
                ),
            )
            for name in ("DS", "PLAT")
        ]
        if choose((False, False, False, False, True)):
            del desks[choose((0, 1))]
        if choose((False,) * 6 + (True,)):
            desks.append(("PLTA", DeskRules()))
        review = self.review and choose((True, True, False))
        return Rules(tuple(desks), choose(ZONES), review)

    def open(self) -> list[str]:
        return [t for t, f in self.files.items() if isinstance(f, File) and not f.now.end]

    def part(self, **more: Any) -> Part:
        impact = self.choose(("high", "high", "high", "medium", "low"))
        override = self.choose((None,) * 6 + ("hannah", "priya"))
        return Part(impact, self.choose((*PEOPLE, None)), override, **more)

    def act(self) -> dict[str, File | str]:  # noqa: PLR0911 - one for each act
        what, there = self.choose(ACTS), self.open()
        if what == "open" or not there:
            ticket = self.choose(TICKETS)
            if ticket in there:
                return {}
            old = self.files.get(ticket)
            parts = old.parts if isinstance(old, File) else ()
            return {ticket: File((*parts, self.part()))}
        ticket = self.choose(there)
        file = self.files[ticket]
        assert isinstance(file, File)
        if what in {"swap", "rotate"}:
            named = [t for t in there if self.engineer(t)][: 2 if what == "swap" else 3]
            people = [self.engineer(each) for each in named]
            return {t: self.with_(t, engineer=people[n - 1]) for n, t in enumerate(named)}
        if what == "take back":
            return {ticket: self.with_(ticket, engineer=self.former.get(ticket))}
        if what == "reopen":
            return {ticket: File((*file.parts, self.part()))}
        if what in {"remove", "break"}:
            return {ticket: GONE if what == "remove" else BROKEN}
        change: dict[str, Any] = {
            "assign": {"engineer": self.choose((*PEOPLE, None))},
            "resolve": {"end": "resolved"},
            "withdraw": {"end": "withdrawn"},
            "override": {"override": self.choose(("hannah", "priya", None))},
            "lower": {"impact": self.choose(("low", "high"))},
        }[what]
        return {ticket: self.with_(ticket, **change)}

    def engineer(self, ticket: str) -> str | None:
        file = self.files[ticket]
        return file.now.engineer if isinstance(file, File) else None

    def with_(self, ticket: str, **change: Any) -> File:
        file = self.files[ticket]
        assert isinstance(file, File)
        if "engineer" in change:
            self.former[ticket] = file.now.engineer
        return File((*file.parts[:-1], file.now._replace(**change)))

    def commit(self) -> dict[str, File | str]:
        made: dict[str, File | str] = {}
        for _ in range(self.choose((1, 1, 1, 2, 3))):
            for ticket, file in self.act().items():
                before = self.files.get(ticket)
                if before != file and not (before is None and file in {GONE, BROKEN}):
                    made[ticket] = file
                    self.files[ticket] = file
        # What came and went within one commit never was.
        self.files = {t: f for t, f in self.files.items() if f != GONE}
        return made


def history(choose: Choose, *, review: bool, most: int = 14) -> tuple[list[Step], list[datetime]]:
    """Commits, and for each a moment after it and before the next at which somebody looks."""
    company = Company(choose, review=review)
    at = datetime.fromisoformat(choose(BEGINS)).astimezone(UTC)
    first = choose((0, 0, 0, 1, 2))
    steps, looks = [], []
    for number in range(choose(range(3, most))):
        before = dict(company.files)
        files = company.commit()
        files = {t: f for t, f in files.items() if before.get(t) != f}
        files = {t: f for t, f in files.items() if not (t not in before and f == GONE)}
        changes = number == first or (number > first and choose((False,) * 6 + (True,)))
        rules = company.rules() if changes else None
        approvals = {}
        if review:
            for ticket in files:
                span = choose(LATE)
                approvals[ticket] = Approval(None if span is None else at + span)
        steps.append(Step(at, at + choose(LIES), files, rules, approvals))
        looks.append(at + choose((timedelta(0), timedelta(minutes=3), timedelta(hours=1))))
        at += choose(SPANS)
        looks[-1] = min(looks[-1], at)
    looks[-1] += timedelta(days=choose((0, 1, 3)))
    return steps, looks
