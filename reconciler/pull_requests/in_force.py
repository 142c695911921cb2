"""The main branch as far as it is agreed: what a run carries out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from reconciler.history.admit import to_acknowledge
from reconciler.history.agree import agree, tickets_in_question
from reconciler.history.agree_configuration import Configuration
from reconciler.load.raw import CONFIG_BYTES, POLICY_PATH, ROSTER_PATH, RawFile, ticket_of
from reconciler.load.snapshot import Loaded
from reconciler.load.version import read_roster
from reconciler.model.acknowledgement import Verdicts
from reconciler.model.consent import ConsentVerdict, ConsentVerdicts
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, NotAgreed
from reconciler.model.forge import PullRequest
from reconciler.model.policy import AcknowledgementMeans, Policy
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Entry
from reconciler.model.timeline import MainCommit, Timeline, Version
from reconciler.pull_requests.open import Main
from reconciler.services.errors import SetupError
from reconciler.services.git.blob_contents import contents


class ConsentSource(Protocol):
    """Tells who agreed to what: a forge, and what earlier runs verified."""

    @property
    def doubtful(self) -> frozenset[str]:
        """Commits of which an earlier run found that something is not agreed."""

    def resolve_logins(self, roster: Roster) -> None:
        """Let commands name people by login, as the roster in force has them."""

    def on_commits(self, commits: Sequence[MainCommit]) -> ConsentVerdicts:
        """Who agreed to what these commits brought; they come in the order in which they matter."""

    def of_open(self, pull_request: PullRequest, changes: Sequence[FieldChange]) -> ConsentVerdict:
        """Who agrees to an open pull request with these changes."""


_TOGETHER: Final = timedelta(minutes=1)
"""How far apart the commits of one rebase can be."""
_MOST_OF_REBASE: Final = 250


@dataclass(frozen=True)
class InForce:
    """The main branch with agreed changes only."""

    main: Main
    """Its files are those on the branch; what they say is what is agreed."""
    timeline: Timeline
    not_agreed: tuple[NotAgreed, ...] = ()
    verdicts: Verdicts = field(default_factory=dict)
    """Who acknowledged what arrived."""
    kept: frozenset[str] = frozenset()
    """Paths of files that are gone without agreement: what they say still counts."""
    configuration: Configuration | None = None
    """None where merging acknowledges, so that everything on the branch counts."""


def in_force(
    main: Main,
    timeline: Timeline,
    consents: ConsentSource | None,
    *,
    configuration_only: bool = False,
) -> InForce:
    """Work out what is agreed. Nobody is asked where a merge acknowledges.

    With `configuration_only`, escalations count as they are on the branch. Raises GitProblem or
    ServiceError; SetupError where there is nobody to ask.
    """
    if not is_by_review(timeline) or (consents is None and _is_given_up(timeline, main.now)):
        return InForce(main, timeline)
    doubtful = consents.doubtful if consents is not None else frozenset[str]()
    tickets = tickets_in_question(timeline, main.now, doubtful)
    if configuration_only:
        tickets = frozenset()
    commits = commits_in_question(timeline, tickets)
    if commits and consents is None:
        raise SetupError(
            "a review acknowledges what is on the main branch, and no forge is known that has "
            "reviews",
            "Set GITHUB_TOKEN and GITHUB_REPOSITORY (or leave --forge alone). Where there are no"
            " reviews, the policy can say `acknowledgement: merge` for what comes from then on.",
        )
    configs = {each.commit.sha for each in timeline.configs}
    config = [each for each in commits if each.sha in configs]
    asked = with_rest_of_rebase(timeline, config)
    verdicts = dict(consents.on_commits(asked)) if consents is not None else {}
    configuration = Configuration(timeline, rosters_of(main.repo), verdicts)
    if consents is not None:
        # Who is meant by a login is up to the roster in force.
        name = configuration.roster
        roster = configuration.read_roster(name) if name else None
        if roster is not None:
            consents.resolve_logins(roster)
        verdicts |= consents.on_commits(with_rest_of_rebase(timeline, commits))
    agreed = agree(timeline, configuration, verdicts, tickets)
    loaded = _loaded(main.loaded, timeline, agreed.timeline, configuration)
    raws = [_config_in_force(main.repo, raw, configuration) for raw in main.raws]
    kept = _kept(timeline, agreed.timeline)
    found = replace(
        main,
        raws=raws,
        loaded=loaded,
        declared=main.loaded,
        verdicts=agreed.verdicts,
        kept=_kept_versions(kept, timeline, agreed.timeline),
    )
    return InForce(found, agreed.timeline, agreed.not_agreed, agreed.verdicts, kept, configuration)


def with_rest_of_rebase(
    timeline: Timeline, commits: Sequence[MainCommit]
) -> tuple[MainCommit, ...]:
    """The commits, and those after them that may be of the same rebase.

    The forge knows a rebase by its last commit, which may change none of our files.
    """
    found = {each.sha: each for each in commits}
    for each in commits:
        last = each
        for later in timeline.commits[each.position + 1 : each.position + 1 + _MOST_OF_REBASE]:
            if last.pull_request is not None or later.at - last.at > _TOGETHER:
                break
            found.setdefault(later.sha, later)
            last = later
    return tuple(found.values())


def is_by_review(timeline: Timeline) -> bool:
    """True if a review ever acknowledged what reaches the main branch."""
    return any(
        policy.acknowledgement is AcknowledgementMeans.REVIEW for _, policy in timeline.policies
    )


def _is_given_up(timeline: Timeline, now: datetime) -> bool:
    """True if the policy asks for no reviews any more, and nothing open arrived while it did."""
    _, policy = timeline.policies[-1]
    merges = policy.acknowledgement is AcknowledgementMeans.MERGE
    return merges and not to_acknowledge(timeline, now)


def commits_in_question(timeline: Timeline, tickets: Collection[str]) -> tuple[MainCommit, ...]:
    """Commits whose changes need somebody's word: of the configuration, then the latest ones.

    Configuration comes first and from the oldest on, because all others are judged by it. As long
    as each merged change counts, only those commits are in question with which an episode begins.
    """
    by_review = _first(
        timeline, lambda policy: policy.acknowledgement is AcknowledgementMeans.REVIEW
    )
    by_field = _first(timeline, lambda policy: policy.is_by_field)
    config = [each.commit for each in timeline.configs if each.commit.position > by_field]
    files = [
        version.commit
        for version, begins in reversed(list(_with_beginnings(timeline)))
        if version.ticket in tickets
        and version.commit.position > (by_review if begins else by_field)
    ]
    found = {each.sha: each for each in (*config, *files)}
    return tuple(found.values())


def _first(timeline: Timeline, holds: Callable[[Policy], bool]) -> int:
    """The position of the first policy of which this is true; after all commits if none is."""
    found = (commit.position for commit, policy in timeline.policies if holds(policy))
    return min(found, default=len(timeline.commits))


def _with_beginnings(timeline: Timeline) -> Iterator[tuple[Version, bool]]:
    """Each version, and whether an episode begins with it."""
    episodes: dict[str, int] = {}
    for version in timeline.versions:
        found = version.escalation
        count = 0 if found is None else 1 + len(found.episodes)
        yield version, count > episodes.get(version.ticket, 0)
        if found is not None:
            episodes[version.ticket] = count
        elif version.gone:
            episodes.pop(version.ticket, None)


def _config_in_force(repo: Path, raw: RawFile, configuration: Configuration) -> RawFile:
    """The policy or the roster as it is in force; any other file as it is."""
    if raw.path not in {each.change.path for each in configuration.not_agreed}:
        return raw
    ((_, data),) = contents(repo, [configuration.content(raw.path)], CONFIG_BYTES)
    return replace(raw, data=data or b"", size=-1)


def rosters_of(repo: Path) -> Callable[[str], Roster | None]:
    """Read rosters by git's name of their content, each once."""

    @cache
    def read(blob: str) -> Roster | None:
        ((_, data),) = contents(repo, [blob], CONFIG_BYTES)
        return None if data is None else read_roster(ROSTER_PATH, data)

    return read


