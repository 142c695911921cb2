"""Which policy and which roster are in force: the latest to which their owners agreed.

A version counts by the rights before it, or a pull request could grant itself rights. A version on
top of one that is not agreed does not count either: whoever approved it saw only what it adds.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.history.field_changes import config_change
from reconciler.history.field_owners import Rights, configuration_owners
from reconciler.history.word_of import Word, groups_without
from reconciler.load.raw import POLICY_PATH
from reconciler.model.consent import Consents, ConsentVerdicts
from reconciler.model.field_change import NotAgreed
from reconciler.model.policy import AcknowledgementMeans, Policy
from reconciler.model.roster import Roster
from reconciler.model.timeline import ConfigVersion, MainCommit, Timeline

ReadRoster = Callable[[str], Roster | None]
"""Reads a roster by git's name of its content; None if it cannot be read."""


@dataclass(frozen=True, slots=True)
class _InForce:
    """The configuration from a commit on."""

    position: int
    policy: Policy | None
    roster: str
    """Git's name of the content."""


@dataclass
class Configuration:
    """The policies and rosters in force, all along the main line."""

    timeline: Timeline
    read_roster: ReadRoster
    verdicts: ConsentVerdicts
    policies: list[tuple[MainCommit, Policy]] = field(default_factory=list)
    """Every policy that came in force, from when."""
    _states: list[_InForce] = field(default_factory=list)
    _content: dict[str, str] = field(default_factory=dict)
    """What is in force, by path."""
    _waiting: dict[str, list[NotAgreed]] = field(default_factory=dict)
    """Versions since then that are not agreed, by path."""
    _first: dict[str, int] = field(default_factory=dict)
    """The position of the first commit of each pull request that became several."""

    def __post_init__(self) -> None:
        positions = {commit.sha: commit.position for commit in self.timeline.commits}
        for sha, verdict in self.verdicts.items():
            if isinstance(verdict, Consents):
                known = [positions[each] for each in verdict.commits if each in positions]
                self._first[sha] = min(known, default=positions.get(sha, 0))
        read = {commit.sha: policy for commit, policy in self.timeline.policies}
        for version in self.timeline.configs:
            self._take(version, read)

    @property
    def not_agreed(self) -> tuple[NotAgreed, ...]:
        """Versions that are not in force, because an owner's word is missing."""
        return tuple(each for waiting in self._waiting.values() for each in waiting)

    @property
    def policy(self) -> Policy | None:
        """The policy in force now."""
        return self._states[-1].policy if self._states else None

    @property
    def roster(self) -> str:
        """Git's name of the roster in force now; empty if there is none."""
        return self._content.get(_ROSTER, "")

    def content(self, path: str) -> str:
        """Git's name of the content in force of one of the two files."""
        return self._content.get(path, "")

    def rights_before(self, commit: MainCommit) -> Rights | None:
        """By what a commit is judged: what was in force before its pull request.

        None if everything on it counts: there was no policy yet, or merging acknowledged. A roster
        that can't be read gives nobody rights, so the last readable one counts.
        """
        position = self._first.get(commit.sha, commit.position)
        index = bisect_left(self._states, position, key=lambda each: each.position)
        state = self._states[index - 1] if index else None
        if state is None or state.policy is None:
            return None
        if state.policy.acknowledgement is AcknowledgementMeans.MERGE:
            return None
        names = (each.roster for each in reversed(self._states[:index]) if each.roster)
        rosters = (self.read_roster(name) for name in names)
        roster = next((each for each in rosters if each is not None), None)
        return None if roster is None else Rights(state.policy, roster, commit.at)

    def _take(self, version: ConfigVersion, read: Mapping[str, Policy]) -> None:
        path, waiting = version.path, self._waiting.setdefault(version.path, [])
        before = self._content.get(path, "")
        if version.blob == before:  # it was taken back
            waiting.clear()
            return
        rights = self.rights_before(version.commit)
        by_field = rights is not None and rights.by_field
        lacking = self._lacking(version, before, rights) if rights and by_field else None
        if lacking is not None or waiting:
            change = config_change(path, before, version.blob)
            waiting.append(lacking or NotAgreed(change, (), version.commit.sha, waits=True))
            return
        policy = self.policy
        if path == POLICY_PATH:
            policy = read.get(version.commit.sha, policy)
            if version.commit.sha in read:
                self.policies.append((version.commit, read[version.commit.sha]))
        self._content[path] = version.blob
        state = _InForce(version.commit.position, policy, self._content.get(_ROSTER, ""))
        self._states.append(state)

    def _lacking(self, version: ConfigVersion, before: str, rights: Rights) -> NotAgreed | None:
        word = Word(self.verdicts.get(version.commit.sha), rights)
        change = config_change(version.path, before, version.blob)
        missing = groups_without(word, change, configuration_owners(rights))
        return word.not_agreed(change, missing, version.commit.sha) if missing else None


_ROSTER: Final = "config/roster.yaml"
