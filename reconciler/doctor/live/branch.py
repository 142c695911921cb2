"""The remote of the clone: a branch that is pushed twice and deleted, with git's credentials."""

from collections.abc import Iterator

from reconciler.doctor.live.site import BRANCH_FOLDER, LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer
from reconciler.services.git.command import GitProblem


class BranchStep(LiveStep):
    """The branch points to the tip of the main branch, so no new commit is published."""

    title = "GitHub: push and delete a branch"
    questions = (live_questions.BRANCH,)

    def __init__(self) -> None:
        """Begin without a refusal."""
        self._refused: str | None = None

    def lacks(self, site: LiveSite) -> str:
        """It needs a remote."""
        return "" if site.remote else "the clone has no remote origin"

    def make(self, site: LiveSite) -> int:
        """Push twice."""
        remote, ref = site.remote, f"{BRANCH_FOLDER}{site.mark}"
        assert remote is not None  # noqa: S101 - `lacks` looked
        main = f"refs/heads/{site.branch}"
        refs = remote.refs(main, ref)
        if self._refused is not None or refs.get(ref) == refs.get(main, ""):
            return 0
        if main not in refs:
            raise GitProblem(f"{remote.name} has no branch {site.branch}")
        if not remote.has(refs[main]):
            remote.fetch(main)
        for _ in range(2):
            self._refused = remote.push(refs[main], ref)
        return 1

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Look whether it is there."""
        assert site.remote is not None  # noqa: S101 - `lacks` looked
        ref = f"{BRANCH_FOLDER}{site.mark}"
        there = self._refused is None and ref in site.remote.refs(ref)
        value = "accepted" if there else "refused"
        yield LiveAnswer(live_questions.BRANCH, value, self._refused or "")

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Delete the branch of this run and those of earlier ones."""
        if site.remote is None:
            return ()
        found = site.remote.refs(f"{BRANCH_FOLDER}*")
        for ref in found:
            site.remote.delete(ref)
        return tuple(f"branch {ref.removeprefix('refs/heads/')}" for ref in found)
