"""What of the main line counts: changes that have the word of their field's owners."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from agreement import Line, config_change, file_of, ids, proposal, read, said

from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Unread
from reconciler.model.consent import NoPullRequest, UnreadConsents
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import NotAgreed

UPDATE = {"at": "2026-11-23T11:00:00-05:00", "by": "dmitri", "text": "Cause found."}
RESOLUTION = {
    "root_cause": "A certificate had expired.",
    "mitigation": "It was renewed.",
    "follow_ups": "none",
    "customer_communication": {"owner": "lena", "state": "pending"},
}


def escalated() -> Line:
    """DS-1, escalated by priya, acknowledged by ines and assigned to dmitri by her."""
    line = Line()
    line.commit(author="priya", approved_by=["ines"], DS_1=proposal())
    line.commit(author="ines", DS_1=file_of("DS-1"))
    return line


def lacking(line: Line) -> dict[str, tuple[str, ...]]:
    """Whose word is missing, by the name of the field."""
    return {each.change.key.name: each.lacks for each in line.agreed().not_agreed}


def verdict(line: Line, position: int = 1) -> object:
    return line.agreed().verdicts["DS-1", line.commits[position].sha]


def test_the_usual_life_is_agreed() -> None:
    line = escalated()
    line.commit(author="dmitri", DS_1=file_of("DS-1", updates=[UPDATE]))
    line.commit(author="dmitri", DS_1=file_of("DS-1", updates=[UPDATE], resolution=RESOLUTION))
    sent = deepcopy(RESOLUTION)
    sent["customer_communication"]["state"] = "sent"
    line.commit(author="lena", DS_1=file_of("DS-1", updates=[UPDATE], resolution=sent))
    agreed = line.agreed()
    assert not agreed.not_agreed
    assert agreed.timeline.versions == line.timeline.versions
    assert isinstance(verdict(line), Acknowledgement)


# Each change, whose own word makes it count, and who is nobody to change it.
CHANGES: dict[str, tuple[dict[str, Any], set[str], set[str]]] = {
    "reason": ({"reason": "All payers are hit."}, {"priya"}, {"lena", "dmitri", "ines"}),
    "title": ({"title": "Payments fail"}, {"priya"}, {"lena", "dmitri", "ines"}),
    "contact": ({"contact": "owen"}, {"priya", "lena"}, {"owen", "dmitri", "ines"}),
    "handovers": (
        {"handovers": [{"at": "2026-11-23T18:00:00-05:00", "to": "owen"}]},
        {"priya", "lena"},
        {"owen", "dmitri", "ines"},
    ),
    "assignee": ({"assignee": "nadia"}, {"ines", "hannah"}, {"nadia", "dmitri", "priya"}),
    "updates": ({"updates": [UPDATE]}, {"dmitri"}, {"nadia", "ines", "priya", "lena"}),
    "assessment": ({"assessment": "The gateway."}, {"dmitri", "ines"}, {"priya", "lena", "nadia"}),
    "stakeholders.client_facing": (
        {"stakeholders": {"client_facing": ["amara"]}},
        {"priya", "lena", "dmitri"},
        {"amara", "ines", "nadia"},
    ),
    "channel": ({"channel": "payments-down"}, {"priya", "lena", "dmitri"}, {"amara", "ines"}),
    "withdrawn": (
        {"withdrawn": {"by": "priya", "reason": "It works again."}},
        {"priya"},
        {"ines", "dmitri", "lena"},
    ),
    "override": (
        {"override": {"by": "hannah", "reason": "All billers are hit."}},
        {"hannah"},
        {"priya", "ines", "dmitri"},
    ),
    "adopted": ({"adopted": {"channel": "C0123456789"}}, {"ines"}, {"priya", "dmitri", "lena"}),
    "snooze_until": (
        {"snooze_until": "2026-11-24T09:00:00-05:00"},
        {"dmitri", "ines"},
        {"priya", "lena"},
    ),
}
PAIRS = [
    (name, who, counts)
    for name, (_, owners, others) in CHANGES.items()
    for counts, people in ((True, owners), (False, others))
    for who in sorted(people)
]


@pytest.mark.parametrize(("name", "who", "counts"), PAIRS)
@pytest.mark.parametrize("approves", [False, True])
def test_a_field_takes_the_word_of_its_owners(
    name: str, who: str, *, counts: bool, approves: bool
) -> None:
    line = escalated()
    before = line.in_force()
    change = CHANGES[name][0]
    if approves:  # somebody else proposes it
        line.commit(author="pavel", approved_by=[who], DS_1=file_of("DS-1", **change))
    else:
        line.commit(author=who, DS_1=file_of("DS-1", **change))
    if counts:
        assert not line.agreed().not_agreed
        assert line.in_force() == line.versions[-1].escalation
    else:
        assert set(lacking(line)) == {name}
        assert CHANGES[name][1] <= set(lacking(line)[name])
        assert line.in_force() == before


def test_a_later_change_of_others_counts_on_top_of_what_does_not() -> None:
    line = escalated()
    line.commit(author="pavel", DS_1=file_of("DS-1", assignee="nadia"))
    line.commit(author="dmitri", DS_1=file_of("DS-1", assignee="nadia", updates=[UPDATE]))
    counts = line.in_force()
    assert counts is not None
    assert counts.assignee == "dmitri"
    assert [each.text for each in counts.updates] == ["Cause found."]
    assert set(lacking(line)) == {"assignee"}


def test_a_late_approval_heals() -> None:
    line = escalated()
    line.commit(author="pavel", approved_by=["ines"], DS_1=file_of("DS-1", assignee="nadia"))
    assert not line.agreed().not_agreed


def test_what_is_taken_back_needs_no_word() -> None:
    line = escalated()
    line.commit(author="pavel", DS_1=file_of("DS-1", assignee="nadia"))
    line.commit(author="pavel", DS_1=file_of("DS-1"))
    assert not line.agreed().not_agreed


def test_an_approval_covers_only_what_it_saw() -> None:
    line = escalated()
    old, new = file_of("DS-1"), file_of("DS-1", assignee="nadia", title="Payments fail")
    seen = ids(old, file_of("DS-1", assignee="nadia"))
    consents = [said("pavel"), said("ines", approved=True, covers=seen), said("priya", covers=seen)]
    line.commit(consents=consents, DS_1=new)
    counts = line.in_force()
    assert counts is not None
    assert (counts.assignee, counts.title) == ("nadia", "Something fails in DS-1")


def test_an_update_is_in_the_name_of_who_wrote_it() -> None:
    line = escalated()
    stranger = {**UPDATE, "by": "pavel"}
    line.commit(author="pavel", approved_by=["ines"], DS_1=file_of("DS-1", updates=[stranger]))
    assert lacking(line) == {"updates": ()}


@pytest.mark.parametrize("gone", [[], [{**UPDATE, "text": "Nothing found."}]])
def test_an_update_is_changed_by_its_author_alone(gone: list[Any]) -> None:
    line = escalated()
    line.commit(author="dmitri", DS_1=file_of("DS-1", updates=[UPDATE]))
    line.commit(author="nadia", approved_by=["ines"], DS_1=file_of("DS-1", updates=gone))
    counts = line.in_force()
    assert counts is not None
    assert [each.text for each in counts.updates] == ["Cause found."]


def test_nobody_escalates_in_the_name_of_who_did_not_say_so() -> None:
    line = Line()
    line.commit(author="lena", approved_by=["ines"], DS_1=proposal())
    assert verdict(line) == Unacknowledged("the word of Priya Raman is missing")
    line = Line()
    line.commit(author="lena", approved_by=["ines", "priya"], DS_1=proposal())
    assert isinstance(verdict(line), Acknowledgement)


def test_a_new_initiator_agrees_and_so_does_the_former() -> None:
    for people, counts in ((["tomas"], False), (["priya"], False), (["tomas", "priya"], True)):
        line = escalated()
        line.commit(author="pavel", approved_by=people, DS_1=file_of("DS-1", initiator="tomas"))
        assert (not lacking(line)) is counts


def test_who_proposes_does_not_acknowledge() -> None:
    line = Line()
    line.commit(author="ines", approved_by=["priya", "ines"], DS_1=proposal(initiator="ines"))
    assert isinstance(verdict(line), Unacknowledged)
    line = Line()  # marcus pushed it into the pull request of priya
    whole = ids(None, proposal())
    consents = [said("priya"), said("marcus", covers=whole), said("marcus", approved=True)]
    line.commit(consents=consents, DS_1=proposal())
    assert isinstance(verdict(line), Unacknowledged)


def test_an_acknowledger_who_adds_the_engineer_still_acknowledges() -> None:
    line = Line()
    whole, first = file_of("DS-1"), ids(None, proposal())
    assigned = ids(None, whole) - first
    consents = [
        said("priya", covers=first),
        said("ines", covers=assigned),
        said("ines", approved=True),
    ]
    line.commit(consents=consents, DS_1=whole)
    assert isinstance(verdict(line), Acknowledgement)
    assert not line.agreed().not_agreed


def test_an_assignee_in_the_proposal_needs_an_acknowledger() -> None:
    line = Line()
    line.commit(author="priya", DS_1=file_of("DS-1"))
    counts = line.in_force()
    assert counts is not None
    assert counts.assignee is None


def test_who_is_assigned_without_agreement_owns_nothing() -> None:
    line = escalated()
    line.commit(author="nadia", DS_1=file_of("DS-1", assignee="nadia", assessment="All is well."))
    assert set(lacking(line)) == {"assignee", "assessment"}


def test_a_message_to_customers_is_sent_when_its_owner_says_so() -> None:
    line = escalated()
    sent = deepcopy(RESOLUTION)
    sent["customer_communication"]["state"] = "sent"
    line.commit(author="dmitri", DS_1=file_of("DS-1", resolution=sent))
    counts = line.in_force()
    assert counts is not None
    assert counts.resolution is not None
    assert counts.resolution.customer_communication.state == "pending"
    assert lacking(line) == {"resolution.customer_communication.state": ("lena",)}


def test_a_stranger_resolves_nothing() -> None:
    line = escalated()
    line.commit(author="pavel", DS_1=file_of("DS-1", resolution=RESOLUTION))
    counts = line.in_force()
    assert counts is not None
    assert counts.resolution is None


def test_a_deleted_file_needs_the_word_of_who_may_withdraw() -> None:
    for who, gone in (("pavel", False), ("dmitri", False), ("priya", True), ("ines", True)):
        line = escalated()
        line.commit(author=who, DS_1=None)
        assert line.agreed().timeline.versions[-1].gone is gone
        assert (line.in_force() is None) is gone


def test_a_reopened_escalation_needs_its_initiator() -> None:
    for who, counts in (("priya", True), ("pavel", False)):
        line = escalated()
        line.commit(author="dmitri", DS_1=file_of("DS-1", resolution=RESOLUTION))
        names = ("impact", "reason", "initiator", "contact")
        episode = {key: value for key, value in proposal().items() if key in names}
        line.commit(
            author=who,
            approved_by=["ines"],
            DS_1=file_of("DS-1", resolution=RESOLUTION, episodes=[deepcopy(episode)]),
        )
        assert isinstance(verdict(line, 4), Acknowledgement) is counts


def test_without_a_pull_request_nothing_counts() -> None:
    line = escalated()
    commit = line.commit(DS_1=file_of("DS-1", assignee="nadia"))
    line.verdicts[commit.sha] = NoPullRequest()
    assert set(lacking(line)) == {"assignee"}
    line = Line()
    line.commit(DS_1=proposal())
    assert isinstance(verdict(line), Unacknowledged)


def test_what_cannot_be_read_changes_nothing_and_says_so() -> None:
    line = escalated()
    unread = UnreadConsents(Diagnostic("forge", "GitHub does not answer", "The next run asks."))
    commit = line.commit(DS_1=file_of("DS-1", assignee="nadia"))
    line.verdicts[commit.sha] = unread
    (each,) = line.agreed().not_agreed
    assert each.unread == "GitHub does not answer"
    arrival = line.commit(DS_2=proposal("DS-2"))
    line.verdicts[arrival.sha] = unread
    assert isinstance(line.agreed().verdicts["DS-2", arrival.sha], Unread)


def test_where_merging_acknowledges_everything_counts() -> None:
    line = Line(policy={**Line().policy, "acknowledgement": "merge"})
    line.commit(DS_1=file_of("DS-1"))
    line.commit(DS_1=file_of("DS-1", assignee="nadia"))
    assert line.agreed().timeline.versions == line.timeline.versions


def roster_with(handle: str, **changes: Any) -> dict[str, Any]:
    roster = deepcopy(Line().roster)
    roster["people"][handle].update(changes)
    return roster


def policy_with(*acknowledgers: str) -> dict[str, Any]:
    policy = deepcopy(Line().policy)
    policy["desks"]["DS"]["acknowledgers"] += acknowledgers
    return policy


def test_a_policy_counts_with_the_word_of_an_acknowledger_or_lead_before_it() -> None:
    for who, counts in (("pavel", False), ("priya", False), ("ines", True), ("yusuf", True)):
        line = escalated()
        line.commit(author="pavel", approved_by=[who], policy=policy_with("pavel"))
        assert (not line.agreed().not_agreed) is counts
        assert len(line.agreed().timeline.policies) == 1 + counts


def test_a_pull_request_grants_itself_nothing_however_it_is_merged() -> None:
    line = Line()
    first = line.commit(author="pavel", policy=policy_with("pavel"))
    line.commit(
        consents=[said("priya"), said("pavel", approved=True), said("ines", approved=True)],
        also=[first.sha],
        DS_1=file_of("DS-1"),
    )
    # ines agreed to all of it, and pavel was no acknowledger before it
    assert isinstance(found := verdict(line, 2), Acknowledgement)
    assert found.by == "ines"
    line = Line()
    first = line.commit(author="pavel", policy=policy_with("pavel"))
    line.commit(
        consents=[said("priya"), said("pavel", approved=True)], also=[first.sha], DS_1=proposal()
    )
    assert isinstance(verdict(line, 2), Unacknowledged)


def test_an_agreed_policy_gives_no_rights_in_the_pull_request_that_brings_it() -> None:
    line = Line()
    before = line.configs[0].blob
    first = line.commit(policy=policy_with("pavel"))
    config = config_change("config/policy.yaml", before, line.configs[-1].blob)
    consents = [
        said("priya"),
        said("ines", approved=True, covers=[config.id]),
        said("pavel", approved=True),
    ]
    line.commit(consents=consents, also=[first.sha], DS_1=proposal())
    assert len(line.agreed().timeline.policies) == 2  # ines agreed to it
    assert isinstance(verdict(line, 2), Unacknowledged)  # pavel is an acknowledger from now on


def test_the_contact_in_charge_is_the_one_of_that_moment() -> None:
    handover = {"at": "2026-11-23T12:30:00-05:00", "to": "owen"}
    for who, counts in (("lena", False), ("owen", True)):
        line = escalated()
        line.commit(author="lena", DS_1=file_of("DS-1", handovers=[handover]))
        extra = {"client_facing": ["amara"]}
        line.commit(author=who, DS_1=file_of("DS-1", handovers=[handover], stakeholders=extra))
        assert (not lacking(line)) is counts


def test_what_builds_on_a_policy_that_is_not_agreed_waits_for_it() -> None:
    line = escalated()
    line.commit(author="pavel", policy=policy_with("pavel"))
    more = policy_with("pavel")
    more["desks"]["DS"]["limits"] = {"per_day": 9}
    line.commit(author="ines", policy=more)  # her pull request showed the limit alone
    found: tuple[NotAgreed, ...] = line.agreed().not_agreed
    assert [each.waits for each in found] == [False, True]
    assert line.agreed().timeline.policies == line.timeline.policies[:1]
    line.commit(author="pavel", policy=deepcopy(Line().policy))  # taken back
    assert not line.agreed().not_agreed


def test_a_roster_that_is_not_agreed_makes_nobody_somebody() -> None:
    line = escalated()
    line.commit(author="pavel", roster=roster_with("ines", github="pavel-kim"))
    line.commit(author="priya", approved_by=["pavel"], DS_2=proposal("DS-2"))
    assert isinstance(line.agreed().verdicts["DS-2", line.commits[-1].sha], Unacknowledged)


def test_owners_can_be_changed_in_the_policy() -> None:
    policy = deepcopy(Line().policy)
    policy["owners"] = {"assignee": ["acknowledger", "assignee"]}
    line = escalated()
    line.commit(author="ines", policy=policy)
    line.commit(author="dmitri", DS_1=file_of("DS-1", assignee="nadia"))
    assert not line.agreed().not_agreed


def test_what_is_not_in_force_gives_no_rights() -> None:
    """Nobody becomes the initiator by two steps, of which each needs one word that is missing."""
    line = escalated()
    line.commit(author="owen", DS_1=file_of("DS-1", initiator="owen"))
    line.commit(author="tomas", approved_by=["owen"], DS_1=file_of("DS-1", initiator="tomas"))
    counts = line.in_force()
    assert counts is not None
    assert counts.initiator == "priya"
    assert lacking(line)["initiator"] == ("hannah", "ines", "marcus", "priya")


def test_what_counts_says_whether_a_message_is_new() -> None:
    """Its state is the owner's, also if the file lacked it for a while."""
    sent = RESOLUTION | {"customer_communication": {"owner": "lena", "state": "sent"}}
    line = escalated()
    line.commit(author="dmitri", approved_by=["lena"], DS_1=file_of("DS-1", resolution=sent))
    line.commit(author="dmitri", DS_1=file_of("DS-1"))
    line.commit(author="dmitri", DS_1=file_of("DS-1", resolution=RESOLUTION))
    counts = line.in_force()
    assert counts is not None
    assert counts.resolution is not None
    assert counts.resolution.customer_communication.state.value == "sent"


