"""The sandbox as a context manager."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, Unpack

from reconciler.sandbox.box import Box, SandboxSettings


class SandboxOptions(TypedDict, total=False):
    """The settings of a sandbox, as keyword arguments."""

    rate_limits: bool
    search_lag: float
    bot_token: str
    jira_token: str
    slack_port: int
    jira_port: int
    jira_dc_port: int
    github_token: str
    github_port: int
    control_port: int
    pages_port: int
    links_to_pages: bool
    record: bool
    answers: Path | None
    certificate: Path | None


@contextmanager
def serve(
    seed: Path | Mapping[str, object] | None = None, **options: Unpack[SandboxOptions]
) -> Iterator[Box]:
    """Run a sandbox: its ports are bound when this enters, and closed when it leaves."""
    box = Box(seed, SandboxSettings(**options))
    box.start()
    try:
        yield box
    finally:
        box.stop()
