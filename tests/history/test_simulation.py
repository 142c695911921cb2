"""Other limits: the same replay, compared with a model that shares no code with it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from history.limits_model.generate import history
from history.limits_model.history import DeskRules, File, Part, Rules, Step
from history.limits_model.model import board_at
from history.limits_model.tool import timeline_of, verdicts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.history.admit import episode_histories
from reconciler.history.simulation import desks_of_history, simulate, with_limits
from reconciler.model.episode_history import Limit
from reconciler.model.policy import Limits
from reconciler.model.simulation import OtherLimits, Passage, Simulation
from reconciler.model.timeline import Timeline

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
RANDOM = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def drawn(data: st.DataObject, *, review: bool) -> tuple[list[Step], list[datetime]]:
    def choose(among: Any) -> Any:
        return data.draw(st.sampled_from(among))

    return history(choose, review=review)


def limits_of(timeline: Timeline, desk: str) -> set[Limits]:
    return {policy.desks[desk].limits for _, policy in timeline.policies if desk in policy.desks}


@pytest.mark.parametrize("review", [False, True], ids=["merge", "review"])
@given(data=st.data())
@RANDOM
def test_the_limits_in_force_change_nothing(review: bool, data: st.DataObject) -> None:
    """Given as numbers, or left out where the policy changed them on the way."""
    steps, looks = drawn(data, review=review)
    now = looks[-1]
    timeline, verdicts = timeline_of(steps, now), verdicts_of(steps)
    others = {}
    for desk in desks_of_history(timeline):
        known = limits_of(timeline, desk)
        one = known.pop()
        others[desk] = OtherLimits() if known else OtherLimits(*vars(one).values())
    really = episode_histories(timeline, now, verdicts)
    assert episode_histories(with_limits(timeline, others), now, verdicts) == really
    made = simulate(timeline, now, others, verdicts)
    assert all(each.real == each.simulated for each in (*made.desks, *made.escalations))
    assert all(each.in_force == each.other for each in made.desks)
    by_key = {(each.ticket, each.episode): each for each in really}
    for each in made.escalations:
        what_was = by_key[each.ticket, each.episode]
        assert (each.simulated.admitted, each.simulated.assigned) == (
            what_was.admitted,
            what_was.assigned,
        )


@given(data=st.data())
@RANDOM
def test_other_limits_are_what_the_model_makes_of_them(data: st.DataObject) -> None:
    steps, looks = drawn(data, review=True)
    now = looks[-1]
    small = st.integers(min_value=0, max_value=3)
    other = OtherLimits(data.draw(small), data.draw(small), data.draw(st.integers(1, 2)))
    timeline = timeline_of(steps, now)
    board = board_at([with_rules(step, other) for step in steps], now)
    others = dict.fromkeys(desks_of_history(timeline), other)
    found = episode_histories(with_limits(timeline, others), now, verdicts_of(steps))
    mine = {each.ticket: each.admitted for each in found if each.ended is None}
    assert mine == ({} if board is None else {t: each.admitted for t, each in board.open.items()})


def with_rules(step: Step, other: OtherLimits) -> Step:
    if step.rules is None:
        return step
    assert other.per_day is not None
    assert other.active is not None
    assert other.per_assignee is not None
    desks = tuple(
        (
            name,
            desk._replace(
                per_day=other.per_day, active=other.active, per_engineer=other.per_assignee
            ),
        )
        for name, desk in step.rules.desks
    )
    rules = step.rules._replace(desks=desks)
    return Step(step.pushed, step.claim, step.files, rules, step.approvals)


def crowded() -> list[Step]:
    """Three escalations in a day of three, of which the second ends in an hour."""

    def at(hours: int) -> datetime:
        return AT + timedelta(hours=hours)

    opened = File((Part(),))
    return [
        Step(AT, AT, rules=Rules((("DS", DeskRules()),))),
        Step(at(1), at(1), {"DS-1": opened}),
        Step(at(2), at(2), {"DS-2": opened}),
        Step(at(3), at(3), {"DS-2": File((Part(end="resolved"),))}),
        Step(at(4), at(4), {"DS-3": opened}),
        Step(at(6), at(6), {"DS-1": File((Part(end="resolved"),))}),
    ]


def simulated(steps: Sequence[Step], hours: int, **other: int) -> Simulation:
    now = AT + timedelta(hours=hours)
    return simulate(timeline_of(steps, now), now, {"DS": OtherLimits(**other)})


def passages(made: Simulation) -> dict[str, tuple[Passage, int, Limit | None]]:
    return {
        each.ticket: (each.simulated.passage, each.simulated.seconds // 3600, each.simulated.limit)
        for each in made.escalations
    }


def test_one_active_escalation_at_a_time() -> None:
    made = simulated(crowded(), 8, active=1)
    assert passages(made) == {
        "DS-2": (Passage.NEVER, 1, Limit.ACTIVE),
        "DS-3": (Passage.LATER, 2, Limit.ACTIVE),
    }
    desk = made.desks[0]
    real, other = desk.real, desk.simulated
    assert (real.at_once, real.waited, real.most_active, real.most_in_a_day) == (3, 0, 2, 3)
    assert (other.at_once, other.later, other.never, other.waiting) == (1, 1, 1, 0)
    assert (other.most_active, other.most_in_a_day, other.longest_seconds) == (1, 2, 7200)
    assert (desk.in_force.active, desk.other.active, desk.other.per_day) == (5, 1, 3)
    assert made.unknown[-1].startswith("1 escalation(s) would never have been admitted")


def test_one_a_day_waits_for_midnight_or_for_now() -> None:
    assert passages(simulated(crowded(), 8, per_day=1)) == {
        "DS-2": (Passage.NEVER, 1, Limit.DAY),
        "DS-3": (Passage.WAITING, 4, Limit.DAY),
    }
    # New York is four hours behind: midnight comes thirteen hours after AT.
    assert passages(simulated(crowded(), 40, per_day=1))["DS-3"] == (Passage.LATER, 9, Limit.DAY)


def test_more_than_was_needed_changes_nothing() -> None:
    made = simulated(crowded(), 8, per_day=9, active=9)
    assert made.escalations == ()
    assert made.escalated == 3


def test_a_desk_that_no_policy_has() -> None:
    steps = crowded()
    made = simulate(timeline_of(steps, AT), AT, {"OPS": OtherLimits(per_day=1)})
    assert (made.desks, made.escalated, made.since) == ((), 0, None)
