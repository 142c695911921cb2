"""A command with commands of its own, such as `escalate setup github`."""

import importlib
from collections.abc import Mapping

import click
from click.exceptions import NoSuchCommand

from reconciler.cli.log_options import with_log_options


class LazyCommands(click.Group):
    """Imports the module of a command only when it is called.

    The command `github` of `setup` is the function `setup_github` in `reconciler.cli.setup_github`.
    """

    def __init__(self, known: Mapping[str, str], name: str, help: str) -> None:  # noqa: A002 - click's
        """Take what each command does, by its name."""
        super().__init__(name, help=help)
        self._known = known

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of the commands."""
        return list(self._known)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command by its name; None if there is none."""
        if cmd_name not in self._known:
            return None
        name = f"{self.name}_{cmd_name}"
        command: click.Command = getattr(importlib.import_module(f"reconciler.cli.{name}"), name)
        return with_log_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._known.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; suggests commands of the group for a mistyped one."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=self._known, ctx=ctx) from None
