"""The user's own GitHub: what the environment leaves open comes from the clone and from `gh`."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reconciler.services.environment import variables
from reconciler.services.git.command import git
from reconciler.services.settings import (
    GITHUB_API_URL,
    GITHUB_SERVER_URL,
    ForgeKind,
    GitHubSettings,
    read_forge_settings,
)

_PATIENCE: Final = 5.0
"""Seconds that `gh` may take. It reads a file or the keyring."""
_TOKEN: Final = re.compile(r"[!-~]{10,255}")
_NAME: Final = r"(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?"
_WEB: Final = re.compile(rf"(?:https?|ssh)://(?:[^/@]+@)?(?P<host>[^/:@]+)(?::\d+)?/{_NAME}")
_SSH: Final = re.compile(rf"(?:[^/@:]+@)?(?P<host>[^/:@]+):{_NAME}")


def own_github(repo: Path) -> GitHubSettings | None:
    """The repository on GitHub and how to sign in there; None if either is unknown.

    Raises SetupError.
    """
    _, settings = own_forge(repo, ForgeKind.AUTO)
    return settings


def own_forge(repo: Path, kind: ForgeKind) -> tuple[ForgeKind, GitHubSettings | None]:
    """Which forge there is for a command that a person calls, and how to sign in there.

    GITHUB_REPOSITORY and GITHUB_TOKEN count first. Then the name comes from the address of origin,
    and the token from `gh auth token`. Raises SetupError.
    """
    known = variables()
    is_github = kind in {ForgeKind.AUTO, ForgeKind.GITHUB}
    return read_forge_settings(_completed(repo, known) if is_github else known, kind)


def is_signed_in_by_gh() -> bool:
    """True if only `gh` can have a token of GitHub, because the environment has none."""
    return not variables().get("GITHUB_TOKEN", "").strip()


def _completed(repo: Path, known: Mapping[str, str]) -> Mapping[str, str]:
    if all(known.get(name, "").strip() for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN")):
        return known
    server = known.get("GITHUB_SERVER_URL") or GITHUB_SERVER_URL
    host = urlsplit(server).hostname or ""
    origin = _origin_name(repo, host)
    name = known.get("GITHUB_REPOSITORY") or origin
    if not name:
        return known
    token = known.get("GITHUB_TOKEN") or ""
    api = urlsplit(known.get("GITHUB_API_URL") or GITHUB_API_URL).hostname
    # The token of one host is never sent to another one. A job has a token of its own, or none.
    if not token and origin and api in {host, f"api.{host}"} and not _is_job(known):
        token = _gh_token(shutil.which("gh") or "", host)
    return {**known, "GITHUB_REPOSITORY": name, "GITHUB_TOKEN": token}


def _is_job(known: Mapping[str, str]) -> bool:
    """True in a job of CI. Every common CI sets the variable CI."""
    values = (known.get(name, "").strip().lower() for name in ("CI", "GITHUB_ACTIONS"))
    return any(each not in {"", "0", "false"} for each in values)


def _origin_name(repo: Path, host: str) -> str:
    code, out, _ = git(repo, "remote", "get-url", "origin")
    return name_at(out.decode("utf-8", "replace").strip(), host) if code == 0 else ""


def name_at(address: str, host: str) -> str:
    """`owner/name` in a remote's address on a host; empty if it is on another one."""
    found = _WEB.fullmatch(address) or _SSH.fullmatch(address)
    return found["name"] if found and found["host"].lower() == host.lower() else ""


@lru_cache(maxsize=4)
def _gh_token(program: str, host: str) -> str:
    """The token with which `gh` is signed in at a host; empty without one."""
    if not Path(program).is_absolute():
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the program is the user's own
            [program, "auth", "token", "--hostname", host],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    token = done.stdout[:1024].decode("ascii", "replace").strip()
    return token if done.returncode == 0 and _TOKEN.fullmatch(token) else ""
