"""What the story's commands get from the reader's environment: next to nothing."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import reconciler

_KEPT: Final = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL")
_GIT: Final = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
}


def environment(services: Mapping[str, str]) -> dict[str, str]:
    """The environment of the story's commands.

    Neither the reader's tokens nor their git settings may reach into the story, and nothing of
    the story may reach their services.
    """
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **_GIT,
        **services,
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(Path(reconciler.__file__).parents[1]),
    }
