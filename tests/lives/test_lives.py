"""Random lives: whatever people, clocks and networks do, each run leaves what it must."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from lives.declaring import Declaring
from lives.meddling import Meddling
from reconciler.sandbox import Box

MORE = int(os.environ.get("ESCALATE_LIVES", "0"))
"""How many lives to live by chance instead of the fixed ones."""
PARTS = 4
LIVES = 9
STEPS = 8
SHRINK = bool(os.environ.get("ESCALATE_LIVES_SHRINK"))
"""Whether to look for the smallest life that fails, which can take minutes."""
FIXED = settings(
    phases=tuple(Phase) if SHRINK else (Phase.generate,),
    max_examples=MORE or LIVES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=not MORE,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


class Lives(Declaring, Meddling):
    """Everything that can happen, with the clock moving between the runs."""

    moves_clock = True


@pytest.mark.hypothesis
@pytest.mark.sampled(2)
@pytest.mark.parametrize("part", range(1 if MORE else PARTS))
def test_every_life_ends_as_it_must(part: int, office: tuple[Box, Path], forks, record_property):
    counts: Counter[str] = Counter()
    box, template = office
    kept = {"box": box, "template": template, "forks": forks, "counts": counts}
    machine = type("Lives", (Lives,), kept)
    if not MORE:
        seed(part)(machine)
    run_state_machine_as_test(machine, settings=FIXED)
    assert counts["lives"] >= (MORE or LIVES)
    told = ", ".join(f"{counts[each]} {each}" for each in ("lives", "steps", "runs"))
    record_property("figure", f"lived {told} (part {part + 1})")
