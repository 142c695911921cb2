"""Who agreed to merged pull requests: worked out from what the forge and git show of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.audit.consent_lines import entries_of
from reconciler.model.consent import Consent
from reconciler.model.consent_line import ConsentEntry, ConsentLine
from reconciler.model.forge import PullRequest
from reconciler.pull_requests.commit_changes import implied
from reconciler.pull_requests.consents import (
    PullRequestContent,
    answered,
    proposed,
    waiting,
    wanted_commits,
)
from reconciler.pull_requests.consents_of_open import MOST_COMMITS
from reconciler.pull_requests.content_reader import ContentReader
from reconciler.pull_requests.merged_commits import commits_of
from reconciler.pull_requests.merged_reading import MergedReading
from reconciler.pull_requests.reading_place import ReadingPlace
from reconciler.services.errors import InternalError, ServiceError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commit_objects import written_commit
from reconciler.services.git.main_line import pull_request as pull_request_in


@dataclass(frozen=True)
class UnreadMerge:
    """Why it could not be worked out who agreed to these commits."""

    commits: tuple[str, ...]
    why: str
    remedy: str = ""


class MergedConsents:
    """Works out who agreed, after one fetch for several pull requests."""

    def __init__(
        self,
        place: ReadingPlace,
        reader: ContentReader,
        line_of: Callable[[str], ConsentLine | None],
    ) -> None:
        """Read from `place`; `line_of` finds what is known of a commit of the main line."""
        self._place = place
        self._reader = reader
        self._line_of = line_of

    def judge(self, cases: Sequence[MergedReading]) -> Iterator[ConsentLine | UnreadMerge]:
        """What is to be remembered of each, or why that is unknown. Raises if no fetch succeeds."""
        self._place.fetch(list(dict.fromkeys(self._missing(cases))))
        for case in cases:
            try:
                self._place_on_main(case, cases)
            except (GitProblem, ServiceError) as problem:
                yield UnreadMerge(case.landed, str(problem))
        placed = [case for case in cases if case.before]
        self._reader.changes.prepare(
            ((case.before, commit) for case in placed for commit in self._compared(case)),
            (pair for case in placed for pair in case.steps),
        )
        for case in placed:
            try:
                yield self._judged(case)
            except (GitProblem, ServiceError) as problem:
                yield UnreadMerge(case.landed, str(problem))
            except Exception as error:  # noqa: BLE001 - it stops no other pull request
                yield UnreadMerge(case.landed, str(InternalError(error)), InternalError.remedy)

    def _missing(self, cases: Iterable[MergedReading]) -> Iterator[str]:
        """Refs and commits of pull requests that this clone lacks."""
        for case in cases:
            if self._place.lacks(case.pull_request.head):
                yield case.pull_request.ref
            for commit in self._wanted(case):
                if self._place.lacks(commit):
                    yield commit

    def _wanted(self, case: MergedReading) -> tuple[str, ...]:
        return wanted_commits(
            case.pull_request, case.conversation, case.pushes, self._place.forms, MOST_COMMITS
        )

    def _compared(self, case: MergedReading) -> tuple[str, ...]:
        return (case.pull_request.head, *self._wanted(case))

    def _place_on_main(self, case: MergedReading, cases: Sequence[MergedReading]) -> None:
        known, pull_request = case.known, case.pull_request
        others = frozenset(each.pull_request.merge_commit for each in cases if each is not case)
        case.commits = (
            known.commits
            if known
            else commits_of(
                self._place.repo,
                pull_request,
                lambda commit, subject: (
                    commit in others or self._is_of_another(commit, subject, pull_request)
                ),
            )
        )
        first = written_commit(self._place.repo, case.commits[0])
        if first is None or not first.parents:
            raise GitProblem(f"The repository lacks commit {case.commits[0]}, or it is the first.")
        case.before = first.parents[0]

    def _is_of_another(self, commit: str, subject: str, pull_request: PullRequest) -> bool:
        """True if a commit of the main line is known to be another pull request's last one."""
        line = self._line_of(commit)
        if line is not None and line.pull_request and line.commits[-1] == commit:
            return line.pull_request != pull_request.id
        hint = str(pull_request_in(subject) or pull_request.id)
        if hint == pull_request.id:
            return False
        named = self._place.connected.forge.pull_request(hint)
        return named is not None and named.merge_commit == commit

    def _judged(self, case: MergedReading) -> ConsentLine:
        content = self._content(case)
        pull_request, known = case.pull_request, case.known
        author, forms = pull_request.author, self._place.forms
        return ConsentLine(
            commits=case.commits,
            read_at=self._place.now,
            pull_request=pull_request.id,
            head=pull_request.head,
            author=author.id if author else None,
            login=author.login if author else "",
            bot=author.bot if author else False,
            opened_at=pull_request.opened_at,
            merged_at=pull_request.merged_at,
            ready_at=case.conversation.ready_at,
            proposed=known.proposed
            if known is not None
            else entries_of(
                proposed(pull_request, case.pushes, forms, content, case.conversation.base_change)
            ),
            answered=_with_known(
                answered(pull_request, case.conversation, content, case.pushes), known
            ),
            waiting=waiting(pull_request, case.conversation, content),
        )

    def _content(self, case: MergedReading) -> PullRequestContent:
        last = case.commits[-1]
        net = self._reader.changes.since(case.before, last)
        steps = [self._reader.changes.since(*pair) for pair in case.steps]
        if net is None or None in steps:
            raise GitProblem(f"The changes of commit {last[:12]} can't be read.")
        every = [each for step in steps if step is not None for each in step.changes]
        return PullRequestContent(
            final=net.ids,
            changes_at=lambda commit: self._reader.ids(case.before, commit),
            address_at=self._reader.address,
            assigning=self._reader.assigning(case.before, (*net.changes, *every), {}),
            implied=dict(implied(net.changes, every)),
            passing=frozenset(each.id for each in every),
        )


def _with_known(said: Iterable[Consent], known: ConsentLine | None) -> tuple[ConsentEntry, ...]:
    """What people said, and what they had asked for: read again, it is unknown on which commit."""
    found = entries_of(said)
    before = known.answered if known is not None else ()
    return (*found, *(each for each in before if not each.approved and each not in found))