def test_a_file_that_somebody_removes_and_adds_again_is_no_new_escalation() -> None:
    line = escalated()
    line.commit(author="dmitri", DS_1=file_of("DS-1", updates=[UPDATE]))
    line.commit(author="pavel", DS_1=None)
    other = {"title": "Nothing", "initiator": "pavel", "contact": "owen"}
    line.commit(author="pavel", DS_1=file_of("DS-1", **other))
    counts = line.in_force()
    assert counts is not None
    assert (counts.title, counts.initiator, counts.contact, len(counts.updates)) == (
        "Something fails in DS-1",
        "priya",
        "lena",
        1,
    )
    assert len(line.agreed().verdicts) == 1
    assert set(lacking(line)) == {"title", "initiator", "contact", "updates"}
    line.commit(author="owen", DS_1=file_of("DS-1", updates=[UPDATE]))
    assert not lacking(line)


def test_a_new_episode_that_lacks_its_word_can_be_taken_back() -> None:
    line = escalated()
    again = {key: file_of("DS-1")[key] for key in ("impact", "reason", "initiator", "contact")}
    line.commit(author="pavel", DS_1=file_of("DS-1", episodes=[again]))
    assert set(lacking(line)) > {"reason", "initiator"}
    line.commit(author="owen", DS_1=file_of("DS-1"))
    assert not lacking(line)
    counts = line.in_force()
    assert counts is not None
    assert not counts.episodes


