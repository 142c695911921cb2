"""Which merged pull request made a commit, by GitHub's list of closed ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reconciler.model.forge import PullRequest, PullRequestState
from reconciler.services.errors import ServiceError
from reconciler.services.github.wire import GitHubWire

_QUERY: Final = {"state": "closed", "sort": "updated", "direction": "desc"}


class MergedPullRequests:
    """Merged pull requests by the commit that each became.

    The list is read at most once in a run, the latest first, and only as far as it is needed.
    """

    def __init__(
        self,
        wire: GitHubWire,
        path: str,
        branch: str,
        read: Callable[[Mapping[str, Any]], PullRequest],
    ) -> None:
        """Read from `path` those that were merged into `branch`; `read` makes sense of one."""
        self._wire = wire
        self._path = path
        self._query = {**_QUERY, "base": branch}
        self._read = read
        self._rest: Iterator[Mapping[str, Any]] | None = None
        self._found: dict[str, PullRequest] = {}
        self._failure: ServiceError | None = None

    def of(self, commit: str) -> PullRequest | None:
        """The one that became this commit; None if the whole list has none.

        Raises ServiceError if the list can't be read to its end, for every commit that was not
        found before that.
        """
        if commit in self._found:
            return self._found[commit]
        if self._failure is not None:
            raise self._failure
        try:
            return self._read_on(commit)
        except ServiceError as failure:
            self._failure = failure
            raise

    def _read_on(self, commit: str) -> PullRequest | None:
        if self._rest is None:
            self._rest = self._wire.pages(self._path, self._query)
        for each in self._rest:
            pull_request = self._read(each)
            made = pull_request.merge_commit
            if made is None or pull_request.base != self._query["base"]:
                continue
            if pull_request.state is PullRequestState.MERGED:
                self._found.setdefault(made, pull_request)
            if commit in self._found:
                return self._found[commit]
        return None
