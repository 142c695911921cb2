"""A main line in memory, with who agreed to what, for the tests of what is agreed."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from company import escalation as file_of

from reconciler.history.agree import Agreed, agree, tickets_in_question
from reconciler.history.agree_configuration import Configuration
from reconciler.history.field_changes import config_change, file_changes
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.load.version import read_escalation, read_policy, read_roster
from reconciler.model.consent import Consent, Consents, ConsentVerdict
from reconciler.model.escalation import Escalation
from reconciler.model.forge import Account
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster
from reconciler.model.timeline import ConfigVersion, MainCommit, Timeline, Version

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ROSTER: dict[str, Any] = yaml.safe_load((ROOT / ROSTER_PATH).read_text())
POLICY: dict[str, Any] = {
    **yaml.safe_load((ROOT / POLICY_PATH).read_text()),
    "acknowledgement": "review",
    "rights": "by-field",
}
IDS = {handle: number for number, handle in enumerate(ROSTER["people"], 100)}


def account(handle: str) -> Account:
    """The account of a person of the example company; a stranger's for anybody else."""
    person = ROSTER["people"].get(handle)
    login = person["github"] if person else handle
    return Account(person.get("github_id") or IDS[handle] if person else 9, login)


def said(
    handle: str,
    at: datetime = START,
    *,
    approved: bool = False,
    covers: Iterable[str] | None = None,
) -> Consent:
    """What somebody agreed to."""
    known = None if covers is None else frozenset(covers)
    return Consent(account(handle), at, approved, known)


@dataclass
class Line:
    """The main line so far. It begins with policy and roster."""

    commits: list[MainCommit] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    configs: list[ConfigVersion] = field(default_factory=list)
    policies: list[tuple[MainCommit, Policy]] = field(default_factory=list)
    rosters: dict[str, Roster] = field(default_factory=dict)
    verdicts: dict[str, ConsentVerdict] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=lambda: deepcopy(POLICY))
    roster: dict[str, Any] = field(default_factory=lambda: deepcopy(ROSTER))

    def __post_init__(self) -> None:
        self.commit(policy=self.policy, roster=self.roster)

    def commit(  # noqa: PLR0913 - what a pull request can be
        self,
        *,
        author: str = "",
        approved_by: Iterable[str] = (),
        consents: Iterable[Consent] | None = None,
        policy: dict[str, Any] | None = None,
        roster: dict[str, Any] | None = None,
        also: Iterable[str] = (),
        **files: dict[str, Any] | None,
    ) -> MainCommit:
        """One merged pull request. `DS_1={...}` is the file of DS-1; None deletes it.

        `also` are earlier commits of the same pull request, merged by rebase.
        """
        number = len(self.commits)
        at = START + timedelta(hours=number)
        commit = MainCommit(f"{number:040x}", at, "", "", number, number)
        self.commits.append(commit)
        for name, content in files.items():
            ticket = name.replace("_", "-")
            path = f"escalations/2026/{ticket}.yaml"
            found = None if content is None else read(path, content)
            self.versions.append(Version(ticket, path, commit, found, content is None))
        if policy is not None:
            self._config(commit, POLICY_PATH, policy)
            self.policy = policy
        if roster is not None:
            self._config(commit, ROSTER_PATH, roster)
            self.roster = roster
        if author or consents is not None:
            found_consents = (
                tuple(consents)
                if consents is not None
                else (said(author, at), *(said(each, at, approved=True) for each in approved_by))
            )
            whole = (*also, commit.sha)
            record = Consents(
                str(number), account(author) if author else None, found_consents, whole, at
            )
            for sha in whole:
                self.verdicts[sha] = record
        return commit

    def _config(self, commit: MainCommit, path: str, content: dict[str, Any]) -> None:
        data = yaml.safe_dump(content).encode()
        blob = f"{hash(data) & 0xFFFFFFFFFFFF:012x}"
        self.configs.append(ConfigVersion(commit, path, blob))
        if path == POLICY_PATH:
            policy = read_policy(path, data)
            assert policy is not None
            self.policies.append((commit, policy))
        else:
            found = read_roster(path, data)
            assert found is not None
            self.rosters[blob] = found

    @property
    def timeline(self) -> Timeline:
        """Everything so far."""
        return Timeline(
            commits=tuple(self.commits),
            versions=tuple(self.versions),
            policies=tuple(self.policies),
            configs=tuple(self.configs),
        )

    @property
    def configuration(self) -> Configuration:
        """Policies and rosters in force."""
        return Configuration(self.timeline, self.rosters.get, self.verdicts)

    def agreed(self) -> Agreed:
        """What is agreed of it."""
        now = START + timedelta(hours=len(self.commits))
        tickets = tickets_in_question(self.timeline, now)
        return agree(self.timeline, self.configuration, self.verdicts, tickets)

    def in_force(self, ticket: str = "DS-1") -> Escalation | None:
        """What counts of a ticket's file."""
        found = [each for each in self.agreed().timeline.versions if each.ticket == ticket]
        return found[-1].escalation


def read(path: str, content: dict[str, Any]) -> Escalation:
    """A valid file's meaning."""
    found = read_escalation(path, yaml.safe_dump(deepcopy(content)).encode())
    assert found is not None, content
    return found


def ids(before: dict[str, Any] | None, after: dict[str, Any]) -> frozenset[str]:
    """The ids of what differs between two contents of the file of one ticket."""
    path = f"escalations/2026/{after['ticket']}.yaml"
    old = None if before is None else read(path, before)
    return frozenset(each.id for each in file_changes(path, old, read(path, after)))


def proposal(ticket: str = "DS-1", **changes: Any) -> dict[str, Any]:
    """A file without an assignee, as it is proposed."""
    return {**file_of(ticket, assignee=None), **changes}


__all__ = ["Line", "account", "config_change", "file_of", "ids", "proposal", "read", "said"]
