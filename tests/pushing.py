"""A commit on a branch of a bare repository, written by one git instead of a clone and a push."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from reconciler.sandbox.github_git import NOTHING, PUSHES
from reconciler.sandbox.github_refs import read_refs


class Commit(NamedTuple):
    """What to write: a commit that sets files on top of a branch, and removes those of None."""

    branch: str
    base: str
    author: str
    at: datetime
    files: Mapping[str, bytes | None]
    executable: str = ""


def push(
    bare: Path, commit: Commit, login: str, env: Mapping[str, str], *options: str
) -> tuple[int, str, str]:
    """Write a commit, and note who pushed it as the hook does; git's status, the head, errors."""
    ref = f"refs/heads/{commit.branch}"
    before = read_refs(bare).get(ref, NOTHING)
    done = subprocess.run(
        ["git", "fast-import", "--quiet", *options],
        cwd=bare,
        env=dict(env),
        input=b"\n".join(_stream(ref, commit)) + b"\n",
        capture_output=True,
        check=False,
    )
    head = read_refs(bare).get(ref, NOTHING)
    if head != before:
        with (bare / PUSHES).open("a", encoding="utf-8") as pushes:
            pushes.write(f"{before} {head} {ref} {login}\n")
    return done.returncode, head, done.stderr.decode()


def _stream(ref: str, commit: Commit) -> Iterator[bytes]:
    when = f"{int(commit.at.timestamp())} {commit.at:%z}"
    name = f"{commit.author} <{commit.author}@ledgerline.example> {when}"
    yield from (f"commit {ref}".encode(), f"author {name}".encode(), f"committer {name}".encode())
    yield from _data(f"Change {commit.branch}\n".encode())
    yield f"from refs/heads/{commit.base}^0".encode()
    for path, content in commit.files.items():
        if content is None:
            yield f"D {path}".encode()
            continue
        mode = "100755" if path == commit.executable else "100644"
        yield f"M {mode} inline {path}".encode()
        yield from _data(content)


def _data(content: bytes) -> Iterable[bytes]:
    return b"data %d" % len(content), content
