"""`escalate doctor --live` as people run it."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from commands import command, surroundings
from company import escalation
from hub import Hub

from live.trial import CLOSED, TICKET, canary_channels, close_a_ticket, visible
from reconciler.sandbox import Box
from reconciler.sandbox.faults import Fault

pytestmark = pytest.mark.usefixtures("screens")
_WHOLE = ("doctor", "--live", "--ticket", TICKET, "--closed-ticket", CLOSED, "--guest")
_LONGEST = 60


@pytest.fixture
def company(tmp_path: Path, box: Box) -> Hub:
    made = Hub(tmp_path / "repo", box)
    close_a_ticket(made)
    return made


def test_everything_is_tried_and_removed(company: Hub, tmp_path: Path):
    before, answers = visible(company), tmp_path / "answers.json"
    done = company.escalate(*_WHOLE, "wren@auditors.example", "--answers", str(answers), status=1)
    assert visible(company) == before
    assert "1 thing that the tool relies on. Everything is removed." in done.stdout
    found = json.loads(answers.read_text(encoding="utf-8"))
    assert (found["version"], found["answers"]["second_pass"]) == (1, "nothing")
    assert found["answers"]["slack_guest"] == "invited"


def test_nothing_that_the_tool_relies_on_differs(company: Hub):
    environment = company.box.world.github.environments
    company.box.world.github.admins.add("hannah-weiss")
    assert environment == {}
    company.more_env = {"GITHUB_TOKEN": "", "GITHUB_REPOSITORY": ""}
    done = company.escalate("doctor", "--live", "--ticket", TICKET.lower(), status=0)
    assert "The tool relies on none of them. Everything is removed." in done.stdout


def test_a_guest_of_the_roster(company: Hub):
    company.edit_roster("mei", slack=None)
    company.commit("No id")
    company.git("push", "--quiet", "origin", "HEAD:main")
    user = company.box.world.slack.users["U0MEI0001"]
    user.restricted = user.ultra_restricted = True
    done = company.escalate(*_WHOLE, "mei", status=1)
    assert "Slack refuses with ura_max_channels" in done.stdout


def test_a_ticket_of_an_escalation(company: Hub):
    company.push(
        "main", {"escalations/2026/PAY-641.yaml": escalation(TICKET, assignee=None)}, who="hannah"
    )
    done = company.escalate("doctor", "--live", "--ticket", TICKET, status=1)
    assert "a file of escalations/ is about PAY-641" in done.stderr


@pytest.mark.parametrize("receipt", [{"version": 4}, "broken", None])
def test_a_ticket_with_a_receipt(company: Hub, receipt: object):
    company.box.world.jira.issues[CLOSED].properties["escalation"] = receipt
    company.box.clear_calls()
    done = company.escalate(
        "doctor", "--live", "--ticket", TICKET, "--closed-ticket", CLOSED, status=1
    )
    assert "PAY-655 has a receipt, so it is or was escalated" in done.stderr
    assert {each.request["method"] for each in company.box.calls} == {"GET"}


@pytest.mark.parametrize(
    "options",
    [
        ("--live",),
        ("--ticket", TICKET),
        ("--answers", "answers.json"),
        ("--live", "--ticket", "PAY-99999"),
        ("--live", "--ticket", TICKET, "--guest", "no-such-handle"),
    ],
)
def test_what_cannot_begin(company: Hub, options: tuple[str, ...]):
    before = company.state()
    done = company.escalate("doctor", *options, status=None)
    assert done.returncode in {1, 2}
    assert company.state() == before


def test_a_refusal_shows_and_stops_no_other_step(company: Hub):
    company.box.world.slack.scopes.remove("channels:manage")
    company.box.world.jira.projects["PAY"].deny["ADD_COMMENTS"] = [company.box.world.jira.bot]
    before = visible(company)
    done = company.escalate(*_WHOLE, "wren@auditors.example", status=1)
    assert "Slack refuses to create it (missing_scope)" in done.stdout
    assert "there is one link" in done.stdout
    assert visible(company) == before


def _running(company: Hub, fault: Fault) -> "subprocess.Popen[bytes]":
    """A live check that hangs in a call."""
    ordered = company.box.faults.add(fault)
    process = subprocess.Popen(
        command(*_WHOLE, "wren@auditors.example"),
        cwd=company.folder,
        env=surroundings(company.env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert ordered.hit.wait(_LONGEST)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_everything_is_removed(company: Hub, number: signal.Signals):
    before = visible(company)
    process = _running(company, Fault("hang", "slack", "pins.add", seconds=_LONGEST))
    process.send_signal(number)
    _, printed = process.communicate(timeout=_LONGEST)
    assert process.returncode == 128 + number
    assert f"stopped by {number.name}. Everything is removed." in printed.decode()
    assert visible(company) == before


def test_the_next_one_removes_what_a_killed_one_left(company: Hub):
    before = visible(company)
    process = _running(company, Fault("hang", "slack", "bookmarks.add", seconds=_LONGEST))
    process.kill()
    process.communicate(timeout=_LONGEST)
    assert visible(company) != before
    company.box.faults.clear()
    done = company.escalate("doctor", "--live", "--ticket", TICKET, status=1)
    assert done.stdout.count("(archived; Slack deletes no channels)") == 2
    assert visible(company) == before
    assert all(each["archived"] for each in canary_channels(company))
