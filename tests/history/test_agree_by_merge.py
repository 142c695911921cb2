"""Before a policy says `rights: by-field`: what is merged counts, and an approval acknowledges."""

from typing import Any

from agreement import POLICY, Line, file_of, proposal

from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdict
from reconciler.pull_requests.in_force import commits_in_question

BY_MERGE = {key: each for key, each in POLICY.items() if key != "rights"}
UPDATE = {"at": "2026-11-23T11:00:00-05:00", "by": "dmitri", "text": "Cause found."}
LATER = {"at": "2026-11-23T12:00:00-05:00", "by": "dmitri", "text": "It is mended."}
AGAIN: dict[str, Any] = {
    "reason": "It is back.",
    "initiator": "priya",
    "contact": "lena",
    "impact": proposal()["impact"],
}


def by_merge() -> Line:
    return Line(policy=BY_MERGE)


def verdict(line: Line, position: int) -> Verdict:
    return line.agreed().verdicts["DS-1", line.commits[position].sha]


def test_what_is_merged_counts() -> None:
    line = by_merge()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="amara", DS_1=file_of("DS-1", updates=[UPDATE]))
    agreed = line.agreed()
    assert not agreed.not_agreed
    assert agreed.timeline.versions == line.timeline.versions


def test_an_approval_acknowledges() -> None:
    line = by_merge()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="priya", approved_by=["amara"], DS_2=proposal("DS-2"))
    line.commit(author="ines", approved_by=["ines"], DS_3=proposal("DS-3"))
    found = line.agreed().verdicts
    assert {key: isinstance(each, Acknowledgement) for (key, _), each in found.items()} == {
        "DS-1": True,
        "DS-2": False,
        "DS-3": False,
    }


def test_a_second_episode_needs_its_own_approval() -> None:
    line = by_merge()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    over = proposal(withdrawn={"by": "priya", "reason": "It is over."})
    line.commit(author="priya", DS_1=over)
    line.commit(author="priya", DS_1={**over, "episodes": [AGAIN]})
    assert isinstance(verdict(line, 1), Acknowledgement)
    assert isinstance(verdict(line, 3), Unacknowledged)


def test_rights_by_field_begin_with_the_policy_that_names_them() -> None:
    line = by_merge()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="amara", DS_1=file_of("DS-1", updates=[UPDATE]))
    line.commit(author="ines", policy=POLICY)
    line.commit(author="amara", DS_1=file_of("DS-1", updates=[UPDATE, LATER]))
    assert [each.change.key.name for each in line.agreed().not_agreed] == ["updates"]
    in_force = line.in_force()
    assert in_force is not None
    assert [each.text for each in in_force.updates] == ["Cause found."]
    assert in_force.assignee == "dmitri"


def test_a_change_of_the_policy_cannot_end_them_without_a_word() -> None:
    line = Line()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="amara", policy=BY_MERGE)
    line.commit(author="amara", DS_1=file_of("DS-1"))
    assert [each.change.key.name for each in line.agreed().not_agreed] == [
        "config/policy.yaml",
        "assignee",
    ]


def test_the_forge_is_asked_only_about_beginnings() -> None:
    line = by_merge()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="amara", DS_1=file_of("DS-1", updates=[UPDATE]))
    line.commit(author="ines", roster=line.roster)
    line.commit(author="priya", DS_1={**file_of("DS-1", updates=[UPDATE]), "episodes": [AGAIN]})
    asked = commits_in_question(line.timeline, {"DS-1"})
    assert [each.position for each in asked] == [4, 1]
