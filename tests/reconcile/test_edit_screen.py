"""Projects whose edit screen lacks a field: the rest is done, and links take a request apart.

Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-links/ (a link
needs no field on the edit screen), and team-managed projects, which may have no priority.
"""

import pytest
from company import Company, linked, resolution

from reconciler.model.outcome import Result
from reconciler.sandbox import Fault

FOLLOWED = resolution(follow_ups=["DS-1042"])


def without(company: Company, field: str) -> None:
    with company.box.lock:
        company.box.world.jira.projects["DS"].edit_fields.remove(field)


def links(company: Company) -> list[tuple[str, str]]:
    state = company.state()
    return [linked(state, each) for each in state["jira"]["links"]]


def test_a_link_takes_a_request_of_its_own(company: Company):
    without(company, "issuelinks")
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=FOLLOWED)
    company.converge()
    assert links(company) == [("DS-1071", "DS-1042")]
    posted = [each for each in company.box.calls if each.name == "POST /issueLink"]
    assert len(posted) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_it_is_made_once_if_an_answer_is_lost(company: Company, when: str):
    without(company, "issuelinks")
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=FOLLOWED)
    company.box.faults.add(Fault("drop", name="POST /issueLink", when=when))
    company.apply()
    company.apply()
    company.expect_nothing_to_do()
    assert links(company) == [("DS-1071", "DS-1042")]


def test_a_type_of_link_that_is_not_there(company: Company):
    without(company, "issuelinks")
    company.set_policy(jira={"follow_up_link": "Nonsense"})
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=FOLLOWED)
    (failed,) = [each for each in company.apply() if each.result is Result.FAILED]
    assert failed.change.facet == "jira.link"
    assert "Correct jira.follow_up_link" in failed.remedy


def test_a_project_without_a_priority_gets_everything_else(company: Company):
    without(company, "priority")
    company.write("DS-1071")
    outcomes = company.apply()
    assert {each.result for each in outcomes} == {Result.DONE}
    ticket = company.ticket("DS-1071")
    assert "ESCALATION" in ticket["labels"]
    assert ticket["assignee"] == "5f0a1c2e:dmitri"
    (problem,) = company.plan().escalations[0].problems
    assert "the field priority can't be edited in project DS" in problem.message
    assert "team-managed" in problem.remedy
    assert company.plan().changes == 0
    company.write("DS-1071", resolution=resolution())
    company.converge()
