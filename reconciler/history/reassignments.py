"""Which changes of engineers can count at one moment, judged together.

Two escalations that exchange their engineers block each other if they are judged one by one. So
a change of engineers counts if there is a set of changes, itself among them, whose result keeps
the limit of escalations for each engineer.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

_MOST_STEPS: Final = 1000
"""How many combinations are tried for one moment; what is not found by then waits."""


class Move(NamedTuple):
    """One escalation's change of engineer that is in the file and does not count yet."""

    ticket: str
    former: str | None
    wanted: str | None
    most: int | None
    """How many escalations the wanted engineer may have with this one; None if overridden."""


def accepted(moves: Sequence[Move], staying: Mapping[str, int]) -> frozenset[str]:
    """Tickets of the moves that count: each that is possible together with those before it.

    `moves` are in order of arrival. `staying` are the numbers of escalations that each engineer
    keeps whatever moves.
    """
    search = _Search(moves, staying)
    for index in range(len(moves)):
        if not search.is_possible(search.chosen | {index}):
            search.refused.add(index)
        else:
            search.chosen = search.chosen | {index}
    return frozenset(moves[index].ticket for index in search.chosen)


class _Search:
    """Sets of moves, by their places in the order of arrival."""

    def __init__(self, moves: Sequence[Move], staying: Mapping[str, int]) -> None:
        self.chosen: frozenset[int] = frozenset()
        self.refused: set[int] = set()
        self._moves = moves
        self._staying = staying
        self._steps = _MOST_STEPS

    def is_possible(self, chosen: frozenset[int]) -> bool:
        """True if these moves, with others that are not refused, keep the limit."""
        self._steps -= 1
        if self._steps < 0:
            return False
        full = self._too_full(chosen)
        if full is None:
            return True
        return any(
            self.is_possible(chosen | {index})
            for index, move in enumerate(self._moves)
            if move.former == full and index not in chosen and index not in self.refused
        )

    def _too_full(self, chosen: Collection[int]) -> str | None:
        """The first engineer who would get one too many."""
        count = Counter(self._staying)
        for index, move in enumerate(self._moves):
            person = move.wanted if index in chosen else move.former
            if person is not None:
                count[person] += 1
        for index in sorted(chosen):
            move = self._moves[index]
            if move.wanted and move.most is not None and count[move.wanted] > move.most:
                return move.wanted
        return None
