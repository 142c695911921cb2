"""What a test or a story does with GitHub that people do in a browser."""

from datetime import datetime
from pathlib import Path

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_call import GitHubCall
from reconciler.sandbox.github_events import payload
from reconciler.sandbox.github_git import NOTHING
from reconciler.sandbox.github_state import ACTIONS_BOT, Activity, Pull, WorkflowRun
from reconciler.sandbox.incoming import Incoming
from reconciler.sandbox.world import World


class Hub:
    """The repository as a browser shows it. Hold the box's lock if others call meanwhile."""

    def __init__(self, world: World, url: str) -> None:
        self._world = world
        self._url = url

    @property
    def remote(self) -> Path:
        """Where git finds the repository."""
        return self._world.bare.folder

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return self._world.github.full_name

    def pull(self, number: int) -> Pull:
        """A pull request as it is kept."""
        return self._world.github.pulls[number]

    def ready(self, number: int) -> None:
        """Mark a draft as ready for review; the REST API can't."""
        self._draft(number, event="ready_for_review", draft=False)

    def draft(self, number: int) -> None:
        """Make a draft of it again."""
        self._draft(number, event="convert_to_draft", draft=True)

    def _draft(self, number: int, *, event: str, draft: bool) -> None:
        pull, now = self.pull(number), self._world.clock.now()
        pull.draft, pull.updated_at = draft, now
        self._world.github.note(number, event, pull.author, now)

    def from_fork(self, login: str, branch: str, title: str, commit: str) -> int:
        """Open a pull request whose branch is in somebody's fork; the commit is pushed already."""
        github, now = self._world.github, self._world.clock.now()
        pull = Pull(
            number=github.next_number(),
            title=title,
            body=None,
            author=login,
            branch=branch,
            base=github.default_branch,
            head=commit,
            created_at=now,
            updated_at=now,
            fork=login,
        )
        github.pulls[pull.number] = pull
        github.forks.add(login)
        ref = f"refs/heads/{branch}"
        made = Activity(github.next_id(), ref, NOTHING, commit, login, now, fork=login)
        github.activities.append(made)
        self._world.bare.set(f"refs/pull/{pull.number}/head", commit)
        return pull.number

    def ran(
        self,
        workflow: str,
        event: str,
        at: datetime | None = None,
        conclusion: str | None = "success",
    ) -> None:
        """Remember that a workflow ran, and how it ended; it still runs without a conclusion."""
        github, when = self._world.github, at or self._world.clock.now()
        status = "in_progress" if conclusion is None else "completed"
        run = WorkflowRun(github.next_id(), workflow, event, when, conclusion, status)
        github.runs.append(run)

    def event(self, kind: str, action: str = "", number: int = 0, sender: str = "") -> JsonObject:
        """The payload that GitHub would send, as a workflow finds it at GITHUB_EVENT_PATH.

        Kinds: pull_request, pull_request_review, issues, issue_comment (by the comment's id), push,
        schedule. Raises ValueError for another, and for a review where there is none.
        """
        user = self._world.github.users[sender or ACTIONS_BOT]
        call = GitHubCall(Incoming("GET", "/"), self._world, user, self._url, {})
        return payload(call, kind, action, number)
