"""Open pull requests: what each would add to the main branch, read as git objects only."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.check.registry import RULES, attention
from reconciler.check.rules.file import too_many
from reconciler.edit.changes import assigned
from reconciler.edit.splice import EditRefusedError
from reconciler.history.agree_proposal import (
    ProposalAgreement,
    ProposedConfig,
    ProposedVersion,
    agree_if_merged,
    by_desk,
    changes_of,
)
from reconciler.history.approvals import person_of
from reconciler.history.field_owners import Rights
from reconciler.load.raw import (
    CONFIG_BYTES,
    POLICY_PATH,
    ROSTER_PATH,
    FileKind,
    RawFile,
    kind_of,
    ticket_of,
)
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdict
from reconciler.model.attention import Attention
from reconciler.model.consent import Consents, ConsentVerdict
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, OwnedField
from reconciler.model.finding import Finding, Severity, Source
from reconciler.model.forge import PullRequest
from reconciler.model.phase import phase
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.pull_requests.check_change import Judged, judge_change
from reconciler.pull_requests.onto_main import OntoMain, onto_main
from reconciler.pull_requests.strangers import is_by_stranger
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.errors import ServiceError
from reconciler.services.git.changed_files import ChangedFiles, changed_files, read_changed
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import merge_base
from reconciler.services.git.committed_files import files_at

LIMITS: Final = "limit-"
"""Prefix of rules about limits. Their findings hold an escalation and need no correction."""
_OWNERS: Final = "role-owner"
_CONFIG: Final = (POLICY_PATH, ROSTER_PATH)


@dataclass(frozen=True)
class Main:
    """The main branch as it is: its commit, its files, and what they say."""

    repo: Path
    commit: str
    raws: Sequence[RawFile]
    loaded: Loaded
    now: datetime
    verdicts: Mapping[tuple[str, str], Verdict] = field(default_factory=dict)
    """Who acknowledged what is on it, as far as that is known."""
    declared: Loaded | None = None
    """What its files say, where `loaded` has what of it is agreed."""
    kept: Mapping[str, tuple[Escalation, Escalation]] = field(default_factory=dict)
    """By path, what a file said that is removed without agreement, and what of it is agreed."""

    def versions(self, path: str) -> tuple[Escalation | None, Escalation | None]:
        """What the file at a path declares, and what of it is agreed."""
        if path in self.kept:
            return self.kept[path]
        found = (self.declared or self.loaded, self.loaded)
        declared, agreed = (
            next((each.escalation for each in one.entries if each.source.path == path), None)
            for one in found
        )
        return declared, agreed


@dataclass(frozen=True)
class Reviewing:
    """How it is read who agrees to an open pull request, where reviews acknowledge."""

    desks: frozenset[str]
    """Only pull requests for these desks, and of the configuration, are read."""
    rights: Rights
    """Policy and roster in force."""
    read: Callable[[PullRequest, Sequence[FieldChange]], ConsentVerdict]
    """Who agrees to a pull request with these changes. Raises GitProblem or ServiceError."""

    def concerns(self, tickets: Iterable[str], paths: Collection[str]) -> bool:
        """Whether it is read who agrees to a pull request."""
        ours = any(ticket.rpartition("-")[0] in self.desks for ticket in tickets)
        return ours or any(path in paths for path in _CONFIG)


@dataclass(frozen=True)
class Opened:
    """An open pull request, as if it were merged now."""

    pull_request: PullRequest
    paths: frozenset[str] = frozenset()
    """Paths of the files that it changes."""
    snapshot: Snapshot | None = None
    """Everything as merged, with the policy and roster of the main branch."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    brings: tuple[Entry, ...] = ()
    """The escalations that it adds or reopens."""
    findings: tuple[Finding, ...] = ()
    onto_main: OntoMain | None = None
    """Its files on top of main; None if they could not be read."""
    agreement: ProposalAgreement | None = None
    """Whose word it has and lacks; None where merging acknowledges, or if nobody asked."""
    consents: ConsentVerdict | None = None
    """Who agrees to what of it, as the forge tells; None if nobody asked."""
    diagnostic: Diagnostic | None = None
    """Why it could not be read."""
    by_stranger: bool = False
    """True if nothing of it was read, because its author may propose nothing."""

    @property
    def tickets(self) -> tuple[str, ...]:
        """Tickets whose files it changes, readable or not."""
        ours = (path for path in self.paths if kind_of(path) is FileKind.ESCALATION)
        return tuple(sorted(ticket_of(path) for path in ours))

    @property
    def files(self) -> Mapping[str, str]:
        """By ticket, the path of its file; of two, the later one, to which it moves."""
        ours = (path for path in sorted(self.paths) if kind_of(path) is FileKind.ESCALATION)
        return {ticket_of(path): path for path in ours}

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that must be corrected before it can be merged."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    def initiators(self, desk: str) -> frozenset[str]:
        """Handles of the initiators of its escalations to a desk."""
        ours = (entry.escalation for entry in self.brings if entry.escalation.desk == desk)
        return frozenset(each.current.initiator for each in ours)

    @property
    def acknowledgements(self) -> Mapping[str, Acknowledgement | Unacknowledged]:
        """Whether it is acknowledged, by desk."""
        return by_desk(self.agreement.acknowledgements) if self.agreement else {}

    @property
    def is_agreed(self) -> bool:
        """True if everybody agreed whose word it needs, and each escalation is acknowledged."""
        return self.agreement is not None and self.agreement.is_agreed

    def calls(self, entry: Entry) -> Attention:
        """Whom this escalation calls, by the findings of its file.

        Nobody is called in the name of an initiator who did not agree.
        """
        lacking = self.agreement.not_agreed if self.agreement else ()
        if any(
            each.change.path == entry.source.path and each.change.field is OwnedField.INITIATOR
            for each in lacking
        ):
            return Attention.NOBODY
        return attention(self._errors_of(entry))

    def limit(self, entry: Entry) -> Finding | None:
        """The first limit because of which this escalation calls only overriders."""
        limits = (
            each for each in self._errors_of(entry) if attention([each]) is Attention.OVERRIDERS
        )
        return min(limits, key=lambda each: list(RULES).index(each.rule), default=None)

    def _errors_of(self, entry: Entry) -> tuple[Finding, ...]:
        return tuple(each for each in self.errors if each.position.path == entry.source.path)


