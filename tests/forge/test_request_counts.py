"""How many requests to GitHub a run costs: nothing open, an open proposal, a merged one."""

from hub import Hub
from merging import OTHER as TWO
from merging import TICKET as ONE


def cost(hub: Hub, *options: str) -> int:
    """The requests of one run."""
    hub.box.clear_calls()
    hub.escalate("apply", "--record", *options)
    return len([call for call in hub.box.calls if call.service == "github"])


def quiet(hub: Hub) -> int:
    """The requests of a run that has nothing to do."""
    cost(hub)
    return cost(hub)


def test_nothing_open_costs_one_request(hub: Hub):
    hub.begin(ONE, "--record")
    assert quiet(hub) == 1


def test_an_open_proposal_that_did_not_change_costs_at_most_two_more(hub: Hub):
    hub.begin(ONE, "--record")
    hub.propose(TWO)
    assert quiet(hub) <= 1 + 2


def test_a_merged_one_costs_at_most_three_and_only_once(hub: Hub):
    hub.begin(ONE, "--record")
    assert quiet(hub) == 1
    number = hub.propose(TWO)
    hub.review(number)
    hub.merge(number)
    assert cost(hub) <= 1 + 3
    assert cost(hub) == 1


def test_what_is_merged_later_costs_nothing_of_what_is_remembered(hub: Hub):
    """Two at once, after others that earlier runs have read."""
    hub.begin(ONE, "--record")
    for ticket in (TWO, "DS-1073"):
        number = hub.propose(ticket)
        hub.review(number)
        hub.merge(number)
    assert cost(hub) <= 1 + 2 * 3
    assert cost(hub) == 1


def test_the_status_alone_costs_three_for_each_configuration(hub: Hub):
    """Without the key of the seals nothing is remembered; merged escalations cost nothing."""
    hub.begin(ONE, "--record")
    number = hub.propose(TWO)
    before = status_cost(hub, number)
    for days in (2, 3):
        hub.set_policy(reminders={"update_minutes": {"high": days * 60}})
        hub.configure()
    assert status_cost(hub, number) <= before + 2 * 3
    assert before <= 1 + 2 + 2


def status_cost(hub: Hub, number: int) -> int:
    """The requests of `escalate acknowledge`."""
    hub.box.clear_calls()
    hub.escalate("acknowledge", str(number))
    return len([call for call in hub.box.calls if call.service == "github"])
