"""Garbage is collected again once everything is read, and what was read is left out until then."""

import gc
from collections.abc import Iterator

import pytest

from reconciler.cli.garbage_collection import everything_read, reading


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    was_on = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("was_on", [True, False])
def test_a_run_leaves_the_collector_as_it_was(*, was_on: bool):
    (gc.enable if was_on else gc.disable)()
    with reading():
        assert not gc.isenabled()
        everything_read()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    assert gc.isenabled() is was_on
    assert gc.get_freeze_count() == 0


def test_a_run_that_ends_early_does_so_too():
    gc.enable()
    with pytest.raises(ValueError, match="no policy"), reading():
        raise ValueError("no policy")
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_garbage_made_after_reading_is_found():
    with reading():
        everything_read()
        loop: list[object] = []
        loop.append(loop)
        del loop
        assert gc.collect() > 0
