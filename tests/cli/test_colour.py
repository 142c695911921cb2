"""Colour is for terminals, and for people who want it."""

import os
import pty
import re
import select
from collections.abc import Mapping
from pathlib import Path

import forked
import pytest
import yaml
from commands import commit_all, escalate, late, surroundings
from company import Company, escalation

import reconciler

ESCAPE = "\x1b["
HOSTILE = "\x1b\x07\x9b\x85]0;title"


def on_a_terminal(folder: Path, env: Mapping[str, str], *arguments: str) -> str:
    """What a command shows when both its streams are a terminal."""
    ours, theirs = pty.openpty()
    process = forked.start(
        [*arguments, *late(arguments)],
        cwd=folder,
        env=surroundings({"TERM": "xterm-256color", "COLUMNS": "80", **env}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    process.wait(30)
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize("arguments", [("plan",), ("status",), ("check",)])
def test_colour_appears_only_on_a_terminal(shop: Company, arguments: tuple[str, ...]):
    (shop.folder / "escalations" / "2026" / "DS-1072.yaml").write_text("ticket: DS-1072\n")
    assert ESCAPE in on_a_terminal(shop.folder, shop.env, *arguments)
    said = escalate(shop.folder, shop.env, *arguments)
    assert ESCAPE not in said.out + said.err
    assert "DS-1071" in said.out or "DS-1072" in said.out


@pytest.mark.parametrize("command_name", ["plan", "status", "check"])
@pytest.mark.parametrize("wish", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_for_those_who_want_none(shop: Company, command_name: str, wish: dict[str, str]):
    shown = on_a_terminal(shop.folder, {**shop.env, **wish}, command_name)
    # A terminal's progress bar moves the cursor; what stays carries no colour.
    assert not [part for part in shown.split(ESCAPE)[1:] if "m" in part[:8].partition("m")[1]]
    words = ("Nothing", "Plan:", "DS-1071", "no problems found")
    assert any(each in shown for each in words)


@pytest.mark.parametrize("wish", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_bars_have_colour_for_those_who_want_it(shop: Company, wish: dict[str, str]):
    commit_all(shop.folder)
    (shop.folder / "escalations" / "2026" / "PLAT-7.yaml").write_text(
        yaml.safe_dump(escalation("PLAT-7", assignee="yusuf"))
    )
    commit_all(shop.folder, "Another desk")
    shown = on_a_terminal(shop.folder, {**shop.env, **wish}, "report")
    assert "█" in shown
    assert (ESCAPE in shown) == (not wish)
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()) <= 80


def test_bars_are_of_ascii_where_blocks_cannot_be_shown(shop: Company):
    commit_all(shop.folder)
    (shop.folder / "escalations" / "2026" / "PLAT-7.yaml").write_text(
        yaml.safe_dump(escalation("PLAT-7", assignee="yusuf"))
    )
    commit_all(shop.folder, "Another desk")
    said = escalate(shop.folder, {**shop.env, "PYTHONIOENCODING": "ascii"}, "report")
    assert said.status == 0
    assert "####" in said.out
    assert said.out.isascii()


EVERY = (
    ("check",),
    ("desks", "--format", "text"),
    ("doctor",),
    ("explain", "role-contact"),
    ("history",),
    ("plan",),
    ("report",),
    ("status",),
    ("assign", "DS-1071", "nadia", "--dry-run"),
)


def test_a_dumb_terminal_gets_plain_text(shop: Company):
    commit_all(shop.folder)
    for arguments in EVERY:
        shown = on_a_terminal(shop.folder, {**shop.env, "TERM": "dumb"}, *arguments)
        assert "\x1b" not in shown, arguments
        assert shown.strip(), arguments


def test_colour_in_a_pipe_for_those_who_force_it(shop: Company):
    (shop.folder / "escalations" / "2026" / "DS-1072.yaml").write_text("ticket: DS-1072\n")
    for arguments in (("check",), ("plan",)):
        forced = escalate(shop.folder, {**shop.env, "FORCE_COLOR": "1"}, *arguments)
        assert ESCAPE in forced.out
        none = {**shop.env, "FORCE_COLOR": "1", "NO_COLOR": "1"}
        assert ESCAPE not in escalate(shop.folder, none, *arguments).out
    data = escalate(shop.folder, {**shop.env, "FORCE_COLOR": "1"}, "plan", "--format", "json")
    assert ESCAPE not in data.out


def test_a_message_about_hostile_words_is_plain(shop: Company):
    for arguments in (("explain", HOSTILE), ("report", "--desk", HOSTILE), (HOSTILE,)):
        said = escalate(shop.folder, {}, *arguments)
        assert said.status == 2
        assert not [each for each in said.out + said.err if each in HOSTILE[:4]]


_DECIDES = re.compile(
    r"isatty|NO_COLOR|FORCE_COLOR|environ.*TERM|get_terminal_size|secho|click\.style"
    r"|[^.]Console\(|[^.]Progress\("
)
_ALLOWED = {
    "render/console.py",
    "cli/blanks.py",  # the width of questions, which only a terminal shows
    "cli/prompts.py",  # whether it may ask
    "demo/command_environment.py",  # the environment of the commands in the story
    "demo/narration.py",  # the width of the story
    "demo/run_demo.py",  # whether it may ask
    "doctor/live/run.py",  # a protocol
    "reconcile/engine/progress.py",  # a protocol
}


def test_one_module_decides_on_colour_and_width():
    package = Path(reconciler.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if _DECIDES.search(path.read_text(encoding="utf-8"))
    }
    assert found - _ALLOWED == set()
