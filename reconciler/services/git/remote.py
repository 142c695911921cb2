"""Talking to a git remote: which protocols, whose programs, and how to sign in.

Only the protocol of the remote's own address is allowed. Hooks of this repository do not run, nor
do programs that it configures for the other side of a local remote. What signing in needs
(credential helpers, ssh) runs as configured, for without it nothing could be reached.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from reconciler.model.forge import PullRequest
from reconciler.services.git.command import GitProblem, complaint, git
from reconciler.services.git.commits import known_commit
from reconciler.services.git.remote_address import protocol_of, signing_in
from reconciler.services.settings import GitHubSettings

_ALLOWED: Final = frozenset({"file", "http", "https", "ssh"})
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
        self.settings = signing_in(addresses, github) if github else ""

    def _address(self, *arguments: str) -> str:
        # Never the whole address in a message: it can hold a token.
        code, out, _ = git(self.repo, "remote", *arguments, self.name)
        address = out.decode("utf-8", "replace").strip()
        if code != 0 or protocol_of(address) not in _ALLOWED:
            raise GitProblem(
                f"The remote {self.name} needs an address of the kind file, https or ssh. "
                "Set one: git remote set-url NAME ADDRESS"
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
        return known_commit(self.repo, commit) is not None

    def unreachable(self, err: bytes) -> str:
        """That the remote can't be reached, and what git complains of."""
        return f"{self.name} can't be reached: {complaint(err).removeprefix('git failed: ')}"


def choose_remote(
    repo: Path, asked: str | None, github: GitHubSettings | None = None
) -> Remote | None:
    """The remote that is asked for, else origin; None when there is no origin."""
    if asked is not None and _NAME.fullmatch(asked) is None:
        raise GitProblem("The name of a remote has letters, digits, and . _ / - between them.")
    name = asked or "origin"
    code, out, _ = git(repo, "remote")
    known = out.decode("utf-8", "replace").split() if code == 0 else []
    if name in known:
        return Remote(repo, name, github)
    if asked is None:
        return None
    raise GitProblem(f"There is no remote {asked}. List them: git remote")


def fetch_heads(remote: Remote, pull_requests: Iterable[PullRequest]) -> dict[str, str]:
    """Bring the heads of proposals here as objects; what went wrong, by the proposal's id.

    Nothing is checked out, and no ref is made. All come with one fetch. If that fails, they come
    one by one, so that one that can't be fetched stops no other.
    """
    missing = [each for each in pull_requests if not remote.has(each.head)]
    if not missing:
        return {}
    try:
        remote.fetch(*(each.ref for each in missing))
    except GitProblem:
        return _one_by_one(remote, missing)
    return {each.id: _moved(each) for each in missing if not remote.has(each.head)}


def _one_by_one(remote: Remote, pull_requests: Iterable[PullRequest]) -> dict[str, str]:
    problems: dict[str, str] = {}
    for each in pull_requests:
        try:
            remote.fetch(each.ref)
        except GitProblem as problem:
            problems[each.id] = str(problem)
            continue
        if not remote.has(each.head):
            problems[each.id] = _moved(each)
    return problems


def _moved(pull_request: PullRequest) -> str:
    return f"{pull_request.name} changed during the run; the next run reads it again"
