"""What Jira did not show is unknown: nothing is done because of it, and others go on."""

import pytest
from company import Company, resolution

from reconciler.model.change import EscalationPlan
from reconciler.sandbox import Fault
from reconciler.sandbox.jira_state import Account

TICKET, OTHER, FOLLOW_UP = "DS-1071", "DS-1072", "PAY-641"
ALONE = "GET /issue/{key}"


def busy(company: Company, *keys: str, alone: bool = False) -> None:
    """Jira cannot load these tickets now; with `alone`, it can load each on its own."""
    with company.box.lock:
        company.box.world.jira.busy = set(keys)
    if not alone:
        company.box.faults.add(Fault("status", name=ALONE, times=None, status=500))


def plan_of(company: Company, ticket: str = TICKET) -> EscalationPlan:
    return next(each for each in company.plan().escalations if each.ticket == ticket)


def problems(company: Company, ticket: str = TICKET) -> str:
    return "; ".join(each.message for each in plan_of(company, ticket).problems)


def test_a_ticket_that_a_bulk_fetch_leaves_open_is_unknown(cloud: Company):
    cloud.write(TICKET)
    cloud.write(OTHER, assignee="nadia")
    busy(cloud, TICKET)
    assert "HTTP 500" in problems(cloud)
    assert plan_of(cloud).changes == ()
    assert "shows no ticket" not in problems(cloud)
    cloud.apply()
    assert cloud.channels(TICKET) == []
    assert "ESCALATION" in cloud.ticket(OTHER)["labels"]
    cloud.box.faults.clear()
    cloud.converge()
    assert len(cloud.channels(TICKET)) == 1


def test_a_ticket_that_can_be_read_alone_is_read(cloud: Company):
    cloud.write(TICKET)
    busy(cloud, TICKET, alone=True)
    cloud.converge()
    assert len(cloud.channels(TICKET)) == 1


def test_a_follow_up_that_cannot_be_read_is_not_called_invisible(cloud: Company):
    cloud.write(TICKET)
    cloud.converge()
    cloud.write(TICKET, resolution=resolution(follow_ups=[FOLLOW_UP]))
    busy(cloud, FOLLOW_UP)
    assert f"the follow-up {FOLLOW_UP}: Jira GET issue/{FOLLOW_UP}: HTTP 500" in problems(cloud)
    run, _ = cloud.run(applies=False)
    assert run is not None
    assert run.planned[TICKET].observed.missing_tickets == frozenset()
    cloud.apply()
    busy(cloud, alone=True)
    cloud.box.faults.clear()
    assert "jira.link" in {each.change.facet for each in cloud.converge()}


def test_of_two_accounts_none_is_assigned(company: Company):
    company.edit_roster("dmitri", jira=None)
    with company.box.lock:
        accounts = company.box.world.jira.accounts
        known = accounts["5f0a1c2e:dmitri"]
        accounts["5f0a1c2e:double"] = Account("5f0a1c2e:double", "double", "Double", known.email)
    company.write(TICKET)
    assert "Jira finds 2 users who can be dmitri" in problems(company)
    company.apply()
    assert company.ticket(TICKET)["assignee"] is None
    assert "ESCALATION" in company.ticket(TICKET)["labels"], "nothing else depends on it"


def test_who_may_not_search_is_told_so(company: Company):
    company.edit_roster("nadia", jira=None)
    with company.box.lock:
        jira = company.box.world.jira
        for project in jira.projects.values():
            project.deny |= {each: [jira.bot] for each in ("USER_PICKER", "ASSIGN_ISSUES")}
        jira.accounts["5f0a1c2e:nadia"].active = False
    company.write(TICKET, assignee="nadia")
    assert "the account may not search for users" in problems(company)
    assert "ESCALATION" in {str(each.after) for each in plan_of(company).changes}


@pytest.mark.parametrize("way", ["refused", "nonsense"])
def test_a_label_search_that_fails_is_told_and_changes_nothing(cloud: Company, way: str):
    cloud.write(TICKET)
    cloud.converge()
    kind = "status" if way == "refused" else "garbage"
    fault = Fault(kind, name="POST /search/jql", times=None, status=400)
    cloud.box.faults.add(fault)
    plan = cloud.plan()
    (diagnostic,) = plan.diagnostics
    assert "tickets with the label can't be searched for" in diagnostic.message
    assert "is unknown" in diagnostic.message
    assert plan_of(cloud).changes == ()
