"""Write docs/pictures/open.svg: `escalate open` in a real terminal, with one wrong answer.

`make cast` runs this. The sandbox has the services, and the pull request is opened there.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.text import Text

TOP = Path(__file__).parents[2]
sys.path[:0] = [str(TOP), str(TOP / "tests")]

from commands import surroundings  # noqa: E402
from terminals import Terminal  # noqa: E402

from docs.test_reference import script  # noqa: E402
from reconciler.sandbox import Box, serve  # noqa: E402

PICTURE = TOP / "docs" / "pictures" / "open.svg"
COMMAND = ("open", "DS-1071", "--pr")
NOW = ("--now", "2026-11-20T10:00:00-05:00")
LABEL = "A terminal in which a lead escalates a ticket and corrects one wrong answer"
ANSWERS = (
    ("[1 of 11]", ""),
    ("[2 of 11]", "high"),
    ("[3 of 11]", "Billers on the west coast with open disputes"),
    ("[4 of 11]", "85"),
    ("[5 of 11]", "A deadline three hours too early."),
    ("[6 of 11]", "A missed deadline loses money."),
    ("[7 of 11]", "Tomás Herrera"),
    ("[8 of 11]", "ravi"),
    ("is not client-facing", "amara"),
    ("[9 of 11]", "jun"),
    ("[10 of 11]", "The export shows it right."),
    ("[11 of 11]", "No server log."),
    ("Open a pull request", "y"),
)
"""Words that come up, and what is typed then. Ravi is of a product team, so no contact."""


@contextmanager
def company() -> Iterator[tuple[Path, Box]]:
    """A clone of the example company's repository, without escalations, and its sandbox."""
    with serve(links_to_pages=True) as box, tempfile.TemporaryDirectory() as folder:
        for part in ("config", "schemas"):
            shutil.copytree(TOP / part, Path(folder) / part)
        for arguments in (
            ("init", "--quiet", "--initial-branch=main"),
            ("remote", "add", "origin", str(box.github.remote)),
            ("add", "--all"),
            ("commit", "--quiet", "--message", "Policy and roster"),
            ("push", "--quiet", "origin", "main"),
        ):
            subprocess.run(["git", *arguments], cwd=folder, env=surroundings({}), check=True)
        yield Path(folder), box


def recorded() -> list[Text]:
    """The lines of the terminal when the command has ended."""
    with company() as (folder, box):
        env = {**box.env(github=True), "GITHUB_TOKEN": "ghp-tomas-herrera"}
        terminal = Terminal(folder, env, *COMMAND, *NOW)
        for words, keys in ANSWERS:
            terminal.answer(words, keys)
        assert terminal.end() == 0, terminal.screen
        return [Text(f"$ escalate {' '.join(COMMAND)}", style="bold green"), *terminal.lines()]


def pause(line: str) -> float:
    """The seconds before a line appears."""
    if line.startswith(("? [", "Open a pull request", "  \u2717")):
        return 1.5
    return 0.1


def picture() -> str:
    """The recording. The port and the branch's name are always the same in it."""
    drawn: str = script("cast").svg(recorded(), "escalate open", LABEL, pause)
    drawn = re.sub(r"127\.0\.0\.1:[0-9]{4,5}", "127.0.0.1:40080", drawn)
    return re.sub(r"ds-1071-[0-9a-f]{8}", "ds-1071-2aee509e", drawn)


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")
