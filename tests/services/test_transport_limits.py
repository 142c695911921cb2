"""What the transport lets through: bytes, values, types, seconds, shapes. Values in, values out."""

import gzip
import threading
import tracemalloc

import pytest

from reconciler.services.errors import ServiceError
from reconciler.services.paging import MOST_ENTRIES, MOST_PAGES, Paging
from reconciler.services.transport.body import MOST_VALUES, BrokenBodyError, parse, unpack
from reconciler.services.transport.exchange import (
    CONNECT_SECONDS,
    LARGEST_ANSWER,
    Exchange,
    TooLargeError,
    continued,
    current,
    exchange,
    within,
)
from reconciler.services.transport.shape import Shape, fits, require

JSON = "application/json"
SMALL = b'{"ok": true}'


# The body


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
def test_a_compressed_body_is_unpacked(encoding: str):
    packed = gzip.compress(SMALL)
    assert unpack(iter([packed[:7], packed[7:]]), encoding) == SMALL
    assert unpack(iter([]), encoding) == b""


@pytest.mark.parametrize("encoding", ["", "identity"])
def test_a_plain_body_is_as_it_came(encoding: str):
    assert unpack(iter([SMALL[:7], SMALL[7:]]), encoding) == SMALL


def test_an_unpacked_body_has_at_most_so_many_bytes():
    most = bytes(LARGEST_ANSWER)
    assert unpack([gzip.compress(most, 1)], "gzip") == most
    with pytest.raises(TooLargeError):
        unpack([gzip.compress(most + b"x", 1)], "gzip")


def test_no_more_is_unpacked_than_a_body_may_have():
    bomb = gzip.compress(bytes(12 * LARGEST_ANSWER), 1)
    chunks = iter([bomb, b"never read"])
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            unpack(chunks, "gzip")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * LARGEST_ANSWER
    assert list(chunks) == [b"never read"]


