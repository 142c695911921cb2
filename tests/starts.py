"""Which programs this process starts, and commands in new processes of Python."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[1]
_WATCHED = """
import sys, traceback
started = []

def watch(event, arguments):
    if event in {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork"}:
        frames = [frame.filename for frame in traceback.extract_stack()]
        through = any(name.endswith("reconciler/services/git/door.py") for name in frames)
        started.append((through, arguments[0] if arguments else event))

sys.addaudithook(watch)
from reconciler.cli.main import main
try:
    main()
finally:
    print("STARTED", sum(through for through, _ in started), file=sys.stderr)
    print("BESIDE", [each for through, each in started if not through], file=sys.stderr)
    print("IMPORTED", "git" in sys.modules, file=sys.stderr)
"""


_lists: list[list[list[str]]] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note the arguments of each program; a hook stays until the process ends."""
    if event == "subprocess.Popen" and isinstance(arguments[1], list):
        for each in _lists:
            each.append(arguments[1])


sys.addaudithook(_watch)


@contextmanager
def starting() -> Iterator[list[list[str]]]:
    """The programs that this process starts meanwhile, by their arguments."""
    found: list[list[str]] = []
    _lists.append(found)
    try:
        yield found
    finally:
        _lists.remove(found)


class Watched(NamedTuple):
    """What a command did."""

    status: int
    errors: str
    started: int
    """How often it started git through the door."""
    imported: bool
    """True if it imported GitPython."""


def watched(folder: Path, *arguments: str, **more: str) -> Watched:
    """Run a command in a folder. It must start nothing beside the door."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(TOP), "GIT_CONFIG_GLOBAL": os.devnull, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "BESIDE []" in done.stderr, done.stderr
    started = int(re.findall(r"STARTED (\d+)", done.stderr)[-1])
    return Watched(done.returncode, done.stderr, started, "IMPORTED True" in done.stderr)
