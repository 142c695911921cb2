"""What is shown while a run works: a wait is a line of its own, on a terminal and in a log."""

import time
from io import StringIO

import pytest
from rich.console import Console
from rich.progress import Progress

from reconciler.render.console import ShownProgress, noting_delay
from reconciler.services.time_budget import TimeBudget, TimeSource

WAIT = "Slack asks for a pause of 30 s (too many requests), 4 min 10 s of the run left"


def test_in_a_log_a_wait_is_a_line(capsys: pytest.CaptureFixture[str]):
    progress = ShownProgress(None)
    source = TimeSource(elapsed=lambda: 0.0, sleep=lambda _: None)
    budget = TimeBudget(250, clock=source, show=progress.note)
    progress.stage("Applying", 2)
    budget.pause("Slack", "too many requests", 30, repeatable=True)
    assert capsys.readouterr().err == f"Applying (2) ...\n{WAIT}\n"


def test_on_a_terminal_the_line_stays_above_the_bar():
    terminal = Console(file=StringIO(), force_terminal=True, width=120)
    with Progress(console=terminal, transient=True) as bars:
        progress = ShownProgress(bars)
        progress.stage("Applying", 2)
        progress.note(WAIT)
        progress.note("[red]an answer[/red]\x1b[2J")
    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert f"{WAIT}\n" in shown
    assert "[red]an answer[/red]" in shown
    assert "\x1b[2J" not in shown


def test_a_line_of_a_log_is_no_command_of_a_runner(capsys: pytest.CaptureFixture[str]):
    ShownProgress(None).note("::error::x")
    assert not capsys.readouterr().err.startswith("::error")


def test_what_takes_long_shows_a_line_and_what_is_quick_shows_none(
    capsys: pytest.CaptureFixture[str],
):
    with noting_delay("Reading ...", 0.01):
        time.sleep(0.1)
    assert capsys.readouterr().err == "Reading ...\n"
    with noting_delay("Reading ...", 30):
        pass
    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_line_goes_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("reconciler.render.console.can_animate", lambda _: True)
    with noting_delay("Reading ...", 0.01):
        time.sleep(0.1)
    assert capsys.readouterr().err == "Reading ...\r\x1b[2K"