EPISODE = ("impact", "reason", "initiator", "contact")


def again(initiator: str = "priya", **more: Any) -> dict[str, Any]:
    """A file with a second episode."""
    found = {key: file_of("DS-1")[key] for key in EPISODE} | {"initiator": initiator}
    return file_of("DS-1", episodes=[found], **more)


@pytest.mark.parametrize(
    ("author", "initiator", "approved_by", "missing"),
    [
        ("pavel", "priya", [], ("priya",)),
        ("pavel", "priya", ["hannah"], ("priya",)),
        ("pavel", "pavel", [], ("hannah", "ines", "marcus")),
        ("pavel", "pavel", ["dmitri"], ("hannah", "ines", "marcus")),
        ("ines", "ines", ["dmitri"], ("hannah", "marcus")),
        ("pavel", "pavel", ["hannah"], ()),
        ("priya", "priya", [], ("hannah", "ines", "marcus")),
    ],
)
def test_a_second_episode_of_what_runs(
    author: str, initiator: str, approved_by: list[str], missing: tuple[str, ...]
) -> None:
    """It takes the first one's place if its initiator and an acknowledger agree."""
    line = escalated()
    line.commit(author=author, approved_by=approved_by, DS_1=again(initiator))
    assert set(lacking(line).values()) == ({missing} if missing else set())
    counts = line.in_force()
    assert counts is not None
    assert len(counts.episodes) == (0 if missing else 1)
    assert counts.assignee == "dmitri"


