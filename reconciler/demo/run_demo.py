"""Where the story plays: a folder and a sandbox that are gone when it ends, however it ends."""

import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from reconciler.demo.chapters import SHORT, LastChapterShownError, ShownChapters
from reconciler.demo.child_process import ENDINGS
from reconciler.demo.command_environment import environment
from reconciler.demo.company import Company
from reconciler.demo.narration import Narrator
from reconciler.demo.repository import DemoRepository
from reconciler.demo.script import LAST_NUMBER, Script
from reconciler.sandbox import Box, serve


def run_demo(chapters: Iterable[int] = SHORT) -> None:
    """Show these chapters. Raises DemoFailedError if a command does not do what the text shows."""
    with (
        _exit_on_signals(),
        tempfile.TemporaryDirectory(prefix="escalate-demo-") as folder,
        serve() as box,
    ):
        surroundings = environment(box.env(github=True))
        box.world.github.last_number = LAST_NUMBER
        company = Company(box)
        narrator = Narrator(Path(folder), surroundings, ShownChapters(chapters))
        repository = DemoRepository(Path(folder), surroundings, company, box.github.remote)
        narrator.say(
            "One escalation, with the real commands. A sandbox on this machine replaces Jira, "
            "Slack and GitHub. Nothing is sent to another machine, and all files are deleted at "
            "the end. Each command also gets --now."
        )
        repository.found()
        with suppress(LastChapterShownError):
            Script(narrator, repository, company).play()
        _offer_pages(narrator, box)
        narrator.say(
            "The demo has ended. `escalate demo --list` shows more chapters. To try it yourself, "
            "run `escalate sandbox --open` and follow docs/tutorial.md."
        )


def _offer_pages(narrator: Narrator, box: Box) -> None:
    """On a terminal, keep the sandbox until the reader has looked at its pages."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    narrator.say("Look at the channels, tickets and pull requests in your browser:")
    narrator.show(box.pages_url)
    narrator.say("Press Enter to end the demo.")
    with suppress(EOFError, KeyboardInterrupt):
        input()


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Clean up on a request to end, too, and not only on ^C."""

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    others = [number for number in ENDINGS if number != signal.SIGINT]
    before = {number: signal.signal(number, leave) for number in others}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
