"""Roles that own fields, and which owns what where the policy does not say otherwise."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from reconciler.model.field_change import OwnedField


class OwnerRole(StrEnum):
    """A role on an escalation, or on the company's configuration."""

    INITIATOR = "initiator"
    """The initiator, or one of the policy's delegates for them."""
    CONTACT = "contact"
    """The contact in charge."""
    ASSIGNEE = "assignee"
    DEV_SUPPORT = "dev-support"
    """Everybody on a team of the desk."""
    ACKNOWLEDGER = "acknowledger"
    OVERRIDER = "overrider"
    COMMUNICATION_OWNER = "communication-owner"
    """Whoever writes to the affected customers."""
    LEAD = "lead"
    """The leads of Dev Support's crews, and people of Dev Support whose role is lead."""


DEFAULT_OWNERS: Final[Mapping[OwnedField, tuple[OwnerRole, ...]]] = MappingProxyType(
    {
        OwnedField.REASON: (OwnerRole.INITIATOR,),
        OwnedField.INITIATOR: (OwnerRole.INITIATOR, OwnerRole.ACKNOWLEDGER),
        OwnedField.CONTACT: (OwnerRole.CONTACT, OwnerRole.INITIATOR),
        OwnedField.ASSIGNEE: (OwnerRole.ACKNOWLEDGER,),
        OwnedField.UPDATE: (OwnerRole.ASSIGNEE, OwnerRole.DEV_SUPPORT),
        OwnedField.FINDINGS: (OwnerRole.ASSIGNEE, OwnerRole.ACKNOWLEDGER),
        OwnedField.COMMUNICATION: (OwnerRole.COMMUNICATION_OWNER,),
        OwnedField.STAKEHOLDERS: (OwnerRole.INITIATOR, OwnerRole.CONTACT, OwnerRole.ASSIGNEE),
        OwnedField.REMINDERS: (OwnerRole.ASSIGNEE, OwnerRole.ACKNOWLEDGER),
        OwnedField.WITHDRAWAL: (OwnerRole.INITIATOR, OwnerRole.ACKNOWLEDGER),
        OwnedField.OVERRIDE: (OwnerRole.OVERRIDER,),
        OwnedField.ADOPTED: (OwnerRole.ACKNOWLEDGER,),
        OwnedField.CONFIGURATION: (OwnerRole.ACKNOWLEDGER, OwnerRole.LEAD),
    }
)
"""Source: the process page says who does what; the rest follows from who answers for it."""

NAMED: Final = frozenset({OwnedField.UPDATE, OwnedField.WITHDRAWAL, OwnedField.OVERRIDE})
"""Fields that speak in the name of the person in their `by`: that person alone can agree."""
