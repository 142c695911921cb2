"""`escalate roster`: a group whose commands are imported only when they are called."""

from typing import Final

from reconciler.cli.lazy_commands import LazyCommands

roster: Final = LazyCommands(
    {"import": "Add people from Slack, Jira or a CSV file."}, "roster", "Change the roster."
)
