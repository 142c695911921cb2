"""Writing to the audit branch: without a checkout, and never over what somebody else wrote.

The new commit is made in the object store and offered on top of the tip that was read. Whoever
comes second is refused, reads the new tip, adds its lines again and offers that.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Final, NamedTuple

from reconciler.model.audit import READER, Entry
from reconciler.record.lines import grown, line_of
from reconciler.services.audit_remote import BRANCH, Pushed, Remote
from reconciler.services.blobs import contents, shown
from reconciler.services.plumbing import GitProblem, complaint, git, must
from reconciler.services.secrets import redact
from reconciler.services.unrecorded import Unrecorded

SEEN: Final = "refs/escalate/audit-seen"
"""The latest commit of the branch that this clone knows, for finding out that it was rewritten."""
AUTHOR: Final = "escalation-as-code <noreply@escalation-as-code.invalid>"
_DRAFTS: Final = "refs/escalate/draft"
_ATTEMPTS: Final = 12
_SHORTEST, _LONGEST = 0.1, 3.0
_CAP: Final = 64 * 1024 * 1024
_chance = SystemRandom()


@dataclass(frozen=True)
class Recorded:
    """What came of recording."""

    lines: int
    commit: str = ""
    """The tip that has the lines; empty when there was nothing to record."""
    problem: str = ""
    """Why nothing could be recorded."""
    kept_in: Path | None = None
    """The file that keeps the lines for the next run."""
    warning: str = ""


class _Draft(NamedTuple):
    """A commit to be: on top of what, with which new contents of files."""

    tip: str | None
    files: Mapping[str, bytes]
    message: str
    at: datetime


def record(
    repo: Path,
    entries: Sequence[Entry],
    remote: Remote | None,
    at: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> Recorded:
    """Add lines to the audit branch, and those that an earlier run had to keep.

    When that is impossible, they are kept, and the answer says so.
    """
    entries = [_clean(entry) for entry in entries]
    unrecorded = Unrecorded(repo)
    kept, late = unrecorded.read()
    try:
        tip, lines = _append(repo, [*late, *entries], remote, at, sleep)
    except GitProblem as problem:
        return _kept(unrecorded, entries, len(late), redact(str(problem)))
    unrecorded.drop(kept)
    warning = "" if tip is None or notice(repo, tip) else _rewritten()
    return Recorded(lines, tip or "", warning=warning)


def _kept(unrecorded: Unrecorded, entries: Sequence[Entry], late: int, problem: str) -> Recorded:
    try:
        unrecorded.keep(entries)
    except (GitProblem, OSError) as error:
        return Recorded(len(entries), problem=f"{problem}; nor could they be kept: {error}")
    return Recorded(late + len(entries), problem=problem, kept_in=unrecorded.path)


def _clean(entry: Entry) -> Entry:
    """The last look for tokens before a line is kept for ever."""
    line = line_of(entry.record).decode("ascii")
    clean = redact(line)
    return entry if clean == line else Entry(entry.path, READER.validate_json(clean))


def _rewritten() -> str:
    return (
        "the audit branch no longer has what this clone saw of it before; look at it with:"
        " escalate history --verify"
    )


def tip_here(repo: Path, ref: str) -> str | None:
    """The commit of a ref of this clone; None when there is no such ref."""
    code, out, _ = git(repo, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    return out.decode("ascii").strip() if code == 0 else None


def includes(repo: Path, tip: str, commit: str) -> bool:
    """Whether a commit is the tip or one of its ancestors."""
    code, _, _ = git(repo, "merge-base", "--is-ancestor", commit, tip)
    return code == 0


def notice(repo: Path, tip: str) -> bool:
    """Remember the tip as the latest that was seen; False when it lacks what was seen before."""
    for _ in range(_ATTEMPTS):
        seen = tip_here(repo, SEEN)
        if seen is not None and includes(repo, seen, tip):
            return True
        if seen is not None and not includes(repo, tip, seen):
            return False
        code, _, _ = git(repo, "update-ref", SEEN, tip, seen or "0" * len(tip))
        if code == 0:
            return True
    return True  # others are noticing at this very moment


def _append(
    repo: Path,
    entries: Sequence[Entry],
    remote: Remote | None,
    at: datetime,
    sleep: Callable[[float], None],
) -> tuple[str | None, int]:
    """The tip that has all entries, and how many lines are new in it."""
    for attempt in range(_ATTEMPTS):
        tip = (remote.tip() if remote else None) or tip_here(repo, BRANCH)
        old = _read(repo, tip, sorted({entry.path for entry in entries}))
        new = grown(old, entries)
        if not new:
            return tip, 0
        lines = _count(new) - _count({path: old.get(path, b"") for path in new})
        if commit := _offer(repo, remote, _Draft(tip, new, _message(entries, lines), at)):
            return commit, lines
        pause = min(_LONGEST, _SHORTEST * 2**attempt)
        sleep(pause * _chance.uniform(0.5, 1.0))
    raise GitProblem(f"others wrote to the audit branch each time, {_ATTEMPTS} times")


def _count(files: Mapping[str, bytes]) -> int:
    return sum(content.count(b"\n") for content in files.values())


def _message(entries: Sequence[Entry], lines: int) -> str:
    last = entries[-1].record
    tickets = len({entry.record.ticket for entry in entries})
    return (
        f"Record run {last.run}\n\n{lines} line(s) on {tickets} escalation(s),"
        f" reconciled at {last.commit}.\n"
    )


def _offer(repo: Path, remote: Remote | None, draft: _Draft) -> str | None:
    """Commit files on top of a tip; None when somebody else was faster."""
    ref = f"{_DRAFTS}/{_chance.getrandbits(64):016x}"
    commit = _commit(repo, ref, draft)
    try:
        if remote is not None:
            done = remote.push(commit) is Pushed.DONE
        else:
            code, _, _ = git(repo, "update-ref", BRANCH, commit, draft.tip or "0" * len(commit))
            done = code == 0
    finally:
        git(repo, "update-ref", "-d", ref)
    return commit if done else None


def _commit(repo: Path, ref: str, draft: _Draft) -> str:
    """Write a commit into the object store."""
    when = f"{int(draft.at.timestamp())} +0000"
    head = f"commit {ref}\nmark :1\ncommitter {AUTHOR} {when}\n"
    stream = [head.encode(), _data(draft.message.encode())]
    if draft.tip is not None:
        stream.append(f"from {draft.tip}\n".encode())
    for path, content in draft.files.items():
        stream += [f"M 100644 inline {path}\n".encode(), _data(content)]
    stream += [b"\nget-mark :1\n", b"done\n"]
    code, out, err = git(repo, "fast-import", "--quiet", "--done", asked=b"".join(stream))
    if code != 0:
        raise GitProblem(complaint(err))
    return out.decode("ascii").strip()


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _read(repo: Path, tip: str | None, paths: Sequence[str]) -> dict[str, bytes]:
    """The files as they are at a tip; those that are not there are left out."""
    if tip is None or not paths:
        return {}
    out = must(repo, "ls-tree", "-r", "-z", "--full-tree", tip, "--", *paths)
    names: dict[str, str] = {}
    for line in out.split(b"\x00"):
        head, tab, name = line.partition(b"\t")
        if tab:
            names[shown(name)] = head.decode("ascii").split()[2]
    data = dict(contents(repo, set(names.values()), _CAP))
    files: dict[str, bytes] = {}
    for path, blob in names.items():
        content = data[blob]
        if content is None:
            raise GitProblem(f"{path} on the audit branch has more than {_CAP:,} bytes")
        files[path] = content
    return files
