"""Random histories against a second, plain account of who agrees to what.

No change counts that lacks its owner's word, and none that has it is left out.
"""

from copy import deepcopy
from typing import Any

from agreement import Line, file_of, ids, proposal, said
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.consent import Consent

PEOPLE = ("priya", "tomas", "lena", "owen", "ines", "hannah", "dmitri", "nadia", "pavel", "nobody")
ACKNOWLEDGERS = {"hannah", "ines", "marcus"}
DEV_SUPPORT = {"hannah", "ines", "marcus", "dmitri", "nadia", "felix", "mei"}
VALUES: dict[str, list[Any]] = {
    "title": ["Payments fail", "Cards fail", "Something fails in DS-1"],
    "contact": ["lena", "owen"],
    "assignee": ["dmitri", "nadia", None],
    "assessment": ["The gateway.", "The ledger.", None],
    "snooze_until": ["2026-11-24T09:00:00-05:00", None],
}
UPDATES = [
    {"at": f"2026-11-23T1{hour}:00:00-05:00", "by": by, "text": f"News {hour}."}
    for hour, by in enumerate(("dmitri", "nadia", "pavel", "priya", "ines"))
]

changes = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from(values) for name, values in VALUES.items()},
        "updates": st.sets(st.integers(0, len(UPDATES) - 1), max_size=2),
    },
)
steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.lists(st.tuples(st.sampled_from(PEOPLE), st.booleans()), max_size=3),
        changes,
        st.sampled_from(["all", "title", "assignee"]),
    ),
    max_size=6,
)


class Account:
    """What counts, by the rules in plain words."""

    def __init__(self) -> None:
        self.declared: dict[str, Any] = {**file_of("DS-1"), "assessment": None}
        self.declared |= {"snooze_until": None}
        self.counts = dict(self.declared)
        self.declared_updates: set[int] = set()
        self.updates: set[int] = set()

    def step(self, new: dict[str, Any], updates: set[int], words: dict[str, set[str]]) -> None:
        """One merged pull request; `words` are those who agreed, by field."""
        for name in ("title", "contact", "assignee"):
            self._judge(name, new, words)
        for name in ("assessment", "snooze_until"):
            self._judge(name, new, words)
        for number in self.declared_updates ^ updates:
            by = UPDATES[number]["by"]
            may = by in DEV_SUPPORT or by == self.counts["assignee"]
            if (number in updates) == (number in self.updates):
                continue
            if may and by in words[f"updates{number}"]:
                self.updates ^= {number}
        self.declared, self.declared_updates = new, updates

    def _judge(self, name: str, new: dict[str, Any], words: dict[str, set[str]]) -> None:
        if new[name] == self.declared[name]:
            return
        owners = {
            "title": {"priya"},
            "contact": {"priya", self.counts["contact"]},
            "assignee": ACKNOWLEDGERS,
            "assessment": {*ACKNOWLEDGERS, self.counts["assignee"]},
            "snooze_until": {*ACKNOWLEDGERS, self.counts["assignee"]},
        }[name]
        if new[name] == self.counts[name] or owners & words[name]:
            self.counts[name] = new[name]


def content(fields: dict[str, Any], updates: set[int]) -> dict[str, Any]:
    written = [deepcopy(UPDATES[number]) for number in sorted(updates)]
    whole = {**fields, "updates": written} if written else fields
    return {key: value for key, value in whole.items() if value is not None}


@given(steps)
def test_what_counts_is_what_its_owners_agreed_to(life: list[Any]) -> None:
    line, account = Line(), Account()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="ines", DS_1=file_of("DS-1"))
    for author, approvals, change, seen in life:
        new = {**account.declared, **{k: v for k, v in change.items() if k != "updates"}}
        updates = account.declared_updates ^ change.get("updates", set())
        before = content(account.declared, account.declared_updates)
        after = content(new, updates)
        if before == after:
            continue
        part = before
        if seen != "all":
            name = seen
            part = content({**account.declared, name: new[name]}, account.declared_updates)
        covers = None if seen == "all" else ids(before, part)
        consents: list[Consent] = [said(author)]
        words: dict[str, set[str]] = {}
        for field in (*VALUES, *(f"updates{number}" for number in range(len(UPDATES)))):
            partly = seen in {"all", field}
            words[field] = {author, *(who for who, whole in approvals if whole or partly)}
        consents += [
            said(who, approved=True, covers=None if whole else covers) for who, whole in approvals
        ]
        line.commit(consents=consents, DS_1=after)
        account.step(new, updates, words)
    counts = line.in_force()
    assert counts is not None
    for name in ("title", "contact", "assignee", "assessment"):
        assert getattr(counts, name) == account.counts[name], name
    assert (counts.snooze_until is None) is (account.counts["snooze_until"] is None)
    assert {each.text for each in counts.updates} == {
        UPDATES[number]["text"] for number in account.updates
    }
    left = {name for name in VALUES if account.counts[name] != account.declared[name]}
    left |= {"updates"} if account.updates != account.declared_updates else set()
    assert {each.change.key.name for each in line.agreed().not_agreed} == left
