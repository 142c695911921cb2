"""What a check refuses is what the reconciler would hold: each case where the two once differed.

The check counted files, and the reconciler counts what is admitted.
"""

from datetime import UTC, datetime, timedelta

import pytest
from history.limits_model.compare import differences
from history.limits_model.history import Approval, DeskRules, File, Part, Rules, Step
from history.limits_model.tool import answers, refused

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def rules(review: bool = False, **limits: int) -> Rules:
    return Rules((("DS", DeskRules(**limits)), ("PLAT", DeskRules())), review=review)


def file(engineer: str | None = None, **part: str) -> File:
    return File((Part(engineer=engineer, **part),))


def commit(at: datetime, policy: Rules | None = None, **files: File) -> Step:
    """A commit; `DS_1` stands for the ticket DS-1."""
    by_ticket: dict[str, File | str] = {name.replace("_", "-"): f for name, f in files.items()}
    return Step(at, at, by_ticket, policy)


SIX = {f"DS_{number}": file() for number in range(1, 7)}
THREE_MORE = {f"DS_{number}": file() for number in range(7, 10)}
NOBODY = Approval(None)


def unacknowledged() -> list[Step]:
    """Five are merged, and nobody has approved any of them."""
    five = commit(MONDAY, **{f"DS_{number}": file(f"p{number}") for number in range(1, 6)})
    never = dict.fromkeys(five.files, NOBODY)
    return [commit(MONDAY, rules(review=True)), Step(MONDAY, MONDAY, five.files, None, never)]


@pytest.mark.parametrize(
    ("line", "change", "answer"),
    [
        pytest.param(
            [commit(MONDAY, rules(active=20)), commit(MONDAY, **SIX)],
            commit(TUESDAY, **THREE_MORE),
            {"DS-7": "day", "DS-8": "day", "DS-9": "day"},
            id="those that were admitted at midnight fill the day",
        ),
        pytest.param(
            unacknowledged(),
            commit(MONDAY, DS_6=file("p1")),
            {},
            id="what nobody acknowledged fills no desk and keeps nobody busy",
        ),
        pytest.param(
            [commit(MONDAY, rules())],
            commit(MONDAY, DS_1=file(impact="low", override="hannah")),
            {},
            id="an override passes the impact floor",
        ),
        pytest.param(
            [commit(MONDAY, rules())],
            commit(MONDAY, DS_1=file(impact="low", override="priya")),
            {"DS-1": "impact"},
            id="an override by somebody else passes nothing",
        ),
        pytest.param(
            [
                commit(MONDAY, rules()),
                commit(MONDAY, DS_1=file("ann"), DS_2=file()),
                commit(MONDAY, rules(active=1)),
            ],
            commit(MONDAY, DS_1=file(), DS_2=file("bob")),
            {},
            id="who is admitted may change hands after the limit was lowered",
        ),
        pytest.param(
            [commit(MONDAY, rules(per_day=1)), commit(MONDAY, DS_1=file(), DS_2=file("ann"))],
            commit(MONDAY, PLAT_1=file("ann")),
            {},
            id="who is named in a held file is free",
        ),
        pytest.param(
            [commit(MONDAY, rules(per_day=1)), commit(MONDAY, DS_1=file(), DS_2=file())],
            commit(MONDAY, DS_2=file("bob")),
            {},
            id="what is held already may be edited",
        ),
        pytest.param(
            [
                commit(MONDAY, rules()),
                commit(MONDAY, DS_1=file("ann"), DS_2=file()),
                commit(MONDAY, DS_2=file("ann")),
                commit(MONDAY, DS_1=file("bob")),
                commit(MONDAY, DS_1=file("ann")),
            ],
            commit(MONDAY, PLAT_1=file("bob")),
            {"PLAT-1": "assignee"},
            id="who stays in charge while a change waits is busy",
        ),
        pytest.param(
            [commit(MONDAY, rules(per_day=1), DS_1=file())],
            commit(MONDAY, DS_2=file()),
            {},
            id="files that came with the first policy fill no day",
        ),
        pytest.param(
            [
                commit(MONDAY, rules(per_day=1)),
                commit(MONDAY, DS_1=file(), DS_2=file()),
                commit(MONDAY, DS_1=file(end="withdrawn")),
            ],
            commit(TUESDAY, DS_3=file()),
            {"DS-3": "day"},
            id="what was held yesterday and admitted today is of today",
        ),
    ],
)
def test_a_check_refuses_what_would_be_held(
    line: list[Step], change: Step, answer: dict[str, str]
) -> None:
    now = change.pushed
    assert refused(line, change, now) == answer
    never = dict.fromkeys(change.files, NOBODY) if line[-1].approvals else {}
    merged = Step(now, now, change.files, change.rules, never)
    assert differences([*line, merged], [*(step.pushed for step in line), now]) == []
    if not never:
        before, after = (answers(each, now).by_ticket for each in (line, [*line, merged]))
        held = {ticket for ticket in change.files if after[ticket].held}
        assert held - {ticket for ticket, each in before.items() if each.held} == set(answer)