def read_open(
    main: Main,
    connected: ConnectedForge,
    reviewing: Reviewing | None = None,
    only: Container[str] | None = None,
) -> tuple[Opened, ...]:
    """Every open pull request, or those with these ids, oldest first.

    Nothing of a pull request is checked out or run. An unreadable one has a diagnostic. Of a
    stranger's pull request nothing is fetched, unless its id is asked for.
    """
    listed = connected.forge.pull_requests()
    wanted = [each for each in listed if _is_read(main, each, only)]
    problems = dict(connected.fetch(wanted))
    changes: dict[str, ChangedFiles] = {}
    for each in wanted:
        if each.id not in problems:
            try:
                base = merge_base(main.repo, main.commit, each.head)
                changes[each.id] = changed_files(main.repo, base, each.head)
            except GitProblem as problem:
                problems[each.id] = str(problem)
    absent = {id_: changed.absent for id_, changed in changes.items() if _is_small(changed)}
    problems |= connected.fetch_blobs({id_: names for id_, names in absent.items() if names})
    ids = {each.id for each in wanted}
    return tuple(
        _read(main, reviewing, each, problems.get(each.id) or changes[each.id])
        if each.id in ids
        else Opened(each, by_stranger=True)
        for each in listed
        if only is None or each.id in ids
    )


def rejudge(main: Main, opened: Opened, rights: Rights, head: str) -> Opened:
    """A pull request that was read before, as if its head were this commit, merged now.

    The same people agree to the same changes. Nothing is fetched, and no one is asked. Raises
    GitProblem.
    """
    changed = changed_files(main.repo, merge_base(main.repo, main.commit, head), head)
    found = _onto_main(main, replace(opened.pull_request, head=head), changed)
    if opened.agreement is None or found.snapshot is None:
        return replace(found, consents=opened.consents)
    return _agreed(main, found, changed, rights, opened.consents)


def _is_read(main: Main, pull_request: PullRequest, only: Container[str] | None) -> bool:
    if only is not None:
        return pull_request.id in only
    snapshot = main.loaded.snapshot
    if snapshot is None:
        return True
    return not is_by_stranger(pull_request, snapshot.policy, snapshot.roster)


def _is_small(changed: ChangedFiles) -> bool:
    return too_many(changed.escalations) is None


def _read(
    main: Main,
    reviewing: Reviewing | None,
    pull_request: PullRequest,
    changed: ChangedFiles | str,
) -> Opened:
    if isinstance(changed, str):
        return Opened(pull_request, diagnostic=_unreadable(pull_request, changed))
    if (finding := too_many(changed.escalations)) is not None:
        paths = frozenset(blob.path for blob in changed.blobs)
        return Opened(pull_request, paths, findings=(finding,))
    try:
        found = _onto_main(main, pull_request, changed)
        return _reviewed(main, reviewing, found, changed) if reviewing else found
    except (GitProblem, ServiceError) as error:
        remedy = error.remedy if isinstance(error, ServiceError) else ""
        return Opened(pull_request, diagnostic=_unreadable(pull_request, str(error), remedy))


def _onto_main(main: Main, pull_request: PullRequest, changed: ChangedFiles) -> Opened:
    newest = {raw.path: raw for raw in main.raws}
    proposed = read_changed(main.repo, changed)
    old = files_at(main.repo, changed.base, sorted(proposed), CONFIG_BYTES)
    base = {path: RawFile(path, data) for path, data in old.items() if data is not None}
    onto = onto_main(base, proposed, newest)
    return replace(_as_merged(main, pull_request, onto.files), onto_main=onto)


