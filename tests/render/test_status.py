"""The state of all escalations in a terminal, by values."""

from datetime import timedelta
from typing import Any

import pytest
from company import NOW

from reconciler.model.escalation import ImpactLevel
from reconciler.model.phase import Phase
from reconciler.model.standing import (
    HELD,
    IN_SYNC,
    NOT_COMPARED,
    WAITS,
    DeskCapacity,
    Standing,
    Status,
)
from reconciler.render.console import rendered
from reconciler.render.status import status_table

GREEN = "\x1b[32m"
HOSTILE = "[red]x[/red] \x1b[31m \u202e ::error::"


def standing(sync: str, phase: Phase = Phase.ASSIGNED, **facts: Any) -> Standing:
    values = {"title": "It fails", "contact": "Lena", "assignee": None, "channel": ""} | facts
    return Standing(
        ticket="DS-1071",
        desk="DS",
        level=ImpactLevel.HIGH,
        phase=phase,
        arrived=NOW,
        sync=sync,
        **values,
    )


def shown(each: Standing, *, colour: bool = False) -> str:
    return rendered(status_table(Status(at=NOW, escalations=(each,), desks=())), 80, colour=colour)


@pytest.mark.parametrize("phase", [Phase.ASSIGNED, Phase.RESOLVED])
def test_only_what_is_in_sync_is_green(phase: Phase):
    assert f"{GREEN}{IN_SYNC}" in shown(standing(IN_SYNC, phase), colour=True)
    for sync in (HELD, WAITS, NOT_COMPARED, "2 to do"):
        assert GREEN not in shown(standing(sync, phase), colour=True)


@pytest.mark.parametrize(
    ("phase", "facts"), [(Phase.HELD, {}), (Phase.ASSIGNED, {"overdue": True})]
)
def test_nothing_is_green_that_is_held_or_overdue(phase: Phase, facts: dict[str, Any]):
    assert GREEN not in shown(standing(IN_SYNC, phase, **facts), colour=True)


def test_text_of_files_stays_text():
    hostile = dict.fromkeys(("title", "contact", "assignee", "channel", "waiting_on"), HOSTILE)
    text = shown(standing(IN_SYNC, notes=(HOSTILE,), **hostile))
    assert text.count("[red]x[/red]") == len(hostile) + 1
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_update_that_was_never_due_is_not_announced():
    assert "due every" not in shown(standing(IN_SYNC))
    often = standing(IN_SYNC, update_minutes=60, updated=NOW - timedelta(minutes=5))
    assert "Last update 5 minutes ago, due every hour" in shown(often)


@pytest.mark.parametrize(
    ("today", "active", "until"),
    [
        (2, 4, ""),
        (3, 4, ". Full until tomorrow."),
        (2, 5, ". Full until one ends."),
        (4, 6, ". Full until one ends, at least until tomorrow."),
    ],
)
def test_a_full_desk_shows_until_when(today: int, active: int, until: str):
    desk = DeskCapacity(
        desk="DS", name="Dev Support", today=today, per_day=3, active=active, active_limit=5
    )
    text = rendered(status_table(Status(at=NOW, escalations=(), desks=(desk,))), 80, colour=False)
    whole = " ".join(text.split())
    assert whole.endswith(f"DS: {today}/3 today, {active}/5 active (Dev Support){until}")
