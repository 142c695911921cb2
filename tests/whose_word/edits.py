"""Random edits of the files: each turns some files into others."""

from copy import deepcopy
from typing import Any

import yaml
from company import escalation, resolution
from hypothesis import strategies as st

from whose_word.facts import PATHS, POLICY, ROSTER

Edit = tuple[str, str, Any]
"""The file, what of it, and the new value."""
FIRST, SECOND = PATHS
PEOPLE = ("priya", "hannah", "dmitri", "lena", "ines", "tomas", "nadia", "pavel", "owen")
UPDATES = [
    {"at": f"2026-11-23T1{hour}:00:00-05:00", "by": by, "text": f"News {hour}."}
    for hour, by in enumerate(("dmitri", "nadia", "pavel", "priya", "ines", "dmitri"))
]
VALUES: dict[str, list[Any]] = {
    "title": ["Payments fail", "Cards fail"],
    "reason": ["Nobody is hit.", "Everybody is hit."],
    "initiator": ["tomas", "priya", "pavel"],
    "contact": ["lena", "owen", "amara"],
    "assignee": ["dmitri", "nadia", "pavel", None],
    "assessment": ["The gateway.", "The ledger.", None],
    "snooze_until": ["2026-11-24T09:00:00-05:00", None],
    "withdrawn": [
        {"by": "priya", "reason": "It works."},
        {"by": "hannah", "reason": "It is known."},
        {"by": "pavel", "reason": "So what."},
        None,
    ],
    "override": [{"by": "hannah", "reason": "All of them."}, {"by": "pavel", "reason": "I."}, None],
    "resolution": [
        resolution(),
        resolution(customer_communication={"owner": "owen", "state": "sent"}),
        resolution(customer_communication={"owner": "lena", "state": "sent"}),
        None,
    ],
}
FIELDS = {
    **{name: st.sampled_from(values) for name, values in VALUES.items()},
    "how_many": st.sampled_from([40, 41, 5000]),
    "updates": st.integers(0, len(UPDATES) - 1),
    "stakeholders": st.sampled_from(["amara", "jun"]),
}
OWNERS = [
    ("assignee", ["initiator", "lead"]),
    ("update", ["initiator", "dev-support"]),
    ("reason", ["contact", "acknowledger"]),
    ("initiator", ["acknowledger"]),
]
POLICY_EDITS = st.one_of(
    st.tuples(st.just("acknowledgers"), st.sampled_from(["dmitri", "pavel", "ines"])),
    st.tuples(st.just("delegates"), st.sampled_from(["tomas", "ines", "payments"])),
    st.tuples(st.just("teams"), st.just("payments")),
    st.tuples(st.just("owners"), st.sampled_from(OWNERS)),
    st.tuples(st.just("forms"), st.none()),
)
ROSTER_EDITS = st.tuples(
    st.just("people"),
    st.sampled_from([("pavel", "team", "dev-support"), ("dmitri", "role", "lead")]),
)


def _of(path: str) -> st.SearchStrategy[Edit]:
    one = st.sampled_from(sorted(FIELDS)).flatmap(
        lambda name: st.tuples(st.just(path), st.just(name), FIELDS[name])
    )
    there = st.tuples(st.just(path), st.just("file"), st.booleans())
    return st.one_of(one, one, one, one, there)


edits = st.lists(
    st.one_of(
        _of(FIRST),
        _of(FIRST),
        _of(FIRST),
        _of(SECOND),
        POLICY_EDITS.map(lambda each: (POLICY, *each)),
        ROSTER_EDITS.map(lambda each: (ROSTER, *each)),
    ),
    min_size=1,
    max_size=3,
)


def edited(files: dict[str, Any], todo: list[Edit]) -> dict[str, Any]:
    """The files after some edits."""
    found = deepcopy(files)
    for path, name, value in todo:
        if path in PATHS:
            _edit(found, path, name, value)
        else:
            content = yaml.load(found[path], yaml.CSafeLoader)
            (_edit_policy if path == POLICY else _edit_roster)(content, name, value)
            found[path] = yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False)
    return found


def _edit(files: dict[str, Any], path: str, name: str, value: Any) -> None:
    if name == "file" and not value:
        files.pop(path, None)
        return
    fresh = {**escalation(PATHS[path], assignee=None)}
    content = files.setdefault(path, fresh)
    match name:
        case "file":
            pass
        case "how_many":
            content["impact"]["how_many"] = value
        case "updates":
            known = content.pop("updates", [])
            new = UPDATES[value]
            kept = [each for each in known if each != new]
            every = kept if len(kept) < len(known) else sorted([*known, new], key=_at)
            if every:
                content["updates"] = every
        case "stakeholders":
            known = content.pop("stakeholders", {}).get("client_facing", [])
            every = [each for each in known if each != value]
            every += [] if value in known else [value]
            if every:
                content["stakeholders"] = {"client_facing": every}
        case _ if value is None:
            content.pop(name, None)
        case _:
            content[name] = deepcopy(value)


def _at(update: dict[str, Any]) -> str:
    return str(update["at"])


def _edit_policy(content: dict[str, Any], name: str, value: Any) -> None:
    desk = content["desks"]["DS"]
    match name:
        case "acknowledgers" | "teams":
            desk[name] = sorted({*desk[name]} ^ {value}) or desk[name]
        case "delegates":
            content[name] = sorted({*content.get(name, [])} ^ {value})
        case "owners":
            group, roles = value
            owners = content.setdefault("owners", {})
            if owners.pop(group, None) is None:
                owners[group] = list(roles)
        case _:
            if content.pop("forms", None) is None:
                content["forms"] = {"account": "helper[bot]", "account_id": 7002}


def _edit_roster(content: dict[str, Any], name: str, value: Any) -> None:
    who, key, new = value
    old = {"team": "payments", "role": "engineer"}[key]
    person = content[name][who]
    person[key] = new if person[key] != new else old
