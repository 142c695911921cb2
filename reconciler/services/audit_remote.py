"""The remote that keeps the audit branch: its tip, its commits, and pushing on top of them.

Only the protocol of the remote's own address is allowed. Hooks of this repository do not run, nor
do programs that it configures for the other side of a local remote. What signing in needs
(credential helpers, ssh) runs as configured, for without it nothing could be pushed.
"""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from reconciler.services.plumbing import GitProblem, complaint, git

BRANCH: Final = "refs/heads/audit"
_ALLOWED: Final = frozenset({"file", "http", "https", "ssh"})
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_QUIET: Final = (
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "fetch.writeCommitGraph=false"),
    *("-c", "push.pushOption="),
)
_FETCH: Final = (
    *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"),
    *("--no-prune", "--refmap="),
)
_PUSH: Final = (
    *("push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"),
    "--no-recurse-submodules",
)
_OVERTAKEN: Final = re.compile(
    rb"\[rejected\]|failed to update ref|cannot lock ref|reference already exists"
    rb"|incorrect old value|failed to lock",
)


class Pushed(StrEnum):
    """How a push ended."""

    DONE = "done"
    OVERTAKEN = "overtaken"
    """Somebody else pushed in between."""


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

    def __init__(self, repo: Path, name: str) -> None:
        """Find the remote's address and allow its protocol; a problem when it has none."""
        self._repo = repo
        self.name = name
        protocols = {self._protocol("get-url"), self._protocol("get-url", "--push")}
        self._options = list(_QUIET)
        for each in protocols:
            self._options += ["-c", f"protocol.{each}.allow=always"]
        self._local = protocols == {"file"}

    def _protocol(self, *arguments: str) -> str:
        # Never the whole address in a message: it can hold a token.
        code, out, _ = git(self._repo, "remote", *arguments, self.name)
        protocol = protocol_of(out.decode("utf-8", "replace").strip())
        if code != 0 or protocol not in _ALLOWED:
            raise GitProblem(
                f"The remote {self.name} has no address that can be used: file, https or ssh."
            )
        return protocol

    def _program(self, option: str, program: str) -> tuple[str, ...]:
        """On this machine, the other side is git's own program, whatever is configured."""
        return (f"--{option}={program}",) if self._local else ()

    def tip(self) -> str | None:
        """The remote's audit branch, with its commits here; None when there is none yet."""
        pack = self._program("upload-pack", "git-upload-pack")
        code, out, err = git(self._repo, *self._options, "ls-remote", *pack, self.name, BRANCH)
        if code != 0:
            raise GitProblem(self._unreachable(err))
        lines = (line.split("\t") for line in out.decode("utf-8", "replace").splitlines())
        found = next((sha for sha, ref in lines if ref == BRANCH), None)
        if found is not None and not self._has(found):
            code, _, err = git(self._repo, *self._options, *_FETCH, *pack, self.name, BRANCH)
            if code != 0 or not self._has(found):
                raise GitProblem(self._unreachable(err))
        return found

    def push(self, commit: str) -> Pushed:
        """Make a commit the tip, if it builds on the tip of that very moment."""
        pack = self._program("receive-pack", "git-receive-pack")
        target = f"{commit}:{BRANCH}"
        code, out, err = git(self._repo, *self._options, *_PUSH, *pack, self.name, target)
        if code == 0:
            return Pushed.DONE
        refused = b"\n".join(line for line in out.splitlines() if line.startswith(b"!"))
        if _OVERTAKEN.search(refused):
            return Pushed.OVERTAKEN
        if refused:
            why = refused.decode("utf-8", "replace").rpartition("\t")[2]
            raise GitProblem(f"{self.name} refuses the audit branch: {why[:200]}")
        raise GitProblem(self._unreachable(err))

    def _has(self, commit: str) -> bool:
        code, _, _ = git(self._repo, "cat-file", "-e", f"{commit}^{{commit}}")
        return code == 0

    def _unreachable(self, err: bytes) -> str:
        return f"{self.name} can't be reached: {complaint(err).removeprefix('git failed: ')}"


def choose_remote(repo: Path, asked: str | None) -> Remote | None:
    """The remote that is asked for, else origin; None when there is no origin."""
    if asked is not None and _NAME.fullmatch(asked) is None:
        raise GitProblem("A remote's name has letters, digits, and . _ / - between them.")
    name = asked or "origin"
    code, out, _ = git(repo, "remote")
    known = out.decode("utf-8", "replace").split() if code == 0 else []
    if name in known:
        return Remote(repo, name)
    if asked is None:
        return None
    raise GitProblem(f"There is no remote {asked}. List them: git remote")
