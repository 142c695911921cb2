"""Who agreed to pull requests: read from the forge, each merged one once, and remembered."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reconciler.audit.consent_lines import ConsentMemory, author_of, entries_of, verdict_of
from reconciler.history.field_changes import FILE
from reconciler.load.raw import FileKind, kind_of
from reconciler.model.consent import (
    Consent,
    Consents,
    ConsentVerdict,
    ConsentVerdicts,
    NoPullRequest,
    UnreadConsents,
)
from reconciler.model.consent_line import ConsentEntry, ConsentLine
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import FieldChange, FieldKey, OwnedField
from reconciler.model.forge import (
    Conversation,
    PullRequest,
    PullRequestState,
    Push,
)
from reconciler.model.roster import Roster
from reconciler.model.timeline import MainCommit
from reconciler.pull_requests.commit_changes import ChangesOfCommits, CommitChanges, implied
from reconciler.pull_requests.consents import (
    Ids,
    PullRequestContent,
    answered,
    assigning,
    proposed,
    waiting,
    wanted_commits,
)
from reconciler.pull_requests.merged_commits import commits_of
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.errors import InternalError, ServiceError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commit_objects import written_commit
from reconciler.services.git.commits import known_commit
from reconciler.services.git.main_line import pull_request as pull_request_in

MOST: Final = 100
"""How many merged pull requests one run reads anew."""
ASKED_AGAIN: Final = timedelta(days=30)
"""How long after the merge a missing word is asked for again."""
_SETTLED: Final = timedelta(days=1)
"""How old a commit is before it is remembered that it came without a pull request."""
_TOGETHER: Final = timedelta(minutes=1)
"""How far apart the commits of one rebase can be."""
_COMMITS: Final = 20
"""How many commits of one pull request are fetched, beside those at its head."""
_SHORT: Final = 12
_FAILURES: Final = 3
"""After so many failures in a row, the forge is not asked any more."""
_AGAIN: Final = "The next run asks again. Until then, the tool does not carry out the change."


@dataclass(frozen=True)
class ReadingPlace:
    """What is read, and from where."""

    repo: Path
    main: str
    """The commit at the tip of the main branch."""
    now: datetime
    connected: ConnectedForge
    forms: frozenset[int] = frozenset()
    """Ids of all accounts that any policy named for forms. The policy in force decides."""


@dataclass
class _Case:
    """A merged pull request that is being read."""

    pull_request: PullRequest
    conversation: Conversation
    pushes: tuple[Push, ...] = ()
    commits: tuple[str, ...] = ()
    before: str = ""
    """The commit of the main line that it was merged onto."""
    known: ConsentLine | None = None
    """What an earlier run read, of which only the conversation is read again."""


class PullRequestConsents:
    """Who agreed to what: a source for merged and for open pull requests."""

    def __init__(self, place: ReadingPlace, memory: ConsentMemory) -> None:
        """Read what `memory` does not know."""
        self._place = place
        self._memory = memory
        self._changes = ChangesOfCommits(place.repo, place.connected.fetch_blobs)
        self._found: dict[str, ConsentVerdict] = {}
        self._lines: dict[str, ConsentLine] = {}
        """What this run knows of each commit."""
        self._roster: Roster | None = None
        self._left = MOST
        self._failures = 0

    @property
    def doubtful(self) -> frozenset[str]:
        """Commits of which an earlier run found that something is not agreed."""
        return self._memory.doubtful

    def resolve_logins(self, roster: Roster) -> None:
        """Let commands name people by login, as the roster in force has them."""
        self._roster = roster

    def on_commits(self, commits: Sequence[MainCommit]) -> ConsentVerdicts:
        """Who agreed to what these commits brought; they come in the order in which they matter."""
        todo = [each for each in commits if each.sha not in self._found]
        self._recall(todo)
        todo = [each for each in todo if each.sha not in self._found]
        while todo and self._left > 0 and self._failures < _FAILURES:
            self._read_some(_first_of_each(todo)[: self._left])
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
        forge, place = self._place.connected.forge, self._place
        conversation = forge.conversation(pull_request)
        pushes = forge.pushes(pull_request)
        wanted = wanted_commits(pull_request, conversation, pushes, place.forms, _COMMITS)
        self._fetch([each for each in wanted if known_commit(place.repo, each) is None])
        names = (pull_request.head, *wanted)
        self._changes.prepare((place.main, each) for each in names)
        read = self._changes.since_branching(place.main, pull_request.head)
        left_out = _left_out_of(changes, read) if read else frozenset()
        content = PullRequestContent(
            final=frozenset(each.id for each in changes),
            changes_at=lambda commit: _with(left_out, read, self._ids(place.main, commit)),
            address_at=self._address,
            assigning=self._assigning(place.main, changes, read.episodes if read else {}),
        )
        said = (
            *proposed(pull_request, pushes, place.forms, content, conversation.base_change),
            *answered(pull_request, conversation, content, pushes),
        )
        return Consents(
            pull_request=pull_request.id,
            author=pull_request.author,
            consents=tuple(sorted(said, key=lambda each: each.at)),
            ready_at=conversation.ready_at,
            assigning=tuple(
                (account, handle)
                for account, name in assigning(conversation, content)
                if (handle := _handle(name, self._roster))
            ),
            waiting=waiting(pull_request, conversation, content),
        )

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
        cases: list[_Case] = []
        for line in again.values():
            if self._left <= 0 or self._failures >= _FAILURES:
                break
            self._left -= 1
            try:
                pull_request = _as_it_was(line)
                conversation = self._place.connected.forge.conversation(pull_request)
            except ServiceError:
                self._failures += 1  # what is remembered counts until it can be asked
                continue
            self._failures = 0
            cases.append(_Case(pull_request, conversation, known=line))
        self._judge(cases)

    def _keep(self, line: ConsentLine) -> None:
        verdict = verdict_of(line)
        for commit in line.commits:
            self._found[commit] = verdict
            self._lines[commit] = line

    def _read_some(self, commits: Sequence[MainCommit]) -> None:
        cases: list[_Case] = []
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

    def _asked(self, commit: MainCommit) -> _Case | None:
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
        return _Case(pull_request, forge.conversation(pull_request), forge.pushes(pull_request))

    def _judge(self, cases: Sequence[_Case]) -> None:
        """Work out who agreed, after one fetch for all of these pull requests."""
        self._fetch(list(dict.fromkeys(self._missing(cases))))
        for case in cases:
            try:
                self._place_on_main(case, cases)
            except (GitProblem, ServiceError) as problem:
                self._unread(_commits(case), str(problem))
        placed = [case for case in cases if case.before]
        self._changes.prepare(
            ((case.before, commit) for case in placed for commit in self._compared(case)),
            (pair for case in placed for pair in _steps(case)),
        )
        for case in placed:
            try:
                self._keep(self._judged(case))
            except (GitProblem, ServiceError) as problem:
                self._unread(_commits(case), str(problem))
            except Exception as error:  # noqa: BLE001 - it stops no other pull request
                self._unread(_commits(case), str(InternalError(error)), InternalError.remedy)

    def _missing(self, cases: Iterable[_Case]) -> Iterator[str]:
        """Refs and commits of pull requests that this clone lacks."""
        for case in cases:
            if known_commit(self._place.repo, case.pull_request.head) is None:
                yield case.pull_request.ref
            for commit in self._wanted(case):
                if known_commit(self._place.repo, commit) is None:
                    yield commit

    def _wanted(self, case: _Case) -> tuple[str, ...]:
        return wanted_commits(
            case.pull_request, case.conversation, case.pushes, self._place.forms, _COMMITS
        )

    def _compared(self, case: _Case) -> tuple[str, ...]:
        return (case.pull_request.head, *self._wanted(case))

    def _fetch(self, names: Sequence[str]) -> None:
        if names:
            self._place.connected.fetch_commits(names)

    def _place_on_main(self, case: _Case, cases: Sequence[_Case]) -> None:
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
        line = self._lines.get(commit) or self._memory.line(commit)
        if line is not None and line.pull_request and line.commits[-1] == commit:
            return line.pull_request != pull_request.id
        hint = str(pull_request_in(subject) or pull_request.id)
        if hint == pull_request.id:
            return False
        named = self._place.connected.forge.pull_request(hint)
        return named is not None and named.merge_commit == commit

    def _judged(self, case: _Case) -> ConsentLine:
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

    def _content(self, case: _Case) -> PullRequestContent:
        last = case.commits[-1]
        net = self._changes.since(case.before, last)
        steps = [self._changes.since(*pair) for pair in _steps(case)]
        if net is None or None in steps:
            raise GitProblem(f"The changes of commit {last[:12]} can't be read.")
        every = [each for step in steps if step is not None for each in step.changes]
        return PullRequestContent(
            final=net.ids,
            changes_at=lambda commit: self._ids(case.before, commit),
            address_at=self._address,
            assigning=self._assigning(case.before, (*net.changes, *every), {}),
            implied=dict(implied(net.changes, every)),
            passing=frozenset(each.id for each in every),
        )

    def _assigning(
        self, main: str, changes: Iterable[FieldChange], episodes: Mapping[str, int]
    ) -> Callable[[str, str], frozenset[str]]:
        """Finds the changes that assign a commit's one ticket: those there, and those asked for."""
        there = [each for each in changes if each.field is OwnedField.ASSIGNEE]

        def find(name: str, commit: str) -> frozenset[str]:
            handle, paths = _handle(name, self._roster), self._escalations(main, commit)
            if not handle or len(paths) != 1:
                return frozenset()
            asked = [
                FieldChange(path, FieldKey(number, "assignee"), OwnedField.ASSIGNEE, after=handle)
                for path, number in episodes.items()
            ]
            found = [*(each for each in there if each.after == handle), *asked]
            return frozenset(each.id for each in found if each.path in paths)

        return find

    def _escalations(self, main: str, commit: str) -> frozenset[str]:
        """Paths of the escalations that a commit changes; empty if this clone lacks the commit."""
        found = self._changes.since_branching(main, commit) if commit else None
        every = (each.path for each in found.changes) if found is not None else ()
        return frozenset(each for each in every if kind_of(each) is FileKind.ESCALATION)

    def _ids(self, main: str, commit: str) -> frozenset[str] | None:
        found = self._changes.since_branching(main, commit)
        return None if found is None else found.ids

    def _address(self, commit: str) -> str:
        found = written_commit(self._place.repo, commit)
        return "" if found is None else found.address

    def _unread(self, commits: Iterable[str], why: str, remedy: str = "") -> None:
        for commit in commits:
            if commit not in self._found:
                diagnostic = Diagnostic("acknowledgement", why, remedy or _AGAIN)
                self._found[commit] = UnreadConsents(diagnostic)


