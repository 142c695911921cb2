"""Answers that a person gave to a command, kept in a file until the edit is made."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from reconciler.services.git.command import git

_FOLDER: Final = "escalate-drafts"
_MOST: Final = 256 * 1024
"""Bytes that a draft may have."""


def draft_path(repo: Path, name: str) -> Path | None:
    """Where a draft of this name is kept; None outside a git repository."""
    code, out, _ = git(repo, "rev-parse", "--absolute-git-dir")
    return Path(os.fsdecode(out.rstrip(b"\n"))) / _FOLDER / f"{name}.json" if code == 0 else None


def read_draft(path: Path) -> dict[str, str]:
    """The answers by option; empty if there is no draft, or none that can be read."""
    with suppress(OSError, ValueError, AttributeError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            answers = json.loads(file.read(_MOST))["answers"]
        return {str(name): text for name, text in answers.items() if isinstance(text, str)}
    return {}


def write_draft(path: Path, answers: Mapping[str, str]) -> None:
    """Keep answers for this user only, as a whole or not at all. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A new file of `mkstemp` can be read by its owner only.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"version": 1, "answers": dict(answers)}, file, ensure_ascii=False)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def drop_draft(path: Path) -> None:
    """Remove a draft, if there is one."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