def test_a_second_episode_of_what_runs_with_a_late_word() -> None:
    line = escalated()
    words = [said("pavel"), said("priya", approved=True)]
    commit = line.commit(author="pavel", consents=words, DS_1=again())
    line.commit(author="dmitri", DS_1=again(updates=[UPDATE]))
    assert set(lacking(line).values()) == {("hannah", "ines", "marcus")}
    counts = line.in_force()
    assert counts is not None
    assert (len(counts.updates), len(counts.episodes)) == (1, 0)
    late = replace(line.verdicts[commit.sha], consents=(*words, said("ines", approved=True)))
    line.verdicts[commit.sha] = late
    assert not lacking(line)
    counts = line.in_force()
    assert counts is not None
    assert (len(counts.updates), len(counts.episodes)) == (1, 1)


def test_what_builds_on_a_second_episode_waits_for_it() -> None:
    line = escalated()
    line.commit(author="pavel", DS_1=again())
    changed = again()
    changed["episodes"][0] |= {"reason": "It fails again.", "assignee": "nadia"}
    line.commit(author="priya", approved_by=["ines"], DS_1=changed)
    waiting = {each.change.key.name for each in line.agreed().not_agreed if each.waits}
    assert waiting == {"reason", "assignee"}
    assert line.in_force() == read("escalations/2026/DS-1.yaml", file_of("DS-1"))