def agreed_entries(loaded: Loaded, declared: Timeline, agreed: Timeline) -> tuple[Entry, ...]:
    """The escalations of the files, as far as they are agreed.

    A file that was changed since the last commit is as it was changed: it is only a preview.
    """
    before, after = _latest(declared), _latest(agreed)
    return tuple(
        Entry(found, entry.source)
        if before.get(ticket := entry.escalation.ticket) == entry.escalation
        and (found := after.get(ticket)) is not None
        else entry
        for entry in loaded.entries
    )


def _loaded(
    loaded: Loaded, declared: Timeline, agreed: Timeline, configuration: Configuration
) -> Loaded:
    """What the files say, with what is in force in the place of what is not."""
    entries = agreed_entries(loaded, declared, agreed)
    policy, roster = loaded.policy, loaded.roster
    waiting = {each.change.path for each in configuration.not_agreed}
    if POLICY_PATH in waiting:
        policy = configuration.policy
    if ROSTER_PATH in waiting:
        roster = configuration.read_roster(configuration.roster)
    return replace(loaded, entries=entries, policy=policy, roster=roster)


def _kept(declared: Timeline, agreed: Timeline) -> frozenset[str]:
    pairs = zip(declared.versions, agreed.versions, strict=True)
    found = {before.path: before.gone and not after.gone for before, after in pairs}
    return frozenset(path for path, kept in found.items() if kept)


def _kept_versions(
    paths: Collection[str], declared: Timeline, agreed: Timeline
) -> Mapping[str, tuple[Escalation, Escalation]]:
    """What removed files said that still count, and what of it is agreed."""
    before, after = _latest(declared), _latest(agreed)
    tickets = {path: ticket_of(path) for path in paths}
    return {path: (before[each], after[each]) for path, each in tickets.items() if each in before}


def _latest(timeline: Timeline) -> Mapping[str, Escalation]:
    found: dict[str, Escalation] = {}
    for version in timeline.versions:
        if version.escalation is not None:
            found[version.ticket] = version.escalation
    return found
