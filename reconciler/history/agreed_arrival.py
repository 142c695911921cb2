"""Who acknowledged an escalation, by what each approval covers."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from reconciler.history.approvals import person_of
from reconciler.history.field_owners import Rights
from reconciler.history.word_of import Word, speaks_for_itself
from reconciler.load.did_you_mean import listed
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread, Verdict
from reconciler.model.consent import Consents, UnreadConsents
from reconciler.model.field_change import FieldChange
from reconciler.model.policy import Desk
from reconciler.model.roster import Roster
from reconciler.model.timeline import Version

_SHORT: Final = 12


def acknowledged(version: Version, arriving: Sequence[FieldChange], word: Word) -> Verdict:
    """The first approval of a new episode that counts, or why there is none.

    `arriving` are the changes that make the episode. Those who propose it cannot acknowledge it:
    the author, whoever pushed it, the initiator, and whoever a form speaks for.
    """
    rights, desk = word.rights, word.rights.desk(version.ticket)
    match word.verdict:
        case UnreadConsents(diagnostic=diagnostic):
            return Unread(diagnostic)
        case Consents() as consents:
            pass
        case _:
            short = version.commit.sha[:_SHORT]
            return Unacknowledged(f"its commit {short} came without a pull request")
    if desk is None:
        return Unacknowledged(f"no one could acknowledge it before {version.commit.sha[:_SHORT]}")
    barred = _barred(version, arriving, word)
    return _first_approval(consents, arriving, rights.roster, barred, desk, version.commit.sha)


def able_to_acknowledge(
    version: Version, arriving: Sequence[FieldChange], word: Word
) -> frozenset[str]:
    """Handles of those whose approval would acknowledge a new episode."""
    desk = word.rights.desk(version.ticket)
    found = frozenset(desk.acknowledgers if desk else ()) - _barred(version, arriving, word)
    return found & word.rights.roster.people.keys()


def _barred(version: Version, arriving: Sequence[FieldChange], word: Word) -> frozenset[str]:
    """Handles of those who can't acknowledge an episode, because they escalate."""
    escalation, consents = version.escalation, word.verdict
    assert escalation is not None  # noqa: S101 - an episode arrives with a file
    proposers = (
        _proposers(consents, arriving, word.rights) if isinstance(consents, Consents) else ()
    )
    return frozenset({escalation.current.initiator, *proposers})


def _first_approval(  # noqa: PLR0913, PLR0917 - who approved what, and who may not
    consents: Consents,
    arriving: Sequence[FieldChange],
    roster: Roster,
    barred: Collection[str],
    desk: Desk,
    commit: str,
) -> Acknowledgement | Unacknowledged:
    """The first approval by one who is able to acknowledge, or why there is none."""
    able = [handle for handle in desk.acknowledgers if handle not in barred]
    counting = [
        (each.at, handle)
        for each in consents.consents
        if each.approved
        and (handle := person_of(each.account, roster)) in able
        and handle is not None
        and all(each.holds_for(change.id) for change in arriving)
    ]
    merged = consents.merged_at
    in_time = [each for each in counting if merged is None or each[0] <= merged]
    for found in (in_time, counting):
        if found:
            at, by = min(found)
            late = merged is not None and at > merged
            return Acknowledgement(
                by, at, consents.pull_request, commit, consents.ready_at, late=late
            )
    name = f"#{consents.pull_request}"
    approved = [
        each.account.login
        for each in consents.consents
        if each.approved
        and person_of(each.account, roster) in barred
        and all(each.holds_for(change.id) for change in arriving)
    ]
    if approved:
        return Unacknowledged(f"{approved[-1]} escalates in {name} and can't acknowledge it")
    if consents.waiting:
        return Unacknowledged(consents.waiting)
    names = listed([roster.name(each) for each in able])
    return Unacknowledged(f"{names or 'nobody'} has not approved {name} yet", silent=True)


def _proposers(
    consents: Consents, arriving: Sequence[FieldChange], rights: Rights
) -> Iterator[str]:
    """Handles of those who proposed or pushed any part of it."""
    said = (each for each in consents.consents if speaks_for_itself(each, rights))
    for each in said:
        if not each.approved and any(each.holds_for(change.id) for change in arriving):
            handle = person_of(each.account, rights.roster)
            if handle is not None:
                yield handle
    if consents.author is not None:
        author = person_of(consents.author, rights.roster)
        if author is not None:
            yield author
