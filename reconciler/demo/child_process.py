"""Running a program so that it never outlives the story, whenever that is interrupted."""

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

ENDINGS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_PATIENCE: Final = 300
"""Seconds, of which an idle machine needs one or two."""


class Ended(NamedTuple):
    """What a program printed, and how it ended."""

    status: int
    out: str
    err: str


def run(command: Sequence[str], folder: Path, surroundings: Mapping[str, str]) -> Ended:
    """Run a program to its end."""
    process: subprocess.Popen[str] | None = None
    try:
        with _later():
            process = subprocess.Popen(  # noqa: S603 - git and our own program
                command,
                cwd=folder,
                env=dict(surroundings),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        out, err = process.communicate(timeout=_PATIENCE)
    except BaseException:
        if process is not None:
            process.kill()
            process.communicate()
        raise
    return Ended(process.returncode, out, err)


@contextmanager
def _later() -> Iterator[None]:
    """Let a signal wait: a program that has started but has no name yet could not be stopped."""
    waiting: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        waiting.append(number)

    before = {number: signal.signal(number, note) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in waiting:
        signal.raise_signal(number)
