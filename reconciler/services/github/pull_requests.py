"""GitHub as a forge, over REST.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28.
"""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from reconciler.model.forge import (
    Account,
    BranchRules,
    CheckState,
    CommitStatus,
    Conversation,
    MergeMethod,
    MergeRefusal,
    MergeState,
    PullRequest,
    PullRequestState,
    Push,
)
from reconciler.model.standstill import RunHistory
from reconciler.services.errors import Effect, ServiceError, reading_answer
from reconciler.services.forge_protocol import Said
from reconciler.services.github.branch_rules import branch_rules
from reconciler.services.github.conversations import Pushes, read_conversation
from reconciler.services.github.merge import merge, merge_state
from reconciler.services.github.merged import MergedPullRequests
from reconciler.services.github.shapes import (
    Json,
    read_account,
    read_moment,
    read_pull_request,
    shaped,
)
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings

COMMENT_LIMIT: Final = 65_536
"""GitHub's limit for a comment, in characters."""
_DESCRIPTION_LIMIT: Final = 140
_FAILED: Final = frozenset({"failure", "timed_out", "startup_failure"})
"""Conclusions of a run that did not do its work."""


class GitHub:
    """One repository on github.com or on a GitHub Enterprise of one's own."""

    name = "GitHub"
    reviews_exist = True
    comments_exist = True
    merges_exist = True

    def __init__(self, wire: GitHubWire, settings: GitHubSettings, branch: str) -> None:
        """Send through `wire`; proposals are those for `branch`."""
        self._wire = wire
        self._repo = f"repos/{settings.repository}"
        self._branch = branch
        self._login = settings.login
        self._merged = MergedPullRequests(wire, f"{self._repo}/pulls", branch, read_pull_request)
        self._pushes = Pushes(wire, settings.repository)

    def pull_requests(self) -> tuple[PullRequest, ...]:
        """Those that are open for the main branch, oldest first, drafts too."""
        query = {"state": "open", "base": self._branch, "sort": "created", "direction": "asc"}
        return tuple(
            read_pull_request(each) for each in self._wire.pages(f"{self._repo}/pulls", query)
        )

    def pull_request(self, pull_request: str) -> PullRequest | None:
        """One of them by its number, whatever became of it; None when there is none."""
        if not pull_request.isdecimal():
            return None
        found = self._wire.get(f"{self._repo}/pulls/{pull_request}")
        return None if found is None else read_pull_request(found)

    @reading_answer("GitHub", "answer")
    def pull_request_of(self, commit: str, hint: str | None = None) -> PullRequest | None:
        """The merged proposal whose merge made this commit of the main branch; None without one."""
        if hint is not None and (found := self.pull_request(hint)) and self._became(found, commit):
            return found
        for each in self._wire.pages(f"{self._repo}/commits/{quote(commit)}/pulls"):
            # The list knows everything but who merged it, and lags behind at times.
            if self._became(found := read_pull_request(each), commit):
                return found
        return self._merged.of(commit)

    def _became(self, pull_request: PullRequest, commit: str) -> bool:
        merged = pull_request.state is PullRequestState.MERGED and pull_request.base == self._branch
        return merged and pull_request.merge_commit == commit

    def conversation(self, pull_request: PullRequest) -> Conversation:
        """What was said on a pull request, from one list: reviews, comments, when it was ready."""
        path = f"{self._repo}/issues/{quote(pull_request.id)}/timeline"
        return read_conversation(self._wire.pages(path), pull_request)

    def pushes(self, pull_request: PullRequest) -> tuple[Push, ...]:
        """Who pushed what to the branch of a pull request, oldest first; empty if unknown."""
        return self._pushes.of(pull_request)

    def merge_state(self, pull_request: str) -> MergeState:
        """Whether the rules allow a merge at this moment, as far as GitHub knows."""
        return merge_state(self._wire, f"{self._repo}/pulls/{quote(pull_request)}")

    def merge(self, pull_request: PullRequest, method: MergeMethod) -> str | MergeRefusal:
        """Merge it, if its head is still the one that is named; the new commit, or why not."""
        path = f"{self._repo}/pulls/{quote(pull_request.id)}"
        return merge(self._wire, path, pull_request.head, method, read_pull_request)

    def comment(self, pull_request: str, marker: str, body: str) -> Said:
        """Keep one comment of ours up to date: the one that begins with `marker`, written by us.

        Ours is what the account that writes with this token has written. Others can copy the
        marker; theirs is neither edited nor taken for ours. If there are several, the oldest is
        kept and the others are deleted: a request that was delivered twice makes two.
        """
        text = f"{marker}\n{body}"[:COMMENT_LIMIT]
        if known := self._comments(pull_request, marker):
            return self._keep_first(known, text)
        path = f"{self._repo}/issues/{quote(pull_request)}/comments"
        try:
            self._wire.send("POST", path, {"body": text}, repeatable=False)
        except ServiceError as error:
            # Sending it again could make two: the comments say whether it is there.
            if error.effect is Effect.NONE or not self._comments(pull_request, marker):
                raise
        return Said.ADDED

    def _keep_first(self, known: list[Json], text: str) -> Said:
        """Give the oldest comment this text, and delete the others."""
        for each in known[1:]:
            self._delete(each)
        if known[0]["body"] != text:
            path = f"{self._repo}/issues/comments/{int(known[0]['id'])}"
            self._wire.send("PATCH", path, {"body": text}, repeatable=True)
        elif len(known) == 1:
            return Said.UNCHANGED
        return Said.CHANGED

    def edit_comment(self, pull_request: str, marker: str, body: str) -> None:
        """Edit the comment of ours that begins with `marker`, and add none."""
        try:
            known = self._comments(pull_request, marker)
        except ServiceError as error:
            if error.code != "404":  # there is no such pull request
                raise
            return
        if known:
            self._keep_first(known, f"{marker}\n{body}"[:COMMENT_LIMIT])

    @reading_answer("GitHub", "answer")
    def _comments(self, pull_request: str, marker: str) -> list[Json]:
        """Our comments that begin with a marker, oldest first."""
        found: list[Json] = []
        path = f"{self._repo}/issues/{quote(pull_request)}/comments"
        for each in self._wire.pages(path):
            author = str((each.get("user") or {}).get("login") or "")
            body = str(each.get("body") or "").replace("\r\n", "\n")
            if body.startswith(marker) and author == self.writer():
                found.append({"id": each["id"], "body": body})
        return sorted(found, key=lambda each: int(each["id"]))

    def _delete(self, comment: Json) -> None:
        path = f"{self._repo}/issues/comments/{int(comment['id'])}"
        try:
            self._wire.send("DELETE", path, None, repeatable=True)
        except ServiceError as error:
            if error.code != "404":  # it is gone already
                raise

    @reading_answer("GitHub", "answer")
    def writer(self) -> str:
        """The login that writes with this token; asked for once, and not of a workflow's token."""
        if not self._login:
            found = self._wire.get("user")
            self._login = str(found["login"])  # without one, nothing could be told to be ours
        return self._login

    def open_pull_request(self, branch: str, title: str, body: str) -> PullRequest:
        """Open a pull request of a branch of this repository; the one that is open if there is.

        Raises ServiceError.
        """
        path = f"{self._repo}/pulls"
        asked = {"title": title, "head": branch, "base": self._branch, "body": body}
        try:
            return read_pull_request(self._wire.send("POST", path, asked, repeatable=False))
        except ServiceError:
            # It may be there, from an earlier try or because only the answer was lost.
            owner = self._repo.split("/")[1]
            query = {"state": "open", "base": self._branch, "head": f"{owner}:{branch}"}
            for each in self._wire.pages(path, query):
                return read_pull_request(each)
            raise

    @reading_answer("GitHub", "answer")
    def status(self, commit: str, context: str) -> CommitStatus | None:
        """The latest status of a commit with this context; None if there is none.

        GitHub lists the latest first. One that is not among the latest 100 counts as missing.
        """
        path = f"{self._repo}/commits/{quote(commit)}/statuses"
        for each in self._wire.get(path, {"per_page": "100"}) or ():
            if each["context"] == context:
                state, text = str(each["state"]), str(each.get("description") or "")
                if state not in set(CheckState):  # `error`, which we never set
                    return None
                return CommitStatus(context, CheckState(state), text, each.get("target_url") or "")
        return None

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Give a commit a status."""
        body = {
            "state": str(status.state),
            "context": status.context,
            "description": status.description[:_DESCRIPTION_LIMIT],
        }
        if status.url:
            body["target_url"] = status.url
        # The latest of a context counts, so that sending it twice does no harm.
        self._wire.send("POST", f"{self._repo}/statuses/{quote(commit)}", body, repeatable=True)

    def rules(self, branch: str) -> BranchRules:
        """The rules of a branch."""
        path = f"{self._repo}/rules/branches/{quote(branch, safe='')}"
        return shaped(branch_rules, list(self._wire.pages(path)))

    @reading_answer("GitHub", "answer")
    def environment_branches(self, name: str) -> frozenset[str] | None:
        """Names of the branches that may use an environment, `*` for all; None if there is none."""
        path = f"{self._repo}/environments/{quote(name, safe='')}"
        found = self._wire.get(path)
        if found is None:
            return None
        policy = found.get("deployment_branch_policy")
        if not policy:
            return frozenset("*")
        if policy["protected_branches"]:
            return frozenset({"every protected branch"})
        listed = self._wire.get(f"{path}/deployment-branch-policies", {"per_page": "100"}) or {}
        return frozenset(str(each["name"]) for each in listed["branch_policies"])

    def user(self, login: str) -> Account | None:
        """The account with a login; None when there is none."""
        found = self._wire.get(f"users/{quote(login)}")
        return None if found is None else shaped(read_account, found)

    def default_branch(self) -> str:
        """The branch that people see first."""
        found = self._wire.get(self._repo)
        if found is None:
            raise ServiceError(
                "GitHub",
                "GET repository",
                "the repository does not exist, or the token may not see it",
                code="404",
                remedy="Check GITHUB_REPOSITORY, and that GITHUB_TOKEN may read the repository.",
            )
        return shaped(lambda each: str(each["default_branch"]), found)

    @reading_answer("GitHub", "answer")
    def last_run(self, workflow: str, event: str) -> datetime | None:
        """When a workflow, given by its file name, last succeeded for an event; None if never."""
        path = f"{self._repo}/actions/workflows/{quote(workflow)}/runs"
        found = self._wire.get(path, {"event": event, "status": "success", "per_page": "1"})
        if found is None:
            raise ServiceError(
                "GitHub",
                "GET workflow runs",
                f"there is no workflow {workflow}, or the token may not see its runs",
                code="404",
                remedy=f"Check .github/workflows/{workflow}, and that the token may read actions.",
            )
        runs = found["workflow_runs"]
        return shaped(lambda run: read_moment(run["created_at"]), runs[0]) if runs else None

    @reading_answer("GitHub", "answer")
    def run_history(self, workflow: str) -> RunHistory:
        """How the latest runs of a workflow ended, skipped and cancelled ones left out.

        Raises ServiceError.
        """
        path = f"{self._repo}/actions/workflows/{quote(workflow)}/runs"
        found = self._wire.get(path, {"status": "completed", "per_page": "50"})
        failures = 0
        for each in found["workflow_runs"] if found is not None else ():
            if each["conclusion"] == "success":
                return RunHistory(read_moment(each["created_at"]).astimezone(UTC), failures)
            failures += each["conclusion"] in _FAILED
        return RunHistory(None, failures)
