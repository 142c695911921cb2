"""`--format`: how a command prints its data."""

import functools
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import click

from reconciler.model.output import Output
from reconciler.render.console import write, write_json
from reconciler.render.sheet import Sheet, sheet_csv, sheet_markdown

Command = Callable[..., Any]
PARAMETER: Final = "style"
"""The name by which a command gets the format."""


class OutputFormat(StrEnum):
    """How data is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"
    GITHUB = "github"
    MATRIX = "matrix"


ALL: Final = (OutputFormat.TEXT, OutputFormat.JSON, OutputFormat.MARKDOWN, OutputFormat.CSV)
_MEANINGS: Final[Mapping[OutputFormat, str]] = {
    OutputFormat.TEXT: "text for people",
    OutputFormat.JSON: "json for programs",
    OutputFormat.MARKDOWN: "markdown for pages",
    OutputFormat.CSV: "csv for spreadsheets",
    OutputFormat.GITHUB: "github for annotations in a workflow",
    OutputFormat.MATRIX: "matrix for jobs of a workflow",
}


def write_data(value: Output, sheet: Sheet, style: OutputFormat) -> None:
    """Print a value for programs, or the same as a table: in each format but text."""
    if style is OutputFormat.JSON:
        write_json(value)
    elif style is OutputFormat.MARKDOWN:
        write(sheet_markdown(sheet))
    else:
        write(sheet_csv(sheet))


def format_option(
    *formats: OutputFormat, former: tuple[OutputFormat, ...] = ()
) -> Callable[[Command], Command]:
    """`--format` with these formats; the first is the default.

    `former` are formats that an earlier version had as flags, such as `--json`. They work, and the
    help does not list them.
    """
    words = ", ".join(_MEANINGS[each] for each in formats)

    def with_format(command: Command) -> Command:
        @functools.wraps(command)
        def run(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
            options[PARAMETER] = OutputFormat(options[PARAMETER] or formats[0])
            return command(*arguments, **options)

        for each in former:
            run = click.option(f"--{each}", PARAMETER, flag_value=str(each), hidden=True)(run)
        return click.option(
            "--format",
            PARAMETER,
            type=click.Choice([str(each) for each in formats]),
            help=f"How to print: {words}. Default: {formats[0]}.",
        )(run)

    return with_format
