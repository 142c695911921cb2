"""A whole life by questions and answers, as it looks in a terminal of 80 columns.

UPDATE_GOLDENS=1 in the environment writes it anew; read the difference before committing it.
"""

import os
import shutil
from pathlib import Path

import pytest
from commands import commit_all, escalate
from company import TOP
from merge_policy import use_merge_policy
from terminals import Terminal

GOLDEN = Path(__file__).parent / "golden" / "dialogue.txt"
LATE = ("--now", "2026-12-05T10:00:00-05:00")
YES = ("Write this change?", "y")
CLEAR = "\x15"
"""Takes back what was typed on a line."""
LIFE = {
    "open": (
        ("What is wrong, in one line?", "Cards fail"),
        ("How severe is the impact?", "high"),
        ("Who is affected?", "All payers"),
        ("About how many are affected?", "many"),
        ("Write a number: your best estimate.", f"{CLEAR}40"),
        ("What do the affected people see?", "An error page."),
        ("Why must the ticket be escalated?", "Four in ten fail."),
        ("Who escalates (a manager or lead)?", "priya"),
        ("Who is the contact (client-facing, stays reachable)?", "mei"),
        ("cannot be the contact", f"{CLEAR}lena"),
        ("Who reported the problem?", "lennart"),
        ("Did you mean lena?", f"{CLEAR}lena"),
        ("What did the reporter find out?", "Only 3-D Secure."),
        ("Why can't the reporter continue without Dev Support?", "No logs."),
        YES,
    ),
    "assign": (("Which engineer works on it?", "mei"), YES),
    "handover": (("Who is the contact after lena?", "amara"), YES),
    "update": (("Who are you? [mei]", ""), ("What is new?", "Two hosts are slow."), YES),
    "resolve": (
        ("What is the root cause?", "A retired host."),
        ("What was done about the problem?", "It is out."),
        ("Tickets for the remaining work, separated by commas? [none]", "PAY-1, PAY-2"),
        ("Who informs the affected customers? [lena]", "jun"),
        ("In which state is the message to them? [pending]", ""),
        YES,
    ),
    "reopen": (
        ("How severe is the impact? [high]", ""),
        ("Who is affected?", " and partners"),
        ("About how many are affected? [40]", ""),
        ("What do the affected people see?", ""),
        ("Why must the ticket be escalated?", "It is back."),
        ("Who escalates (a manager or lead)?", "tomas"),
        ("Who is the contact (client-facing, stays reachable)? [amara]", ""),
        YES,
    ),
    "withdraw": (
        ("Who withdraws the escalation? [tomas]", ""),
        ("Why is an escalation no longer needed?", "It was a test."),
        YES,
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "config", tmp_path / "config")
    use_merge_policy(tmp_path)
    commit_all(tmp_path)
    return tmp_path


def test_a_whole_life_by_questions_and_answers(folder: Path) -> None:
    told = []
    for command, answers in LIFE.items():
        terminal = Terminal(folder, {}, command, "DS-2000", *LATE)
        for question, keys in answers:
            terminal.answer(question, keys)
        assert terminal.end() == 0, terminal.screen
        told.append(f"$ escalate {command} DS-2000\n{terminal.screen}\n")
        told += [f"{line}\n" for line in terminal.gone]
        commit_all(folder, command)
    assert escalate(folder, {}, "check", "--base", "HEAD", *LATE).status == 0
    text = "\n".join(told)
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"
