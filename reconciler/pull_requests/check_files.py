"""Files judged whole, the limits among it by the history on which they stand."""

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
    """What is wrong with files that stand on a commit, or on HEAD.

    What differs from the commit is judged as if it were merged now. Raises GitProblem.
    """
    snapshot = loaded.snapshot
    if snapshot is None:
        return list(loaded.findings)
    ref = commit or head_commit(repo)
    # Outside git, and before the first commit, nobody knows when a file arrived.
    arrived = (arrivals(repo, ref, now) if ref else None) or None
    merged = limits_of_tree(repo, now, snapshot, files, ref) if ref and arrived else None
    return [*loaded.findings, *judge(snapshot, arrived, now, sources=loaded.sources, merged=merged)]
