"""Options that several commands share."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]


class Moment(click.ParamType[datetime]):
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
            self.fail(f"{value!r} is no time such as 2026-11-20T14:05:00-05:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} needs an offset from UTC, such as -05:00 or Z", param, ctx)
        return moment


def repo_option(command: Command) -> Command:
    """`--repo PATH`."""
    return click.option(
        "--repo",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        help="Folder with escalations/ and config/. Default: this one.",
    )(command)


def now_option(command: Command) -> Command:
    """`--now TIME`."""
    return click.option(
        "--now",
        type=Moment(),
        default=lambda: datetime.now(UTC),
        show_default="now",
        help="Take this as the present, such as 2026-11-20T14:05:00-05:00.",
    )(command)
