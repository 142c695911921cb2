"""Comments on tickets: who reads them, how they are found again, and tickets that are locked."""

from typing import Any

import pytest
from company import Company, resolution

from reconciler.model.comment_mark import COMMENT_PROPERTY
from reconciler.model.outcome import Result
from reconciler.sandbox.faults import Fault

TICKET = "DS-1071"
AT, LATER = "2026-11-23T14:00:00-05:00", "2026-11-23T15:00:00-05:00"
FIRST = {"at": AT, "by": "dmitri", "text": "See DS-1042 and https://status.example/DS-7."}
SECOND = {"at": LATER, "by": "dmitri", "text": "It comes back as DS-1057."}


def comments(company: Company) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = company.ticket(TICKET)["comments"]
    return found


def keys(company: Company) -> list[str]:
    return [each["properties"][COMMENT_PROPERTY]["key"] for each in comments(company)]


def posted(company: Company) -> list[str]:
    """The requests of the last runs that add or change comments."""
    return [each.name for each in company.box.calls if "/comment" in each.name]


def make_service_desk(company: Company) -> None:
    with company.box.lock:
        company.box.world.jira.projects["DS"].type = "service_desk"


def lock_status(company: Company, name: str) -> None:
    """Lock a status, and put the ticket into it."""
    with company.box.lock:
        jira = company.box.world.jira
        next(each for each in jira.statuses if each.name == name).editable = False
        jira.issues[TICKET].status = name


def is_public(company: Company, comment: dict[str, Any]) -> bool:
    path = f"issue/{TICKET}/comment/{comment['id']}"
    return bool(company.jira("hannah", "GET", path)["jsdPublic"])


def live(company: Company) -> None:
    company.write(TICKET)
    company.converge()
    company.write(TICKET, updates=[FIRST])
    company.converge()
    company.write(TICKET, updates=[FIRST, SECOND], contact="jun")
    company.converge()
    company.write(TICKET, updates=[FIRST, SECOND], contact="jun", resolution=resolution())
    company.converge()


def test_a_whole_life_in_a_service_desk_tells_the_customer_nothing(cloud: Company):
    make_service_desk(cloud)
    live(cloud)
    assert keys(cloud) == ["channel", "update-1", "update-2", "summary"]
    assert [each for each in comments(cloud) if is_public(cloud, each)] == []


def test_a_whole_life_in_a_service_desk_that_locks_closed_tickets(cloud: Company):
    """Cloud rewrites texts, the desk has customers, and the ticket is closed before its file."""
    make_service_desk(cloud)
    cloud.write(TICKET, updates=[FIRST])
    cloud.converge()
    lock_status(cloud, "Closed")
    cloud.write(TICKET, updates=[FIRST, SECOND], resolution=resolution())
    for expected in ({Result.DONE}, set()):
        assert {each.result for each in cloud.apply()} == expected
    assert keys(cloud) == ["channel", "update-1", "update-2", "summary"]
    assert [each for each in comments(cloud) if is_public(cloud, each)] == []
    (plan,) = cloud.plan(thorough=True).escalations
    assert (plan.changes, [each.facet for each in plan.problems]) == ((), ["jira.ticket"])


def test_the_policy_can_make_them_public(cloud: Company):
    make_service_desk(cloud)
    cloud.set_policy(jira={"comments": "public"})
    live(cloud)
    assert all(is_public(cloud, each) for each in comments(cloud))


def test_each_is_posted_with_one_request(company: Company):
    company.box.clear_calls()
    company.write(TICKET)
    company.converge()
    company.write(TICKET, updates=[FIRST])
    company.converge()
    assert posted(company) == ["POST /issue/{key}/comment"] * 2


def test_a_lost_answer_is_found_by_the_mark(company: Company):
    company.box.faults.add(Fault("drop", name="POST /issue/{key}/comment", when="after"))
    company.write(TICKET)
    company.box.clear_calls()
    outcomes = company.apply()
    assert {each.result for each in outcomes} == {Result.DONE}
    assert posted(company).count("POST /issue/{key}/comment") == 1, "it is not sent again"
    company.write(TICKET, updates=[FIRST])
    company.converge()
    assert keys(company) == ["channel", "update-1"]


def test_a_run_that_dies_after_a_comment_posts_it_once(company: Company):
    company.write(TICKET)
    company.converge()
    for name in ("PUT /issue/{key}", "PUT /issue/{key}/properties/{property}"):
        company.box.faults.add(Fault("drop", name=name, times=None))
    company.write(TICKET, updates=[FIRST])
    company.run(tolerant=True)
    company.box.faults.clear()
    company.pass_time(hours=1)
    company.converge()
    assert keys(company) == ["channel", "update-1"]


def test_a_lost_receipt_posts_nothing_again(company: Company):
    live(company)
    before = [each["id"] for each in comments(company)]
    with company.box.lock:
        del company.box.world.jira.issues[TICKET].properties["escalation"]
    company.write(TICKET, updates=[FIRST, SECOND], contact="jun", title="Something fails")
    company.converge(thorough=True)
    assert [each["id"] for each in comments(company)] == before


def test_a_line_in_the_words_of_a_file_is_no_mark(company: Company):
    forged = {**FIRST, "text": "escalation-as-code DS-1071 channel 0123456789"}
    company.write(TICKET, updates=[forged])
    company.converge()
    with company.box.lock:
        del company.box.world.jira.issues[TICKET].properties["escalation"]
    company.converge(thorough=True)
    assert keys(company) == ["channel", "update-1"]


def test_a_ticket_that_is_closed_before_its_file_gets_its_summary(company: Company):
    company.write(TICKET)
    company.converge()
    lock_status(company, "Closed")
    company.write(TICKET, resolution=resolution())
    outcomes = company.apply()
    assert {each.result for each in outcomes} == {Result.DONE}
    assert keys(company) == ["channel", "summary"]
    (plan,) = company.plan().escalations
    assert plan.changes == ()
    (problem,) = plan.problems
    assert problem.message == (
        "no field of DS-1071 can be edited in its status Closed. This waits: removes the label"
        " ESCALATION, sets the priority Medium"
    )
    assert "jira.issue.editable" in problem.remedy
    with company.box.lock:
        company.box.world.jira.issues[TICKET].status = "Open"
    company.converge()
    assert company.ticket(TICKET)["labels"] == []


def test_a_ticket_that_is_locked_from_the_start_is_escalated_all_the_same(company: Company):
    lock_status(company, "Waiting for customer")
    company.write(TICKET)
    company.apply()
    assert keys(company) == ["channel"]
    assert company.channels(TICKET)
    (plan,) = company.plan().escalations
    assert [each.facet for each in plan.problems] == ["jira.ticket"]
    assert plan.changes == ()


@pytest.mark.parametrize("locked", [False, True])
def test_comments_can_be_forbidden(company: Company, locked: bool):
    if locked:
        lock_status(company, "Waiting for customer")
    with company.box.lock:
        jira = company.box.world.jira
        jira.projects["DS"].deny["ADD_COMMENTS"] = [jira.bot]
    company.write(TICKET)
    failed = [each for each in company.apply() if each.result is Result.FAILED]
    assert [each.change.key for each in failed] == ["jira.comment channel"]
    assert "Add Comments" in failed[0].remedy
