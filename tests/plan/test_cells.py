"""Every facet of the planner is shown in every state in which it can be."""

from plan import test_announcement, test_channel, test_ticket
from plan.table import FACETS, STATES, Row

MEANINGLESS = {
    ("channel", "differs"): "a channel is there or not; its parts are facets of their own",
    ("channel-name", "absent"): "a channel always has a name; see channel-absent",
    ("membership", "absent"): "see membership-drifted: the bot is in what it creates",
    ("membership", "differs"): "the bot is in it or not",
    ("follow-up", "held"): "there is no resolution before the end",
    ("follow-up", "adopted"): "an import says nothing of follow-ups",
    ("receipt", "differs"): "a file asks for nothing in it; it follows from the other facets",
    ("proposal", "receipt-lost"): "nothing but Slack remembers it",
}


def _rows() -> list[Row]:
    return [
        parameter.values[0]
        for test in (
            test_ticket.test_ticket,
            test_channel.test_channel,
            test_announcement.test_announcement,
        )
        for mark in test.pytestmark
        for parameter in mark.args[1]
    ]


def test_every_cell_is_a_row_or_has_no_meaning():
    shown = {(row.facet, row.state) for row in _rows()}
    assert shown.isdisjoint(MEANINGLESS)
    assert shown | set(MEANINGLESS) == {(facet, state) for facet in FACETS for state in STATES}


def test_every_row_has_a_name_of_its_own():
    names = [row.name for row in _rows()]
    assert len(set(names)) == len(names)
