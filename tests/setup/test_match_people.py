"""Who is who, as tables of values."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.model.known_person import KnownPerson
from reconciler.model.roster import Roster
from reconciler.setup.match_people import LEAVE, NEW, joined, plan_import
from reconciler.setup.new_handles import new_handle

DEFAULTS = {"team": "dev", "role": "engineer"}
ROSTER = Roster.model_validate(
    {
        "version": 1,
        "teams": {"dev": {"name": "Dev", "kind": "dev-support"}},
        "people": {
            "ann": {
                **DEFAULTS,
                "name": "Ann Lee",
                "email": "Ann@x.example",
                "github": "ann",
                "slack": "U0ANN0001",
            },
            "bob": {**DEFAULTS, "name": "Bob Ray", "email": "bob@x.example", "github": "bob"},
        },
    }
)


def person(name: str, email: str, **values: str) -> KnownPerson:
    return KnownPerson("Slack", name, email, values)


def outcome(*people: KnownPerson, decided: Mapping[str, str] | None = None) -> dict[str, Any]:
    found = plan_import(ROSTER, people, DEFAULTS, decided or {})
    whole = {
        "added": {key: dict(each) for key, each in found.additions.items()},
        "ids": {key: dict(each) for key, each in found.ids.items()},
        "unclear": [each.handles for each in found.unclear],
        "incomplete": [missing for _, missing in found.incomplete],
        "left": [each.why for each in found.left_out],
    }
    return {key: value for key, value in whole.items() if value}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (person("Ann Lee", "ann@x.example", slack="U0ANN0001"), {}),
        (person("Other", "ann@x.example", slack="U0OTHER01"), {}),
        (
            person("Bob Ray", "bob@x.example", slack="U0BOB0001"),
            {"ids": {"bob": {"slack": "U0BOB0001"}}},
        ),
        (
            person("Ann", "new@x.example", slack="U0ANN0001", jira="a1"),
            {"ids": {"ann": {"jira": "a1"}}},
        ),
        (person("Bob", "bob@x.example", slack="U0ANN0001"), {"unclear": [("bob", "ann")]}),
        (person("bob  RAY", "ray@x.example"), {"unclear": [("bob",)]}),
        (person("Cy", "cy@x.example"), {"incomplete": [("github",)]}),
        (person("Cy", "", github="cy"), {"left": ["Slack hides the e-mail address"]}),
    ],
)
def test_one_person(found: KnownPerson, expected: dict[str, Any]):
    assert outcome(found) == expected


def test_two_new_people_of_one_name():
    one, two = (person("Cy", f"cy{n}@x.example", github=f"cy{n}") for n in (1, 2))
    assert outcome(one, two) == {"unclear": [(), ()]}
    decided = {one.email: NEW, two.email: LEAVE}
    assert list(outcome(one, two, decided=decided)["added"]) == ["cy"]


def test_a_decision_for_somebody_of_the_roster():
    found = person("Bob Ray", "ray@x.example", slack="U0BOB0001")
    assert outcome(found, decided={found.email: "bob"}) == {"ids": {"bob": {"slack": "U0BOB0001"}}}


def test_sources_are_joined_by_the_address():
    people = [
        person("Cy", "cy@x.example", slack="U0CY00001"),
        KnownPerson("Jira", "C", "cy@x.example", {"jira": "c"}),
    ]
    ((whole,), left) = joined(people)
    assert (whole.name, dict(whole.values), left) == ("Cy", {"slack": "U0CY00001", "jira": "c"}, ())


@pytest.mark.parametrize(
    ("name", "taken", "handle"),
    [
        ("Zoë Ångström", (), "zoe"),
        ("Zoe A", ("zoe",), "zoe-a"),
        ("Zoe", ("zoe", "z-a"), "zoe-2"),
        ("No Body", (), "no-body"),
        ("李 雷", (), "z-a"),
        ("Søren Straße", ("soren",), "soren-strasse"),
        ("1337", (), "z-a"),
    ],
)
def test_handles_of_new_people(name: str, taken: tuple[str, ...], handle: str):
    assert new_handle(name, "z.a@x.example", taken) == handle