def _first_of_each(commits: Iterable[MainCommit]) -> list[MainCommit]:
    """The commits without those that may be part of the same rebase as a later one.

    The forge is asked about the last commit of a rebase, which then tells of those before it.
    """
    found, waits = list(commits), set[str]()
    latest: MainCommit | None = None
    for each in sorted(found, key=lambda one: -one.position):
        alone = latest is None or latest.at - each.at > _TOGETHER
        if each.pull_request is None and not alone:
            waits.add(each.sha)
        if each.pull_request is None:
            latest = each
    return [each for each in found if each.sha not in waits]


def _steps(case: _Case) -> Iterator[tuple[str, str]]:
    """Each commit of the main line that a pull request became, with the one before."""
    return zip((case.before, *case.commits), case.commits, strict=False)


def _commits(case: _Case) -> tuple[str, ...]:
    return case.commits or ((case.pull_request.merge_commit or ""),)


def _as_it_was(line: ConsentLine) -> PullRequest:
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


def _said(line: ConsentLine | None) -> ConsentLine | None:
    """A line without when it was read and by whom, to compare what it says."""
    unread = datetime.min.replace(tzinfo=UTC)
    return line.model_copy(update={"read_at": unread, "seal": ""}) if line else None


def _left_out_of(changes: Iterable[FieldChange], head: CommitChanges) -> frozenset[str]:
    """Ids of what a file lacks that was removed without agreement and is added again."""
    added = {each.path for each in head.changes if each.key == FILE and each.after is not None}
    gone = (each.id for each in changes if each.after is None and each.path in added)
    return frozenset(gone) - head.ids


