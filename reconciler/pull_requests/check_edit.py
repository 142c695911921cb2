"""An edit of one file before it is written: what it is based on, and what is wrong with it."""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.load.raw import REGULAR, RawFile
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.load.source import FileSource
from reconciler.model.finding import Finding
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.check_files import judge_tree
from reconciler.services.errors import SetupError
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.new_commit import push_new_branch
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings

_BODY: Final = "Made with the command line. The file shows the change."


@dataclass(frozen=True)
class Base:
    """The files that an edit starts from: those of the folder, or of the remote's main branch."""

    raws: tuple[RawFile, ...]
    loaded: Loaded
    snapshot: Snapshot
    remote: Remote | None = None
    commit: str = ""
    """The remote's main branch; empty when the edit is of the folder."""

    def bytes_of(self, path: str) -> bytes:
        """What a file holds; nothing when there is none."""
        return next((raw.data for raw in self.raws if raw.path == path), b"")


@dataclass(frozen=True)
class Draft:
    """The new content of a file, and a subject line for the commit."""

    path: str
    data: bytes
    subject: str
    body: str = _BODY
    author: str = ""
    """Name and address for the commit. If empty, git's configured author."""
    branch: str = ""
    """If empty, derived from the content, so that the same edit makes one branch."""


@dataclass(frozen=True)
class Found:
    """Findings of an edit, with the sources of the files."""

    findings: tuple[Finding, ...]
    sources: Mapping[str, FileSource]


@dataclass(frozen=True)
class Made:
    """The branch of an edit, and the address of its pull request or where to open one."""

    branch: str
    url: str
    compare: str


def read_base(repo: Path, *, remote: bool, github: GitHubSettings | None = None) -> Base:
    """The files of the folder; with `remote`, those of the main branch of origin.

    Raises SetupError, GitProblem or NotOurs.
    """
    here = read_worktree(repo)
    if not remote:
        return _base(here)
    origin = choose_remote(repo, None, github)
    if origin is None:
        raise SetupError(
            "a pull request starts from the remote origin, and there is none",
            "Add it: git remote add origin ADDRESS. Or leave --pr out.",
        )
    policy = load_snapshot(here).policy
    branch = f"refs/heads/{policy.default_branch if policy else 'main'}"
    tip = origin.refs(branch).get(branch)
    if tip is None:
        raise SetupError(
            f"{origin.name} has no branch {branch.removeprefix('refs/heads/')}",
            "Push it first: git push origin HEAD",
        )
    if not origin.has(tip):
        origin.fetch(branch)
    return _base(read_revision(repo, tip, here), origin, tip)


def _base(raws: list[RawFile], remote: Remote | None = None, commit: str = "") -> Base:
    loaded = load_snapshot(raws)
    if loaded.snapshot is None:
        raise SetupError(
            "the policy or the roster can't be read",
            "Run: escalate check, and correct what it finds.",
        )
    return Base(tuple(raws), loaded, loaded.snapshot, remote, commit)


def new_findings(repo: Path, now: datetime, base: Base, draft: Draft) -> Found:
    """Findings in the edited file that were not there before the edit."""
    kept = [raw for raw in base.raws if raw.path != draft.path]
    files = [*kept, RawFile(draft.path, draft.data, REGULAR)]
    after = load_snapshot(files, base.loaded)
    before = set(map(_name, judge_tree(repo, now, base.loaded, base.raws, base.commit)))
    found = [
        each
        for each in judge_tree(repo, now, after, files, base.commit)
        if each.position.path == draft.path and _name(each) not in before
    ]
    found.sort(key=lambda each: (each.position, each.rule))
    return Found(tuple(found), after.sources)


def _name(finding: Finding) -> tuple[str, str, str]:
    """A finding without its line, because an edit moves the lines after it."""
    return finding.rule, finding.position.path, finding.message


def propose(  # noqa: PLR0913, PLR0917 - what, on what, when, and how patiently
    now: datetime,
    base: Base,
    draft: Draft,
    github: GitHubSettings | None,
    timeout: float,
    retries: RetryPolicy,
) -> Made:
    """Push the edit as a branch, and open a pull request where there is GitHub.

    Doing it twice makes one branch and one pull request. Raises GitProblem or ServiceError.
    """
    if base.remote is None:
        raise SetupError("there is no remote to push to", "Add it: git remote add origin ADDRESS")
    ticket = Path(draft.path).stem.lower()
    fingerprint = hashlib.sha256(draft.data).hexdigest()[:8]
    branch = draft.branch or f"escalate/{ticket}-{fingerprint}"
    push_new_branch(
        base.remote,
        branch,
        tip=base.commit,
        files={draft.path: draft.data},
        message=f"{draft.subject}\n",
        at=now,
        author=draft.author,
    )
    policy = base.snapshot.policy
    compare = f"{policy.repository_url}/compare/{policy.default_branch}...{branch}?expand=1"
    if github is None:
        return Made(branch, "", compare)
    with closing(GitHubWire(github, timeout, retries)) as wire:
        forge = GitHub(wire, github, policy.default_branch)
        return Made(branch, forge.open_pull_request(branch, draft.subject, draft.body).url, compare)
