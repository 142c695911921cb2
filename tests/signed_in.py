"""People whose only token of GitHub is that of `gh`, and whose origin is on GitHub."""

import os
from dataclasses import dataclass
from pathlib import Path

from hub import Hub

GH = """#!/bin/sh
echo "$*" >> "$0.log"
env | grep -c ghp- >> "$0.log"
[ "$*" = "auth token --hostname 127.0.0.1" ] && echo ghp-priya-raman
"""
_SSH = """#!/bin/sh
case "$*" in *receive-pack*) exec git receive-pack {0} ;; *) exec git upload-pack {0} ;; esac
"""


@dataclass(frozen=True)
class SignedIn:
    """An environment without GITHUB_TOKEN, and the program `gh` in it."""

    gh: Path
    env: dict[str, str]

    @property
    def calls(self) -> str:
        """What `gh` was asked, and how many tokens its environment had."""
        log = self.gh.with_suffix(".log")
        return log.read_text() if log.exists() else ""


def signed_in(hub: Hub, folder: Path, script: str = GH) -> SignedIn:
    """Sign in with `gh`. The clone's origin is on the host of the API, and goes through ssh."""
    gh = _program(folder / "programs/gh", script)
    env = {name: value for name, value in hub.env.items() if name != "GITHUB_TOKEN"}
    ssh = _program(folder / "programs/fake-ssh", _SSH.format(hub.box.github.remote))
    hub.git("config", "core.sshCommand", str(ssh))
    hub.git("config", "ssh.variant", "simple")
    address = f"ssh://git@127.0.0.1/{hub.box.github.repository}.git"
    hub.git("remote", "set-url", "origin", address)
    path = f"{gh.parent}:{env.get('PATH', os.environ['PATH'])}"
    return SignedIn(gh, {**env, "GITHUB_SERVER_URL": env["GITHUB_API_URL"], "PATH": path, "CI": ""})


def _program(path: Path, script: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)
    return path
