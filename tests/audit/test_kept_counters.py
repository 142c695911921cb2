"""The counters of receipts are kept with the lease, so an older receipt is noticed.

The insider may edit tickets. The services answer from copies that lag behind.
"""

import copy
from pathlib import Path
from typing import Any

import pytest
from company import Company, differences, end_state, read_request
from leased import MINUTE, lease_of, pushes, rewrite
from repository import commit, escalate, git
from runs import running

from reconciler.model.sealed_receipt import LossReason, LostReceipt
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.inventory.survey import refreshed
from reconciler.sandbox import Fault
from reconciler.services.connect import connect
from reconciler.services.retry import RetryPolicy

TICKET = "DS-1071"
UPDATE = {"at": "2026-11-23T09:00:00-05:00", "by": "dmitri", "text": "News."}
PATH = f"issue/{TICKET}/properties/escalation"
WRITE = "PUT /issue/{key}/properties/{property}"
"""After an update, only the receipt is written."""
READ = {"cloud": "POST /issue/bulkfetch", "data-center": "GET /issue/{key}"}
OLDER = "is an older one: it has the number"


@pytest.fixture(params=["cloud", "data-center"])
def company(request: pytest.FixtureRequest, shared: Company) -> Company:
    """A company on either kind of Jira; its repository has a remote."""
    if request.param == "data-center":
        firm = Company(shared.folder.parent / "dc", shared.box, data_center=True)
        roster = (firm.folder / "config" / "roster.yaml").read_text()
        (shared.folder / "config" / "roster.yaml").write_text(roster)
        shared.data_center = True
        publish(shared, "Use Data Center")
    return shared


def publish(company: Company, subject: str) -> None:
    commit(company, subject)
    git(company, "push", "-q", "origin", "main")


def kind(company: Company) -> str:
    return "data-center" if company.data_center else "cloud"


