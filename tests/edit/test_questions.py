"""Answers: taken by their meaning, asked for again at once, and never lost."""

import shutil
from pathlib import Path

import pytest
from commands import commit_all, escalate
from company import TOP
from merge_policy import use_merge_policy
from terminals import Terminal

from reconciler.cli.blanks import Blank, meant, reason
from reconciler.load.ticket_address import TicketAddressError, ticket_key
from reconciler.model.roster import Roster

CLEAR = "\x15"
LATE = ("--now", "2026-12-05T10:00:00-05:00")
GIVEN = {
    "--title": "Cards fail",
    "--level": "high",
    "--who": "All payers",
    "--how-many": "40",
    "--symptom": "An error page.",
    "--reason": "Four in ten fail.",
    "--initiator": "priya",
    "--contact": "lena",
    "--reporter": "lena",
    "--findings": "Only 3-D Secure.",
    "--blocked-because": "No logs.",
}
TICKETS = {
    "ds-7": "DS-7",
    " DS-7 ": "DS-7",
    "https://company.atlassian.net/browse/DS-7": "DS-7",
    "https://company.atlassian.net/browse/ds-7?focusedCommentId=1#comment-1": "DS-7",
    "https://jira.company.example/jira/projects/DS/queues/custom/12/DS-7": "DS-7",
    "https://company.atlassian.net/jira/software/c/projects/DS/boards/3?selectedIssue=DS-7": "DS-7",
    "https://company.atlassian.net/servicedesk/customer/portal/1/DS-7": "DS-7",
    "https://company.atlassian.net/jira/core/projects/DS/board?issueKey=DS-7&x=1": "DS-7",
    "https://jira.company.example:8443/browse/DS-7/": "DS-7",
    "company.atlassian.net/browse/DS-7": "DS-7",
    "DS": "DS",
    "nonsense": "nonsense",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "config", tmp_path / "config")
    use_merge_policy(tmp_path)
    commit_all(tmp_path)
    return tmp_path


HOSTILE = {
    "https://company.atlassian.net/wiki/home": "shows no ticket",
    "https://company.atlassian.net/browse/DS-7/DS-8": "names DS-7 and DS-8",
    "https://company.atlassian.net/x?selectedIssue=DS-7&selectedIssue=DS-9": "names DS-7 and DS-9",
    "https://company.atlassian.net@evil.example/browse/DS-7": "contains a user name",
    "https://company.atlassian.net\\@evil.example/browse/DS-7": "not the address of a ticket",
    "https://company.atlassian.net/browse/DS-7\x1b[2J": "not the address of a ticket",
    "https://company.atlassian.net/browse/\u202eDS-7": "not the address of a ticket",
    "javascript:alert(1)//browse/DS-7": "not an address of a page",
    "file:///browse/DS-7": "not an address of a page",
    "//evil.example/browse/DS-7": "not an address of a page",
    "https://[/browse/DS-7": "not an address",
    "https://company.atlassian.net:x/browse/DS-7": "not an address",
    f"https://company.atlassian.net/{'a/' * 2000}DS-7": "not the address of a ticket",
}


def asked(folder: Path, *without: str, ticket: str = "DS-2000", **instead: str) -> Terminal:
    """`escalate open` with all answers as options but for some."""
    changed = GIVEN | {f"--{name}": value for name, value in instead.items()}
    words = [word for pair in changed.items() if pair[0] not in without for word in pair]
    return Terminal(folder, {}, "open", ticket, *words, *LATE)


@pytest.mark.parametrize(("text", "key"), TICKETS.items())
def test_the_key_of_a_ticket(text: str, key: str):
    assert ticket_key(text) == key


@pytest.mark.parametrize(("text", "why"), HOSTILE.items())
def test_an_address_that_shows_no_ticket_is_refused(text: str, why: str):
    with pytest.raises(TicketAddressError, match=why):
        ticket_key(text)


@pytest.mark.parametrize(
    ("base", "browse", "status"),
    [
        ("https://company.atlassian.net", None, 0),
        ("https://other.atlassian.net", None, 2),
        ("https://other.atlassian.net", "https://company.atlassian.net", 0),
        ("https://api.atlassian.com/ex/jira/1", None, 0),
        ("https://api.atlassian.com/ex/jira/1", "https://other.atlassian.net", 2),
    ],
)
def test_an_address_must_be_on_the_host_of_jira(
    folder: Path, base: str, browse: str | None, status: int
):
    if browse:
        policy = folder / "config/policy.yaml"
        text = policy.read_text("utf-8")
        new = text.replace("\njira:\n", f"\njira:\n  browse_url: {browse}\n")
        assert new != text
        policy.write_text(new, "utf-8")
    words = [word for pair in GIVEN.items() for word in pair]
    address = "https://company.atlassian.net/browse/DS-7?atlOrigin=x"
    done = escalate(folder, {"JIRA_BASE_URL": base}, "open", address, *words, "--dry-run", *LATE)
    assert done.status == status, done.told
    if status:
        assert "Jira is on" in done.err


@pytest.mark.parametrize("ticket", ["DS-1/../../x", "DS-0", "DS-01", "DS-1\x1b[2J"])
def test_what_is_no_key_is_refused_before_the_first_question(folder: Path, ticket: str):
    done = escalate(folder, {}, "open", ticket)
    assert done.status == 2
    assert "is not a ticket of a desk" in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize("address", [key for key in TICKETS if "://" in key][:2])
def test_a_ticket_by_its_address(folder: Path, address: str):
    words = [word for pair in GIVEN.items() for word in pair]
    assert escalate(folder, {}, "open", address, *words, *LATE).status == 0
    assert (folder / "escalations/2026/DS-7.yaml").is_file()


