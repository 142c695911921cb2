"""A whole life by questions and answers, as it looks in a terminal of 80 columns.

UPDATE_GOLDENS=1 in the environment writes it anew; read the difference before committing it.
"""

import os
import shutil
from pathlib import Path

import pytest
from commands import commit_all, escalate
from company import TOP
from terminals import Terminal

GOLDEN = Path(__file__).parent / "golden" / "dialogue.txt"
LATE = ("--now", "2026-12-05T10:00:00-05:00")
YES = ("Write this?", "y")
CLEAR = "\x15"
"""Takes back what was typed on a line."""
LIFE = {
    "open": (
        ("What is wrong, in one line?", "Cards fail"),
        ("How bad is it?", "high"),
        ("Who is affected?", "All payers"),
        ("About how many?", "many"),
        ("A number; your best estimate.", f"{CLEAR}40"),
        ("What do they see?", "An error page."),
        ("Why must it be escalated?", "Four in ten fail."),
        ("Who escalates (a manager or lead)?", "priya"),
        ("Who is the contact, reachable throughout?", "mei"),
        ("One of: priya, tomas, lena", f"{CLEAR}lena"),
        ("Who reported it?", "lennart"),
        ("Tab shows whom you can name.", f"{CLEAR}lena"),
        ("What did the reporter find out?", "Only 3-D Secure."),
        ("Why can't they go on without Dev Support?", "No logs."),
        YES,
    ),
    "assign": (("Who works on it?", "mei"), YES),
    "handover": (("Who takes over from lena?", "amara"), YES),
    "update": (("Who are you? [mei]", ""), ("What is new?", "Two hosts are slow."), YES),
    "resolve": (
        ("Why did it happen?", "A retired host."),
        ("What was done about it?", "It is out."),
        ("Tickets for what remains, with commas between? [none]", "PAY-1, PAY-2"),
        ("Who tells the affected? [lena]", "jun"),
        ("How far is that message? [pending]", ""),
        YES,
    ),
    "reopen": (
        ("How bad is it? [high]", ""),
        ("Who is affected?", " and partners"),
        ("About how many? [40]", ""),
        ("What do they see?", ""),
        ("Why must it be escalated?", "It is back."),
        ("Who escalates (a manager or lead)?", "tomas"),
        ("Who is the contact, reachable throughout? [amara]", ""),
        YES,
    ),
    "withdraw": (
        ("Who takes it back? [tomas]", ""),
        ("Why need it not be escalated any more?", "It was a test."),
        YES,
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "config", tmp_path / "config")
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
