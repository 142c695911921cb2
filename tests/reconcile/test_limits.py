"""Limits that hold after the merge: held, admitted by itself, vanished, waiting."""

import json
import multiprocessing

import pytest
from company import Company, resolution
from repository import commit, escalate, git

pytestmark = pytest.mark.usefixtures("screens")

HELD = "DS has taken 3 of 3 escalations today"


@pytest.fixture
def busy(cloud: Company) -> Company:
    """A repository in which three escalations of the day are merged and applied."""
    git(cloud, "init", "-b", "main")
    commit(cloud, "Begin")
    for ticket, person in (("DS-1071", "dmitri"), ("DS-1072", "nadia"), ("DS-1073", "felix")):
        cloud.write(ticket, assignee=person)
        commit(cloud, f"Escalate {ticket}")
    escalate(cloud, "apply")
    return cloud


def _posts(company: Company, ticket: str) -> list[str]:
    messages = company.named("sre-escalations")["messages"]
    return [
        each["metadata"]["event_payload"]["kind"]
        for each in messages
        if each["metadata"] and each["metadata"]["event_payload"]["ticket"] == ticket
    ]


def test_what_comes_after_the_limit_is_held_and_only_told(busy: Company):
    busy.write("DS-1074", assignee="mei")
    commit(busy, "Escalate DS-1074")
    before = busy.ticket("DS-1074")
    shown = escalate(busy, "apply").stdout
    assert HELD in " ".join(shown.split())
    after = busy.ticket("DS-1074")
    assert {**after, "properties": {}, "updated": ""} == {**before, "properties": {}, "updated": ""}
    assert busy.channels("DS-1074") == []
    assert _posts(busy, "DS-1074") == ["announcement"]
    text = busy.named("sre-escalations")["messages"][-1]["text"]
    assert f"held, because {HELD}" in text
    escalate(busy, "apply")
    assert _posts(busy, "DS-1074") == ["announcement"], "announced once"
    assert "Nothing to do" in escalate(busy, "plan", "--thorough").stdout


def test_it_is_admitted_by_itself_the_next_day(busy: Company):
    busy.write("DS-1074", assignee="mei")
    commit(busy, "Escalate DS-1074")
    escalate(busy, "apply")
    found = json.loads(escalate(busy, "status", "--json").stdout)["escalations"]
    (held,) = [each for each in found if each["ticket"] == "DS-1074"]
    assert held["sync"] == "held"
    assert any(HELD in note for note in held["notes"])
    block = escalate(busy, "status").stdout.partition("\nDS-1074 ")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in block.splitlines()[1:3]] == ["high", "held"]
    assert "in sync" not in block
    busy.pass_time(hours=14)
    escalate(busy, "apply")
    assert busy.ticket("DS-1074")["labels"] == ["ESCALATION"]
    assert busy.channel("DS-1074")
    assert _posts(busy, "DS-1074") == ["announcement", "assigned-mei"]
    text = next(
        each["text"]
        for each in reversed(busy.named("sre-escalations")["messages"])
        if "DS-1074" in each["text"]
        and each["metadata"]
        and each["metadata"]["event_payload"]["kind"] == "announcement"
    )
    assert "is on it" in text
    assert "DS: 1/3 today, 4/5 active" in escalate(busy, "status").stdout


def test_of_two_that_each_kept_the_limit_exactly_the_later_one_is_held(busy: Company):
    busy.pass_time(days=1)
    for ticket, person in (("DS-1042", "mei"), ("DS-1057", "ines"), ("DS-1063", "marcus")):
        busy.write(ticket, assignee=person)
    git(busy, "add", "-A", "escalations/2026/DS-1063.yaml")
    git(busy, "commit", "-m", "Escalate DS-1063")
    git(busy, "add", "-A", "escalations/2026/DS-1042.yaml")
    git(busy, "commit", "-m", "Escalate DS-1042")
    commit(busy, "Escalate DS-1057")
    escalate(busy, "apply")
    assert "ESCALATION" in busy.ticket("DS-1063")["labels"]
    assert "ESCALATION" in busy.ticket("DS-1042")["labels"]
    assert "ESCALATION" not in busy.ticket("DS-1057")["labels"]
    busy.write("DS-1072", assignee="nadia", resolution=resolution())
    commit(busy, "Resolve DS-1072")
    escalate(busy, "apply")
    assert "ESCALATION" in busy.ticket("DS-1057")["labels"]
    assert busy.channel("DS-1057")


def test_an_override_is_seen_everywhere(busy: Company):
    override = {"by": "hannah", "reason": "The regulator asks for it."}
    busy.write("DS-1074", assignee="mei", override=override)
    commit(busy, "Escalate DS-1074 all the same")
    assert "admitted over the limits by Hannah Weiss" in " ".join(
        escalate(busy, "plan").stdout.split()
    )
    escalate(busy, "apply")
    text = next(
        each["text"]
        for each in busy.named("sre-escalations")["messages"]
        if "DS-1074" in each["text"]
    )
    assert "*Admitted over the limits by:* Hannah Weiss: The regulator asks for it." in text
    assert "admitted over the limits by Hannah Weiss" in escalate(busy, "status").stdout


