"""Talking to a git remote: which protocols, whose programs, and how to sign in.

Only the protocol of the remote's own address is allowed. Hooks of this repository do not run, nor
do programs that it configures for the other side of a local remote. What signing in needs
(credential helpers, ssh) runs as configured, for without it nothing could be reached.
"""

import base64
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reconciler.services.git.command import GitProblem, commit_named, complaint, git
from reconciler.services.settings import GitHubSettings

_ALLOWED: Final = frozenset({"file", "http", "https", "ssh"})
_ON_GITHUB: Final = re.compile(r"github[.][^/:]*[/:]([\w.-]+/[\w.-]+?)(?:[.]git)?/?$")
_QUOTED: Final = re.compile(r"[\x00-\x20\"\\]")
"""What a quoted name in git's configuration can't hold as it is."""
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_QUIET: Final = (
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "fetch.writeCommitGraph=false"),
    *("-c", "push.pushOption="),
)
_PUSH: Final = (
    *("push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"),
    "--no-recurse-submodules",
)
_FETCH: Final = (
    *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"),
    *("--no-prune", "--refmap="),
)


def protocol_of(url: str) -> str:
    """The protocol of a remote's address, as git calls it; empty for a helper program."""
    if scheme := re.match(r"([A-Za-z0-9+.-]+)://", url):
        name = scheme[1].lower()
        return "ssh" if name in {"git+ssh", "ssh+git"} else name
    if re.match(r"[A-Za-z0-9+.-]+::", url):
        return ""
    host = url.partition("/")[0]
    return "ssh" if ":" in host and not re.match(r"[A-Za-z]:[\\/]?", url) else "file"


class Remote:
    """A remote of a repository."""

    def __init__(self, repo: Path, name: str, github: GitHubSettings | None = None) -> None:
        """Find the remote's address and allow its protocol; a problem when it has none.

        With `github`, git signs in there with its token, if that is where the remote is.
        """
        self.repo = repo
        self.name = name
        addresses = [self._address("get-url"), self._address("get-url", "--push")]
        protocols = {protocol_of(each) for each in addresses}
        self._options = list(_QUIET)
        for each in protocols:
            self._options += ["-c", f"protocol.{each}.allow=always"]
        self._local = protocols == {"file"}
        self.settings = _signing_in(addresses, github) if github else ""

    def _address(self, *arguments: str) -> str:
        # Never the whole address in a message: it can hold a token.
        code, out, _ = git(self.repo, "remote", *arguments, self.name)
        address = out.decode("utf-8", "replace").strip()
        if code != 0 or protocol_of(address) not in _ALLOWED:
            raise GitProblem(
                f"The remote {self.name} has no address that can be used: file, https or ssh."
            )
        return address

    def run(
        self, command: tuple[str, ...], program: str, *arguments: str
    ) -> tuple[int, bytes, bytes]:
        """Run a git command against the remote; `program` is what the other side runs for it."""
        # On this machine, the other side is git's own program, whatever is configured.
        pack = (f"--{program}=git-{program}",) if self._local else ()
        options = (*self._options, *command, *pack, self.name, *arguments)
        return git(self.repo, *options, settings=self.settings)

    def refs(self, *patterns: str) -> dict[str, str]:
        """Commits of the remote's refs that match, by the ref's name."""
        code, out, err = self.run(("ls-remote",), "upload-pack", *patterns)
        if code != 0:
            raise GitProblem(self.unreachable(err))
        lines = (line.split("\t") for line in out.decode("utf-8", "replace").splitlines())
        return {ref: sha for sha, ref in lines}

    def fetch(self, *refs: str) -> None:
        """Bring the commits of refs here, without leaving a ref or anything else behind."""
        code, _, err = self.run(_FETCH, "upload-pack", *refs)
        if code != 0:
            raise GitProblem(self.unreachable(err))

    def push(self, commit: str, ref: str) -> str | None:
        """Make a commit the remote's ref if it builds on it; why the remote refuses, else None.

        Raises GitProblem when the remote can't be reached.
        """
        code, out, err = self.run(_PUSH, "receive-pack", f"{commit}:{ref}")
        if code == 0:
            return None
        refused = [line for line in out.splitlines() if line.startswith(b"!")]
        if not refused:
            raise GitProblem(self.unreachable(err))
        return b"\n".join(refused).decode("utf-8", "replace").rpartition("\t")[2]

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        known = commit_named(self.repo, commit)
        if known is not None:
            return bool(known)
        code, _, _ = git(self.repo, "cat-file", "-e", f"{commit}^{{commit}}")
        return code == 0

    def unreachable(self, err: bytes) -> str:
        """That the remote can't be reached, and what git complains of."""
        return f"{self.name} can't be reached: {complaint(err).removeprefix('git failed: ')}"


def choose_remote(
    repo: Path, asked: str | None, github: GitHubSettings | None = None
) -> Remote | None:
    """The remote that is asked for, else origin; None when there is no origin."""
    if asked is not None and _NAME.fullmatch(asked) is None:
        raise GitProblem("A remote's name has letters, digits, and . _ / - between them.")
    name = asked or "origin"
    code, out, _ = git(repo, "remote")
    known = out.decode("utf-8", "replace").split() if code == 0 else []
    if name in known:
        return Remote(repo, name, github)
    if asked is None:
        return None
    raise GitProblem(f"There is no remote {asked}. List them: git remote")


def _signing_in(addresses: list[str], github: GitHubSettings) -> str:
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
    found = _ON_GITHUB.search(out.decode("utf-8", "replace").strip()) if code == 0 else None
    return found[1] if found else None