@pytest.mark.parametrize(
    ("packed", "encoding", "why"),
    [
        (SMALL, "br", "its compression is not gzip"),
        (SMALL, "deflate", "its compression is not gzip"),
        (SMALL, "gzip, gzip", "its compression is not gzip"),
        (SMALL, "gzip", "its compression is damaged"),
        (gzip.compress(SMALL, mtime=0)[:-6] + b"xxxxxx", "gzip", "its compression is damaged"),
        (gzip.compress(SMALL, mtime=0)[:-1], "gzip", "it ends too early"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_broken(packed: bytes, encoding: str, why: str):
    with pytest.raises(BrokenBodyError, match=why):
        unpack([packed], encoding)


@pytest.mark.parametrize("one", ["1,", "[],", "{},", '"x",', '{"a":[1]},'])
def test_an_answer_has_at_most_so_many_values(one: str):
    each = sum(one.count(sign) for sign in ",[{")
    body = ("[" + one * ((MOST_VALUES - 1) // each) + "0]").encode()
    assert len(parse(body, JSON)) == (MOST_VALUES - 1) // each + 1
    with pytest.raises(TooLargeError):
        parse(("[" + one * (MOST_VALUES // each) + "0]").encode(), JSON)


@pytest.mark.parametrize(
    "kind",
    [
        JSON,
        "Application/JSON",
        "application/json ; charset=utf-8",
        "application/json; charset=UTF8",
        'application/json;charset="utf-8"',
        "application/vnd.github+json; charset=utf-8",
        "application/problem+json",
    ],
)
def test_json_is_declared_as_json(kind: str):
    assert parse(SMALL, kind) == {"ok": True}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("", "it declares no type"),
        ("; charset=utf-8", "it declares no type"),
        ("text/html", "it is not declared as JSON"),
        ("text/plain; x=application/json", "it is not declared as JSON"),
        ("application/jsonp", "it is not declared as JSON"),
        ("application/json+xml", "it is not declared as JSON"),
        ("application/json; charset=utf-16", "its characters are not declared as UTF-8"),
        ("application/json; charset=latin-1", "its characters are not declared as UTF-8"),
    ],
)
def test_anything_else_is_not_parsed(kind: str, why: str):
    with pytest.raises(BrokenBodyError, match=why):
        parse(SMALL, kind)


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"<p>", b"[1", b"[1] x", b"\xff", b"[NaN]", b"[Infinity]", b"[-Infinity]"],
)
def test_what_is_not_json_is_broken(body: bytes):
    with pytest.raises(BrokenBodyError, match="it is not JSON"):
        parse(body, JSON)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_has_a_limit(opening: str):
    with pytest.raises(BrokenBodyError, match="it is not JSON"):
        parse((opening * 100_000).encode(), JSON)
    assert parse(b"[" * 200 + b"]" * 200, JSON)


# The time of a call


@pytest.mark.parametrize(
    ("call", "limits", "most"),
    [
        (30, (), 30),
        (30, (7,), 7),
        (30, (7, 20), 7),
        (30, (20, 7), 7),
        (3, (20,), 3),
        (3, (2, 1, 20), 1),
    ],
)
def test_a_call_has_the_shortest_of_its_times(call: int, limits: tuple[int, ...], most: int):
    def left(rest: tuple[int, ...]) -> float:
        if rest:
            with within(rest[0]):
                return left(rest[1:])
        with exchange(call) as begun:
            return begun.seconds_left()

    assert left(limits) == pytest.approx(most, abs=0.5)
    assert left(()) == pytest.approx(call, abs=0.5)


@pytest.mark.parametrize(("call", "most"), [(600, CONNECT_SECONDS), (2, 2)])
def test_a_connection_has_a_time_of_its_own_within_that_of_the_call(call: int, most: float):
    with exchange(call) as begun:
        assert begun.seconds_to_connect() == pytest.approx(most, abs=0.5)


def test_nothing_waits_after_the_end():
    with exchange(0) as begun:
        assert begun.is_over
        with pytest.raises(TimeoutError):
            begun.seconds_left()
        with pytest.raises(TimeoutError):
            begun.seconds_to_connect()
    with exchange(60) as begun:
        assert not begun.is_over
        begun.connect_by = 0
        assert begun.seconds_left() > 0
        with pytest.raises(TimeoutError):
            begun.seconds_to_connect()


def test_all_requests_of_a_call_are_in_its_exchange():
    with exchange(60) as begun:
        with continued(1) as inner:
            assert inner is begun is current()
        assert current() is begun, "it has not ended"
    with continued(1) as alone:
        assert alone is current()
        assert alone is not begun
    with pytest.raises(LookupError):
        current()


def test_a_thread_is_in_no_exchange_of_another():
    found: list[bool] = []

    def look() -> None:
        with continued(1) as here:
            found.append(here is begun)

    with exchange(60) as begun:
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert found == [False]


def test_an_exchange_takes_so_many_bytes_and_no_more():
    begun = Exchange(ends=0, connect_by=0)
    begun.receive(LARGEST_ANSWER - 1)
    begun.receive(1)
    with pytest.raises(TooLargeError):
        begun.receive(1)


# A list of several pages


def turned(*pages: tuple[str, int]) -> bool:
    """True if a list may go on after these pages: the place of the next one, and the entries."""
    paging = Paging("Jira", "POST search")
    for place, entries in pages[:-1]:
        paging.turn(place, entries)
    try:
        paging.turn(*pages[-1])
    except ServiceError as error:
        return error.code != "cut"
    return True


def test_a_list_has_an_end():
    assert turned(*((str(each), 1) for each in range(MOST_PAGES - 1)))
    assert not turned(*((str(each), 1) for each in range(MOST_PAGES)))
    assert turned(("a", MOST_ENTRIES - 1), ("b", 1))
    assert not turned(("a", MOST_ENTRIES), ("b", 1))


def test_no_page_comes_twice():
    assert turned(("a", 1), ("b", 1), ("c", 1))
    assert not turned(("a", 1), ("b", 1), ("a", 1))


# The shape of an answer

FITTING: list[tuple[object, Shape]] = [
    (1, int),
    ("x", str),
    ([], [str]),
    (["a", "b"], [str]),
    ({}, {}),
    ({"more": 1}, {}),
    ({"key": "DS-1", "more": None}, {"key": str}),
    ({"issues": [{"key": "DS-1"}, {"key": "DS-2"}]}, {"issues": [{"key": str}]}),
]
OTHER: list[tuple[object, Shape]] = [
    (None, str),
    (True, int),  # a truth value is an int in Python
    (1.0, int),
    ("abc", [str]),
    ({"a": 1}, [str]),
    (None, [str]),
    (["a", 1], [str]),
    ([], {}),
    (None, {}),
    ("key", {"key": str}),
    ({}, {"key": str}),
    ({"key": None}, {"key": str}),
    ({"issues": [{"key": "DS-1"}, {}]}, {"issues": [{"key": str}]}),
    ({"issues": {"key": "DS-1"}}, {"issues": [{"key": str}]}),
]


@pytest.mark.parametrize(("value", "shape"), FITTING, ids=str)
def test_a_shape_that_fits(value: object, shape: Shape):
    assert fits(value, shape)
    require(value, shape)


@pytest.mark.parametrize(("value", "shape"), OTHER, ids=str)
def test_a_shape_that_does_not_fit(value: object, shape: Shape):
    assert not fits(value, shape)
    with pytest.raises(TypeError):
        require(value, shape)


def test_without_a_shape_any_value_will_do():
    require(None, None)
