"""One ticket on its way along the main line: what of its file is agreed.

A change without its owner's word is not carried out. The value before it goes on, and what others
change later counts all the same. A new escalation without its initiator's word is kept as it is
declared, and held. A later episode without it does not count.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.history.agreed_arrival import able_to_acknowledge, acknowledged
from reconciler.history.field_changes import (
    ESCALATING,
    FILE,
    Fields,
    changes_between,
    fields_of,
    put_together,
)
from reconciler.history.field_owners import Rights, escalating, owners_of
from reconciler.history.word_of import Word, groups_without
from reconciler.load.did_you_mean import listed
from reconciler.model.acknowledgement import Unacknowledged, Verdict, Verdicts
from reconciler.model.admission import WORD_MISSING
from reconciler.model.consent import Consents, ConsentVerdict
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, FieldKey, NotAgreed, OwnedField
from reconciler.model.phase import phase
from reconciler.model.timeline import Version

_ROLES: Final = frozenset({*ESCALATING, OwnedField.ASSIGNEE, OwnedField.ADOPTED})
"""Fields that say who has a role. They are judged before the fields that those roles own."""
_TURNS: Final = 3


@dataclass
class TicketAgreement:
    """One ticket on its way along the main line."""

    declared: Fields = field(default_factory=dict)
    """What the file says."""
    in_force: Fields = field(default_factory=dict)
    """What of it counts."""
    escalation: Escalation | None = None
    """The latest that counts."""
    lacking: dict[FieldKey, NotAgreed] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=dict)

    def after(
        self, version: Version, rights: Rights | None, verdict: ConsentVerdict | None
    ) -> Version:
        """The version as it counts.

        `rights` are None where everything counts. `verdict` tells who agreed to it.
        """
        if version.escalation is None and not version.gone:
            return version  # unreadable: the state before it goes on
        new = fields_of(version.escalation)
        changes = tuple(changes_between(version.path, self.declared, new))
        shape = self._shape(version)
        if rights is None or shape is None:
            for each in changes:
                self._accept(each)
        elif not rights.by_field:
            self._take_as_merged(version, changes, Word(verdict, rights))
        else:
            self._judge(version, changes, shape, Word(verdict, rights))
        if not self._is_kept(version):
            self.declared = new
        return self._as_it_counts(version, shape)

    def _is_kept(self, version: Version) -> bool:
        """True if the file is gone and counts. Whatever comes next is compared with what it was."""
        return version.gone and FILE in self.in_force

    def _shape(self, version: Version) -> Escalation | None:
        """The version with the most episodes of what is declared and what counts."""
        known = [each for each in (version.escalation, self.escalation) if each is not None]
        return max(known, key=lambda each: len(each.episodes), default=None)

    def _judge(
        self,
        version: Version,
        changes: Sequence[FieldChange],
        shape: Escalation,
        word: Word,
    ) -> None:
        if not version.gone and (gone := self.lacking.get(FILE)) and gone.change.after is None:
            del self.lacking[FILE]  # the file is there again
        begun = self._begun
        arriving = _arriving(changes, begun)
        rest = [each for each in changes if each not in arriving]
        if version.gone:
            rest = [each for each in rest if each.key == FILE]
        # What becomes of the episodes so far decides whether a new one can begin.
        sha = version.commit.sha
        self._judge_each([each for each in rest if each.key.episode in begun], shape, word, sha)
        if arriving:
            self._arrive(version, arriving, shape, word, first=not begun)
        rest = [each for each in rest if each.key.episode not in begun]
        self._judge_each(rest, shape, word, sha)

    def _judge_each(
        self, changes: Sequence[FieldChange], shape: Escalation, word: Word, commit: str
    ) -> None:
        for turn in range(_TURNS):
            counts = put_together(self.in_force, shape) if self.in_force else shape
            for each in changes:
                if _turn(each) == turn:
                    self._judge_one(each, counts, word, commit)

    def _take_as_merged(self, version: Version, changes: Sequence[FieldChange], word: Word) -> None:
        """All of it counts, because it is merged. Only a new episode needs an approval."""
        arriving = _arriving(changes, self._begun)
        for each in changes:
            self._accept(each)
        if arriving:
            found = acknowledged(version, arriving, word)
            self.verdicts[version.ticket, version.commit.sha] = found

    @property
    def _begun(self) -> frozenset[int]:
        """The episodes that are there."""
        every = (*self.declared, *self.in_force)
        return frozenset(each.episode for each in every if each.name == "reason")

    def _judge_one(self, change: FieldChange, counts: Escalation, word: Word, commit: str) -> None:
        # What is on the branch and not in force has no owners, so it gives no rights.
        change = replace(change, before=self.in_force.get(change.key))
        if change.after == change.before or self._is_taken_back(change):
            self._accept(change)
            return
        if not self._has_begun(change.key.episode):
            self.lacking[change.key] = replace(word.not_agreed(change, (), commit), waits=True)
            return
        if _is_only_begun(change):
            self._accept(change)
            return
        missing = groups_without(word, change, owners_of(change, counts, word.rights))
        if missing:
            self.lacking[change.key] = word.not_agreed(change, missing, commit)
        else:
            self._accept(change)

    def _has_begun(self, episode: int) -> bool:
        """False for an episode of the file that does not count."""
        return not episode or any(
            key.episode == episode and key.name == "reason" for key in self.in_force
        )

    def _is_taken_back(self, change: FieldChange) -> bool:
        """True if it removes what only counts because a new episode is held as a whole."""
        held = self.lacking.get(change.key)
        return change.after is None and held is not None and held.change.after == change.before

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
        shape: Escalation,
        word: Word,
        *,
        first: bool,
    ) -> None:
        """Say who acknowledged a new episode, or whose word it lacks.

        The first episode is held as a whole, and not in pieces. A later one without its
        initiator's word does not count, and the state before it goes on. While the former episode
        runs, only an acknowledged one can take its place.
        """
        escalation, commit = version.escalation, version.commit.sha
        assert escalation is not None  # noqa: S101 - or nothing would arrive
        owners = escalating(escalation, word.rights, imported=first and escalation.imported)
        verdict: Verdict = acknowledged(version, arriving, word)
        lacking = [
            word.not_agreed(each, missing, commit)
            for each in arriving
            if (missing := groups_without(word, each, [owners]))
        ]
        if lacking and isinstance(word.verdict, Consents):
            names = sorted({name for each in lacking for name in each.lacks})
            people = listed([word.rights.roster.name(each) for each in names])
            verdict = Unacknowledged(f"{WORD_MISSING} {people or 'its initiator'} is missing")
        self.verdicts[version.ticket, commit] = verdict
        counts = first or not word.is_known
        if not counts and self._is_running(shape) and isinstance(verdict, Unacknowledged):
            able = able_to_acknowledge(version, arriving, word)
            lacking = lacking or [word.not_agreed(each, [able], commit) for each in arriving]
        if counts or not lacking:
            for each in arriving:
                self._accept(each)
        for lack in lacking:
            self.lacking[lack.change.key] = lack

    def _is_running(self, shape: Escalation) -> bool:
        return bool(self.in_force) and not phase(put_together(self.in_force, shape)).ended

    def _as_it_counts(self, version: Version, shape: Escalation | None) -> Version:
        if self.in_force == self.declared and not self._is_kept(version):
            self.escalation = version.escalation or self.escalation
            return version
        if FILE not in self.in_force or shape is None:
            return replace(version, escalation=None, gone=True)
        self.escalation = put_together(self.in_force, shape)
        return replace(version, escalation=self.escalation, gone=False)


def _arriving(changes: Sequence[FieldChange], begun: Collection[int]) -> list[FieldChange]:
    """The changes with which an episode begins."""
    return [
        each
        for each in changes
        if (each.field in ESCALATING or each.key == FILE)
        and (each.key.episode not in begun if each.key.episode else not begun)
        and each.after is not None
    ]


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
