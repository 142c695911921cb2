"""The bare repository behind the sandbox's GitHub: real commits, real merges."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeVar, cast

from reconciler.sandbox.github_names import Names
from reconciler.sandbox.github_refs import read_refs

_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_DEFAULT_REF_FORMAT": "files",  # which `read_refs` reads
    "LC_ALL": "C",
}
NOTHING = "0" * 40
LOGIN: Final = "SANDBOX_GITHUB_LOGIN"
"""The variable that names the account of whoever pushes with git."""
PUSHES: Final = "sandbox-pushes"
"""The file that lists the pushes, in the repository's folder."""
_HOOK: Final = f"""#!/bin/sh
while read -r before after ref; do
  printf '%s %s %s %s\\n' "$before" "$after" "$ref" "${LOGIN}" >> {PUSHES}
done
"""
_KEPT = 256
"""How many answers are remembered that can never change."""
T = TypeVar("T")


class ConflictError(Exception):
    """The two sides change the same lines."""


class GitError(Exception):
    """git declined."""


@dataclass(frozen=True)
class Signature:
    """Who wrote or made a commit, and when."""

    name: str
    email: str
    date: str


@dataclass(frozen=True)
class Commit:
    """What a commit says about itself."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


class Pushed(NamedTuple):
    """A ref that a push moved."""

    before: str
    after: str
    ref: str
    login: str
    """Who pushed; empty if they did not say."""


class Bare:
    """A bare repository in a folder."""

    def __init__(self, folder: Path, branch: str) -> None:
        self.folder = folder
        self._names = Names(self._start)
        self._known: dict[tuple[str, ...], object] = {}
        folder.mkdir(parents=True)
        self._git("init", "--quiet", "--bare", f"--initial-branch={branch}")
        self._git("config", "uploadpack.allowFilter", "true")
        self._git("config", "uploadpack.allowAnySHA1InWant", "true")
        self._git("config", "receive.autogc", "false")  # it lives shorter than garbage
        self._record_pushes()

    def _record_pushes(self) -> None:
        """Let git write down each push, as only the hooks of a repository see them."""
        hooks = self.folder / "hooks"
        hooks.mkdir(exist_ok=True)
        hook = hooks / "post-receive"
        hook.write_text(_HOOK, encoding="ascii", newline="\n")
        hook.chmod(0o755)
        self._git("config", "core.hooksPath", str(hooks.absolute()))

    def _git(
        self, *arguments: str, extra: Mapping[str, str] | None = None, given: str | None = None
    ) -> str:
        done = subprocess.run(  # noqa: S603 - no shell; refs and hashes of this repository only
            ["git", "-C", str(self.folder), *arguments],  # noqa: S607 - whichever git there is
            env={**_environment(), **(extra or {})},
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
        if done.returncode:
            raise GitError(done.stderr.strip())
        return done.stdout

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A git that answers until it is ended."""
        return subprocess.Popen(  # noqa: S603 - as above
            ["git", "-C", str(self.folder), *arguments],  # noqa: S607 - as above
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _once(self, asked: tuple[str, ...], answer: Callable[[], T]) -> T:
        """What commits say about each other, asked for once: it never changes."""
        if asked not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[asked] = answer()
        return cast("T", self._known[asked])

    def close(self) -> None:
        """End what still runs."""
        self._names.close()

    def refs(self) -> dict[str, str]:
        """Every ref and its commit."""
        return read_refs(self.folder)

    def restore(self, refs: Mapping[str, str]) -> None:
        """Set the refs back; objects stay."""
        lines = [f"delete {ref}\n" for ref in self.refs().keys() - refs.keys()]
        lines += [f"update {ref} {commit}\n" for ref, commit in refs.items()]
        self._git("update-ref", "--stdin", given="".join(lines))

    def pushed(self, since: int) -> tuple[list[Pushed], int]:
        """What was pushed after so many bytes of the list of pushes, and its length now."""
        try:
            with (self.folder / PUSHES).open(encoding="utf-8", errors="replace") as file:
                file.seek(since)
                lines = file.read().splitlines()
                end = file.tell()
        except FileNotFoundError:
            return [], 0
        words = (line.split(" ") for line in lines)
        return [Pushed(*each) for each in words if len(each) == len(Pushed._fields)], end

    def commit(self, name: str) -> str | None:
        """The commit that a name stands for."""
        return self._names.commit(name)

    def set(self, ref: str, commit: str, before: str = "") -> None:
        """Move a ref, from where it is said to be; raises GitError when it is not there."""
        self._git("update-ref", ref, commit, *([before] if before else []))

    def includes(self, tip: str, commit: str) -> bool:
        """Whether a tip builds on a commit."""
        return commit in self._line(tip)

    def _line(self, tip: str) -> frozenset[str]:
        """A tip and every commit that it builds on; none if there is no such tip."""
        try:
            return self._once(("line", tip), lambda: frozenset(self._git("rev-list", tip).split()))
        except GitError:
            return frozenset()

    def brought(self, tip: str, commit: str) -> str:
        """The commit of a tip's first-parent line by which a commit came onto it."""
        line = self._git("rev-list", "--first-parent", tip).split()
        found = [each for each in line if self.includes(each, commit)]
        return found[-1] if found else tip

    def between(self, base: str, head: str) -> list[str]:
        """Commits of a head that a base lacks, oldest first."""
        asked = ("rev-list", "--reverse", f"{base}..{head}")
        return list(self._once(asked, lambda: self._git(*asked).split()))

    def describe(self, commit: str) -> Commit:
        """A commit with its people and its words."""
        form = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
        asked = ("log", "-1", form, commit)
        shown = self._once(asked, lambda: self._git(*asked))
        sha, tree, parents, *people, message = shown.split("\0")
        by, made = Signature(*people[:3]), Signature(*people[3:])
        return Commit(sha, tree, tuple(parents.split()), by, made, message.strip())

    def parted(self, one: str, other: str) -> str | None:
        """Where two commits parted; None when they never were together."""
        asked = ("merge-base", one, other)
        try:
            return self._once(asked, lambda: self._git(*asked).strip())
        except GitError:
            return None

    def files(self, base: str, head: str) -> list[tuple[str, str, str, int, int]]:
        """Blob, status, path, and lines added and removed since the two parted."""
        if (since := self.parted(base, head)) is None:
            return []
        return list(self._once(("files", since, head), lambda: self._files(since, head)))

    def patch(self, base: str, head: str, path: str) -> str:
        """How a file changed since the two parted, as `git diff` shows it."""
        if (since := self.parted(base, head)) is None:
            return ""
        options = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames")
        asked = ("diff", *options, since, head, "--", f":(literal){path}")
        return self._once(asked, lambda: self._git(*asked))

    def _files(self, since: str, head: str) -> list[tuple[str, str, str, int, int]]:
        raw = self._git("diff", "--raw", "--no-abbrev", "--no-renames", "-z", since, head)
        words = raw.split("\0")[:-1]
        counts = self._git("diff", "--numstat", "--no-renames", "-z", since, head)
        lines: dict[str, tuple[int, int]] = {}
        for line in counts.split("\0")[:-1]:
            added, removed, path = line.split("\t", 2)
            lines[path] = (_count(added), _count(removed))
        found = []
        for head_of, path in zip(words[::2], words[1::2], strict=True):
            blob, status = head_of.split()[3:5]
            found.append((blob, status, path, *lines.get(path, (0, 0))))
        return found

    def tree(self, ours: str, theirs: str) -> str:
        """The tree of a merge. Raises ConflictError."""
        try:
            return self._git("merge-tree", "--write-tree", ours, theirs).split()[0]
        except GitError as error:
            raise ConflictError(str(error)) from error

    def file(self, commit: str, path: str) -> tuple[str, str] | None:
        """Blob and content of a file in a commit; None if there is no such file."""
        try:
            blob = self._git("rev-parse", "--verify", "--quiet", f"{commit}:{path}").strip()
            return blob, self._git("cat-file", "blob", blob)
        except GitError:
            return None

    def with_file(self, commit: str, path: str, content: str) -> str:
        """The tree of a commit with another content of one file."""
        blob = self._git("hash-object", "-w", "--stdin", given=content).strip()
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self._git("read-tree", commit, extra=index)
            entry = f"100644,{blob},{path}"
            self._git("update-index", "--add", "--cacheinfo", entry, extra=index)
            return self._git("write-tree", extra=index).strip()

    def make(
        self, tree: str, parents: list[str], message: str, who: Signature, at: datetime
    ) -> str:
        """A commit as GitHub makes it: written by somebody, committed by GitHub."""
        names = {
            "GIT_AUTHOR_NAME": who.name,
            "GIT_AUTHOR_EMAIL": who.email,
            "GIT_COMMITTER_NAME": "GitHub",
            "GIT_COMMITTER_EMAIL": "noreply@github.com",
            "GIT_AUTHOR_DATE": who.date,
            "GIT_COMMITTER_DATE": at.isoformat(),
        }
        options = [word for parent in parents for word in ("-p", parent)]
        return self._git("commit-tree", tree, *options, "-m", message, extra=names).strip()


def _environment() -> dict[str, str]:
    kept = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **_SETTINGS}


def _count(lines: str) -> int:
    """How many lines; git writes a dash for what has none."""
    return 0 if lines == "-" else int(lines)