def test_an_assignment_to_somebody_busy_waits(busy: Company):
    busy.pass_time(days=1)
    busy.write("DS-1074", assignee=None)
    commit(busy, "Escalate DS-1074")
    escalate(busy, "apply")
    busy.write("DS-1074", assignee="dmitri")
    commit(busy, "Assign DS-1074, while dmitri got another one")
    shown = " ".join(escalate(busy, "apply").stdout.split())
    assert "the assignment waits: dmitri already has DS-1071" in shown
    assert busy.channels("DS-1074") == []
    busy.write("DS-1071", assignee="dmitri", resolution=resolution())
    commit(busy, "Resolve DS-1071")
    escalate(busy, "apply")
    assert busy.user("dmitri") in busy.channel("DS-1074")["members"]


def test_a_vanished_file_counts_as_withdrawn_and_nothing_is_deleted(busy: Company):
    (busy.folder / "escalations/2026/DS-1071.yaml").unlink()
    commit(busy, "Remove DS-1071")
    shown = " ".join(escalate(busy, "apply").stdout.split())
    assert "its file is gone from the main branch" in shown
    ticket = busy.ticket("DS-1071")
    assert (ticket["labels"], ticket["priority"]) == ([], "Medium")
    channel = busy.channel("DS-1071")
    assert not channel["archived"]
    assert "counts as withdrawn: its file is gone" in channel["messages"][-1]["text"]
    assert "Nothing to do" in escalate(busy, "plan", "--thorough").stdout
    busy.pass_time(days=15)
    escalate(busy, "apply")
    assert busy.channel("DS-1071")["archived"]


def test_a_file_that_comes_back_is_escalated_again(busy: Company):
    path = busy.folder / "escalations/2026/DS-1071.yaml"
    text = path.read_text()
    path.unlink()
    commit(busy, "Remove DS-1071")
    escalate(busy, "apply")
    path.write_text(text)
    commit(busy, "Bring DS-1071 back")
    escalate(busy, "apply")
    assert busy.ticket("DS-1071")["labels"] == ["ESCALATION"]
    assert len(busy.channels("DS-1071")) == 1


def test_a_broken_file_on_main_lets_the_former_state_go_on(busy: Company):
    path = busy.folder / "escalations/2026/DS-1071.yaml"
    path.write_text("ticket: [")
    commit(busy, "Break DS-1071")
    busy.slack("priya").conversations_leave(channel=busy.channel("DS-1071")["id"])
    done = escalate(busy, "apply", status=6)
    assert "DS-1071.yaml" in done.stderr
    assert "no file" not in done.stdout
    assert busy.user("priya") in busy.channel("DS-1071")["members"]
    assert busy.ticket("DS-1071")["labels"] == ["ESCALATION"]


def test_too_many_vanished_files_are_refused(busy: Company):
    for ticket in ("DS-1071", "DS-1072"):
        (busy.folder / f"escalations/2026/{ticket}.yaml").unlink()
    busy.set_policy(safety={"removals": 1})
    commit(busy, "Remove two")
    done = escalate(busy, "apply", status=4)
    assert "2 removals" in done.stderr
    assert busy.ticket("DS-1071")["labels"] == ["ESCALATION"]


def _apply(company: Company) -> None:
    escalate(company, "apply", status=None)


def test_two_runs_at_the_same_moment_admit_the_same(busy: Company):
    for ticket, person in (("DS-1074", "mei"), ("DS-1042", "ines")):
        busy.write(ticket, assignee=person)
        commit(busy, f"Escalate {ticket}")
    busy.pass_time(days=1)
    busy.box.latency(per_call=0.02)
    runs = [multiprocessing.get_context("fork").Process(target=_apply, args=(busy,)) for _ in "ab"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    busy.box.latency()
    escalate(busy, "apply")
    for ticket in ("DS-1074", "DS-1042"):
        assert "ESCALATION" in busy.ticket(ticket)["labels"]
        assert len(busy.channels(ticket)) == 1
    assert "DS: 2/3 today, 5/5 active" in escalate(busy, "status").stdout


def test_a_main_line_that_was_rewritten_is_refused(busy: Company):
    escalate(busy, "apply", "--record")
    git(busy, "reset", "--hard", "HEAD~1")
    busy.write("DS-1074", assignee="mei")
    commit(busy, "Another history")
    done = escalate(busy, "apply", status=2)
    assert "The main branch was rewritten" in done.stderr
    assert "restore it" in done.stderr
    assert "ESCALATION" not in busy.ticket("DS-1074")["labels"]


def test_an_older_checkout_is_refused(busy: Company):
    escalate(busy, "apply", "--record")
    git(busy, "checkout", "--detach", "HEAD~1")
    done = escalate(busy, "apply", status=2)
    assert "which was reconciled last" in done.stderr
