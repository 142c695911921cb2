"""Tickets as options and arguments: by key, or by the address of their page in Jira."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
from click.shell_completion import CompletionItem

from reconciler.cli.completion import tickets
from reconciler.load.snapshot import load_snapshot
from reconciler.load.ticket_address import TicketAddressError, is_key, ticket_key
from reconciler.render.escape import terminal
from reconciler.services.environment import variables
from reconciler.services.git.command import GitProblem
from reconciler.services.git.work_tree import NotOurs, read_worktree

_GATEWAY: Final = "api.atlassian.com"
"""The host of Atlassian's gateway, which shows no pages."""


class TicketParam(click.ParamType[str]):
    """A ticket by its key, or by its address in a browser."""

    name = "ticket"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The key. Fails if an address shows no ticket, or is not an address of Jira."""
        text = str(value)
        try:
            key = ticket_key(text)
            is_address = is_key(key) and key != text.strip().upper()
            return ticket_key(text, _hosts(ctx)) if is_address else key
        except TicketAddressError as error:
            self.fail(f"{terminal(text[:200])!r}: {terminal(str(error))}", param, ctx)

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[CompletionItem]:
        """Keys of tickets that have a file."""
        return tickets(ctx, incomplete)


TICKET: Final = TicketParam()


def _hosts(ctx: click.Context | None) -> set[str]:
    """The hosts of Jira by the environment and the policy; empty if neither names one."""
    repo = ctx.params.get("repo") if ctx else None
    try:
        policy = load_snapshot(read_worktree(repo or Path())).policy
    except (GitProblem, NotOurs, OSError):
        policy = None
    urls = (variables().get("JIRA_BASE_URL"), policy and policy.jira.browse_url)
    return {_host(each) for each in urls if each} - {"", _GATEWAY}


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
