"""Which lines of the audit branch a run wrote, by the seals of the commits that brought them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from reconciler.model.audit import AuditFinding, AuditLine
from reconciler.model.audit_branch import Step, brought_by
from reconciler.model.audit_seal import (
    AuditCommit,
    Trailer,
    check_commit,
    check_handover,
    trailer,
)
from reconciler.model.keyring import Keyring, Seal

_SHA: Final = 12
_REMEDY: Final = "No run wrote this. Find out who did (GitHub's log of pushes): git show "


class SealState(StrEnum):
    """What is known of a commit's seal."""

    SEALED = "sealed"
    EARLIER = "earlier"
    """It has no seal, and no commit before it has one: an earlier version wrote it."""
    UNCHECKED = "unchecked"
    """It has a seal, and the key is not known here."""
    UNSEALED = "unsealed"
    BROKEN = "broken"
    RETIRED = "retired"
    """Its key is valid, and had handed over to another key before."""
    FOREIGN = "foreign"
    """Its key is not known here, although the key of other commits is."""


COUNT: Final = frozenset({SealState.SEALED, SealState.EARLIER, SealState.UNCHECKED})
"""States of lines that are believed. Without the key, seals are not checked."""
_WHY: Final = {
    SealState.UNSEALED: ("audit-unsealed", "no seal"),
    SealState.BROKEN: ("audit-seal", "a seal that is not valid"),
    SealState.RETIRED: ("audit-seal", "a seal of a key that had handed over to another"),
    SealState.FOREIGN: ("audit-seal", "a seal of an unknown key"),
}


@dataclass
class _Keys:
    """What the seals so far say about keys."""

    keyring: Keyring | None
    retired: set[str] = field(default_factory=set)
    sealed: bool = False
    """True once a commit was sealed, or may have been."""


def seal_states(commits: Iterable[AuditCommit], keyring: Keyring | None) -> dict[str, SealState]:
    """The state of each commit's seal. Parents come before children."""
    keys = _Keys(keyring)
    found: dict[str, SealState] = {}
    said_by: dict[str, str] = {}
    for each in commits:
        said = trailer(each.message)
        found[each.commit] = _state(each, said, keys)
        said_by[each.commit] = said.key if said else ""
        if found[each.commit] in {SealState.SEALED, SealState.UNCHECKED}:
            keys.sealed = True
    # A key that handed over is known by its successor, and its seals are not checked.
    return {
        commit: SealState.UNCHECKED
        if state is SealState.FOREIGN and said_by[commit] in keys.retired
        else state
        for commit, state in found.items()
    }


def _state(commit: AuditCommit, said: Trailer | None, keys: _Keys) -> SealState:
    if said is None or keys.keyring is None:
        without = SealState.UNSEALED if keys.sealed else SealState.EARLIER
        return without if said is None else SealState.UNCHECKED
    if said.key in keys.retired:
        return SealState.RETIRED
    if said.key not in {keys.keyring.fingerprint, keys.keyring.former}:
        return SealState.FOREIGN
    if not _is_valid(keys.keyring, commit, said):
        return SealState.BROKEN
    if said.former:
        keys.retired.add(said.former)
    return SealState.SEALED


def _is_valid(keyring: Keyring, commit: AuditCommit, said: Trailer) -> bool:
    if check_commit(keyring, commit, said) is Seal.BROKEN:
        return False
    return (
        said.former != keyring.former
        or not said.former
        or (check_handover(keyring, commit, said) is Seal.PREVIOUS)
    )


def line_states(
    steps: Iterable[Step], states: Mapping[str, SealState]
) -> dict[str, list[tuple[str, SealState]]]:
    """The commit that brought each line of each file, and the state of its seal."""
    return {
        path: [(commit, states.get(commit, SealState.UNSEALED)) for commit in commits]
        for path, commits in brought_by(steps).items()
    }


def with_seals(
    lines: Iterable[AuditLine], states: Mapping[str, Sequence[tuple[str, SealState]]]
) -> Iterator[AuditLine]:
    """The lines, each with whether its seal lets it count."""
    for line in lines:
        known = states.get(line.path, ())
        state = known[line.number - 1][1] if line.number <= len(known) else SealState.UNSEALED
        yield replace(line, believed=state in COUNT)


def seal_findings(
    states: Mapping[str, SealState],
    lines: Mapping[str, Sequence[tuple[str, SealState]]],
    leases: Mapping[str, Sequence[str]],
) -> Iterator[AuditFinding]:
    """Commits whose seal is missing or wrong, with the lines that they brought.

    `leases` are the files of leases that each commit wrote. A lease counts as one line.
    """
    for commit, state in states.items():
        if state not in _WHY:
            continue
        rule, what = _WHY[state]
        remedy = f"{_REMEDY}{commit[:_SHA]}"
        places = [
            f"{path}:{number}"
            for path, known in lines.items()
            for number, (brought_by, _) in enumerate(known, start=1)
            if brought_by == commit
        ]
        places += [f"{path}:1" for path in leases.get(commit, ())]
        for place in places or [commit[:_SHA]]:
            yield AuditFinding(rule, place, f"commit {commit[:_SHA]} has {what}", remedy)


def seal_notes(states: Mapping[str, SealState], keyring: Keyring | None) -> Iterator[str]:
    """What was not checked, and why."""
    counts = {state: sum(each is state for each in states.values()) for state in SealState}
    if keyring is None and counts[SealState.UNCHECKED]:
        yield (
            f"the seals of {counts[SealState.UNCHECKED]} commit(s) were not checked, because the "
            "key is not known here. Set ESCALATE_SEAL_KEY. Commits without a seal are found anyway"
        )
    elif counts[SealState.UNCHECKED]:
        yield (
            f"the seals of {counts[SealState.UNCHECKED]} commit(s) were not checked: their key "
            "handed over to the present one. Set ESCALATE_SEAL_KEY_BEFORE to check them"
        )
    if counts[SealState.EARLIER]:
        yield f"{counts[SealState.EARLIER]} commit(s) are older than the first seal and have none"
