"""`escalate report` of what really went through GitHub: reviews, merges, runs that record."""

import json
from typing import Any

import pytest
from hub import Hub

pytestmark = pytest.mark.usefixtures("screens")


def told(hub: Hub) -> dict[str, Any]:
    hub.git("fetch", "--quiet", "origin", "+audit:audit")
    return dict(json.loads(hub.escalate("report", "--json").stdout))


def test_times_to_acknowledge_are_those_of_reviews(hub: Hub):
    for ticket, person, minutes in (("DS-1071", "dmitri", 12), ("DS-1072", "nadia", 30)):
        number = hub.propose(ticket, assignee=person)
        hub.pass_time(minutes=minutes)
        hub.review(number)
        hub.pass_time(minutes=5)
        hub.merge(number)
    hub.reconcile("--record")
    total = told(hub)["total"]
    assert total["to_acknowledge"] == {
        "known": 2,
        "unknown": 0,
        "median_seconds": 12 * 60,
        "p90_seconds": 30 * 60,
    }
    assert (total["escalated"], total["open"], total["to_assign"]["known"]) == (2, 2, 2)


def test_what_nobody_acknowledged_waits(hub: Hub):
    hub.merge(hub.propose("DS-1071"))
    hub.reconcile("--record", status=None)
    before = told(hub)["total"]
    assert (before["escalated"], before["to_acknowledge"]["unknown"]) == (1, 0)
    assert before["to_assign"]["known"] == 0
    hub.pass_time(hours=2)
    hub.review(1)
    hub.reconcile("--record")
    after = told(hub)["total"]
    assert after["to_acknowledge"]["median_seconds"] == 2 * 3600
    assert after["to_assign"]["median_seconds"] == 2 * 3600, "held until it was acknowledged"


def test_the_digest_names_what_met_a_limit(hub: Hub):
    people = ("dmitri", "nadia", "felix", "mei")
    for number, person in enumerate(people, 1):
        made = hub.propose(f"DS-107{number}", assignee=person)
        hub.review(made)
        hub.merge(made)
    hub.reconcile("--record", status=None)
    assert [(each["ticket"], each["what"]) for each in told(hub)["limits_met"]] == [
        ("DS-1074", "day")
    ]
    page = hub.escalate("report", "--month", "this", "--markdown").stdout
    assert "- Limits met: DS-1074 (day)" in page
