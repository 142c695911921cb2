"""The person whom git's configuration names."""

from pathlib import Path
from typing import Final

from reconciler.services.git.command import git

TOOL: Final = "escalation-as-code <noreply@escalation-as-code.invalid>"
"""The author of commits that no person makes."""


def commit_author(repo: Path) -> str:
    """The author of the user's commits, as `name <address>`; TOOL if git knows no user."""
    name, email = (_cleaned(_config(repo, key)) for key in ("user.name", "user.email"))
    return f"{name} <{email}>" if name and email else TOOL


def user_email(repo: Path) -> str:
    """The user's e-mail address in lower case; empty if git knows none."""
    return _config(repo, "user.email").lower()


def _config(repo: Path, key: str) -> str:
    code, out, _ = git(repo, "config", "--get", key)
    return out.decode("utf-8", "replace").strip() if code == 0 else ""


def _cleaned(text: str) -> str:
    """Without what would end a commit's author."""
    return "".join(char for char in text if char not in "<>\n\r\x00")
