"""One scenario on a sandbox of its own: runs of the real command, and ways back in time."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from company import NOW, TOP
from forked import Forked, Server, read_all

from reconciler.sandbox import Box, Fault
from reconciler.sandbox.faults import When
from sweep.kinds import PATIENT
from sweep.scenarios import build

_GIT: Final = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_KEPT: Final = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")
_AUDIT: Final = "refs/heads/audit"
_MAIN: Final = "refs/heads/main"
_VARIES: Final = re.compile(r'^ "(place|until|seal)": "[^"]*",?$|(?<=")(read_at|seal)":"[^"]*"')
"""What differs between files that are the same otherwise: the clone, and how fast the run was."""
_HANGS: Final = 10.0
"""Seconds after which a run hangs that waits for nothing, beside a few limits of a call."""
_CALLS: Final = 10


@dataclass(frozen=True, order=True)
class CallId:
    """One call of a run: the n-th of its name. So it does not matter which threads call when."""

    service: str
    name: str
    nth: int

    def __str__(self) -> str:
        return f"{self.service} {self.name} {self.nth}"


@dataclass(frozen=True)
class Ran:
    """What came of a run."""

    status: int | None
    """None if it hung and was killed."""
    told: str
    waited: float
    """Seconds that it waited, or would have."""

    @property
    def idle(self) -> bool:
        """Whether it found nothing to do."""
        return self.status == 0 and "Nothing to do: " in self.told


@dataclass
class Frames:
    """The sandbox around each call of a run without a fault."""

    before: dict[CallId, bytes] = field(default_factory=dict)
    after: dict[CallId, bytes] = field(default_factory=dict)


class Stage:
    """A company about to run, again and again."""

    def __init__(self, scenario: str, site: str, folder: Path, box: Box, server: Server) -> None:
        """Build the scenario; every point starts from there."""
        self.box = box
        self.merges = scenario == "merges"
        self._folder, self._server = folder, server
        hub = build(scenario, site, folder / "company", box)
        hub.pull_main()
        self._clone = hub.folder
        self._main = box.world.bare.refs()[_MAIN]
        _thin(self._clone)
        self._env = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            **_GIT,
            **hub.env,
            "PYTHONPATH": str(TOP),
            "NO_PROXY": "127.0.0.1",
        }
        self._remote = Path(box.github.remote)
        self.start = box.snapshot()
        self._runs = 0
        self._child: Forked | None = None

    def restore(self, snapshot: bytes) -> None:
        """Go back, or forth, to a state of the sandbox."""
        self.box.restore(snapshot)

    def run(
        self,
        now: datetime = NOW,
        faults: Iterable[Fault] = (),
        *,
        number: int = 1,
        timeout: float = PATIENT,
        thorough: bool = False,
    ) -> Ran:
        """A run of the command as CI has it: in a fresh clone of main."""
        box = self.box
        box.clock.set(now)
        box.clear_calls()
        box.faults.clear()
        for fault in faults:
            box.faults.add(fault)
        with self._fresh_clone() as clone:
            done = self._forked(clone, now, number, timeout, thorough)
        box.faults.clear()
        return done

    def kill_at(self, call: CallId, when: When) -> None:
        """A run that gets a SIGKILL before or after a call takes effect."""
        fault = Fault("hang", call.service, call.name, call.nth, when=when, seconds=60)
        fault.hit = _Shutter(lambda: self._child and self._child.kill())
        self.run(faults=[fault])
        assert fault.hit.is_set(), f"{call} was never made"

    def frames(self) -> Frames:
        """The states before and after each call of a run without a fault."""
        found = Frames()
        for when, kept in (("before", found.before), ("after", found.after)):
            self.restore(self.start)
            camera = Fault("hang", times=None, when=when)
            camera.hit = _Shutter(
                lambda kept=kept: kept.update({self._last(): self.box.snapshot()})
            )
            self.run(faults=[camera])
        return found

    def calls(self) -> list[CallId]:
        """The calls of the last run."""
        counts: Counter[tuple[str, str]] = Counter()
        return [
            CallId(each.service, each.name, counts[each.service, each.name])
            for each in self.box.calls
            if counts.update([(each.service, each.name)]) is None
        ]

    def _last(self) -> CallId:
        return self.calls()[-1]

    def digest(self) -> str:
        """Equal for equal states of everything that a run can see."""
        with self.box.lock:
            self.box.world.notice_pushes()
        state: dict[str, Any] = {**self.box.state(), "now": ""}
        github = state["github"]
        audit = github["refs"].pop(_AUDIT, "")
        # Commits of the branch audit differ by what varies in their files.
        github["activities"] = [each for each in github["activities"] if each["ref"] != _AUDIT]
        del github["pushes_read"]  # how long the sandbox's own list is
        state["audit"] = _branch(self._remote, audit) if audit else ()
        text = json.dumps(state, sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def audit(self) -> Counter[str]:
        """The lines of changes on the audit branch, without what differs between runs.

        What a run posts about an open pull request is not recorded. So there may be no line about
        the reply to an approval, if a run could not merge.
        """
        commit = self.box.world.bare.refs().get(_AUDIT)
        lines = _lines(self._remote, commit) if commit else Counter[str]()
        if not self.merges:
            return lines
        return Counter({line: count for line, count in lines.items() if _REPLY not in line})

    @contextmanager
    def _fresh_clone(self) -> Iterator[Path]:
        self._runs += 1
        clone = self._folder / f"clone-{self._runs}"
        shutil.copytree(self._clone, clone)
        self._fetch_branches(clone)
        try:
            yield clone
        finally:
            shutil.rmtree(clone)

    def _fetch_branches(self, clone: Path) -> None:
        """Give a clone what the workflow's checkout fetches, mostly without a start of git.

        These are the objects of all branches, the branch audit, and main with its files.
        """
        folder, refs = clone / ".git", self.box.world.bare.refs()
        (folder / "objects" / "info").mkdir(exist_ok=True)
        (folder / "objects" / "info" / "alternates").write_text(f"{self._remote / 'objects'}\n")
        remote = folder / "refs" / "remotes" / "origin"
        remote.mkdir(parents=True, exist_ok=True)
        if _AUDIT in refs:
            (remote / "audit").write_text(f"{refs[_AUDIT]}\n")
        if refs[_MAIN] != self._main:
            (remote / "main").write_text(f"{refs[_MAIN]}\n")
            git(clone, "reset", "--quiet", "--hard", refs[_MAIN])

    def _forked(
        self, clone: Path, now: datetime, number: int, timeout: float, thorough: bool
    ) -> Ran:
        waited = clone.with_suffix(".waited")
        words = ["apply", "--comment", "--record", "--workers", "1", "--now", now.isoformat()]
        words += ["--thorough"] if thorough else []
        more = {"GITHUB_RUN_ID": str(number), "ESCALATE_TIMEOUT": str(timeout), "COLUMNS": "1000"}
        request = {
            "arguments": words,
            "cwd": str(clone),
            "env": {**self._env, **more},
            "terminal": False,
            "waited": str(waited),
            "moment": now.timestamp(),
        }
        out, theirs = os.pipe()
        with Path(os.devnull).open("rb") as nothing:
            child = self._child = self._server.fork(request, (nothing.fileno(), theirs, theirs))
        os.close(theirs)
        status: int | None = None
        told = b""
        try:
            (told,) = read_all([out], _HANGS + _CALLS * timeout)
            status = child.wait(_HANGS)
        except (TimeoutError, subprocess.TimeoutExpired):
            child.kill()
            child.wait()
        finally:
            os.close(out)
        seconds = float(waited.read_text()) if waited.exists() else 0.0
        waited.unlink(missing_ok=True)
        return Ran(status, told.decode(), seconds)


class _Shutter(threading.Event):
    """Does something each time when a fault strikes."""

    def __init__(self, does: Callable[[], object]) -> None:
        super().__init__()
        self._does = does

    def set(self) -> None:
        self._does()
        super().set()


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **_GIT},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _thin(clone: Path) -> None:
    """Leave a clone as few files as there can be: it is copied for each run."""
    git(clone, "repack", "-adq")
    git(clone, "pack-refs", "--all")
    for name in ("hooks", "logs", "info", "branches"):
        shutil.rmtree(clone / ".git" / name, ignore_errors=True)
    for name in ("FETCH_HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "description"):
        (clone / ".git" / name).unlink(missing_ok=True)


_REPLY: Final = '"after": "acknowledged, '


@cache
def _branch(remote: Path, commit: str) -> tuple[tuple[str, str], ...]:
    """Path and text of each line of a branch, without what varies."""
    shown = git(remote, "grep", "-e", "", commit).removeprefix(f"{commit}:")
    lines = (each.partition(":") for each in shown.split(f"\n{commit}:"))
    return tuple((path, _VARIES.sub("", text)) for path, _, text in lines)


@cache
def _lines(remote: Path, commit: str) -> Counter[str]:
    branch = _branch(remote, commit)
    lines = (json.loads(text) for path, text in branch if path.startswith("audit/"))
    return Counter(_told(each) for each in lines if each.get("kind") != "outcome")


def _told(line: dict[str, Any]) -> str:
    """What a line says, however often its text was edited to get there."""
    kept = ("kind", "ticket", "facet", "after", "result", "state", "by", "means")
    return json.dumps({name: line[name] for name in kept if name in line}, sort_keys=True)
