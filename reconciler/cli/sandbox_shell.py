"""A browser and a shell for `escalate sandbox --open`."""

import os
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

_OTHERS: Final = frozenset({"JIRA_PAT", "GH_TOKEN", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"})
"""Variables of other services, which would win over the sandbox's."""


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """True if a browser can be shown here."""
    if platform in {"darwin", "win32"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def open_browser(address: str) -> bool:
    """Open the address in a browser; False if none could be opened."""
    return has_display(os.environ) and webbrowser.open(address)


def shell_environment(environment: Mapping[str, str], box: Mapping[str, str]) -> dict[str, str]:
    """The environment of the shell: its services are those of the sandbox and no others."""
    kept = {name: value for name, value in environment.items() if name not in _OTHERS}
    return {**kept, **box}


def run_shell(environment: Mapping[str, str]) -> None:
    """Run a shell until you leave it."""
    command = environment.get("SHELL") or "/bin/sh"
    with _interrupts_for_the_shell():
        subprocess.run([command], env=dict(environment), check=False)  # noqa: S603 - your own shell


@contextmanager
def _interrupts_for_the_shell() -> Iterator[None]:
    """Let Ctrl-C reach only what runs in the shell, and not end the sandbox."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
