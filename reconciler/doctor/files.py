"""The files, and the clone that they are in."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from reconciler.check.check import judge
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import Loaded
from reconciler.model.finding import Severity
from reconciler.model.setup_check import SetupCheck, fine, wrong
from reconciler.pull_requests.check_files import judge_tree
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.committed_files import is_dirty


def examine_files(
    repo: Path, loaded: Loaded, files: Collection[RawFile], now: datetime
) -> Iterator[SetupCheck]:
    """Whether the files are right and the clone is whole."""
    try:
        found = judge_tree(repo, now, loaded, files)
    except GitProblem as problem:
        yield wrong(
            "git", "history", str(problem), "Get the whole history, then run the command again."
        )
        found = list(loaded.findings)
        if loaded.snapshot is not None:
            found += judge(loaded.snapshot, None, now, sources=loaded.sources)
    else:
        yield _clone(repo)
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        first = errors[0]
        message = f"{len(errors)} to fix, the first: {first.position}: {first.message}"
        yield wrong(
            "files",
            "escalations, policy, roster",
            message,
            "Run `escalate check` and fix what it reports.",
        )
    else:
        yield fine("files", "escalations, policy, roster", "no problems found")


def _clone(repo: Path) -> SetupCheck:
    if head_commit(repo) is None:
        message = "this is not a git repository with a commit"
        return wrong("git", "history", message, "Run: git init, git add -A, git commit")
    if is_dirty(repo):
        message = "files here differ from the last commit"
        return wrong(
            "git", "history", message, "Commit the files. The tool reads only committed files."
        )
    return fine("git", "history", "whole")
