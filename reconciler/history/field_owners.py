"""Who must agree to a change: the owners of its field, by policy and roster of the version before.

A change needs the word of one person of each group. Most have one group. A change that speaks in
somebody's name, such as an update, needs the word of exactly that person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.escalation import Episode, Escalation, Override, Update, Withdrawn
from reconciler.model.field_change import FieldChange, OwnedField
from reconciler.model.owners import DEFAULT_OWNERS, NAMED, OwnerRole
from reconciler.model.policy import Desk, Policy
from reconciler.model.roster import Roster, TeamKind

Group = frozenset[str]
"""Handles of whom one must agree."""


@dataclass(frozen=True)
class Rights:
    """The policy and the roster by which a change is judged: those in force before it."""

    policy: Policy
    roster: Roster
    at: datetime
    """When the change is made: who is the contact depends on it."""

    @property
    def by_field(self) -> bool:
        """False if what is merged counts, and only a new escalation needs an approval."""
        return self.policy.is_by_field

    def owners(self, field: OwnedField) -> tuple[OwnerRole, ...]:
        """The roles that own a field."""
        return self.policy.owners.get(field, DEFAULT_OWNERS[field])

    def desk(self, ticket: str) -> Desk | None:
        """The desk of a ticket."""
        return self.policy.desks.get(ticket.rpartition("-")[0])


def configuration_owners(rights: Rights) -> tuple[Group, ...]:
    """Who must agree to a change of the policy or the roster: people of any desk."""
    found: set[str] = set()
    for role in rights.owners(OwnedField.CONFIGURATION):
        if role is OwnerRole.ACKNOWLEDGER:
            found |= {
                handle for desk in rights.policy.desks.values() for handle in desk.acknowledgers
            }
        if role is OwnerRole.LEAD:
            found |= _leads(rights.roster)
    return (frozenset(found & rights.roster.people.keys()),)


def owners_of(change: FieldChange, escalation: Escalation, rights: Rights) -> tuple[Group, ...]:
    """Who must agree to a change of an escalation that otherwise is as given.

    `escalation` is as in force, with those parts of the same proposal that are agreed: who is
    assigned by it may write its first assessment.
    """
    episode = _episode(change, escalation)
    allowed = _allowed(change, escalation, episode, rights)
    if change.field is OwnedField.INITIATOR and isinstance(change.after, str):
        # Nobody escalates in the name of somebody who did not agree to it.
        return (_acting_for(change.after, rights), allowed)
    if change.field in NAMED:
        value = change.after if change.after is not None else change.before
        if isinstance(value, Update | Withdrawn | Override) and value.by in allowed:
            instead = isinstance(value, Withdrawn) and value.by == episode.initiator
            return (allowed & (_acting_for(value.by, rights) if instead else {value.by}),)
        if isinstance(value, Update | Withdrawn | Override):
            return (frozenset(),)
    return (allowed,)


def escalating(escalation: Escalation, rights: Rights, *, imported: bool) -> Group:
    """Of whom one must agree that a new episode begins: its initiator, or who may act for them."""
    episode = escalation.current
    found = _acting_for(episode.initiator, rights)
    if imported:
        found |= _with_role(OwnerRole.ACKNOWLEDGER, escalation, episode, rights)
    return found & rights.roster.people.keys()


def _episode(change: FieldChange, escalation: Escalation) -> Episode:
    number = change.key.episode
    known = len(escalation.episodes) + 1
    return escalation.numbered(number) if 1 <= number <= known else escalation.current


def _allowed(
    change: FieldChange, escalation: Escalation, episode: Episode, rights: Rights
) -> Group:
    roles = rights.owners(change.field)
    found: Group = frozenset()
    for role in roles:
        found |= _with_role(role, escalation, episode, rights)
    if change.field is OwnedField.INITIATOR and isinstance(change.before, str):
        found |= _acting_for(change.before, rights)
    return found & rights.roster.people.keys()


def _with_role(role: OwnerRole, escalation: Escalation, episode: Episode, rights: Rights) -> Group:
    """Handles of those who have a role on an escalation."""
    desk = rights.desk(escalation.ticket)
    resolution = episode.resolution
    found: Mapping[OwnerRole, Group] = {
        OwnerRole.INITIATOR: _acting_for(episode.initiator, rights),
        OwnerRole.CONTACT: frozenset({episode.contact_at(rights.at)}),
        OwnerRole.ASSIGNEE: frozenset(filter(None, [episode.assignee])),
        OwnerRole.DEV_SUPPORT: _dev_support(desk, rights.roster),
        OwnerRole.ACKNOWLEDGER: frozenset(desk.acknowledgers if desk else ()),
        OwnerRole.OVERRIDER: frozenset(desk.overriders if desk else ()),
        OwnerRole.COMMUNICATION_OWNER: frozenset(
            {resolution.customer_communication.owner} if resolution else ()
        ),
        OwnerRole.LEAD: _leads(rights.roster),
    }
    return found[role]


def _acting_for(initiator: str, rights: Rights) -> Group:
    """The initiator, and those who may escalate for them."""
    delegates = {
        handle for each in rights.policy.delegates for handle in rights.roster.members(each)
    }
    return frozenset({initiator, *delegates})


def _dev_support(desk: Desk | None, roster: Roster) -> Group:
    teams = desk.teams if desk else ()
    return frozenset(handle for handle, person in roster.people.items() if person.team in teams)


def _leads(roster: Roster) -> Group:
    crews = {crew.lead for crew in roster.crews.values()}
    return frozenset(crews) | {
        handle
        for handle, person in roster.people.items()
        if person.role == "lead" and roster.kind_of(handle) is TeamKind.DEV_SUPPORT
    }
