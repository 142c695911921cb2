"""Whose word an open pull request has and lacks, as if it were merged now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from reconciler.history.field_changes import config_change, fields_of, file_changes
from reconciler.history.field_owners import Rights, configuration_owners
from reconciler.history.ticket_agreement import TicketAgreement
from reconciler.history.word_of import Word, groups_without
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdict
from reconciler.model.consent import ConsentVerdict
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, NotAgreed
from reconciler.model.timeline import MainCommit, Version

_COMMIT: Final = ""
"""Stands for the commit that the pull request would become."""


@dataclass(frozen=True, slots=True)
class ProposedVersion:
    """A file of a ticket on the main branch and in a pull request."""

    ticket: str
    path: str
    declared: Escalation | None
    """What the file on the main branch says."""
    in_force: Escalation | None
    """What of it is agreed."""
    proposed: Escalation | None
    """What it would say; None if the pull request removes it."""


@dataclass(frozen=True, slots=True)
class ProposedConfig:
    """The policy or the roster on the main branch and in a pull request, by git's names."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class ProposalAgreement:
    """What a pull request changes, and what stands in its way."""

    changes: tuple[FieldChange, ...] = ()
    not_agreed: tuple[NotAgreed, ...] = ()
    acknowledgements: Mapping[str, Verdict] = field(default_factory=dict)
    """By ticket, for each escalation that it brings."""
    by_field: bool = True
    """False if each merged change counts: then no change needs anybody's word."""

    @property
    def is_agreed(self) -> bool:
        """True if nobody's word is missing, and each of its escalations is acknowledged."""
        return not self.not_agreed and all(
            isinstance(each, Acknowledgement) for each in self.acknowledgements.values()
        )


def changes_of(
    versions: Iterable[ProposedVersion], configs: Iterable[ProposedConfig]
) -> tuple[FieldChange, ...]:
    """What a pull request changes."""
    files = (file_changes(each.path, each.declared, each.proposed) for each in versions)
    config = (config_change(each.path, each.before, each.after) for each in configs)
    return (*chain.from_iterable(files), *config)


def agree_if_merged(
    versions: Sequence[ProposedVersion],
    configs: Sequence[ProposedConfig],
    rights: Rights,
    verdict: ConsentVerdict | None,
) -> ProposalAgreement:
    """Judge an open pull request by the rights in force now."""
    lacking: list[NotAgreed] = []
    acknowledgements: dict[str, Verdict] = {}
    commit = MainCommit(_COMMIT, rights.at, "", "", None, 0)
    for each in versions:
        ticket = TicketAgreement(fields_of(each.declared), fields_of(each.in_force), each.in_force)
        proposed = each.proposed
        version = Version(each.ticket, each.path, commit, proposed, proposed is None)
        ticket.after(version, rights, verdict)
        lacking += ticket.lacking.values()
        acknowledgements |= {name: found for (name, _), found in ticket.verdicts.items()}
    word = Word(verdict, rights)
    for config in configs if rights.by_field else ():
        change = config_change(config.path, config.before, config.after)
        if missing := groups_without(word, change, configuration_owners(rights)):
            lacking.append(word.not_agreed(change, missing))
    changes = changes_of(versions, configs)
    return ProposalAgreement(changes, tuple(lacking), acknowledgements, rights.by_field)


def by_desk(
    acknowledgements: Mapping[str, Verdict],
) -> Mapping[str, Acknowledgement | Unacknowledged]:
    """One verdict for each desk: of those that wait, the first; else the first of all."""
    found: dict[str, Acknowledgement | Unacknowledged] = {}
    for ticket, verdict in sorted(acknowledgements.items()):
        desk = ticket.rpartition("-")[0]
        if isinstance(verdict, Unacknowledged) and not isinstance(found.get(desk), Unacknowledged):
            found[desk] = verdict
        elif isinstance(verdict, Acknowledgement):
            found.setdefault(desk, verdict)
    return found
