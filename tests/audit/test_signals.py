"""A run that is asked to stop ends between two changes, with what it did recorded."""

import os
import signal

import pytest
from company import Company
from doubled import doubled
from leased import lease_of, pushes, records
from repository import escalate
from runs import held_at, running

from reconciler.cli.stop_signals import SIGNALS, StopRequested, stop_signals

HANGS = 1.0


def stopped_at(company: Company, nth: int, *numbers: int) -> tuple[int, str]:
    """A run that gets signals while it waits for the answer to a call."""
    with (
        running(company, "--record", "--workers", "1", run="1/1") as run,
        held_at(company, nth, seconds=HANGS) as fault,
    ):
        assert fault.hit.wait(30)
        for number in numbers:
            run.signal(number)
        return run.end()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("nth", [8, 12, 18])
def test_a_run_that_is_asked_to_stop_records_what_it_did(
    shared: Company, nth: int, number: int, status: int
):
    ended, printed = stopped_at(shared, nth, number)
    found = records(shared)
    done = sum(each.get("result") == "done" for each in found)
    assert ended == status
    name = signal.Signals(number).name
    assert f"The run was stopped by {name}. It made {done} of 16 changes." in printed
    assert found[-1]["kind"] == "outcome"
    assert done + found[-1].get("skipped", 0) == 16
    assert lease_of(shared).ended is not None
    escalate(shared, "apply", "--record")
    assert doubled(shared.state()) == []
    escalate(shared, "history", "--verify")
    assert [each for each in records(shared) if each.get("settled_by")] == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_before_the_first_change_it_ends_at_once(shared: Company, number: int, status: int):
    ended, printed = stopped_at(shared, 2, number)
    assert ended == status
    assert f"The run was stopped by {signal.Signals(number).name}. Nothing was changed." in printed
    assert pushes(shared) == 0
    assert shared.channels("DS-1071") == []


def test_a_second_signal_ends_it_at_once_and_the_next_run_settles(shared: Company):
    ended, _ = stopped_at(shared, 12, signal.SIGTERM, signal.SIGINT)
    assert -ended in {signal.SIGINT, signal.SIGTERM}, "whichever came second"
    assert lease_of(shared).ended is None
    escalate(shared, "apply", "--record")
    assert [each for each in records(shared) if each.get("settled_by")]
    escalate(shared, "history", "--verify")


def test_signals_are_handled_as_before_afterwards():
    before = [signal.getsignal(each) for each in SIGNALS]
    with stop_signals() as found:
        asked: list[str] = []
        with pytest.raises(StopRequested):
            os.kill(os.getpid(), signal.SIGTERM)
        assert found.status == 143
        found.received = None
        found.defer_to(asked.append)
        os.kill(os.getpid(), signal.SIGTERM)
        assert asked == ["the run was stopped by SIGTERM"]
    assert [signal.getsignal(each) for each in SIGNALS] == before
