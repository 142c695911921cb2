"""`escalate doctor --live`: what the services do, tried out on test tickets and removed again."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.cli.exits import Exit
from reconciler.cli.output_format import OutputFormat, write_data
from reconciler.cli.reconcile import show
from reconciler.cli.stop_signals import StopRequested, stop_signals
from reconciler.doctor.live.guard import declared_tickets, require_test_tickets
from reconciler.doctor.live.run import LiveResult, run_live
from reconciler.doctor.live.site import LiveGuest, LiveSite
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import Loaded
from reconciler.model.live_check import LiveAnswer
from reconciler.render.console import write_error, write_line
from reconciler.render.live_checks import answer_line, answers_json, answers_table
from reconciler.render.live_data import live_output, live_sheet
from reconciler.services.connect import connect
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.git.remote import choose_remote
from reconciler.services.github.canary import GitHubCanary
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_settings, read_timeout
from reconciler.setup.wishes import ENVIRONMENT

_WORKERS: Final = 1
_PEOPLE: Final = 3


@dataclass(frozen=True)
class LiveOptions:
    """What the command line gives."""

    ticket: str
    closed_ticket: str = ""
    guest: str = ""
    answers: Path | None = None
    style: OutputFormat = OutputFormat.TEXT


class _Printed:
    """Prints each line at once: to stderr if stdout is for programs."""

    def __init__(self, style: OutputFormat) -> None:
        self._stream = sys.stdout if style is OutputFormat.TEXT else sys.stderr

    def begin(self, title: str) -> None:
        """A step begins."""
        self.note_at(f"{title} ...")

    def answered(self, answer: LiveAnswer) -> None:
        """An answer."""
        self.note_at(answer_line(answer))

    def note(self, text: str) -> None:
        """Something else."""
        self.note_at(f"  {text}")

    def note_at(self, line: str) -> None:
        """A line, without tokens and hidden characters."""
        write_line(line, stream=self._stream)


def examine_live(repo: Path, files: list[RawFile], loaded: Loaded, options: LiveOptions) -> int:
    """Take all steps, print the table, and write the file of answers."""
    result = LiveResult()
    with _connected(repo, loaded, options) as site, stop_signals() as stop:
        require_test_tickets(site, declared_tickets(files))
        try:
            run_live(site, _Printed(options.style), result)
        except StopRequested:
            write_error(f"{stop.reason}. {_left(result)}")
            return stop.status
    _print(result, options.style)
    if options.answers is not None:
        options.answers.write_text(answers_json(result.every), encoding="utf-8")
    return Exit.FINE if result.fine else Exit.FAILURE


def _print(result: LiveResult, style: OutputFormat) -> None:
    if style is OutputFormat.TEXT:
        write_line("")
        show(answers_table(result.every, result.left))
    else:
        found = live_output(result.every, result.left)
        write_data(found, live_sheet(found), style)


def _left(result: LiveResult) -> str:
    if result.left:
        return "Something is left. The next `escalate doctor --live` removes it."
    return "Everything is removed."


@contextmanager
def _connected(repo: Path, loaded: Loaded, options: LiveOptions) -> Iterator[LiveSite]:
    policy, roster = loaded.policy, loaded.roster
    if policy is None or roster is None:
        raise SetupError(
            "config/policy.yaml or config/roster.yaml cannot be read",
            "Run `escalate check` and fix what it reports.",
        )
    settings = read_settings(variables())
    _, github = read_forge_settings(variables(), ForgeKind.AUTO)
    with connect(settings, RetryPolicy(), _WORKERS) as gateways:
        site = LiveSite(
            jira=gateways.jira,
            slack=gateways.slack,
            settings=settings.jira,
            ticket=options.ticket,
            closed_ticket=options.closed_ticket,
            mark=secrets.token_hex(4),
            priority=policy.jira.priority,
            emails=tuple(each.email for each in roster.people.values())[:_PEOPLE],
            guest=_guest(loaded, options.guest),
            environment=ENVIRONMENT,
            remote=choose_remote(repo, None),
            branch=policy.default_branch,
        )
        if github is None:
            yield site
            return
        with closing(GitHubWire(github, read_timeout(variables()), RetryPolicy())) as wire:
            site.github = GitHubCanary(wire, github, policy.default_branch)
            yield site


def _guest(loaded: Loaded, given: str) -> LiveGuest | None:
    """The person to invite, by a handle of the roster or an address."""
    if not given:
        return None
    known = loaded.roster.people if loaded.roster else {}
    if given in known:
        return LiveGuest(known[given].email, known[given].slack)
    if "@" in given:
        return LiveGuest(given)
    raise SetupError(f"the roster has no {given}", "Give a handle, or an e-mail address.")
