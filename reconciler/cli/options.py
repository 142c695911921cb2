"""Options that several commands share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from reconciler.redaction import redact_tokens
from reconciler.services.settings import ForgeKind

Command = Callable[..., Any]
_DURATION: Final = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([smh]?)")
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_MOST_SUMMARY: Final = 900 * 1024


@dataclass(frozen=True)
class Options:
    """The options that every reconciling command has."""

    repo: Path
    now: datetime
    thorough: bool
    workers: int
    forge: ForgeKind = ForgeKind.NONE
    desks: tuple[str, ...] = ()
    """The desks that are asked for; all of them when there are none."""
    budget: float | None = None
    """Seconds that the run may take; None for what the policy says."""
    is_personal: bool = False
    """True if a person calls the command, so that `gh` may give the token of GitHub."""
    has_files: bool = True
    """False if the folder is a work tree without files, so only its commit can be read."""


class MomentParam(click.ParamType[datetime]):
    """A point in time with its offset from UTC."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The time that the text gives."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is not a date and time such as 2026-11-20T14:05:00-05:00", param, ctx
            )
        if moment.tzinfo is None:
            self.fail(f"{value!r} needs an offset from UTC, such as -05:00 or Z", param, ctx)
        return moment


class DurationParam(click.ParamType[float]):
    """A length of time in seconds, or in minutes or hours with a unit: 90, 90s, 10m, 1h."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The seconds."""
        found = _DURATION.fullmatch(str(value))
        seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
        if not 0 < seconds <= _UNITS["d"]:
            self.fail(f"{value!r} is not a length of time such as 600, 10m or 1h", param, ctx)
        return seconds


def repo_option(command: Command) -> Command:
    """`--repo PATH`."""
    return click.option(
        "--repo",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        is_eager=True,  # other options and arguments are read with the policy of the folder
        help="Folder with escalations/ and config/. Default: the current folder.",
    )(command)


def resume_option(command: Command) -> Command:
    """`--resume`, which uses the answers that an earlier call kept."""
    return click.option(
        "--resume", is_flag=True, help="Continue with the answers of the last, unfinished call."
    )(command)


def ask_option(command: Command) -> Command:
    """`--ask` and `--no-ask`; neither of them gives None."""
    return click.option(
        "--ask/--no-ask",
        default=None,
        help="Ask for missing values, also on a pipe, with one line for each answer. Default: ask "
        "in a terminal only.",
    )(command)


def now_option(command: Command) -> Command:
    """`--now TIME`."""
    return click.option(
        "--now",
        type=MomentParam(),
        default=lambda: datetime.now(UTC),
        show_default="now",
        help="Use this as the current time, such as 2026-11-20T14:05:00-05:00.",
    )(command)


def workers_option(command: Command) -> Command:
    """`--workers N`."""
    return click.option(
        "--workers",
        type=click.IntRange(1, 32),
        default=8,
        show_default=True,
        help="How many escalations are read at the same time.",
    )(command)


def desk_option(command: Command) -> Command:
    """`--desk KEY`."""
    return click.option(
        "--desk",
        "desks",
        multiple=True,
        metavar="KEY",
        help="Only the escalations of this desk. Repeatable.",
    )(command)


def budget_option(command: Command) -> Command:
    """`--budget TIME`."""
    return click.option(
        "--budget",
        type=DurationParam(),
        metavar="TIME",
        help="How long the run may take, such as 600 (seconds) or 10m. Default: time.run_minutes "
        "in the policy. The next run does what is not done then.",
    )(command)


def summary_option(command: Command) -> Command:
    """`--summary FILE`."""
    return click.option(
        "--summary",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Append a Markdown summary to this file, such as $GITHUB_STEP_SUMMARY.",
    )(command)


def forge_option(purpose: str) -> Callable[[Command], Command]:
    """`--forge KIND`; `purpose` says what the forge is asked."""
    return click.option(
        "--forge",
        type=click.Choice([str(each) for each in ForgeKind]),
        default=str(ForgeKind.AUTO),
        envvar="ESCALATE_FORGE",
        show_default=True,
        help=f"{purpose} Auto: GitHub if a token and the repository are known.",
    )


def append_summary(file: Path, text: str) -> None:
    """Append to a job summary; GitHub shows none that is larger than a mebibyte."""
    kept = redact_tokens(text)
    if len(kept.encode()) > _MOST_SUMMARY:
        kept = kept.encode()[:_MOST_SUMMARY].decode("utf-8", "ignore").rpartition("\n")[0]
        kept += (
            "\n\n_The rest is left out, because GitHub limits the size of a summary. The log "
            "shows all of it._\n"
        )
    with file.open("a", encoding="utf-8") as summary:
        summary.write(kept)
