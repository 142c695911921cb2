"""What counts on main, step by step: the plain account of decisions 56 and 57."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from whose_word.consents import Proposal
from whose_word.facts import PARTS, PATHS, POLICY, ROSTER, Facts, Key, all_facts, changes, facts_of
from whose_word.rules import GROUP_OF, Law

NEW = {"title", "reason", "how_many", "initiator", "contact", "file"}
"""What a new escalation cannot be without: it is held as a whole."""
ROLES = {"reason", "initiator", "contact", "assignee"}


@dataclass
class Ticket:
    """One file: what it says, what of it counts, and whether it was acknowledged."""

    path: str
    declared: Facts = field(default_factory=dict)
    counts: Facts = field(default_factory=dict)
    held: Facts = field(default_factory=dict)
    """What of a new escalation lacks its initiator's word."""
    is_kept: bool = False
    """Whether it is removed, and counts nonetheless."""
    acknowledged: dict[str, bool] = field(default_factory=dict)
    """By the commit that brought a new escalation."""

    @property
    def lacking(self) -> set[Key]:
        """Where the file says something that does not count, or is held."""
        every = self.counts.keys() | self.declared.keys()
        return {each for each in every if self.counts.get(each) != self.declared.get(each)} | {
            *self.held,
            *([(self.path, "file", "")] if self.is_kept else []),
        }

    @property
    def shown(self) -> Facts:
        """What a run sees. A resolution is whole, and its message is pending if nothing counts."""
        parts = [(self.path, f"resolution.{each}", "") for each in (*PARTS, "owner")]
        state = (self.path, "resolution.state", "")
        if all(each in self.counts for each in parts):
            return {state: "pending", **self.counts}
        return {key: each for key, each in self.counts.items() if key not in {*parts, state}}

    def step(self, new: Facts, law: Law, of: Proposal, commit: str) -> None:
        """One commit on main."""
        gone = (self.path, "file", "")
        if self.declared and not new:
            if (
                gone in self.held
                or of.words((gone, None), law) & law.owners(gone, None, self.counts)[0]
            ):
                self.declared, self.counts, self.held = {}, {}, {}
            self.is_kept = bool(self.declared)
            return  # else the file still counts, and whatever comes next is compared with it
        self.is_kept = False
        todo = dict(changes(self.declared, new))
        arriving = {}
        if not self.declared:
            arriving = {key: value for key, value in todo.items() if key[1] in NEW}
            self.counts |= arriving
        for turn in range(3):
            before = dict(self.counts)
            for key, value in todo.items():
                if key not in arriving and _turn(key) == turn:
                    self._judge(key, value, law, of, before)
        if arriving:
            self._arrive(arriving, law, of, commit)
        self.declared = new

    def _judge(self, key: Key, value: Any, law: Law, of: Proposal, before: Facts) -> None:
        was = self.counts.get(key)
        back = value == was or (value is None and self.held.get(key) == was)
        begun = key[1] == "resolution.state" and was is None and value == "pending"
        if back or begun or self._agreed(key, value, law, of, before):
            self.held.pop(key, None)
            self.counts[key] = value
            if value is None:
                del self.counts[key]

    @staticmethod
    def _agreed(key: Key, value: Any, law: Law, of: Proposal, before: Facts) -> bool:
        words = of.words((key, value), law)
        return all(words & group for group in law.owners(key, value, before))

    def _arrive(self, arriving: Facts, law: Law, of: Proposal, commit: str) -> None:
        initiator = arriving[self.path, "initiator", ""]
        may = {initiator, *law.delegates}
        lacking = {k: v for k, v in arriving.items() if not of.words((k, v), law) & may}
        self.held |= lacking
        found = of.acknowledges(set(arriving.items()), initiator, law)
        self.acknowledged[commit] = found and not lacking


def _turn(key: Key) -> int:
    """Those that say who has a role come first, then what the roles own."""
    group = GROUP_OF[key[1]]
    if group in ROLES:
        return 0
    return 2 if group == "communication" else 1


@dataclass
class Account:
    """The main line so far."""

    files: dict[str, Any]
    """What is declared."""
    config: dict[str, Any] = field(default_factory=dict)
    """The policy and the roster in force."""
    waiting: dict[str, list[str]] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.config = {POLICY: self.files[POLICY], ROSTER: self.files[ROSTER]}
        self.waiting = {POLICY: [], ROSTER: []}
        for path in PATHS:
            trusted = facts_of(path, self.files.get(path))
            self.tickets[path] = Ticket(path, trusted, dict(trusted))

    @property
    def law(self) -> Law:
        return Law(*(yaml.load(self.config[path], yaml.CSafeLoader) for path in (POLICY, ROSTER)))

    def merged(self, steps: list[tuple[str, dict[str, Any]]], of: Proposal) -> None:
        """A pull request became these commits, each with the files that main then has."""
        law = self.law
        of.net = changes(all_facts(self.files), all_facts(steps[-1][1]))
        every = [self.files, *(files for _, files in steps)]
        of.passing = frozenset().union(
            *(changes(all_facts(one), all_facts(two)) for one, two in pairwise(every))
        )
        for commit, files in steps:
            for path in (POLICY, ROSTER):
                if files[path] != self.files[path]:
                    self._configure(path, files[path], law, of, commit)
            for path, ticket in self.tickets.items():
                if files.get(path) != self.files.get(path):
                    ticket.step(facts_of(path, files.get(path)), law, of, commit)
            self.files = files

    def _configure(self, path: str, new: Any, law: Law, of: Proposal, commit: str) -> None:
        if new == self.config[path]:
            self.waiting[path] = []
            return
        agreed = of.words(((path, "whole", ""), new), law) & law.configuration()
        if agreed and not self.waiting[path]:
            self.config[path] = new
        else:
            self.waiting[path].append(commit)
