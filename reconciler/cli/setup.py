"""`escalate setup`: a group whose commands are imported only when they are called."""

from typing import Final

from reconciler.cli.lazy_commands import LazyCommands

setup: Final = LazyCommands(
    {"github": "Set up the repository on GitHub."}, "setup", "Set up the services for escalations."
)
