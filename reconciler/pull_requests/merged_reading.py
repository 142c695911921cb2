"""A merged pull request that is being read."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.audit.consent_lines import author_of
from reconciler.model.consent_line import ConsentLine
from reconciler.model.forge import Conversation, PullRequest, PullRequestState, Push


@dataclass
class MergedReading:
    """A merged pull request that is being read."""

    pull_request: PullRequest
    conversation: Conversation
    pushes: tuple[Push, ...] = ()
    commits: tuple[str, ...] = ()
    before: str = ""
    """The commit of the main line that it was merged onto."""
    known: ConsentLine | None = None
    """What an earlier run read, of which only the conversation is read again."""

    @property
    def landed(self) -> tuple[str, ...]:
        """The commits of the main line that it became, as far as they are known."""
        return self.commits or ((self.pull_request.merge_commit or ""),)

    @property
    def steps(self) -> Iterator[tuple[str, str]]:
        """Each commit of the main line that it became, with the one before."""
        return zip((self.before, *self.commits), self.commits, strict=False)


def as_it_was(line: ConsentLine) -> PullRequest:
    """A merged pull request, as far as a line keeps it."""
    return PullRequest(
        id=line.pull_request,
        title="",
        url="",
        ref=f"refs/pull/{line.pull_request}/head",
        head=line.head,
        base="",
        author=author_of(line),
        state=PullRequestState.MERGED,
        opened_at=line.opened_at,
        merged_at=line.merged_at,
        merge_commit=line.commits[-1],
    )
