"""Which forge there is, and how its proposals come here."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.model.forge import PullRequest
from reconciler.services.errors import SetupError
from reconciler.services.forge_protocol import Forge
from reconciler.services.git.branches_as_pull_requests import GitForge
from reconciler.services.git.command import GitProblem
from reconciler.services.git.fetch_pull_requests import fetch_blobs, fetch_commits, fetch_heads
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.github.pull_requests import GitHub
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, GitHubSettings

_NO_ORIGIN: Final = "this clone has no remote origin to fetch it from"


@dataclass(frozen=True)
class ConnectedForge:
    """A forge and the remote behind it."""

    forge: Forge
    remote: Remote | None

    def fetch(self, pull_requests: Iterable[PullRequest]) -> Mapping[str, str]:
        """Make the heads of proposals present; what went wrong, by id."""
        wanted = list(pull_requests)
        if self.remote is not None:
            return fetch_heads(self.remote, wanted)
        return {each.id: _NO_ORIGIN for each in wanted}

    def fetch_commits(self, names: Sequence[str]) -> None:
        """Make commits present, by the refs or the names of the commits, as far as possible."""
        if self.remote is not None:
            fetch_commits(self.remote, names)

    def fetch_blobs(self, wanted: Mapping[str, Collection[str]]) -> Mapping[str, str]:
        """Make blobs present that the heads need, by id; what went wrong, by id."""
        if self.remote is not None:
            return fetch_blobs(self.remote, wanted)
        return dict.fromkeys(wanted, _NO_ORIGIN)


@contextmanager
def connect_forge(  # noqa: PLR0913, PLR0917 - where it is, and how patiently to ask
    kind: ForgeKind,
    github: GitHubSettings | None,
    repo: Path,
    branch: str,
    timeout: float,
    retries: RetryPolicy,
    found: Remote | None = None,
) -> Iterator[ConnectedForge | None]:
    """The forge for as long as the context lasts; None where there is none.

    Nothing is sent before it is asked. `found` is a remote whose addresses are known already.
    Raises SetupError when a git remote is asked for and there is none.
    """
    try:
        asks = kind is not ForgeKind.NONE
        remote = choose_remote(repo, None, github, found) if asks else None
    except GitProblem as problem:
        raise SetupError(
            str(problem), "Correct the remote: git remote set-url origin ADDRESS"
        ) from problem
    if github is not None:
        with closing(GitHubWire(github, timeout, retries)) as wire:
            yield ConnectedForge(GitHub(wire, github, branch), remote)
    elif kind is ForgeKind.GIT:
        if remote is None:
            raise SetupError(
                "--forge git reads pull requests from the remote origin, and there is none",
                "Add the remote: git remote add origin ADDRESS",
            )
        yield ConnectedForge(GitForge(remote, branch), remote)
    else:
        yield None
