"""docs/tutorial.md is run, command by command, and prints what it says.

Each block marked `sh` is run in a shell that begins where the last one ended; the block marked
`text` after it is what it prints on stdout. `...` stands for anything on a line.

Before that, the lines that the page names are taken from what `escalate sandbox` prints, and pasted
into that shell.

When the output has changed for the better, `UPDATE_DOCS=1 pytest tests/docs/test_tutorial.py`
writes what is printed now into the page.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from served import served

from docs import open_cast
from docs.test_reference import script
from reconciler.cli.sandbox import describe
from reconciler.sandbox import Box, serve

TOP = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PAGE = TOP / "docs" / "tutorial.md"
STEP = re.compile(
    r"^```sh\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<prints>.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)


def as_printed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def fits(expected: str, printed: str) -> bool:
    pattern = re.escape(as_printed(expected)).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, printed) is not None


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks like a fresh clone as far as the tutorial needs it."""
    folder = tmp_path / "escalation-as-code"
    folder.mkdir()
    for part in ("config", "schemas"):
        shutil.copytree(TOP / part, folder / part)
    return folder


class Reader:
    """Somebody who types what the tutorial says."""

    def __init__(self, folder: Path, tool: Path) -> None:
        self.folder = folder
        self.where = folder.parent / "where"
        self.surroundings = {
            **os.environ,
            "PATH": os.pathsep.join([str(tool), str(BIN), os.environ["PATH"]]),
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Reader",
            "GIT_AUTHOR_EMAIL": "reader@example.com",
            "GIT_COMMITTER_NAME": "Reader",
            "GIT_COMMITTER_EMAIL": "reader@example.com",
            "WHERE": str(self.where),
        }

    def pastes(self, lines: list[str]) -> None:
        done = subprocess.run(
            ["sh", "-c", "\n".join([*lines, "env -0"])],
            env=self.surroundings,
            check=True,
            capture_output=True,
            text=True,
        )
        self.surroundings = dict(each.split("=", 1) for each in done.stdout.split("\0") if each)

    def types(self, commands: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["sh", "-c", f'{commands}\nstatus=$?\npwd > "$WHERE"\nexit $status\n'],
            cwd=self.folder,
            env=self.surroundings,
            check=False,  # findings are part of the tale
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.folder = Path(self.where.read_text().strip())
        return done


def lines_to_paste(page: str, box: Box) -> list[str]:
    """The group of lines below the words that the page quotes from `escalate sandbox`."""
    quoted = re.search(r"Copy the first group, below\s+`([^`]+)`", page)
    assert quoted is not None
    _, heading, rest = "\n".join(describe(box)).partition(f"{quoted[1]}\n\n")
    assert heading, f"escalate sandbox does not print {quoted[1]!r}"
    return rest.partition("\n\n")[0].splitlines()


def lines_for_github(page: str, box: Box) -> list[str]:
    """The lines that begin as the page quotes."""
    quoted = re.search(r"Copy the group of lines that begin with `([^`]+)`", page)
    assert quoted is not None
    return [line for line in describe(box) if line.startswith(quoted[1])]


def remote_to_add(page: str, box: Box) -> str:
    """The command with the folder that `escalate sandbox` prints in front of the words quoted."""
    quoted = re.search(r"folder of its git repository, followed by `([^`]+)`", page)
    command = re.search(r"^    (git remote add origin) FOLDER$", page, re.MULTILINE)
    assert quoted is not None
    assert command is not None
    (line,) = [line for line in describe(box) if quoted[1] in line]
    return f"{command[1]} {line.partition(quoted[1])[0].strip(' (')}"


def test_the_lines_to_paste_are_those_for_jira_cloud_and_slack() -> None:
    page = PAGE.read_text(encoding="utf-8")
    with serve(links_to_pages=True) as box:
        groups = re.findall(r"(?:^export .*\n?)+", "\n".join(describe(box)), re.MULTILINE)
        assert len(groups) == 3
        assert "prints three groups of lines that begin with `export`" in page
        pasted = lines_to_paste(page, box)
        assert groups[0].splitlines() == pasted
        reader = Reader(TOP, BIN)
        reader.pastes(pasted)
        assert reader.surroundings.items() >= box.env().items()
        assert "JIRA_PAT" not in reader.surroundings


def test_the_tutorial_does_what_it_says(clone: Path) -> None:
    """The lines for GitHub and the remote are entered before the step that pushes."""
    page = PAGE.read_text(encoding="utf-8")
    steps = list(STEP.finditer(page))
    assert len(steps) > 8
    wrong: list[str] = []
    with serve(links_to_pages=True) as box, served() as tool:
        reader = Reader(clone, tool)
        reader.pastes(lines_to_paste(page, box))
        for step in steps:
            if "git push" in step["commands"]:
                reader.pastes(lines_for_github(page, box))
                reader.types(remote_to_add(page, box))
            done = reader.types(step["commands"])
            assert "Traceback" not in done.stderr, done.stderr
            printed = as_printed(done.stdout)
            if step["prints"] is None:
                assert done.returncode == 0, done.stderr
            elif not fits(step["prints"], printed):
                wrong.append(f"$ {step['commands']}\n{printed}\n{done.stderr}")
                page = page.replace(step["prints"], f"{printed}\n", 1)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    else:
        assert not wrong, "the tutorial is stale:\n\n" + "\n".join(wrong)


def test_the_recording_is_what_the_script_makes() -> None:
    """One wrong answer on a real terminal, and no other answer is typed again."""
    words = script("cast").words
    shown = words(open_cast.PICTURE.read_text(encoding="utf-8"))
    assert shown == words(open_cast.picture()), "run `make cast`"
    text = " ".join(shown)
    assert "ravi is not client-facing" in text
    assert text.count("[8 of 11]") == 2
    assert [text.count(f"[{number} of 11]") for number in (1, 7, 9, 11)] == [1, 1, 1, 1]
    assert "Pull request: http" in text
