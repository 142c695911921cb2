"""A life on its way: the company, what is expected of it, and what is checked after each run."""

import copy
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from lives.audit import audit_wrongs
from lives.book import Book, Ticket
from lives.firm import PEOPLE, Firm, moment
from lives.look import announced_there, kinds_there, pull_request_wrongs, wrongs
from lives.trail import Trail, saw
from reconciler.sandbox import Box, Fault

DESKS = {
    "DS": ("DS-1071", "DS-1072", "DS-1073", "DS-1074", "DS-1057", "DS-1063", "DS-1042"),
    "PLAT": ("PLAT-305", "PLAT-311", "PLAT-318", "PLAT-320"),
}
ENGINEERS = {"DS": ("dmitri", "nadia", "felix", "mei"), "PLAT": ("carla", "ben", "yusuf")}
PICK = st.integers(0, 11)
"""Chooses one of whatever there is to choose from."""
LOOK_BACK = timedelta(days=29)
"""How far back announcements are looked for that no note tells of."""
SOON = st.sampled_from((False, False, False, True))
"""Whether a run follows at once."""


@dataclass
class Proposed:
    """An escalation on a branch, or one that was."""

    who: int
    """Picks its people."""
    at: datetime
    open: bool = True
    told: bool = False
    """Whether it was announced."""


def pick(which: int, among: Any) -> Any:
    found = list(among)
    return found[which % len(found)]


class Life(RuleBasedStateMachine):
    """What rules work with. Each commit and each deed of a person comes a minute after the last."""

    box: ClassVar[Box]
    template: ClassVar[Path]
    forks: ClassVar[Any]
    counts: ClassVar[Counter[str]]
    moves_clock: bool = False
    """Whether a random span goes by after each run, up to a day, and not a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="life-")
        self.firm = Firm(Path(self._folder.name) / "repo", self.box, self.template)
        self.book = Book(self.firm.now)
        self.trails: dict[str, Trail] = {}
        self.pull_requests: dict[str, Proposed] = {}
        self.exact = True
        """Whether everything that was posted is there, and recorded."""
        self.news = 0

    def check_invariants(self, *arguments: Any, **options: Any) -> None:
        self.counts["steps"] += 1
        super().check_invariants(*arguments, **options)

    # Who there is

    def where(self, condition: Callable[[Ticket], object]) -> list[Ticket]:
        return [each for each in self.book.tickets.values() if condition(each)]

    def open(self) -> list[Ticket]:
        return self.where(lambda each: each.now.open)

    def live(self) -> list[Ticket]:
        """Active, seen by a run, with a channel that is in use."""
        return self.where(lambda each: each.now.active and self.in_use(each))

    def in_use(self, ticket: Ticket) -> bool:
        room = self.trails[ticket.key].room
        return room is not None and self.trails[ticket.key].in_use

    def channel_of(self, ticket: Ticket) -> dict[str, Any]:
        return dict(self.firm.channels(ticket.key)[-1])

    # What happens

    def pass_time(self, **span: float) -> None:
        self.firm.pass_time(**span)
        self.book.pass_to(self.firm.now)

    def declare(self, *tickets: Ticket) -> None:
        """Commit what tickets say by now, and let a minute go by."""
        self.firm.put(*(each.file() for each in tickets))
        self.book.settle()
        for each in tickets:
            if each.key not in self.trails:
                issue = self.firm.ticket(each.key)
                trail = Trail(issue["priority"], {issue["assignee"] or ""})
                self.trails[each.key] = trail
                before = self.pull_requests.pop(each.key, None)
                if before is not None and before.told:
                    trail.announcements.add("announcement")
                    trail.touched = True
        self.pass_time(minutes=1)

    def run(self, desk: str = "", *, thorough: bool = False) -> None:
        """A run, and a look at everything that it should have done."""
        self.counts["runs"] += 1
        seen = [each for each in self.book.tickets.values() if desk in {"", each.desk}]
        before = self.firm.state()
        left, told = self.firm.converge((desk,) if desk else (), thorough=thorough)
        for each in seen:
            saw(self.trails[each.key], each, _quiet_since(before, each), self.firm.now)
        state = self.firm.state()
        found = wrongs(state, self.book, self.trails, [each.key for each in seen])
        for each in seen:
            trail, issue = self.trails[each.key], state["jira"]["issues"][each.key]
            if len(trail.in_jira) > 1:
                trail.in_jira = {issue["assignee"] or ""}
                trail.told = told.get(each.key, set()) & {"jira.assignee"} | trail.told
            if told.get(each.key, set()) != trail.told:
                found.append(f"{each.key}: told of {told.get(each.key)}, not {trail.told}")
        found += self._look_at_pull_requests(state, desk)
        expect_nothing(found)
        expect_nothing(left)
        self._pass_to_the_next_run()

    def _look_at_pull_requests(self, state: dict[str, Any], desk: str) -> Iterator[str]:
        """After a run everybody knows of those that are open, and of those that are over."""
        for key, each in self.pull_requests.items():
            if key.startswith(desk) and not self.forgotten(key):
                each.told |= each.open
                yield from pull_request_wrongs(state, key, is_open=each.open, told=each.told)

    def forgotten(self, key: str) -> bool:
        """Whether what was said of a proposal is so old that nobody looks for it any more."""
        before = self.pull_requests.get(key)
        return before is not None and self.firm.now - before.at > LOOK_BACK

    def break_off(self, fault: Fault, *, killed: bool) -> None:
        """A run that something happens to; whatever it did, it did no more than it should."""
        self.exact = False
        before = self.firm.state()
        self.firm.break_off(fault, self.forks if killed else None)
        state = self.firm.state()
        for each in self.book.tickets.values():
            trail = self.trails[each.key]
            whole = copy.deepcopy(trail)
            saw(whole, each, _quiet_since(before, each), self.firm.now)
            trail.learn(whole, kinds_there(state, each), state["jira"]["issues"][each.key])
        for key, proposed in self.pull_requests.items():
            proposed.told |= bool(announced_there(state, key))
        self._pass_to_the_next_run()

    def _pass_to_the_next_run(self) -> None:
        """Seconds, minutes or hours; the same whenever the same life is lived again."""
        if not self.moves_clock:
            self.pass_time(minutes=1)
            return
        by_chance = random.Random(f"{self.firm.now} {sorted(self.book.tickets)}")
        unit = by_chance.choice((1, 60, 3600))
        self.pass_time(seconds=unit * by_chance.randint(1, 59 if unit < 3600 else 24))

    def teardown(self) -> None:
        try:
            if self.book.tickets:  # a life may be broken off before it begins
                self.moves_clock = False  # the records tell of the moment of the last run
                self.run(thorough=True)
                expect_nothing(audit_wrongs(self.firm, self.book, self.trails, exact=self.exact))
                self.counts["lives"] += 1
        finally:
            self._folder.cleanup()


def expect_nothing(wrong: list[str]) -> None:
    if wrong:
        raise AssertionError("\n".join(wrong))


def _quiet_since(state: dict[str, Any], ticket: Ticket) -> datetime | None:
    """When somebody last wrote into the ticket's latest channel, outside of threads."""
    stem = f"{ticket.key.lower()}-"
    rooms = [it for it in state["slack"]["channels"].values() if it["name"].startswith(stem)]
    if not rooms:
        return None
    times = [it["ts"] for it in rooms[-1]["messages"] if it["thread_ts"] in {"", it["ts"]}]
    return moment(max(times, key=float)) if times else None


__all__ = ["DESKS", "ENGINEERS", "PEOPLE", "PICK", "SOON", "Life", "pick"]