def test_a_second_episode_after_the_end() -> None:
    """Without its initiator it does not count; without an acknowledger it is held."""
    for who, count in (("pavel", 0), ("priya", 1)):
        line = escalated()
        line.commit(author="dmitri", DS_1=file_of("DS-1", resolution=RESOLUTION))
        line.commit(author=who, DS_1=again(resolution=RESOLUTION))
        assert isinstance(verdict(line, 4), Unacknowledged)
        counts = line.in_force()
        assert counts is not None
        assert len(counts.episodes) == count


def test_a_second_episode_beside_an_end_that_is_not_agreed() -> None:
    line = escalated()
    line.commit(author="pavel", DS_1=again("pavel", resolution=RESOLUTION))
    assert line.in_force() == read("escalations/2026/DS-1.yaml", file_of("DS-1"))


def test_a_second_episode_of_which_nothing_can_be_read() -> None:
    """It may run already, so the run leaves the escalation alone."""
    line = escalated()
    commit = line.commit(DS_1=again())
    unread = UnreadConsents(Diagnostic("forge", "GitHub does not answer", "The next run asks."))
    line.verdicts[commit.sha] = unread
    assert isinstance(verdict(line, 3), Unread)
    counts = line.in_force()
    assert counts is not None
    assert len(counts.episodes) == 1


def test_a_delegate_writes_no_update_for_the_initiator() -> None:
    policy = deepcopy(Line().policy)
    policy |= {"delegates": ["ines"], "owners": {"update": ["initiator", "dev-support"]}}
    line = escalated()
    line.commit(author="ines", policy=policy)
    line.commit(author="ines", DS_1=file_of("DS-1", updates=[UPDATE | {"by": "priya"}]))
    assert lacking(line) == {"updates": ("priya",)}
    withdrawn = {"by": "priya", "reason": "It works."}
    line.commit(author="ines", DS_1=file_of("DS-1", withdrawn=withdrawn))
    assert not lacking(line)
