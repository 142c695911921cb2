"""A facet that exists only here: one file and one registration are all that a new one takes.

It keeps a first line in the ticket's description while the escalation is active.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from company import NOW, Company, resolution
from rich.console import Console

from reconciler.audit.records import request_of
from reconciler.model.change import Action, Change, Plan
from reconciler.model.observed import Ticket
from reconciler.model.outcome import Result
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import Evidence, Facet, ReadBack, TicketOperation
from reconciler.reconcile.facets import FACETS
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.redaction import PrivateData
from reconciler.render.plan_effects import effects
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import Box, Fault
from reconciler.services.jira.edit import TicketEdit

LINE = "This ticket is escalated.\n\n"


class FirstLine(Facet):
    """The first line of the description."""

    reads = ("description",)

    def plan(self, facts: Facts) -> Steps:
        text = str(facts.ticket.fields["description"] or "")
        escalated = facts.desired.jira.escalated
        if escalated is text.startswith(LINE):
            return
        receipt = facts.stored.model_extra or {}
        yield Change(
            facet="jira.first_line",
            action=Action.ADD if escalated else Action.REMOVE,
            before="" if escalated else "a first line",
            after="a first line" if escalated else "",
            why=why(facts.desired.jira.why, drifted=escalated and bool(receipt.get("first_line"))),
            op=SetDescription(text=LINE + text if escalated else text.removeprefix(LINE)),
        )

    def recall(self, receipt: Receipt, evidence: Evidence) -> Mapping[str, object]:
        text = str(evidence.ticket.fields["description"] or "")
        return {"first_line": True} if text.startswith(LINE) else {}


class SetDescription(TicketOperation):
    """Set the description."""

    do: str = "set_description"
    text: str
    field = "description"
    remedy = "Put the field Description on the project's edit screen."

    def put(self, edit: TicketEdit, work: object) -> TicketEdit:
        return edit.setting(self.field, self.text)

    def remembered(self, memory: Receipt) -> Mapping[str, object]:
        return {"first_line": self.text.startswith(LINE)}

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return ticket.fields["description"] == self.text

    def recorded(self, change: Change, private: PrivateData) -> tuple[str, str]:
        return change.before, change.after

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return "first line of the description"


@pytest.fixture(params=["cloud", "data-center"])
def firm(request: pytest.FixtureRequest, tmp_path, box: Box) -> Iterator[Company]:
    FACETS.append(FirstLine())
    yield Company(tmp_path / "repo", box, request.param == "data-center", workers=1)
    FACETS.pop()


def described(company: Company) -> str:
    return str(company.ticket("DS-1071")["description"] or "")


def changes(plan: Plan) -> list[Change]:
    every = [change for each in plan.escalations for change in each.changes]
    return [each for each in every if each.facet == "jira.first_line"]


def test_it_lives_as_the_others_do(firm: Company) -> None:
    before = described(firm)
    firm.write("DS-1071")
    run, outcomes = firm.run()
    assert run is not None
    (change,) = changes(run.plan)
    told = "\n".join(effects(run.plan.escalations[0], run.request.roster))
    assert "first line of the description" in told
    console = Console(width=200, no_color=True)
    with console.capture() as shown:
        console.print(plan_text(run.plan))
    assert "jira.first_line" in shown.get()
    assert request_of(change, PrivateData(run.request.roster)) == ("", "a first line")
    assert Plan.model_validate_json(run.plan.model_dump_json()) == run.plan
    assert [each.result for each in outcomes if each.change == change] == [Result.DONE]
    assert described(firm) == LINE + before
    firm.expect_nothing_to_do()
    firm.jira("hannah", "PUT", "issue/DS-1071", {"fields": {"description": before}})
    (again,) = changes(firm.plan())
    assert again.why == "drift"
    firm.converge()
    assert described(firm) == LINE + before
    firm.write("DS-1071", resolution=resolution())
    firm.converge()
    assert described(firm) == before


def test_after_a_lost_answer_the_edit_is_sent_again(firm: Company) -> None:
    firm.write("DS-1071")
    firm.box.faults.add(Fault("drop", name="PUT /issue/{key}", when="after"))
    outcomes = firm.apply()
    (outcome,) = [each for each in outcomes if each.change.facet == "jira.first_line"]
    assert (outcome.result, outcome.answer) == (Result.DONE, "")
    firm.expect_nothing_to_do()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_call_fails_it_ends_where_it_should(firm: Company, when: str) -> None:
    before = described(firm)
    firm.write("DS-1071")
    snapshot = firm.box.snapshot()
    firm.apply()
    for nth in range(1, len(firm.box.calls) + 1):
        firm.box.restore(snapshot)
        firm.now = NOW
        firm.box.clock.set(NOW)
        firm.box.faults.add(Fault("drop", nth=nth, when=when))
        firm.run(tolerant=True)
        firm.box.faults.clear()
        firm.pass_time(seconds=timedelta(minutes=7).total_seconds())
        firm.apply()
        assert described(firm) == LINE + before, f"call {nth}"
        assert changes(firm.plan()) == [], f"call {nth}"
