"""One file of ours as it once was: what it says, if it can be read at all."""

from typing import TypeVar

from pydantic import ValidationError

from reconciler.load import traps
from reconciler.load.book import CONFIG_EVENTS, ESCALATION_EVENTS
from reconciler.load.raw import RawFile
from reconciler.load.yaml import parse
from reconciler.model.base import Model
from reconciler.model.escalation import Escalation
from reconciler.model.finding import Severity
from reconciler.model.policy import Policy

M = TypeVar("M", bound=Model)


def read_escalation(raw: RawFile) -> Escalation | None:
    """What an escalation's file says; None when it cannot be read."""
    return _read(Escalation, raw, ESCALATION_EVENTS)


def read_policy(raw: RawFile) -> Policy | None:
    """What a policy says; None when it cannot be read."""
    return _read(Policy, raw, CONFIG_EVENTS)


def _read(model: type[M], raw: RawFile, most_events: int) -> M | None:
    if any(finding.severity is Severity.ERROR for finding in traps.file_findings(raw)):
        return None
    data = parse(raw.path, raw.data, most_events).value
    if data is None:
        return None
    try:
        return model.model_validate(data)
    except ValidationError:
        return None