def test_an_address_without_a_ticket_is_refused_before_the_first_question(folder: Path):
    done = escalate(folder, {}, "open", "https://company.atlassian.net/wiki/home")
    assert done.status == 2
    assert "The address shows no ticket." in done.err


def test_a_ticket_of_no_desk_is_refused_before_the_first_question(folder: Path):
    done = escalate(folder, {}, "open", "OPS-1")
    assert done.status == 2
    assert "The desks are: DS, PLAT" in done.err


ROSTER = Roster.model_validate(
    {
        "version": 1,
        "teams": {"pay": {"name": "Payments", "kind": "client-facing"}},
        "people": {
            handle: {
                "name": name,
                "email": f"{handle}@company.example",
                "github": f"{handle}-github",
                "team": "pay",
                "role": "lead",
            }
            for handle, name in {
                "ann": "Ann Lee",
                "bo": "Bo Ray",
                "bo-2": "Bo Ray",
                "dee": "Dee Fox",
            }.items()
        },
    }
)
PEOPLE = {"ann": "Ann Lee, Payments, lead", "bo": "Bo Ray, Support", "bo-2": "Bo Ray, Billing"}


@pytest.mark.parametrize(
    ("text", "answer", "why"),
    [
        ("ann", "ann", ""),
        ("Ann  LEE", "ann", ""),
        (" ANN ", "ann", ""),
        ("Bo Ray", "Bo Ray", "Several people have this name. Write one of: bo, bo-2"),
        ("Cy", "Cy", "One of: ann, bo, bo-2"),
        ("", "", "One of: ann, bo, bo-2"),
        ("ann@company.example", "ann", ""),
        ("ANN@Company.example", "ann", ""),
        ("@ann-github", "ann", ""),
        ("Lee", "Lee", "Did you mean ann (Ann Lee)?"),
        ("Ray", "Ray", "Did you mean bo (Bo Ray) or bo-2 (Bo Ray)?"),
        ("dee@company.example", "dee", "One of: ann, bo, bo-2"),
    ],
)
def test_a_person_by_name_and_address(text: str, answer: str, why: str):
    blank = Blank("--who", "Who?", PEOPLE, called=ROSTER.called)
    assert (meant(blank, text), reason(blank, text)) == (answer, why)


def test_a_name_of_two_people_as_an_option_lists_them(folder: Path):
    roster = folder / "config/roster.yaml"
    roster.write_text(roster.read_text("utf-8").replace("Tomás Herrera", "Priya Raman"), "utf-8")
    changed = GIVEN | {"--initiator": "Priya Raman"}
    words = [word for pair in changed.items() for word in pair]
    done = escalate(folder, {}, "open", "DS-2000", *words, *LATE)
    assert done.status == 2
    assert "--initiator: Several people have this name. Write one of: priya, tomas" in done.err


def test_a_full_name_as_an_option(folder: Path):
    words = [word for pair in {**GIVEN, "--initiator": "Priya Raman"}.items() for word in pair]
    assert escalate(folder, {}, "open", "DS-2000", *words, *LATE).status == 0
    assert "initiator: priya\n" in (folder / "escalations/2026/DS-2000.yaml").read_text()


def test_a_deadline_in_a_reason_is_evidence(folder: Path):
    terminal = asked(folder, "--reason")
    terminal.answer("Why must the ticket be escalated?", "We need this by tomorrow noon.")
    terminal.answer("Write this change?", "y")
    assert terminal.end() == 0, terminal.screen
    assert "reason: We need this by tomorrow noon." in _file(folder)


def test_a_promise_is_asked_for_again_at_once(folder: Path):
    words = [word for pair in GIVEN.items() for word in pair]
    assert escalate(folder, {}, "open", "DS-2000", *words, *LATE).status == 0
    commit_all(folder)
    terminal = Terminal(folder, {}, "assess", "DS-2000", *LATE)
    terminal.answer("What do you think is wrong?", "It will be fixed by Friday.")
    terminal.answer("is a completion estimate", f"{CLEAR}A cache is stale.")
    terminal.answer("Write this change?", "y")
    assert terminal.end() == 0, terminal.screen
    assert "assessment: A cache is stale." in _file(folder)


def _file(folder: Path) -> str:
    return (folder / "escalations/2026/DS-2000.yaml").read_text()


def test_what_only_the_whole_file_shows_is_asked_for_again(folder: Path):
    """A contact who may not be one, given as an option; the other answers stay."""
    terminal = asked(folder, contact="dmitri")
    terminal.answer("Who is the contact (client-facing, stays reachable)?", "Lena Fischer")
    terminal.answer("Write this change?", "y")
    assert terminal.end() == 0, terminal.screen
    text = (folder / "escalations/2026/DS-2000.yaml").read_text()
    assert "contact: lena" in text
    assert "title: Cards fail" in text


def test_interrupted_questions_say_the_truth_and_how_to_continue(folder: Path):
    terminal = asked(folder, "--reason", "--findings")
    terminal.answer("[1 of 2] Why must the ticket be escalated?", "Four in ten fail.")
    terminal.wait_for("[2 of 2] What did the reporter find out?")
    terminal.press("\x03")
    assert terminal.end() == 130
    screen = " ".join(terminal.screen.split())
    assert "interrupted. Nothing was written or changed." in screen
    assert "The next run" not in screen
    assert "To continue, run the command again with --resume." in screen
    assert not (folder / "escalations").exists()


def test_interrupted_at_the_last_question(folder: Path):
    terminal = asked(folder)
    terminal.wait_for("Write this change?")
    terminal.press("\x03")
    assert terminal.end() == 130
    assert "escalate: interrupted. Nothing was written or changed." in terminal.screen
