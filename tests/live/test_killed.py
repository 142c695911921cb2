"""A live check that ends at any call leaves nothing behind, at the latest after the next one."""

import json
from pathlib import Path

import pytest
from hub import Hub

from live.trial import Silent, cleaned, close_a_ticket, site_of, tried, visible, watching
from reconciler.doctor.live.run import LiveResult, run_live
from reconciler.sandbox import Box
from reconciler.sandbox.faults import Fault


class _StopHereError(KeyboardInterrupt):
    """The signal of a person."""


@pytest.fixture
def company(tmp_path: Path, box: Box) -> Hub:
    made = Hub(tmp_path / "repo", box)
    close_a_ticket(made)
    return made


def test_killed_at_every_call(company: Hub, record_property):
    """Nothing runs any more after the call. The next live check finds what it left."""
    before = visible(company)
    moments: dict[str, tuple[str, bytes]] = {}
    calls: list[str] = []

    def watch(call: str) -> None:
        calls.append(call)
        state = json.dumps(visible(company), sort_keys=True)
        # A call that changed nothing leaves the state that the call before left.
        moments.setdefault(state, (call, company.box.snapshot()))

    with watching(watch):
        tried(company)
    assert len(moments) >= 20
    for call, snapshot in moments.values():
        company.box.restore(snapshot)
        assert cleaned(company).left == [], call
        assert visible(company) == before, call
    record_property("figure", f"killed at {len(calls)} calls, in {len(moments)} states")


def _changing(company: Hub) -> list[int]:
    """The numbers of the calls after which something differs."""
    states: list[str] = []
    first = company.box.snapshot()
    last = json.dumps(visible(company), sort_keys=True)
    with watching(lambda _: states.append(json.dumps(visible(company), sort_keys=True))):
        tried(company)
    company.box.restore(first)
    pairs = zip([last, *states], states, strict=False)
    return [number for number, (one, other) in enumerate(pairs, 1) if one != other]


def test_interrupted_after_every_change(company: Hub, record_property):
    """A signal ends the steps. The removal of the same run then removes everything."""
    before, first = visible(company), company.box.snapshot()
    changing = _changing(company)
    for number in changing:
        company.box.restore(first)
        left = _interrupted_at(company, number)
        # A signal that comes during the removal ends that, too.
        if left:
            cleaned(company)
        assert visible(company) == before, number
    record_property("figure", f"interrupted after {len(changing)} changes")


def _interrupted_at(company: Hub, number: int) -> bool:
    """Whether something is left."""
    before = visible(company)
    calls: list[str] = []

    def watch(call: str) -> None:
        calls.append(call)
        if len(calls) == number:
            raise _StopHereError

    result = LiveResult()
    with watching(watch), site_of(company) as site, pytest.raises(_StopHereError):
        run_live(site, Silent(), result)
    return visible(company) != before


def test_the_interruption_of_a_step_leaves_nothing(company: Hub):
    """The first signal comes before the removal: the run itself removes everything."""
    first = company.box.snapshot()
    for number in _changing(company)[:12]:
        company.box.restore(first)
        assert not _interrupted_at(company, number), number


def test_every_lost_answer(company: Hub, record_property):
    """The connection ends after a change took effect, and the run goes on."""
    before, first = visible(company), company.box.snapshot()
    tried(company)
    every = [each for each in company.box.calls if each.request.get("method") != "GET"]
    names = sorted({(each.service, each.name) for each in every})
    for service, name in names:
        company.box.restore(first)
        company.box.faults.add(Fault("drop", service, name, when="after"))
        if tried(company).left:
            assert cleaned(company).left == []
        assert visible(company) == before, name
    record_property("figure", f"lost the answers of {len(names)} kinds of calls")
