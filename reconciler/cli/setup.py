"""`escalate setup`: a group whose commands are imported only when they are called."""

import importlib
from typing import Final

import click

_COMMANDS: Final = {"github": "Set up the repository on GitHub."}


class _SetupCommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"reconciler.cli.setup_{cmd_name}")
        command: click.Command = getattr(module, f"setup_{cmd_name}")
        return command


@click.group(cls=_SetupCommands)
def setup() -> None:
    """Set up the services for escalations."""
