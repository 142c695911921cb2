"""Escalating from a terminal or a pipe: one wrong answer, and nothing typed twice."""

import json
import shutil
import stat
from pathlib import Path

import forked
import pytest
from commands import commit_all, surroundings
from company import TOP
from merge_policy import use_merge_policy
from terminals import Terminal

from reconciler.cli.answer_drafts import AnswerDraft
from reconciler.services.git.answer_drafts import read_draft, write_draft

LATE = ("--now", "2026-12-05T10:00:00-05:00")
FILE = Path("escalations/2026/DS-2000.yaml")
CLEAR = "\x15"
ANSWERS = {
    "What is wrong, in one line?": "Cards fail",
    "How severe is the impact?": "high",
    "Who is affected?": "All payers",
    "About how many are affected?": "40",
    "What do the affected people see?": "An error page.",
    "Why must the ticket be escalated?": "Four in ten fail.",
    "Who escalates (a manager or lead)?": "Priya Raman",
    "Who is the contact (client-facing, stays reachable)?": "lena.fischer@ledgerline.example",
    "Who reported the problem?": "lena",
    "What did the reporter find out?": "Only 3-D Secure.",
    "Why can't the reporter continue without Dev Support?": "No logs.",
}
LONG = "Cards fail. " * 15


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TOP / "config", tmp_path / "config")
    use_merge_policy(tmp_path)
    commit_all(tmp_path)
    return tmp_path


def draft(folder: Path) -> Path:
    return folder / ".git/escalate-drafts/open-DS-2000.json"


def test_one_wrong_answer_and_nothing_is_typed_twice(folder: Path):
    """The wrong answer is found at once. Then Ctrl-C, a way back, and the end."""
    terminal = Terminal(folder, {}, "open", "DS-2000", *LATE)
    questions = list(ANSWERS)
    terminal.answer("[1 of 11]", LONG)
    screen = terminal.wait_for("160 are allowed")
    assert screen.endswith("Cards fail.")  # there to be corrected
    terminal.press(CLEAR)
    for number, question in enumerate(questions[:9], start=1):
        terminal.answer(f"[{number} of 11] {question}", ANSWERS[question])
    terminal.wait_for("[10 of 11]")
    assert stat.S_IMODE(draft(folder).stat().st_mode) == 0o600
    terminal.press("\x03")
    assert terminal.end() == 130
    assert "Your answers are kept" in terminal.screen

    terminal = Terminal(folder, {}, "open", "DS-2000", *LATE, "--resume")
    terminal.answer("[10 of 11] What did the reporter find out?", "<")
    terminal.answer("[9 of 11] Who reported the problem? [lena]", "owen")
    terminal.answer("[10 of 11] What did the reporter find out?", ANSWERS[questions[9]])
    terminal.answer("[11 of 11]", ANSWERS[questions[10]])
    terminal.answer("Write this change?", "y")
    assert terminal.end() == 0, terminal.screen
    text = (folder / FILE).read_text()
    assert "contact: lena\n" in text
    assert "person: owen\n" in text
    assert not draft(folder).exists()


def on_pipe(folder: Path, *lines: str, more: tuple[str, ...] = (), **env: str):
    return forked.run(
        ["open", "DS-2000", *LATE, *more],
        cwd=folder,
        env={**surroundings({}), **env},
        typed="".join(f"{each}\n" for each in lines),
        timeout=60,
    )


def test_plain_lines_on_a_pipe(folder: Path):
    lines = list(ANSWERS.values())
    lines.insert(0, LONG)
    done = on_pipe(folder, *lines, more=("--ask", "--yes"))
    assert done.returncode == 0, done.stderr
    assert "160 are allowed" in done.stderr
    assert "[6 of 11] Why must the ticket be escalated?" in done.stderr
    assert "  lena" in done.stderr  # the choices
    assert "\x1b" not in done.stderr + done.stdout
    assert "Four in ten fail." in (folder / FILE).read_text()


def test_a_pipe_that_ends_early_keeps_the_answers(folder: Path):
    lines = list(ANSWERS.values())
    done = on_pipe(folder, *lines[:4], more=("--ask",))
    assert done.returncode == 130
    assert "run the command again with --resume" in done.stderr
    kept = json.loads(draft(folder).read_text())
    assert set(kept) == {"version", "answers"}
    assert list(kept["answers"].values()) == lines[:4]
    done = on_pipe(folder, *lines[4:], more=("--ask", "--resume", "--yes"))
    assert done.returncode == 0, done.stderr
    assert "title: Cards fail" in (folder / FILE).read_text()


def test_a_draft_is_for_its_user_only(tmp_path: Path):
    path = tmp_path / "escalate-drafts" / "open-DS-2000.json"
    write_draft(path, {"--title": "Cards fail"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert read_draft(path) == {"--title": "Cards fail"}


def test_a_draft_that_is_a_link_counts_as_none(tmp_path: Path):
    write_draft(tmp_path / "escalate-drafts" / "one.json", {"--title": "Cards fail"})
    link = tmp_path / "escalate-drafts" / "other.json"
    link.symlink_to("one.json")
    assert read_draft(link) == {}


def test_nothing_is_asked_on_a_pipe_without_the_option(folder: Path):
    done = on_pipe(folder, *ANSWERS.values())
    assert done.returncode == 2
    assert "Missing: --title" in done.stderr


def test_resuming_without_kept_answers_is_an_error(folder: Path):
    done = on_pipe(folder, more=("--resume",))
    assert done.returncode == 2
    assert "No answers of `escalate open DS-2000` are kept." in done.stderr


def test_a_token_is_not_kept(folder: Path):
    kept = AnswerDraft(draft(folder), "escalate open DS-2000")
    assert kept.keep({"--who": "All payers", "--symptom": f"It prints xoxb-{'1' * 12}-secret."})
    assert "xoxb" not in draft(folder).read_text()
    assert kept.answers() == {"--who": "All payers"}


@pytest.mark.parametrize("text", ["", "[", '{"answers": 3}', '{"answers": {"--title": [1]}}'])
def test_a_broken_draft_counts_as_none(folder: Path, text: str):
    draft(folder).parent.mkdir()
    draft(folder).write_text(text)
    assert "are kept" in on_pipe(folder, more=("--resume",)).stderr


def test_a_draft_is_checked_as_answers_are(folder: Path):
    """Of a file that another program wrote, nothing is believed."""
    draft(folder).parent.mkdir()
    draft(folder).write_text('{"answers": {"--how-many": "x", "--who": "a\\u202eb", "--pr": "1"}}')
    lines = [each for key, each in ANSWERS.items() if key not in {"Who is affected?", "About"}]
    lines.insert(2, "All payers")
    done = on_pipe(folder, *lines, more=("--ask", "--resume", "--yes"))
    assert done.returncode == 0, done.stderr
    assert "U+202E" in done.stderr
    assert "\u202e" not in done.stderr
    assert "Write a number" in done.stderr


def test_a_dumb_terminal_gets_plain_lines(folder: Path):
    terminal = Terminal(folder, {"TERM": "dumb"}, "open", "DS-2000", *LATE)
    terminal.answer("[1 of 11] What is wrong, in one line?", "Cards fail")
    terminal.answer("[2 of 11] How severe is the impact?", "severe")
    terminal.answer("One of: critical, high, medium", "high")
    terminal.wait_for("[3 of 11]")
    terminal.press("\x03")
    assert terminal.end() == 130
    assert not terminal.moved
