"""A sample of the sweep, the same each time; and what the sweep itself relies on."""

import json

import pytest
from company import NOW
from forked import Server
from merging import PUT

from sweep.jobs import Task
from sweep.kinds import KINDS
from sweep.points import READS, points_of, read, sample
from sweep.stage import CallId
from sweep.sweeping import RUNNER, Sweeper, sweeper

SAMPLE = 12
LINKED = 9
MERGED = ("dies-after", "answer-lost")
SEED = 14
SAMPLED = {
    ("escalations", "cloud"): SEED,
    ("pull-requests", "cloud"): SEED,
    ("pull-requests", "data-center"): SEED + 1,
    ("escalations", "data-center"): SEED + 1,
}
"""Scenarios and sites with their seeds. The first and the third one meet all kinds."""
CALLS = [CallId("slack", "chat.postMessage", 1), CallId("jira", "PUT /issue/{key}", 2)]


@pytest.fixture(scope="module")
def sweeping(running):  # noqa: ARG001 - after it, no other sandbox is needed
    with sweeper("pull-requests", "cloud", Server(RUNNER)) as found:
        yield found


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("scenario", "site"), SAMPLED)
def test_every_call_of_a_run_can_fail(scenario: str, site: str, record_property):
    task = Task(scenario, site, sample=SAMPLE, seed=SAMPLED[scenario, site])
    found, _, _ = task.run()
    record_property("sweep", json.dumps(found.counts))
    assert found.failures == [], "\n".join(found.failures)
    assert found.points == SAMPLE


def test_every_call_that_makes_a_link_can_fail(record_property):
    """The third scenario differs from the first in this call alone."""
    found, _, _ = Task("links", "cloud", call="POST /issueLink", sample=LINKED, seed=SEED).run()
    record_property("sweep", json.dumps(found.counts))
    assert found.failures == [], "\n".join(found.failures)
    assert found.points == LINKED


def test_every_merge_can_fail(record_property):
    """Nothing is lost or done twice, and the branch audit has each merge."""
    found, _, _ = Task("merges", "cloud", kinds=MERGED, call=PUT).run()
    record_property("sweep", json.dumps(found.counts))
    assert found.failures == [], "\n".join(found.failures)
    assert found.points == 2 * len(READS) * len(MERGED)


@pytest.mark.sampled(0)
def test_a_killed_run_leaves_what_the_sweep_takes_it_to_leave(sweeping: Sweeper):
    stage = sweeping.stage
    for when in ("before", "after"):
        for call in sweeping.calls[::7]:
            stage.restore(stage.start)
            stage.kill_at(call, when)
            killed = stage.digest()
            stage.restore(getattr(sweeping.frames, when)[call])
            assert killed == stage.digest(), f"{when} {call}"


def test_runs_are_the_same_each_time(sweeping: Sweeper):
    stage, digests = sweeping.stage, set()
    for _ in range(2):
        stage.restore(stage.start)
        assert stage.run().status == 0
        digests.add(stage.digest())
    assert len(digests) == 1


def test_a_run_waits_for_nothing_and_its_waits_are_counted(sweeping: Sweeper):
    stage = sweeping.stage
    stage.restore(stage.start)
    fault = KINDS["429-2.5"].order("slack", "auth.test", 1)
    ran = stage.run(NOW, [fault])
    assert (ran.status, round(ran.waited, 1)) == (0, 2.5)


def test_points_are_named_and_sampled():
    points = sorted(points_of("escalations", "cloud", CALLS))
    assert [read(str(each)) for each in points] == points
    kinds = [each for each in KINDS.values() if each.service is None]
    assert len(points) == len(READS) * (len(KINDS) + len(kinds))
    taken = sample(points, 48, 1)
    assert len(set(taken)) == 48
    assert taken == sample(reversed(points), 48, 1)
    assert taken != sample(points, 48, 2)
    assert {each.kind for each in taken} == set(KINDS)
    halves = [each.kind for seed in (1, 2) for each in sample(points, len(KINDS) // 2, seed)]
    assert sorted(halves) == sorted(KINDS)
    with pytest.raises(ValueError, match="no point"):
        read("explodes, escalations, cloud, slack auth.test 1, fresh")