def _reviewed(main: Main, reviewing: Reviewing, opened: Opened, changed: ChangedFiles) -> Opened:
    """A pull request with whose word it has and lacks, unless that is not asked."""
    if opened.snapshot is None or not reviewing.concerns(opened.tickets, opened.paths):
        return opened
    versions, configs = _proposed(main, opened, changed)
    consents = reviewing.read(opened.pull_request, changes_of(versions, configs))
    return _agreed(main, opened, changed, reviewing.rights, consents)


def _agreed(
    main: Main,
    opened: Opened,
    changed: ChangedFiles,
    rights: Rights,
    consents: ConsentVerdict | None,
) -> Opened:
    """A pull request with whose word it has and lacks, given who agreed to what."""
    opened = with_assignee(main, opened, consents, rights)
    versions, configs = _proposed(main, opened, changed)
    agreement = agree_if_merged(versions, configs, rights, consents)
    # That rule knows the author alone, and this knows everybody who agreed.
    findings = tuple(each for each in opened.findings if each.rule != _OWNERS)
    return replace(opened, findings=findings, agreement=agreement, consents=consents)


def _proposed(
    main: Main, opened: Opened, changed: ChangedFiles
) -> tuple[list[ProposedVersion], list[ProposedConfig]]:
    """What a pull request makes of the files of main."""
    entries = opened.snapshot.entries if opened.snapshot else ()
    merged = {entry.source.path: entry.escalation for entry in entries}
    versions = [
        ProposedVersion(ticket_of(path), path, *main.versions(path), merged.get(path))
        for path in sorted(opened.paths)
        if kind_of(path) is FileKind.ESCALATION and (path in merged or path in changed.gone)
    ]
    names = {blob.path: blob.object for blob in changed.blobs}
    configs = [
        ProposedConfig(path, "", names.get(path, "")) for path in _CONFIG if path in opened.paths
    ]
    return versions, configs


def with_assignee(
    main: Main, opened: Opened, verdict: ConsentVerdict | None, rights: Rights
) -> Opened:
    """The pull request with the engineer for whom its latest approval asks with `/assign`.

    It is as if the acknowledger had changed the file. Only a pull request for one ticket is
    changed, because the command names none.
    """
    onto, snapshot = opened.onto_main, opened.snapshot
    if not isinstance(verdict, Consents) or onto is None or snapshot is None:
        return opened
    entries = [each for each in snapshot.entries if each.source.path in opened.paths]
    if len(entries) != 1 or len(opened.tickets) != 1:
        return opened
    (entry,) = entries
    desk = rights.desk(entry.escalation.ticket)
    able = desk.acknowledgers if desk else ()
    asked = [who for account, who in verdict.assigning if person_of(account, rights.roster) in able]
    if not asked or asked[-1] not in rights.roster.people or phase(entry.escalation).ended:
        return opened
    if entry.escalation.current.assignee == asked[-1]:
        return opened
    path = entry.source.path
    try:
        data = assigned(entry, asked[-1])
    except EditRefusedError:
        return opened
    files = {**onto.files, path: RawFile(path, data)}
    new = replace(onto, files=files, spliced=onto.spliced | {path})
    return replace(_as_merged(main, opened.pull_request, files), onto_main=new)


def _unreadable(pull_request: PullRequest, why: str, remedy: str = "") -> Diagnostic:
    message = f"{pull_request.name} can't be read: {why}"
    return Diagnostic("forge", message, remedy or "The next run tries again.")


def _as_merged(
    main: Main, pull_request: PullRequest, changed: Mapping[str, RawFile | None]
) -> Opened:
    if not changed:
        return Opened(pull_request)
    before = {raw.path: raw for raw in main.raws}
    merged = {path: raw for path, raw in {**before, **changed}.items() if raw is not None}
    raws = sorted(merged.values(), key=lambda raw: raw.path)
    judged = judge_change(
        main.repo,
        main.now,
        main.commit,
        main.raws,
        raws,
        pull_request.author,
        lambda _: main.verdicts,
    )
    # The plan uses the policy and roster of main, not those of the pull request.
    kept = [raw for raw in raws if raw.path not in _CONFIG]
    kept += [before[path] for path in _CONFIG if path in before]
    loaded = load_snapshot(kept, main.loaded)
    snapshot = loaded.snapshot
    return Opened(
        pull_request,
        frozenset(changed),
        snapshot,
        loaded.sources,
        tuple(_brought(main, snapshot, changed)) if snapshot else (),
        _sorted(judged),
    )


def _sorted(judged: Judged) -> tuple[Finding, ...]:
    return tuple(sorted(judged.findings, key=lambda finding: (finding.position, finding.rule)))


def _brought(main: Main, merged: Snapshot, changed: Iterable[str]) -> Iterable[Entry]:
    """Escalations that are not on the main branch yet, or not for this episode."""
    paths = frozenset(changed)
    kept = (agreed for _, agreed in main.kept.values())
    known = (*kept, *(entry.escalation for entry in main.loaded.entries))
    before = {each.ticket: each for each in known}
    for entry in merged.entries:
        now, old = entry.escalation, before.get(entry.escalation.ticket)
        if entry.source.path not in paths or phase(now).ended:
            continue
        if old is None or len(now.episodes) > len(old.episodes) or phase(old).ended:
            yield entry