def _with(left_out: frozenset[str], head: CommitChanges | None, ids: Ids | None) -> Ids | None:
    """What a commit changes; who agrees to all that is in the head also agrees to what is not."""
    whole = ids is not None and head is not None and head.ids <= ids
    return ids | left_out if ids is not None and whole else ids


def _left_out(commit: MainCommit) -> Diagnostic:
    return Diagnostic(
        "acknowledgement",
        f"who agreed to commit {commit.sha[:_SHORT]} was not read, because a run asks GitHub about "
        f"at most {MOST} merged pull requests",
        "The next run continues. Until then, the tool does not carry out the change.",
    )


def _with_known(said: Iterable[Consent], known: ConsentLine | None) -> tuple[ConsentEntry, ...]:
    """What people said, and what they had asked for: read again, it is unknown on which commit."""
    found = entries_of(said)
    before = known.answered if known is not None else ()
    return (*found, *(each for each in before if not each.approved and each not in found))


def _handle(name: str, roster: Roster | None) -> str:
    return name if name[:1] != "@" else _handle_of(name[1:], roster)


def _handle_of(login: str, roster: Roster | None) -> str:
    people = roster.people.items() if roster is not None else ()
    same = [handle for handle, each in people if each.github.casefold() == login.casefold()]
    return same[0] if len(same) == 1 else ""
