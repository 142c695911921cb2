"""Limits guard attention: whom a pull request calls that the limits or the roles would refuse."""

import pytest
import yaml
from announced import answer
from company import escalation, resolution
from hub import Hub

pytestmark = pytest.mark.usefixtures("screens")

TICKET = "DS-1071"
LOW = escalation(TICKET)["impact"] | {"level": "low"}
HANNAH, INES, MARCUS, PRIYA = "<@U0HANNAH1>", "<@U0INES001>", "<@U0MARCUS1>", "<@U0PRIYA01>"
ALLOWED = ":heavy_check_mark: The limits allow it now."
OVERRIDE = {"by": "hannah", "reason": "A regulator asks."}


def replies(hub: Hub) -> dict[str, str]:
    """The texts in the announcement's thread by kind."""
    found: dict[str, str] = {}
    for each in hub.replies(TICKET):
        kind = each["metadata"]["event_payload"]["kind"]
        assert kind not in found, "posted twice"
        found[kind] = each["text"]
    return found


def fill_the_day(hub: Hub) -> None:
    for ticket, person in (("DS-1072", "nadia"), ("DS-1073", "felix"), ("DS-1074", "mei")):
        hub.begin(ticket, assignee=person)


def file(**changes: object) -> dict[str, object]:
    return {f"escalations/2026/{TICKET}.yaml": escalation(TICKET, assignee=None, **changes)}


def test_one_below_the_impact_floor_calls_only_the_overriders(hub: Hub):
    number = hub.propose(TICKET, assignee=None, impact=LOW)
    hub.reconcile()
    said = replies(hub)
    assert set(said) == {f"refused-{number}"}
    text = said[f"refused-{number}"]
    assert text.startswith(f"{PRIYA}: the tool calls no reviewer for")
    assert "Leave the ticket in the DS backlog" in text
    assert f"\n{HANNAH}: if it cannot wait" in text
    assert INES not in text
    assert MARCUS not in text
    (comment,) = hub.plan_comments(number)
    assert "the tool calls no reviewer in Slack" in comment["body"]
    assert "Leave the ticket in the DS backlog" in comment["body"]
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_the_acknowledgers_are_called_once_when_the_day_has_passed(hub: Hub):
    fill_the_day(hub)
    number = hub.propose(TICKET, assignee=None)
    for _ in range(2):
        hub.reconcile()
    assert set(replies(hub)) == {f"refused-{number}"}
    hub.pass_time(days=1)
    hub.reconcile()
    said = replies(hub)
    assert set(said) == {f"refused-{number}", f"proposed-{number}"}
    assert answer(said[f"refused-{number}"]) == ALLOWED
    assert INES in said[f"proposed-{number}"]
    hub.reconcile()
    assert replies(hub) == said
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_an_end_on_the_same_desk_lets_it_call(hub: Hub):
    hub.set_policy(desks={**_desks(hub), "DS": _desks(hub)["DS"] | {"limits": {"active": 1}}})
    hub.configure()
    hub.begin("DS-1072", assignee="nadia")
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    assert "1 of 1 escalations of DS are active" in replies(hub)[f"refused-{number}"]
    hub.change("DS-1072", "resolved", assignee="nadia", resolution=resolution())
    hub.reconcile()
    assert answer(replies(hub)[f"refused-{number}"]) == ALLOWED
    assert f"proposed-{number}" in replies(hub)


def _desks(hub: Hub) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(
        (hub.folder / "config" / "policy.yaml").read_text()
    )["desks"]
    return found


def test_an_override_by_an_overrider_lets_it_call(hub: Hub):
    fill_the_day(hub)
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    hub.push("escalate/ds-1071", file(override=OVERRIDE), who="hannah", base="escalate/ds-1071")
    hub.reconcile()
    said = replies(hub)
    assert answer(said[f"refused-{number}"]) == ALLOWED
    assert INES in said[f"proposed-{number}"]


def test_an_override_of_somebody_else_does_not(hub: Hub):
    fill_the_day(hub)
    number = hub.propose(TICKET, assignee=None, override={"by": "priya", "reason": "I say so."})
    hub.reconcile()
    assert set(replies(hub)) == {f"refused-{number}"}


def test_a_limit_that_is_reached_after_the_call_answers_and_calls_no_one_again(hub: Hub):
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    called = replies(hub)
    fill_the_day(hub)
    assert set(replies(hub)) == {f"proposed-{number}", f"refused-{number}"}
    hub.pass_time(days=1)
    hub.reconcile()
    said = replies(hub)
    assert said[f"proposed-{number}"] == called[f"proposed-{number}"]
    assert answer(said[f"refused-{number}"]) == ALLOWED


def test_no_reminder_calls_the_acknowledgers_either(hub: Hub):
    hub.set_policy(reminders={"acknowledgement_minutes": 30})
    hub.configure()
    fill_the_day(hub)
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    for _ in range(3):
        hub.pass_time(minutes=40)
        hub.reconcile()
    assert set(replies(hub)) == {f"refused-{number}"}
    hub.pass_time(days=1)
    hub.reconcile()
    assert set(replies(hub)) == {f"refused-{number}", f"proposed-{number}"}, "called, not reminded"
    hub.pass_time(minutes=31)
    hub.reconcile()
    text = replies(hub)[f"remind-acknowledgement-{number}"]
    assert "no one has acknowledged" in text
    assert "Reminder" not in text, "the first one since the call"


def test_closing_it_settles_the_answer(hub: Hub):
    number = hub.propose(TICKET, assignee=None, impact=LOW)
    hub.reconcile()
    hub.close(number)
    hub.reconcile()
    said = replies(hub)
    assert answer(said[f"refused-{number}"]).startswith(":heavy_check_mark: <")
    assert said[f"refused-{number}"].endswith("was closed without being merged.")
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_merging_one_that_is_admitted_later_settles_the_answer(hub: Hub):
    fill_the_day(hub)
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    hub.review(number)
    hub.merge(number)
    hub.reconcile()
    assert "the tool calls no reviewer" in replies(hub)[f"refused-{number}"]
    hub.pass_time(days=1)
    hub.reconcile()
    assert answer(replies(hub)[f"refused-{number}"]) == ALLOWED
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_a_draft_is_answered_once_it_is_ready(hub: Hub):
    number = hub.propose(TICKET, assignee=None, impact=LOW, draft=True)
    hub.reconcile()
    assert hub.announcements(TICKET) == []
    hub.box.github.ready(number)
    hub.reconcile()
    assert set(replies(hub)) == {f"refused-{number}"}


@pytest.mark.parametrize(
    "changes",
    [{"assessment": "They are told that it is fixed by Friday."}, {"contact": "ravi"}],
    ids=["a promise", "the contact"],
)
def test_what_the_author_can_correct_calls_the_acknowledgers(hub: Hub, changes: dict[str, str]):
    number = hub.propose(TICKET, assignee=None, **changes)
    hub.reconcile()
    (message,) = hub.announcements(TICKET)
    assert "1 finding to correct" in message["text"]
    assert set(replies(hub)) == {f"proposed-{number}"}


def test_who_may_not_escalate_calls_no_one_even_over_a_limit(hub: Hub):
    number = hub.propose(TICKET, who="lena", assignee=None, initiator="lena", impact=LOW)
    hub.reconcile()
    assert hub.announcements(TICKET) == []
    (comment,) = hub.plan_comments(number)
    assert "only a manager or lead may escalate" in comment["body"]
