"""The budgets of calls and of starts of git; the figures come from the benchmarks."""

from collections.abc import Callable

import pytest

from benchmarks.calls import listings, nothing_to_do, one_new
from benchmarks.git_starts import measure


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_one_new_escalation():
    calls = one_new()
    assert calls.what == "one new escalation with 12 members"
    assert calls.kept, calls


@pytest.mark.sampled(3)
@pytest.mark.parametrize("active", [1, 7, 101])
@pytest.mark.parametrize("thorough", [False, True])
def test_nothing_to_do(active: int, thorough: bool):
    calls = nothing_to_do(active, thorough=thorough)
    assert f"{active} active, 0 changes" in calls.what
    assert calls.kept, calls


def test_nothing_is_listed_in_a_normal_life():
    assert listings() == []


def test_how_often_a_run_starts_git(record_property: Callable[[str, object], None]):
    for run in measure():
        record_property("figure", f"starts of git, {run.what}: {run.found}")
        assert run.status == 0
        assert run.found <= run.most, run
