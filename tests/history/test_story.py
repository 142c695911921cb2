"""Two versions, field by field."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from versions import EPISODE, RESOLUTION, WITHDRAWN, escalation, news

from reconciler.history.version_differences import differences
from reconciler.load.version import read_escalation
from reconciler.model.escalation import Escalation

UPDATES = [news("One."), news("Two.", 15)]


def read(**others: Any) -> Escalation:
    found = read_escalation("escalations/2026/DS-1.yaml", escalation("DS-1", **others).encode())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"assignee": "mei"}, [("assigned", "assignee", "", "mei")]),
        ({"assignee": "mei"}, {"assignee": "ben"}, [("reassigned", "assignee", "mei", "ben")]),
        ({"assignee": "mei"}, {}, [("unassigned", "assignee", "mei", "")]),
        ({}, {"contact": "amara"}, [("contact handed over", "contact", "lena", "amara")]),
        ({}, {"assessment": "A"}, [("assessed", "assessment", "", "A")]),
        ({"assessment": "A"}, {"assessment": "B"}, [("changed", "assessment", "A", "B")]),
        ({}, {"override": WITHDRAWN}, [("override added", "override", "", "priya: It is gone.")]),
        ({}, {"withdrawn": WITHDRAWN}, [("withdrawn", "withdrawn", "", "priya: It is gone.")]),
        ({"withdrawn": WITHDRAWN}, {}, [("changed", "withdrawn", "priya: It is gone.", "")]),
        (
            {"updates": UPDATES[:1]},
            {"updates": UPDATES},
            [("update added", "updates.1", "", "dmitri: Two.")],
        ),
        (
            {"updates": UPDATES},
            {"updates": [news("Other."), UPDATES[1]]},
            [("changed", "updates.0.text", "One.", "Other.")],
        ),
        (
            {"updates": UPDATES},
            {"updates": UPDATES[:1]},
            [("changed", "updates.1", "dmitri: Two.", "")],
        ),
        (
            {"resolution": RESOLUTION},
            {"resolution": {**RESOLUTION, "follow_ups": ["PAY-1", "PAY-2"]}},
            [("changed", "resolution.follow_ups", "none", "PAY-1, PAY-2")],
        ),
        (
            {"resolution": RESOLUTION},
            {
                "resolution": {
                    **RESOLUTION,
                    "customer_communication": {"owner": "lena", "state": "drafted"},
                }
            },
            [("changed", "resolution.customer_communication.state", "sent", "drafted")],
        ),
        (
            {},
            {"impact": {**EPISODE["impact"], "level": "critical", "how_many": 10}},
            [
                ("changed", "impact.level", "high", "critical"),
                ("changed", "impact.how_many", "9", "10"),
            ],
        ),
        ({}, {"title": "Other"}, [("changed", "title", "Payments fail", "Other")]),
        (
            {},
            {"stakeholders": {"client_facing": ["jun", "owen"]}},
            [("changed", "stakeholders.client_facing", "", "jun, owen")],
        ),
        ({}, {"channel": "other"}, [("changed", "channel", "", "other")]),
        (
            {"episodes": [EPISODE]},
            {"episodes": [{**EPISODE, "contact": "amara"}]},
            [("contact handed over", "episodes.0.contact", "lena", "amara")],
        ),
        ({"episodes": [EPISODE]}, {}, [("changed", "episodes.0", "*", "")]),
        ({}, {}, []),
    ],
)
def test_what_happened(before: Any, after: Any, expected: list[tuple[str, ...]]):
    found = [tuple(map(str, each)) for each in differences(read(**before), read(**after))]
    if expected and expected[0][2] == "*":
        assert found[0][2].startswith("impact: level: high; who: Payers")
        found = [(kind, where, "*", now) for kind, where, _, now in found]
    assert found == expected


FIELDS: dict[str, list[Any]] = {
    "title": ["A", "B"],
    "assignee": [None, "mei", "ben"],
    "contact": ["lena", "amara"],
    "updates": [[], UPDATES[:1], UPDATES],
    "assessment": [None, "A", "B"],
    "resolution": [None, RESOLUTION, {**RESOLUTION, "follow_ups": ["PAY-1"]}],
    "withdrawn": [None, WITHDRAWN],
    "override": [None, WITHDRAWN],
    "stakeholders": [{}, {"client_facing": ["jun"]}],
    "episodes": [[], [EPISODE], [EPISODE, EPISODE]],
}
versions = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in FIELDS.items()})


@given(versions, versions)
def test_every_field_that_differs_is_told_and_no_other(
    before: dict[str, Any], after: dict[str, Any]
):
    found = {each.field.partition(".")[0] for each in differences(read(**before), read(**after))}
    assert found == {key for key in FIELDS if before[key] != after[key]}


@given(versions)
def test_what_a_file_begins_with_is_told_as_steps(first: dict[str, Any]):
    found = {each.field.partition(".")[0] for each in differences(None, read(**first))}
    steps = {"assignee", "updates", "assessment", "resolution", "withdrawn", "override", "episodes"}
    assert found == {key for key in steps if first[key]}


def test_the_files_here_are_plain_yaml():
    assert yaml.safe_load(escalation("DS-1"))["ticket"] == "DS-1"
