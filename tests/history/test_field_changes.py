"""A file as single fields: nothing is lost on the way, and each field has an owner."""

from copy import deepcopy
from typing import Any

import pytest
import yaml
from company import escalation as file_of
from pydantic import BaseModel

from reconciler.history.field_changes import FIELD_OF, fields_of, file_changes, put_together
from reconciler.load.version import read_escalation
from reconciler.model.escalation import Escalation, Resolution
from reconciler.model.field_change import OwnedField
from reconciler.model.owners import DEFAULT_OWNERS

PATH = "escalations/2026/DS-1042.yaml"
UPDATES = [
    {"at": "2026-11-23T10:00:00-05:00", "by": "dmitri", "text": "Cause found."},
    {"at": "2026-11-23T11:00:00-05:00", "by": "nadia", "text": "Rolled back."},
]
RESOLUTION = {
    "root_cause": "A certificate had expired.",
    "mitigation": "It was renewed.",
    "follow_ups": ["DS-2000"],
    "customer_communication": {"owner": "lena", "state": "drafted"},
}
EVERYTHING: dict[str, Any] = {
    "stakeholders": {"client_facing": ["lena"], "product_engineering": ["payments"]},
    "channel": "card-payments-fail",
    "handovers": [{"at": "2026-11-23T18:00:00-05:00", "to": "priya"}],
    "updates": UPDATES,
    "assessment": "It is the gateway.",
    "resolution": RESOLUTION,
    "override": {"by": "hannah", "reason": "All billers are affected."},
    "snooze_until": "2026-11-24T09:00:00-05:00",
}


def read(**changes: Any) -> Escalation:
    found = read_escalation(PATH, yaml.safe_dump(file_of("DS-1042", **changes)).encode())
    assert found is not None
    return found


def test_a_file_is_put_together_from_its_fields() -> None:
    again = deepcopy({key: EVERYTHING[key] for key in ("updates", "assessment")})
    whole = read(**EVERYTHING, episodes=[{**_episode(), **again}])
    assert put_together(fields_of(whole), whole) == whole


def _episode() -> dict[str, Any]:
    names = ("impact", "reason", "initiator", "contact")
    return {key: value for key, value in file_of("DS-1042").items() if key in names}


def leaves(model: type[BaseModel], start: str = "") -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= leaves(kind, f"{start}{name}.")
        elif name == "resolution":
            found |= leaves(Resolution, "resolution.")
        else:
            found.add(f"{start}{name}")
    return found


def test_each_field_of_the_schema_has_an_owner() -> None:
    assert leaves(Escalation) - {"ticket", "episodes"} == set(FIELD_OF) - {"file"}
    assert set(DEFAULT_OWNERS) == set(OwnedField)


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_what_is_added_is_a_change_of_its_own(name: str) -> None:
    changed = file_changes(PATH, read(), read(**{name: EVERYTHING[name]}))
    assert changed
    assert {each.key.name.partition(".")[0] for each in changed} == {name}


def test_an_id_tells_what_a_change_leads_to() -> None:
    first, second = read(updates=UPDATES[:1]), read(updates=UPDATES)
    (one,) = file_changes(PATH, read(), first)
    (other,) = file_changes(PATH, read(updates=UPDATES[1:]), second)
    assert one.id == other.id
    (assigned,) = file_changes(PATH, read(assignee=None), read(assignee="nadia"))
    (taken_over,) = file_changes(PATH, read(), read(assignee="nadia"))
    assert assigned.id == taken_over.id
    assert len({one.id, assigned.id}) == 2
