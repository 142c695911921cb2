"""A file of ours as it once was: what it says, if it can be read at all."""

from typing import TypeVar

from pydantic import ValidationError

from reconciler.load.raw import cap_of
from reconciler.load.snapshot import CONFIG_EVENTS, ESCALATION_EVENTS
from reconciler.load.strict_yaml import parse
from reconciler.model.base import Model
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster

M = TypeVar("M", bound=Model)


def read_escalation(path: str, data: bytes) -> Escalation | None:
    """What an escalation's file says; None when it cannot be read."""
    return _read(Escalation, path, data, ESCALATION_EVENTS)


def read_policy(path: str, data: bytes) -> Policy | None:
    """What a policy says; None when it cannot be read."""
    return _read(Policy, path, data, CONFIG_EVENTS)


def read_roster(path: str, data: bytes) -> Roster | None:
    """What a roster says; None when it cannot be read."""
    return _read(Roster, path, data, CONFIG_EVENTS)


def _read(model: type[M], path: str, data: bytes, most_events: int) -> M | None:
    said = None if len(data) > cap_of(path) else parse(path, data, most_events).value
    try:
        return None if said is None else model.model_validate(said)
    except ValidationError:
        return None
