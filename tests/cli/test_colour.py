"""Colour is for terminals, and for people who want it."""

import os
import pty
import select
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from commands import command, escalate, surroundings
from company import Company

ESCAPE = "\x1b["


def on_a_terminal(folder: Path, env: Mapping[str, str], *arguments: str) -> str:
    """What a command shows when both its streams are a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command(*arguments),
        cwd=folder,
        env=surroundings({"TERM": "xterm-256color", "COLUMNS": "80", **env}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
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
    assert "Nothing" in shown or "Plan:" in shown or "DS-1071" in shown or "mend" in shown
