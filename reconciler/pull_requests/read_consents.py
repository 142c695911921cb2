"""Who agreed to pull requests: read from the forge, each merged one once, and remembered."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.audit.consent_lines import ConsentMemory, verdict_of
from reconciler.model.consent import (
    ConsentVerdict,
    ConsentVerdicts,
    NoPullRequest,
    UnreadConsents,
)
from reconciler.model.consent_line import ConsentLine
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import FieldChange
from reconciler.model.forge import PullRequest
from reconciler.model.roster import Roster
from reconciler.model.timeline import MainCommit
from reconciler.pull_requests.consents_of_merged import MergedConsents, UnreadMerge
from reconciler.pull_requests.consents_of_open import consents_of_open
from reconciler.pull_requests.content_reader import ContentReader
from reconciler.pull_requests.merged_commits import last_of_rebases
from reconciler.pull_requests.merged_reading import MergedReading, as_it_was
from reconciler.pull_requests.reading_place import ReadingPlace
from reconciler.services.errors import ServiceError

MOST: Final = 100
"""How many merged pull requests one run reads anew."""
ASKED_AGAIN: Final = timedelta(days=30)
"""How long after the merge a missing word is asked for again."""
_SETTLED: Final = timedelta(days=1)
"""How old a commit is before it is remembered that it came without a pull request."""
_SHORT: Final = 12
_FAILURES: Final = 3
"""After so many failures in a row, the forge is not asked any more."""
_AGAIN: Final = "The next run asks again. Until then, the tool does not carry out the change."


class PullRequestConsents:
    """Who agreed to what: a source for merged and for open pull requests."""

    def __init__(self, place: ReadingPlace, memory: ConsentMemory) -> None:
        """Read what `memory` does not know."""
        self._place = place
        self._memory = memory
        self._reader = ContentReader(place)
        self._merged = MergedConsents(place, self._reader, self._line_of)
        self._found: dict[str, ConsentVerdict] = {}
        self._lines: dict[str, ConsentLine] = {}
        """What this run knows of each commit."""
        self._left = MOST
        self._failures = 0

    @property
    def doubtful(self) -> frozenset[str]:
        """Commits of which an earlier run found that something is not agreed."""
        return self._memory.doubtful

    def resolve_logins(self, roster: Roster) -> None:
        """Let commands name people by login, as the roster in force has them."""
        self._reader.resolve_logins(roster)

    def on_commits(self, commits: Sequence[MainCommit]) -> ConsentVerdicts:
        """Who agreed to what these commits brought; they come in the order in which they matter."""
        todo = [each for each in commits if each.sha not in self._found]
        self._recall(todo)
        todo = [each for each in todo if each.sha not in self._found]
        while todo and self._left > 0 and self._failures < _FAILURES:
            self._read_some(last_of_rebases(todo)[: self._left])
            todo = [each for each in todo if each.sha not in self._found]
        for each in todo:
            self._found[each.sha] = UnreadConsents(_left_out(each))
        return {each.sha: self._found[each.sha] for each in commits}

    def of_open(
        self,
        pull_request: PullRequest,
        changes: Sequence[FieldChange],
    ) -> ConsentVerdict:
        """Who agrees to an open pull request with these changes.

        Raises GitProblem or ServiceError.
        """
        return consents_of_open(self._place, self._reader, pull_request, changes)

    def lines(self, lacking: Collection[str]) -> tuple[ConsentLine, ...]:
        """What is to be remembered anew. `lacking` are commits that lack somebody's word."""
        found: dict[str, ConsentLine] = {}
        missing = frozenset(lacking)
        for commit, line in self._lines.items():
            lacks = not missing.isdisjoint(line.commits)
            new = line.model_copy(update={"lacks": lacks, "read_at": self._place.now})
            if _said(new) != _said(self._memory.line(commit)):
                found[new.commits[-1]] = new
        return tuple(found.values())

    def _recall(self, commits: Iterable[MainCommit]) -> None:
        again: dict[str, ConsentLine] = {}
        for each in commits:
            line = self._memory.line(each.sha)
            if line is None:
                continue
            self._keep(line)
            merged = line.merged_at
            if line.lacks and merged is not None and merged > self._place.now - ASKED_AGAIN:
                again[line.pull_request] = line
        cases: list[MergedReading] = []
        for line in again.values():
            if self._left <= 0 or self._failures >= _FAILURES:
                break
            self._left -= 1
            try:
                pull_request = as_it_was(line)
                conversation = self._place.connected.forge.conversation(pull_request)
            except ServiceError:
                self._failures += 1  # what is remembered counts until it can be asked
                continue
            self._failures = 0
            cases.append(MergedReading(pull_request, conversation, known=line))
        self._judge(cases)

    def _judge(self, cases: Sequence[MergedReading]) -> None:
        for found in self._merged.judge(cases):
            if isinstance(found, UnreadMerge):
                self._unread(found.commits, found.why, found.remedy)
            else:
                self._keep(found)

    def _line_of(self, commit: str) -> ConsentLine | None:
        return self._lines.get(commit) or self._memory.line(commit)

    def _keep(self, line: ConsentLine) -> None:
        verdict = verdict_of(line)
        for commit in line.commits:
            self._found[commit] = verdict
            self._lines[commit] = line

    def _read_some(self, commits: Sequence[MainCommit]) -> None:
        cases: list[MergedReading] = []
        for commit in commits:
            if self._failures >= _FAILURES:
                return
            self._left -= 1
            try:
                case = self._asked(commit)
            except ServiceError as error:
                self._failures += 1
                self._unread([commit.sha], str(error), error.remedy)
            else:
                self._failures = 0
                if case is not None and all(
                    each.pull_request.id != case.pull_request.id for each in cases
                ):
                    cases.append(case)
        self._judge(cases)

    def _asked(self, commit: MainCommit) -> MergedReading | None:
        """What the forge says of a commit; None if it came without a pull request."""
        forge = self._place.connected.forge
        hint = str(commit.pull_request) if commit.pull_request else None
        pull_request = forge.pull_request_of(commit.sha, hint)
        if pull_request is None:
            self._found[commit.sha] = NoPullRequest()
            if commit.at < self._place.now - _SETTLED:
                line = ConsentLine(commits=(commit.sha,), read_at=self._place.now)
                self._lines[commit.sha] = line
            return None
        conversation, pushes = forge.conversation(pull_request), forge.pushes(pull_request)
        return MergedReading(pull_request, conversation, pushes)

    def _unread(self, commits: Iterable[str], why: str, remedy: str = "") -> None:
        for commit in commits:
            if commit not in self._found:
                diagnostic = Diagnostic("acknowledgement", why, remedy or _AGAIN)
                self._found[commit] = UnreadConsents(diagnostic)


def _said(line: ConsentLine | None) -> ConsentLine | None:
    """A line without when it was read and by whom, to compare what it says."""
    unread = datetime.min.replace(tzinfo=UTC)
    return line.model_copy(update={"read_at": unread, "seal": ""}) if line else None


def _left_out(commit: MainCommit) -> Diagnostic:
    return Diagnostic(
        "acknowledgement",
        f"who agreed to commit {commit.sha[:_SHORT]} was not read, because a run asks GitHub about "
        f"at most {MOST} merged pull requests",
        "The next run continues. Until then, the tool does not carry out the change.",
    )
