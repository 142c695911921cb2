"""Options that several commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from reconciler.redaction import redact_tokens
from reconciler.services.settings import ForgeKind

Command = Callable[..., Any]
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


def repo_option(command: Command) -> Command:
    """`--repo PATH`."""
    return click.option(
        "--repo",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        help="Folder with escalations/ and config/. Default: the current folder.",
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
        help=f"{purpose} Auto: GitHub if GITHUB_TOKEN and GITHUB_REPOSITORY are set.",
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
