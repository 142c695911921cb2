"""What of the main line is agreed: each change that has its owners' word, and nothing else.

A change without its owner's word is not carried out. The value before it goes on, and what others
change later counts all the same. A late approval heals it, because all of this is worked out again
in each run. A new episode without its initiator's word is kept as it is declared, and held.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.history.agree_configuration import Configuration
from reconciler.history.agreed_arrival import acknowledged
from reconciler.history.field_changes import (
    ESCALATING,
    FILE,
    Fields,
    changes_between,
    fields_of,
    put_together,
)
from reconciler.history.field_owners import Rights, owners_of
from reconciler.history.word_of import Word, groups_without
from reconciler.load.did_you_mean import listed
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdict, Verdicts
from reconciler.model.consent import ConsentVerdicts
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, FieldKey, NotAgreed, OwnedField
from reconciler.model.phase import phase
from reconciler.model.timeline import Timeline, Version

LATELY: Final = timedelta(days=30)
"""How long an escalation that has ended is still looked at."""
_ROLES: Final = frozenset({*ESCALATING, OwnedField.ASSIGNEE, OwnedField.ADOPTED})
"""Fields that say who has a role. They are judged before the fields that those roles own."""
_TURNS: Final = 3


@dataclass(frozen=True)
class Agreed:
    """The main line with agreed changes only."""

    timeline: Timeline
    """With the versions, and the policies, that are in force."""
    not_agreed: tuple[NotAgreed, ...] = ()
    """What is not carried out at this moment."""
    verdicts: Verdicts = field(default_factory=dict)
    """Who acknowledged what arrived, by ticket and commit."""


def tickets_in_question(
    timeline: Timeline, now: datetime, doubtful: Collection[str] = ()
) -> frozenset[str]:
    """Tickets whose versions need the word of owners: open ones, and those that ended lately.

    `doubtful` are commits of which it is known that something on them is not agreed.
    """
    latest: dict[str, Version] = {}
    found: set[str] = set()
    for version in timeline.versions:
        latest[version.ticket] = version
        if version.commit.sha in doubtful:
            found.add(version.ticket)
    for ticket, version in latest.items():
        over = version.gone or (version.escalation and phase(version.escalation).ended)
        if not over or version.commit.at > now - LATELY:
            found.add(ticket)
    return frozenset(found)


def agree(
    timeline: Timeline,
    configuration: Configuration,
    verdicts: ConsentVerdicts,
    tickets: Collection[str],
    known: Mapping[tuple[str, str], Acknowledgement] | None = None,
) -> Agreed:
    """Play the main line through, and keep of each version what its owners agreed to.

    `known` are acknowledgements that an earlier run verified, and with them the words of those who
    escalated.
    """
    states: dict[str, _TicketState] = {}
    versions: list[Version] = []
    moved = {(each.ticket, each.commit.sha) for each in timeline.versions if not each.gone}
    for version in timeline.versions:
        is_move = version.gone and (version.ticket, version.commit.sha) in moved
        if version.ticket not in tickets or is_move:
            versions.append(version)
            continue
        state = states.setdefault(version.ticket, _TicketState(known or {}))
        rights = configuration.rights_before(version.commit)
        versions.append(state.after(version, rights, verdicts))
    found: Verdicts = {}
    for state in states.values():
        found |= state.verdicts
    lacking = [each for state in states.values() for each in state.lacking.values()]
    policies = tuple(configuration.policies)
    return Agreed(
        replace(timeline, versions=tuple(versions), policies=policies),
        (*configuration.not_agreed, *lacking),
        found,
    )


@dataclass
class _TicketState:
    """One ticket on its way along the main line."""

    known: Mapping[tuple[str, str], Acknowledgement]
    declared: Fields = field(default_factory=dict)
    """What the file says."""
    in_force: Fields = field(default_factory=dict)
    """What of it counts."""
    escalation: Escalation | None = None
    """The latest that counts."""
    lacking: dict[FieldKey, NotAgreed] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=dict)

    def after(self, version: Version, rights: Rights | None, verdicts: ConsentVerdicts) -> Version:
        """The version as it counts."""
        if version.escalation is None and not version.gone:
            return version  # unreadable: the state before it goes on
        new = fields_of(version.escalation)
        changes = tuple(changes_between(version.path, self.declared, new))
        shape = self._shape(version)
        if rights is None or shape is None:
            for each in changes:
                self._accept(each)
        else:
            word = Word(verdicts.get(version.commit.sha), rights)
            self._judge(version, changes, shape, rights, word)
        self.declared = new
        return self._as_it_counts(version, shape)

    def _shape(self, version: Version) -> Escalation | None:
        """The version with the most episodes of what is declared and what counts."""
        known = [each for each in (version.escalation, self.escalation) if each is not None]
        return max(known, key=lambda each: len(each.episodes), default=None)

    def _judge(
        self,
        version: Version,
        changes: tuple[FieldChange, ...],
        shape: Escalation,
        rights: Rights,
        word: Word,
    ) -> None:
        begun = {each.episode for each in self.declared if each.name == "reason"}
        arriving = [
            each
            for each in changes
            if (each.field in ESCALATING or each.key == FILE)
            and (each.key.episode not in begun if each.key.episode else not begun)
            and each.after is not None
        ]
        imported = not begun and version.escalation is not None and version.escalation.imported
        for each in arriving:  # it is held as a whole, and not in pieces
            self._accept(each)
        rest = [each for each in changes if each not in arriving]
        if version.gone:
            rest = [each for each in rest if each.key == FILE]
        for turn in range(_TURNS):
            counts = put_together(self.in_force, shape) if self.in_force else shape
            for each in rest:
                if _turn(each) == turn:
                    self._judge_one(each, counts, rights, word, version)
        if arriving:
            self._arrive(version, arriving, rights, word, imported=imported)

    def _judge_one(
        self,
        change: FieldChange,
        counts: Escalation,
        rights: Rights,
        word: Word,
        version: Version,
    ) -> None:
        if change.after == self.in_force.get(change.key):  # it was taken back
            self._accept(change)
            return
        if _is_only_begun(change):
            self._accept(change)
            return
        missing = groups_without(word, change, owners_of(change, counts, rights))
        if missing:
            self.lacking[change.key] = word.not_agreed(change, missing, version.commit.sha)
        else:
            self._accept(change)

    def _accept(self, change: FieldChange) -> None:
        self.lacking.pop(change.key, None)
        if change.key == FILE and change.after is None:
            self.in_force.clear()
            self.lacking.clear()
        elif change.after is None:
            self.in_force.pop(change.key, None)
        else:
            self.in_force[change.key] = change.after

    def _arrive(
        self,
        version: Version,
        arriving: list[FieldChange],
        rights: Rights,
        word: Word,
        *,
        imported: bool,
    ) -> None:
        """Say who acknowledged a new episode, or whose word it lacks."""
        key = (version.ticket, version.commit.sha)
        if key in self.known:
            self.verdicts[key] = self.known[key]
            return
        assert version.escalation is not None  # noqa: S101 - or nothing would arrive
        lacking = [
            word.not_agreed(each, missing, version.commit.sha)
            for each in arriving
            if (
                missing := groups_without(
                    word, each, owners_of(each, version.escalation, rights, imported=imported)
                )
            )
        ]
        verdict: Verdict = acknowledged(version, arriving, rights, word)
        if lacking and word.is_known:
            names = sorted({name for each in lacking for name in each.lacks})
            people = listed([rights.roster.name(each) for each in names])
            verdict = Unacknowledged(f"the word of {people or 'its initiator'} is missing")
        self.verdicts[key] = verdict
        for each in lacking:
            self.lacking[each.change.key] = each

    def _as_it_counts(self, version: Version, shape: Escalation | None) -> Version:
        if self.in_force == self.declared:
            self.escalation = version.escalation or self.escalation
            return version
        if FILE not in self.in_force or shape is None:
            return replace(version, escalation=None, gone=True)
        self.escalation = put_together(self.in_force, shape)
        return replace(version, escalation=self.escalation, gone=False)


def _turn(change: FieldChange) -> int:
    """When a change is judged: after those that say who has the role that owns it."""
    if change.field in _ROLES:
        return 0
    return 2 if change.field is OwnedField.COMMUNICATION else 1


def _is_only_begun(change: FieldChange) -> bool:
    """True for a message to customers that is only said to be pending: it tells of nothing."""
    return (
        change.field is OwnedField.COMMUNICATION
        and change.before is None
        and str(change.after) == "pending"
    )
