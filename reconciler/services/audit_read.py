"""Reading the audit branch: its lines, and what each of its commits did."""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reconciler.model.audit import AuditLine
from reconciler.record.growth import Shape, Step, Tips
from reconciler.record.lines import FOLDER, PATH, read_lines
from reconciler.services.audit import SEEN, includes, tip_here
from reconciler.services.audit_remote import BRANCH, tip_there
from reconciler.services.blobs import contents, shown
from reconciler.services.plumbing import git, must, resolve
from reconciler.services.remote import Remote

_CAP: Final = 64 * 1024 * 1024
_LOG: Final = (
    *("log", "--first-parent", "-m", "--reverse", "--no-renames", "--raw", "--no-abbrev", "-z"),
    *("--no-relative", "--ignore-submodules=none", "--no-ext-diff", "--no-textconv"),
    *("--no-show-signature", "--no-color", "--format=%x01%H"),
)
_RECONCILED: Final = re.compile(r"reconciled at ([0-9a-f]{40,64})\.")
_TOGETHER: Final = 500
"""How many commits are compared at a time."""


def known_tip(repo: Path, remote: str | None) -> str | None:
    """The furthest that this clone knows of the branch, without asking the remote."""
    refs = [f"refs/remotes/{remote}/audit"] if remote else []
    known = [tip for ref in (*refs, BRANCH, SEEN) if (tip := tip_here(repo, ref)) is not None]
    whole = (tip for tip in known if all(includes(repo, tip, other) for other in known))
    return next(whole, known[0] if known else None)


def last_reconciled(repo: Path, tip: str) -> str | None:
    """The commit of main that the latest recorded run reconciled."""
    message = must(repo, "log", "-1", "--format=%B", tip, "--").decode("utf-8", "replace")
    found = _RECONCILED.search(message)
    return found[1] if found else None


def tips(repo: Path, asked: Remote | None, name: str | None) -> Tips:
    """Where the branch is: as seen before, here, and now, for which a remote is asked or not."""
    now = tip_there(asked) if asked else known_tip(repo, name)
    return Tips(tip_here(repo, SEEN) or "", tip_here(repo, BRANCH) or "", now or "")


def included(repo: Path, tip: str, commits: Iterable[str]) -> list[str]:
    """Those of the commits that a tip builds on."""
    return [each for each in commits if each and includes(repo, tip, each)]


def audit_lines(repo: Path, tip: str, ticket: str | None = None) -> Iterator[AuditLine]:
    """Every line of the branch, or those about one ticket."""
    out = must(repo, "ls-tree", "-r", "-z", "--full-tree", tip, "--", FOLDER)
    names: dict[str, str] = {}
    for line in out.split(b"\x00"):
        head, _, file = line.partition(b"\t")
        found = PATH.fullmatch(shown(file))
        if found is not None and (ticket is None or found["ticket"] == ticket):
            names[found[0]] = head.decode("ascii").split()[2]
    data = dict(contents(repo, set(names.values()), _CAP))
    for path, name in names.items():
        yield from read_lines(path, data[name] or b"")


def shapes(repo: Path, tip: str) -> Iterator[Shape]:
    """Every commit of the branch, whichever way it is reached."""
    for line in must(repo, "rev-list", "--parents", tip).decode("ascii").splitlines():
        commit, *parents = line.split()
        yield Shape(commit, tuple(parents))


def steps(repo: Path, tip: str) -> Iterator[Step]:
    """What each commit did to each file, oldest first."""
    touched = iter(_touched(must(repo, *_LOG, tip)))
    while some := list(itertools.islice(touched, _TOGETHER)):
        names = {name for each in some for name in each[3:5] if name.strip("0")}
        data = dict(contents(repo, names, _CAP))
        for commit, status, mode, before, after, path in some:
            yield Step(commit, status, mode, path, data.get(before) or b"", data.get(after) or b"")


def _touched(out: bytes) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Commit, status, mode, blob before, blob after and path of everything."""
    commit = ""
    words = iter(out.split(b"\x00"))
    for word in words:
        text = word.strip()
        if text.startswith(b"\x01"):
            commit = text[1:].decode("ascii")
        elif text:
            _, mode, before, after, status = text.lstrip(b":").decode("ascii").split()
            yield commit, status[0], mode, before, after, shown(next(words))


def main_tip(repo: Path, branch: str, remote: str | None) -> str:
    """The main branch as this clone knows it."""
    refs = [f"refs/heads/{branch}", *([f"refs/remotes/{remote}/{branch}"] if remote else [])]
    known = [tip for ref in refs if (tip := tip_here(repo, ref)) is not None]
    whole = (tip for tip in known if all(includes(repo, tip, other) for other in known))
    return next(whole, known[-1] if known else resolve(repo, "HEAD"))


def ancestors(repo: Path, commit: str) -> list[str]:
    """Every commit that a commit includes, itself among them."""
    return must(repo, "rev-list", commit).decode("ascii").split()


def file_at(repo: Path, ref: str, path: str) -> bytes | None:
    """A file as committed; None when there is none."""
    code, out, _ = git(repo, "cat-file", "blob", f"{ref}:./{path}")
    return out if code == 0 else None