def stored(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = company.ticket(TICKET)["properties"]["escalation"]
    return copy.deepcopy(found)


def put_back(company: Company, receipt: dict[str, Any]) -> None:
    company.jira("owen", "PUT", PATH, receipt)


def updated(company: Company) -> dict[str, Any]:
    """An update is posted by a second run; the receipt from before."""
    escalate(company, "apply", "--record")
    before = stored(company)
    company.write(TICKET, updates=[UPDATE])
    publish(company, "Report news")
    company.pass_time(minutes=10)
    escalate(company, "apply", "--record")
    assert stored(company)["counter"] > before["counter"]
    assert lease_of(company).receipts == {TICKET: stored(company)["counter"]}
    company.pass_time(minutes=10)
    return before


def applied(company: Company, status: int = 0) -> str:
    """What a recorded run prints to stdout, in one line."""
    return " ".join(escalate(company, "apply", "--record", status=status).stdout.split())


def calls(company: Company, *options: str) -> list[str]:
    company.box.clear_calls()
    escalate(company, "apply", "--record", *options)
    return sorted(each.name for each in company.box.calls)


def test_an_older_receipt_is_noticed_by_the_next_run_and_gains_nothing(company: Company):
    older = updated(company)
    quiet, before = calls(company), end_state(company.state())
    last = stored(company)["counter"]
    put_back(company, older)
    told = f"{OLDER} {older['counter']}, and the last one written has {last}"
    assert told in applied(company)
    assert stored(company)["counter"] == last + 1
    assert lease_of(company).receipts == {TICKET: last + 1}
    assert differences(end_state(company.state()), before) == []
    company.pass_time(minutes=10)
    assert calls(company) == quiet


def test_an_older_lease_that_is_put_back_does_not_lower_what_the_clone_knew(company: Company):
    """Its seal is valid. The insider can push to the branch, too."""
    older = updated(company)
    last = stored(company)["counter"]
    rewrite(company, receipts={TICKET: older["counter"]})
    put_back(company, older)
    assert f"{OLDER} {older['counter']}, and the last one written has {last}" in applied(company)
    assert lease_of(company).receipts == {TICKET: last + 1}


def test_after_a_deleted_receipt_the_new_one_counts_on(company: Company):
    updated(company)
    last = stored(company)["counter"]
    company.jira("owen", "DELETE", PATH)
    assert "is missing, although the tool has changed the ticket" in applied(company)
    assert stored(company)["counter"] == last + 1


def test_an_answer_from_a_copy_that_lags_behind_is_read_again(company: Company):
    """The answer is held, and by the time that it arrives the ticket has its receipt again."""
    older = updated(company)
    present, before = stored(company), end_state(company.state())
    quiet, commits = calls(company), pushes(company)
    put_back(company, older)
    name = READ[kind(company)]
    fault = company.box.faults.add(Fault("hang", name=name, when="after", seconds=2.0))
    company.box.clear_calls()
    with running(company, "--record") as run:
        assert fault.hit.wait(30)
        put_back(company, present)
        company.box.faults.clear()
        status, printed = run.end()
    assert (status, OLDER in printed) == (0, False), printed
    assert pushes(company) == commits
    assert differences(end_state(company.state()), before) == []
    names = sorted(each.name for each in company.box.calls)
    names.remove("PUT /issue/{key}/properties/{property}")
    names.remove("GET /issue/{key}")
    assert names == quiet, "one call more"


@pytest.mark.sampled(1)
def test_a_lost_answer_is_kept_and_costs_nothing_if_the_write_had_an_effect(company: Company):
    """The run cannot read back what became of it: Jira then fails."""
    escalate(company, "apply", "--record")
    company.pass_time(minutes=10)
    quiet, last = calls(company), stored(company)["counter"]
    lose_the_answer(company)
    assert stored(company)["counter"] == last + 1
    assert lease_of(company).unsure == {TICKET: last + 1}
    assert lease_of(company).receipts == {TICKET: last}
    company.pass_time(minutes=10)
    assert calls(company) == quiet


def lose_the_answer(company: Company) -> dict[str, Any]:
    """A run whose write of the receipt has an unknown outcome; the receipt from before."""
    before = stored(company)
    company.write(TICKET, contact="jun")
    publish(company, "Another contact")
    faults = company.box.faults
    faults.add(Fault("drop", name=WRITE, when="after", times=None))
    read = "GET /issue/{key}"
    nth = 2 if company.data_center else 1
    faults.add(Fault("status", name=read, nth=nth, times=None, status=403))
    escalate(company, "apply", "--record", status=6)
    faults.clear()
    return before


@pytest.mark.sampled(1)
def test_after_a_lost_answer_an_older_one_is_read_again(company: Company):
    escalate(company, "apply", "--record")
    company.pass_time(minutes=10)
    quiet = calls(company)
    older = lose_the_answer(company)
    put_back(company, older)
    company.pass_time(minutes=10)
    company.box.clear_calls()
    printed = applied(company)
    names = [each.name for each in company.box.calls]
    assert names.count("GET /issue/{key}") == quiet.count("GET /issue/{key}") + 1
    assert OLDER not in printed, "nothing says that the write had an effect"
    assert lease_of(company).unsure == {}


def test_tickets_of_a_run_that_was_killed_are_read_by_themselves(company: Company):
    escalate(company, "apply", "--record")
    company.pass_time(minutes=10)
    quiet = calls(company)
    company.write(TICKET, contact="jun")
    publish(company, "Another contact")
    write = Fault("hang", name=WRITE, when="after", seconds=60.0)
    fault = company.box.faults.add(write)
    with running(company, "--record") as run:
        assert fault.hit.wait(30)
        run.kill()
    company.box.faults.clear()
    assert lease_of(company).ended is None
    company.pass_time(minutes=10)
    names = calls(company)
    assert names.count("GET /issue/{key}") == quiet.count("GET /issue/{key}") + 1
    assert lease_of(company).receipts == {TICKET: stored(company)["counter"]}
    company.pass_time(minutes=10)
    assert calls(company) == quiet


def test_counters_survive_new_keys(company: Company):
    older = updated(company)
    token = company.env["JIRA_PAT" if company.data_center else "JIRA_API_TOKEN"]
    company.more_env = {"ESCALATE_SEAL_KEY": "k" * 40, "ESCALATE_SEAL_KEY_BEFORE": token}
    last = stored(company)["counter"]
    put_back(company, older)
    assert f"the last one written has {last}" in applied(company)
    company.more_env = {"ESCALATE_SEAL_KEY": "k" * 40}
    company.pass_time(minutes=10)
    put_back(company, older)
    assert "was sealed with the key" in applied(company)
    assert stored(company)["counter"] == last + 2
    assert lease_of(company).receipts == {TICKET: last + 2}


def test_a_run_knows_the_counters_that_it_wrote_itself(company: Company):
    """An older receipt is put back between its write and its second look."""
    escalate(company, "apply", "--record")
    older, settings = stored(company), company.settings
    with connect(settings, RetryPolicy(), 1) as gateways:
        request = read_request(company.folder, company.now, settings)
        survey = plan_run(request, gateways, Silent()).observer.survey
        receipt = survey.tickets[TICKET].receipt
        assert receipt is not None
        gateways.jira.remember(TICKET, receipt)
        put_back(company, older)
        found = refreshed(survey, gateways, TICKET).tickets[TICKET]
    assert found.lost_receipt == LostReceipt(LossReason.OLDER, counter=older["counter"])
    assert found.last_counter == older["counter"] + 1


def refuse_pushes(company: Company, *, after: int) -> Path:
    """The remote refuses each push of the audit branch after so many."""
    hook = company.folder.parent / "remote.git" / "hooks" / "pre-receive"
    count = hook.with_name("count")
    count.write_text("")
    hook.write_text(f"#!/bin/sh\necho >> {count}\n[ $(wc -l < {count}) -le {after} ] || exit 1\n")
    hook.chmod(0o755)
    return hook


def test_counters_survive_a_refused_push(company: Company):
    """Those from before stay in the lease; the next run reads what was written since."""
    escalate(company, "apply", "--record")
    last = stored(company)["counter"]
    company.write(TICKET, updates=[UPDATE])
    publish(company, "Report news")
    company.pass_time(minutes=10)
    hook = refuse_pushes(company, after=1)
    escalate(company, "apply", "--record", status=6)
    hook.unlink()
    assert lease_of(company).receipts == {TICKET: last}
    assert stored(company)["counter"] > last
    company.pass_time(minutes=10)
    escalate(company, "apply", "--record")
    assert lease_of(company).receipts == {TICKET: stored(company)["counter"]}
    assert lease_of(company).ended is not None


def test_a_clone_that_has_not_fetched_learns_the_counters_as_it_takes_the_lease(
    company: Company, tmp_path: Path
):
    older = updated(company)
    last = stored(company)["counter"]
    company.write(TICKET, contact="jun", updates=[UPDATE])
    publish(company, "Another contact")
    remote = str(tmp_path / "remote.git")
    # It ended long ago, so that this alone is no reason to read again.
    rewrite(company, ended=lease_of(company).since - 5 * MINUTE)
    git(company, "clone", "-q", "--single-branch", remote, str(tmp_path / "fresh"))
    put_back(company, older)
    company.pass_time(minutes=10)
    with running(company, "--record", folder=tmp_path / "fresh") as run:
        status, printed = run.end()
    assert status == 0, printed
    assert f"{OLDER} {older['counter']}, and the last one written has {last}" in printed
    assert stored(company)["counter"] > last
