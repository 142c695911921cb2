"""Several runs at the same moment double nothing and lose nothing: one of each kind of race."""

from pathlib import Path

import pytest
from races.race import RACES, alone, hold

from reconciler.sandbox import Box

SEED = 7
FEW = ("two runs", "four runs", "two runs, one stale")


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", FEW)
def test_runs_at_the_same_moment(tmp_path: Path, box: Box, name: str):
    expected = alone(tmp_path / "alone", box)
    box.reset()
    end = hold(RACES[name], tmp_path / "race", box, SEED, expected)
    assert (end.doubled, end.lost, end.problems) == ([], 0, [])
