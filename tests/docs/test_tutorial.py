"""docs/tutorial.md is run, command by command, and prints what it says.

Each block marked `sh` is run in a shell that begins where the last one ended; the block marked
`text` after it is what it prints on stdout. `...` stands for anything on a line.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.sandbox import serve

TOP = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def steps() -> Iterator[tuple[str, str | None]]:
    """Commands and what they print, if the page says so."""
    blocks = BLOCK.findall((TOP / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    for here, (kind, body) in enumerate(blocks):
        if kind == "sh":
            follows = here + 1 < len(blocks) and blocks[here + 1][0] == "text"
            yield body, blocks[here + 1][1] if follows else None


def pattern(expected: str) -> re.Pattern[str]:
    lines = "\n".join(line.rstrip() for line in expected.strip().split("\n"))
    return re.compile(re.escape(lines).replace(r"\.\.\.", ".*"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks like a fresh clone as far as the tutorial needs it."""
    folder = tmp_path / "escalation-as-code"
    folder.mkdir()
    for part in ("config", "schemas"):
        (folder / part).symlink_to(TOP / part, target_is_directory=True)
    return folder


def test_the_tutorial_does_what_it_says(clone: Path) -> None:
    done = list(steps())
    assert len(done) > 8
    here = clone
    with serve() as box:
        surroundings = {
            **os.environ,
            **box.env(),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Reader",
            "GIT_AUTHOR_EMAIL": "reader@example.com",
            "GIT_COMMITTER_NAME": "Reader",
            "GIT_COMMITTER_EMAIL": "reader@example.com",
        }
        for commands, expected in done:
            script = f'{commands}\nstatus=$?\npwd > "$WHERE"\nexit $status\n'
            where = clone.parent / "where"
            ran = subprocess.run(
                ["sh", "-c", script],
                check=False,  # findings are part of the tale
                cwd=here,
                env={**surroundings, "WHERE": str(where)},
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert "Traceback" not in ran.stderr, ran.stderr
            here = Path(where.read_text().strip())
            if expected is None:
                assert ran.returncode == 0, ran.stderr
                continue
            said = "\n".join(line.rstrip() for line in ran.stdout.strip().split("\n"))
            assert pattern(expected).fullmatch(said), f"$ {commands}\n{said}\n{ran.stderr}"
