"""The table of `escalate status`, by values."""

import pytest
from company import NOW
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reconciler.model.phase import Phase
from reconciler.model.standing import HELD, IN_SYNC, WAITS, Standing, Status
from reconciler.render.status import status_table


@pytest.mark.parametrize(
    ("sync", "style"),
    [(IN_SYNC, "green"), (HELD, "yellow"), (WAITS, "yellow"), ("2 to do", "yellow")],
)
def test_only_what_is_in_sync_is_green(sync: str, style: str):
    standing = Standing(
        ticket="DS-1071",
        title="It fails",
        phase=Phase.HELD,
        arrived=NOW,
        assignee=None,
        channel="",
        sync=sync,
    )
    shown = status_table(Status(at=NOW, escalations=(standing,), desks=()))
    assert isinstance(shown, Group)
    (table,) = (each for each in shown.renderables if isinstance(each, Table))
    (state,) = table.columns[-1].cells
    assert isinstance(state, Text)
    assert (state.plain, state.style) == (sync, style)
