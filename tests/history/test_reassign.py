"""Changes of engineers of one moment, judged together."""

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.reassignments import Move, accepted

PEOPLE = [None, "ann", "bob", "cid", "dan"]


def moves(*rows: tuple[str | None, str | None]) -> list[Move]:
    return [Move(f"DS-{n}", former, wanted, 1) for n, (former, wanted) in enumerate(rows, 1)]


def test_two_exchange_their_engineers() -> None:
    assert accepted(moves(("ann", "bob"), ("bob", "ann")), {}) == {"DS-1", "DS-2"}


def test_three_go_round() -> None:
    around = moves(("ann", "bob"), ("bob", "cid"), ("cid", "ann"))
    assert accepted(around, {}) == {"DS-1", "DS-2", "DS-3"}


def test_a_ring_is_not_stopped_by_one_who_asks_for_a_member() -> None:
    asked = moves((None, "bob"), ("ann", "bob"), ("bob", "ann"))
    assert accepted(asked, {}) == {"DS-2", "DS-3"}


def test_a_chain_ends_at_a_free_engineer() -> None:
    assert accepted(moves(("ann", "bob"), ("bob", "cid")), {}) == {"DS-1", "DS-2"}
    assert accepted(moves(("ann", "bob"), ("bob", "cid")), {"cid": 1}) == frozenset()


def test_of_two_who_ask_for_one_the_earlier_gets_them() -> None:
    assert accepted(moves((None, "ann"), (None, "ann")), {}) == {"DS-1"}


def test_an_override_passes_and_takes_a_place() -> None:
    asked = [Move("DS-1", None, "ann", None), Move("DS-2", None, "ann", 1)]
    assert accepted(asked, {"ann": 1}) == {"DS-1"}


def test_taking_somebody_off_always_counts() -> None:
    asked = [Move("DS-1", "ann", None, 1), Move("DS-2", None, "ann", 1)]
    assert accepted(asked, {"ann": 1}) == {"DS-1"}


def test_a_tangle_without_a_way_out_ends() -> None:
    around = [Move(f"DS-{n}", f"p{n % 5}", f"p{(n + 1) % 5}", 4) for n in range(60)]
    assert len(accepted(around, Counter({f"p{n}": 4 for n in range(5)}))) < 60


MOVES = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.sampled_from([1, 1, 2, None])),
    max_size=6,
)


@given(MOVES, st.dictionaries(st.sampled_from(PEOPLE[1:]), st.integers(0, 2)))
def test_they_are_the_first_set_in_order_that_keeps_the_limit(
    rows: list[tuple[str | None, str | None, int | None]], staying: dict[str, int]
) -> None:
    asked = [Move(f"DS-{n}", *row) for n, row in enumerate(rows) if row[0] != row[1]]
    first = next(
        chosen
        for chosen in product([True, False], repeat=len(asked))
        if keeps(asked, chosen, staying)
    )
    expected = {move.ticket for move, is_in in zip(asked, first, strict=True) if is_in}
    assert accepted(asked, staying) == expected


def keeps(asked: list[Move], chosen: tuple[bool, ...], staying: dict[str, int]) -> bool:
    count = Counter(staying)
    for move, is_in in zip(asked, chosen, strict=True):
        count[move.wanted if is_in else move.former] += 1  # type: ignore[index]
    return all(
        not is_in or move.wanted is None or move.most is None or count[move.wanted] <= move.most
        for move, is_in in zip(asked, chosen, strict=True)
    )
