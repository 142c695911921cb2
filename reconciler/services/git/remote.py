"""Talking to a git remote: which protocols, whose programs, and how to sign in.

Only the protocol of the remote's own address is allowed. Hooks of this repository do not run, nor
do programs that it configures for the other side of a local remote. What signing in needs
(credential helpers, ssh) runs as configured, for without it nothing could be reached.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from reconciler.services.call_log import CALLS
from reconciler.services.git.command import GitProblem, complaint, git
from reconciler.services.git.commits import common_folder, known_commit
from reconciler.services.git.remote_address import protocol_of, signing_in
from reconciler.services.settings import GitHubSettings

_OVER_THE_NETWORK: Final = frozenset({"fetch", "ls-remote", "push"})
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
_WITHOUT_BLOBS: Final = "blob:none"
_UNFINISHED: Final = "tmp_pack_*"


class Remote:
    """A remote of a repository."""

    def __init__(
        self,
        repo: Path,
        name: str,
        github: GitHubSettings | None = None,
        addresses: Sequence[str] = (),
    ) -> None:
        """Find the remote's address and allow its protocol; a problem when it has none.

        With `github`, git signs in there with its token, if that is where the remote is.
        `addresses` are those that are known already.
        """
        self.repo = repo
        self.name = name
        self.addresses = tuple(addresses) or (
            self._address("get-url"),
            self._address("get-url", "--push"),
        )
        protocols = {protocol_of(each) for each in self.addresses}
        self._options = list(_QUIET)
        for each in protocols:
            self._options += ["-c", f"protocol.{each}.allow=always"]
        self._local = protocols == {"file"}
        self.settings = signing_in(self.addresses, github) if github else ""

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
        self,
        command: tuple[str, ...],
        program: str,
        *arguments: str,
        asked: bytes = b"",
        most_bytes: int | None = None,
    ) -> tuple[int, bytes, bytes]:
        """Run a git command against the remote; `program` is what the other side runs for it."""
        # On this machine, the other side is git's own program, whatever is configured.
        pack = (f"--{program}=git-{program}",) if self._local else ()
        options = (*self._options, *command, *pack, self.name, *arguments)
        name = next((each for each in command if each in _OVER_THE_NETWORK), command[0])
        with CALLS.one("git", name, 1) as call:
            code, out, err = git(
                self.repo, *options, asked=asked, settings=self.settings, largest_file=most_bytes
            )
            if code != 0:
                call.result = f"exit status {code}"
        return code, out, err

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

    def fetch_without_blobs(self, refs: Iterable[str], most_bytes: int) -> None:
        """Bring the commits and trees of refs here, and no blob, if the remote supports that.

        Raises GitProblem if the pack has more bytes than `most_bytes`. On systems without limits
        for another process, the pack can be larger.
        """
        self._fetch_into_one_pack("".join(f"{ref}\n" for ref in refs), most_bytes)

    def fetch_blobs(self, names: Iterable[str], most_bytes: int) -> None:
        """Bring blobs here by their names. Raises GitProblem as `fetch_without_blobs` does."""
        # There is nothing to negotiate: a blob leads to no other object.
        self._fetch_into_one_pack(
            "".join(f"{name}\n" for name in names),
            most_bytes,
            *("-c", "fetch.negotiationAlgorithm=noop"),
        )

    def _fetch_into_one_pack(self, asked: str, most_bytes: int, *more: str) -> None:
        # With the filter in these options, git does not write it into the configuration.
        options = (
            *("-c", f"remote.{self.name}.promisor=true"),
            *("-c", f"remote.{self.name}.partialCloneFilter={_WITHOUT_BLOBS}"),
            *("-c", "fetch.unpackLimit=1"),
            *more,
        )
        command = (*options, *_FETCH, f"--filter={_WITHOUT_BLOBS}", "--stdin")
        packs = _packs(self.repo)
        before = set(packs.glob(_UNFINISHED))
        code, _, err = self.run(command, "upload-pack", asked=asked.encode(), most_bytes=most_bytes)
        if code == 0:
            return
        cut = [each for each in packs.glob(_UNFINISHED) if each not in before]
        cut = [each for each in cut if _size(each) >= most_bytes]
        for each in cut:  # git would keep it for two weeks
            each.unlink(missing_ok=True)
        if cut:
            raise GitProblem(f"{self.name} sends more than {most_bytes:,} bytes for it")
        raise GitProblem(self.unreachable(err))

    def push(self, commit: str, ref: str, *, expected: str = "") -> str | None:
        """Make a commit the remote's ref if it builds on it; why the remote refuses, else None.

        With `expected`, the ref has to name that commit until then; a ref that was set back does
        not get back what it lost. Raises GitProblem when the remote can't be reached.
        """
        lease = (f"--force-with-lease={ref}:{expected}",) if expected else ()
        code, out, err = self.run((*_PUSH, *lease), "receive-pack", f"{commit}:{ref}")
        if code == 0:
            return None
        refused = [line for line in out.splitlines() if line.startswith(b"!")]
        if not refused:
            raise GitProblem(self.unreachable(err))
        # GitHub lists the rules that a push breaks as lines of their own.
        broken = [line[8:].strip() for line in err.splitlines() if line.startswith(b"remote: - ")]
        summary = b"\n".join(refused).rpartition(b"\t")[2]
        return b"; ".join([summary, *broken]).decode("utf-8", "replace")

    def delete(self, ref: str) -> None:
        """Remove a ref of the remote, if it is there. Raises GitProblem."""
        if ref not in self.refs(ref):
            return
        code, _, err = self.run(_PUSH, "receive-pack", f":{ref}")
        if code != 0:
            raise GitProblem(self.unreachable(err))

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        return known_commit(self.repo, commit) is not None

    def unreachable(self, err: bytes) -> str:
        """That the remote can't be reached, and what git complains of."""
        return f"{self.name} can't be reached: {complaint(err).removeprefix('git failed: ')}"


def choose_remote(
    repo: Path,
    asked: str | None,
    github: GitHubSettings | None = None,
    found: Remote | None = None,
) -> Remote | None:
    """The remote that is asked for, else origin; None when there is no origin.

    If it is the one that was `found` before, git is not asked for its addresses again.
    """
    if asked is not None and _NAME.fullmatch(asked) is None:
        raise GitProblem("The name of a remote has letters, digits, and . _ / - between them.")
    name = asked or "origin"
    if found is not None and (found.repo, found.name) == (repo, name):
        return Remote(repo, name, github, found.addresses)
    try:
        return Remote(repo, name, github)
    except GitProblem:
        code, out, _ = git(repo, "remote")
        known = out.decode("utf-8", "replace").split() if code == 0 else []
        if name in known:
            raise
    if asked is None:
        return None
    raise GitProblem(f"There is no remote {asked}. List them: git remote")


def _packs(repo: Path) -> Path:
    """Where git keeps its packs."""
    folder = common_folder(repo)
    if folder is None:
        raise GitProblem(f"{repo} is not a git repository. Give its folder with --repo.")
    return folder / "objects" / "pack"


def _size(file: Path) -> int:
    """Size in bytes; 0 if the file is gone."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
