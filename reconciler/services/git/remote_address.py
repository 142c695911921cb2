"""The address of a remote: its protocol, how to sign in there, and its name on GitHub."""

import base64
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reconciler.services.git.command import git
from reconciler.services.settings import GitHubSettings

_ON_GITHUB: Final = re.compile(r"github[.][^/:]*[/:]([\w.-]+/[\w.-]+?)(?:[.]git)?/?$")
_QUOTED: Final = re.compile(r"[\x00-\x20\"\\]")
"""What a quoted name in git's configuration can't hold as it is."""


def protocol_of(url: str) -> str:
    """The protocol of a remote's address, as git calls it; empty for a helper program."""
    if scheme := re.match(r"([A-Za-z0-9+.-]+)://", url):
        name = scheme[1].lower()
        return "ssh" if name in {"git+ssh", "ssh+git"} else name
    if re.match(r"[A-Za-z0-9+.-]+::", url):
        return ""
    host = url.partition("/")[0]
    return "ssh" if ":" in host and not re.match(r"[A-Za-z]:[\\/]?", url) else "file"


def signing_in(addresses: Iterable[str], github: GitHubSettings) -> str:
    """The settings by which git signs in to GitHub.

    The header goes to this one host only, and only over https.
    """
    server = urlsplit(github.server)
    if any(_host(each) != (server.scheme, server.netloc) for each in addresses):
        return ""
    if server.scheme != "https" or _QUOTED.search(github.server):
        return ""
    pair = base64.b64encode(f"x-access-token:{github.token}".encode()).decode()
    return f'[http "{github.server}/"]\n\textraheader = AUTHORIZATION: basic {pair}\n'


def _host(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return (parts.scheme, parts.netloc.rpartition("@")[2])


def github_name(repo: Path, name: str = "origin") -> str | None:
    """`owner/name` of a remote on GitHub, whatever the protocol; None when it is elsewhere."""
    code, out, _ = git(repo, "remote", "get-url", name)
    return name_on_github(out.decode("utf-8", "replace").strip()) if code == 0 else None


def name_on_github(address: str) -> str | None:
    """`owner/name` in an address on GitHub; None for another address."""
    found = _ON_GITHUB.search(address)
    return found[1] if found else None
