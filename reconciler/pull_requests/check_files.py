"""Findings of all files; limits are judged with the history of the main branch."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from reconciler.check.check import judge
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import Loaded
from reconciler.model.finding import Finding
from reconciler.pull_requests.limits_of_change import limits_of_tree
from reconciler.services.git.commits import head_commit
from reconciler.services.git.main_line import arrivals


def judge_tree(
    repo: Path, now: datetime, loaded: Loaded, files: Collection[RawFile], commit: str = ""
) -> list[Finding]:
    """Findings of files that are based on a commit, or on HEAD.

    What differs from the commit is judged as if it were merged now. Raises GitProblem.
    """
    snapshot = loaded.snapshot
    if snapshot is None:
        return list(loaded.findings)
    ref = commit or head_commit(repo)
    # Outside git, and before the first commit, it is unknown when a file arrived.
    arrived = (arrivals(repo, ref, now) if ref else None) or None
    merged = limits_of_tree(repo, now, snapshot, files, ref) if ref and arrived else None
    return [*loaded.findings, *judge(snapshot, arrived, now, sources=loaded.sources, merged=merged)]
