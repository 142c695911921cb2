"""The replay and the check against a model of the limits that shares no code with them."""

import os
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge.limits_model.compare import differences
from judge.limits_model.generate import history
from judge.limits_model.model import board_at

EXAMPLES = int(os.environ.get("LIMITS_HISTORIES", "60"))


@pytest.mark.parametrize("review", [False, True], ids=["merge", "review"])
@given(data=st.data())
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_tool_and_the_model_agree(review: bool, data: st.DataObject) -> None:
    def choose(among: Any) -> Any:
        return data.draw(st.sampled_from(among))

    steps, looks = history(choose, review=review)
    assert differences(steps, looks) == []


@pytest.mark.parametrize("seed", range(0, 150, 3))
def test_they_agree_in_crowded_histories(seed: int) -> None:
    chance = random.Random(seed)
    assert differences(*history(chance.choice, review=seed % 2 == 0)) == []


def test_the_histories_are_crowded() -> None:
    """Every obstacle, waiting assignments and dates that are not believed come up often."""
    seen: Counter[str] = Counter()
    for seed in range(200):
        steps, looks = history(random.Random(seed).choice, review=seed % 2 == 0)
        for count, look in enumerate(looks, 1):
            board = board_at(steps[:count], look)
            records = [] if board is None else list(board.open.values())
            seen.update({each.obstacle for each in records})
            seen.update({"waits" for e in records if e.admitted and e.engineer != e.part.engineer})
        seen.update({"forged" for step in steps if step.claim != step.pushed})
    kinds = ("desk", "acknowledgement", "impact", "day", "active", "assignee", "waits", "forged")
    assert all(seen[kind] >= 10 for kind in kinds), seen
