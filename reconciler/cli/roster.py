"""`escalate roster`: a group whose commands are imported only when they are called."""

import importlib
from typing import Final

import click

_COMMANDS: Final = {"import": "Add people from Slack, Jira or a CSV file."}


class _RosterCommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"reconciler.cli.roster_{cmd_name}")
        command: click.Command = getattr(module, f"roster_{cmd_name}")
        return command


@click.group(cls=_RosterCommands)
def roster() -> None:
    """Change the roster."""
