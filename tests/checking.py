"""`escalate` in one call, and variations of the standard escalation."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.testing import CliRunner

from reconciler.check.rules.examples import STANDARD
from reconciler.cli.main import cli

ONE = "escalations/2026/DS-1042.yaml"
TWO = "escalations/2026/DS-1043.yaml"


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The output as JSON."""
        return json.loads(self.out)

    @property
    def rules(self) -> list[str]:
        """The rules of the findings that the output holds."""
        return [finding["rule"] for finding in self.data["findings"]]


def escalate(*arguments: str | Path, **environment: str) -> Ran:
    """Run the command line in this process."""
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(cli, words, standalone_mode=False, env=environment)
    if isinstance(result.exception, click.ClickException):
        return Ran(result.exception.exit_code, result.stdout, result.exception.format_message())
    if result.exception is not None:
        raise result.exception
    return Ran(int(result.return_value or 0), result.stdout, result.stderr)


def standard(ticket: str = "DS-1042", **keys: str) -> str:
    """The standard escalation, with some of its lines replaced."""
    lines = STANDARD.replace("DS-1042", ticket).splitlines(keepends=True)
    for key, value in keys.items():
        lines = [f"{key}: {value}\n" if line.startswith(f"{key}:") else line for line in lines]
    return "".join(lines)
