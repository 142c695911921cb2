"""Attacks on whose word counts: each is merged, and none of them gains anything."""

from copy import deepcopy
from typing import Any

import pytest
import yaml
from company import escalation, resolution
from hub import Hub

TICKET, OTHER = "DS-1071", "DS-1072"
FILE = f"escalations/2026/{TICKET}.yaml"
SECOND = f"escalations/2026/{OTHER}.yaml"
CHANNEL = "ds-1071-something-fails-in-ds-1071"
UPDATE = {"at": "2026-11-23T15:00:00Z", "by": "dmitri", "text": "All is well, go home."}


def effects(hub: Hub) -> tuple[Any, ...]:
    """What people see of the escalation: on the ticket, in its channel, and who is in it."""
    ticket = deepcopy(hub.ticket(TICKET))
    ticket["properties"] = {}
    channels = [
        (each["name"], each["members"], [message["text"] for message in each["messages"]])
        for each in hub.channels(TICKET)
    ]
    return ticket["labels"], ticket["priority"], ticket["assignee"], ticket["comments"], channels


def attack(hub: Hub, who: str, files: dict[str, Any], approved_by: tuple[str, ...] = ()) -> int:
    """Somebody's pull request is approved and merged."""
    taken = len(hub.state()["github"]["pulls"])
    number = proposed(hub, who, files, f"attack-{taken}")
    for each in approved_by:
        hub.review(number, each)
    hub.merge(number, who)
    return number


def proposed(hub: Hub, who: str, files: dict[str, Any], branch: str = "attack") -> int:
    hub.push(branch, files, who=who)
    return hub.open(branch, "Nothing special", who=who)


def shown(hub: Hub) -> str:
    return " ".join(hub.reconcile("--record", status=None).split())


# Who merges it, what the file says then, who approves it, and whose word is missing.
CHANGES: dict[str, tuple[str, dict[str, Any], tuple[str, ...], str]] = {
    "an update in the name of the assignee": ("lena", {"updates": [UPDATE]}, ("ines",), "Dmitri"),
    "an update in one's own name, by a stranger": (
        "pavel",
        {"updates": [{**UPDATE, "by": "pavel"}]},
        ("ines",),
        "no one on the roster",
    ),
    "another engineer, by the initiator": ("priya", {"assignee": "nadia"}, ("tomas",), "Hannah"),
    "another engineer, by that engineer": ("nadia", {"assignee": "nadia"}, (), "Hannah"),
    "the end, by a stranger": ("pavel", {"resolution": resolution()}, (), "Dmitri"),
    "the end, by the initiator": ("priya", {"resolution": resolution()}, ("lena",), "Dmitri"),
    "a withdrawal in the name of the initiator": (
        "lena",
        {"withdrawn": {"by": "priya", "reason": "It works again."}},
        ("dmitri",),
        "Priya",
    ),
    "an override in the name of an overrider": (
        "priya",
        {"override": {"by": "hannah", "reason": "All billers are affected."}},
        ("ines",),
        "Hannah",
    ),
    "a channel of others": (
        "priya",
        {"adopted": {"channel": "C0SREESC01"}},
        ("dmitri",),
        "Hannah",
    ),
    "a contact who knows nothing of it": ("dmitri", {"contact": "owen"}, ("owen",), "Lena"),
    "a handover by who takes over": (
        "owen",
        {"handovers": [{"at": "2026-11-23T15:00:00Z", "to": "owen"}]},
        (),
        "Lena",
    ),
    "an assessment by the contact": ("lena", {"assessment": "It is solved."}, (), "Dmitri"),
    "a stakeholder by that stakeholder": (
        "amara",
        {"stakeholders": {"client_facing": ["amara"]}},
        (),
        "Priya",
    ),
    "silence, by the initiator": (
        "priya",
        {"snooze_until": "2026-12-24T09:00:00-05:00"},
        ("lena",),
        "Dmitri",
    ),
    "another reason, by the assignee": ("dmitri", {"reason": "Nobody is hit."}, ("ines",), "Priya"),
    "a new initiator": ("tomas", {"initiator": "tomas"}, ("lena",), "Hannah"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_without_the_word_of_its_owner(hub: Hub, name: str) -> None:
    who, changes, approved_by, missing = CHANGES[name]
    hub.begin(TICKET, "--record")
    before = effects(hub)
    attack(hub, who, {FILE: escalation(TICKET, **changes)}, approved_by)
    told = shown(hub)
    assert "not agreed: " in told
    assert missing in told
    assert effects(hub) == before
    assert "not agreed: " in hub.escalate("status").stdout


def test_a_removed_update_of_another_person(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    attack(hub, "dmitri", {FILE: escalation(TICKET, updates=[UPDATE])})
    hub.reconcile("--record")
    before = effects(hub)
    attack(hub, "nadia", {FILE: escalation(TICKET)}, ("ines",))
    assert "the removal of an update by dmitri" in shown(hub)
    assert effects(hub) == before


def test_a_deleted_file(hub: Hub) -> None:
    hub.begin(OTHER, assignee=None)
    hub.begin(TICKET, "--record")
    before = effects(hub)
    attack(hub, "pavel", {FILE: None})
    assert "the removal of the file" in shown(hub)
    assert effects(hub) == before


def test_sent_says_who_sends(hub: Hub) -> None:
    communication = {"owner": "owen", "state": "sent"}
    hub.begin(TICKET, "--record")
    ended = resolution(customer_communication=communication)
    attack(hub, "dmitri", {FILE: escalation(TICKET, resolution=ended)})
    assert "the state of the customer communication" in shown(hub)
    assert "pending" in str(hub.channel(TICKET)["messages"])


def test_a_second_file_in_somebody_elses_pull_request_calls_nobody(hub: Hub) -> None:
    number = hub.propose(TICKET)
    hub.push(
        f"escalate/{TICKET.lower()}",
        {SECOND: escalation(OTHER, assignee=None)},
        who="pavel",
        base=f"escalate/{TICKET.lower()}",
    )
    hub.reconcile("--record")
    assert len(hub.announcements(TICKET)) == 1
    assert hub.announcements(OTHER) == []
    hub.review(number)
    hub.merge(number)
    told = shown(hub)

    assert "the word of Priya Raman is missing" in told
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]
    assert "ESCALATION" not in hub.ticket(OTHER)["labels"]


def test_a_forged_author_of_a_commit(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    hub.push(
        "attack", {FILE: escalation(TICKET, updates=[UPDATE])}, who="dmitri", pusher="pavel-novak"
    )
    hub.merge(hub.open("attack", "News", who="pavel"), "pavel")
    assert "an update by dmitri" in shown(hub)
    assert effects(hub) == before


def test_a_push_after_the_approval(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    number = proposed(hub, "pavel", {FILE: escalation(TICKET, snooze_until=None)} | {"x": "y"})
    hub.review(number, "ines")
    changed = {FILE: escalation(TICKET, assignee="nadia")}
    hub.push("attack", changed, who="pavel", base="attack")
    hub.merge(number, "pavel")
    assert "the assignee nadia" in shown(hub)
    assert effects(hub) == before


def test_an_approval_of_what_was_pushed_away(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    number = proposed(hub, "pavel", {FILE: escalation(TICKET, assessment="The gateway.")})
    hub.review(number, "ines")
    hub.push("attack", {FILE: escalation(TICKET, assignee="nadia")}, who="pavel", force=True)
    hub.merge(number, "pavel")
    assert "the assignee nadia" in shown(hub)
    assert effects(hub) == before


def test_a_status_that_anybody_can_set(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    number = proposed(hub, "pavel", {FILE: escalation(TICKET, assignee="nadia")})
    head = hub.call("pavel", "GET", f"pulls/{number}")["head"]["sha"]
    body = {"state": "success", "context": "escalations/ack", "description": "agreed"}
    hub.call("pavel", "POST", f"statuses/{head}", body)
    hub.merge(number, "pavel")
    assert "the assignee nadia" in shown(hub)
    assert effects(hub) == before


def policy_of(hub: Hub, **changes: Any) -> str:

    known = yaml.safe_load((hub.folder / "config/policy.yaml").read_text())
    return yaml.safe_dump({**known, **changes}, sort_keys=False)


def with_acknowledger(hub: Hub, handle: str) -> str:

    desks = yaml.safe_load((hub.folder / "config/policy.yaml").read_text())["desks"]
    desks["DS"]["acknowledgers"] = [*desks["DS"]["acknowledgers"], handle]
    return policy_of(hub, desks=desks)


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_rights_that_a_pull_request_gives_itself(hub: Hub, method: str) -> None:
    hub.push("attack", {"config/policy.yaml": with_acknowledger(hub, "pavel")}, who="priya")
    hub.push("attack", {FILE: escalation(TICKET)}, who="priya", base="attack")
    number = hub.open("attack", "Escalate", who="priya")
    hub.review(number, "pavel")
    hub.merge(number, method=method)
    told = shown(hub)
    assert "not agreed: the policy of #1" in told
    assert "it is not acknowledged" in told
    assert hub.channels(TICKET) == []


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_configuration_that_is_agreed_however_it_is_merged(hub: Hub, method: str) -> None:
    hub.push("more", {"config/policy.yaml": with_acknowledger(hub, "felix")}, who="priya")
    hub.push("more", {"README.md": "Felix acknowledges."}, who="priya", base="more")
    number = hub.open("more", "Felix acknowledges", who="priya")
    hub.review(number, "ines")
    hub.merge(number, method=method)
    number = hub.propose(TICKET)
    hub.review(number, "felix")
    hub.merge(number)
    assert "not agreed" not in shown(hub)
    assert len(hub.channels(TICKET)) == 1


def test_rights_that_came_first_in_a_pull_request_of_their_own(hub: Hub) -> None:
    attack(hub, "priya", {"config/policy.yaml": with_acknowledger(hub, "pavel")}, ("pavel",))
    number = hub.propose(TICKET)
    hub.review(number, "pavel")
    hub.merge(number)
    told = shown(hub)
    assert "not agreed: the policy of #1" in told
    assert hub.channels(TICKET) == []


def test_merging_that_shall_acknowledge_from_now_on(hub: Hub) -> None:
    attack(hub, "priya", {"config/policy.yaml": policy_of(hub, acknowledgement="merge")})
    hub.merge(hub.propose(TICKET))
    assert "not agreed: the policy of #1" in shown(hub)
    assert hub.channels(TICKET) == []


def test_owners_that_somebody_names_alone(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    owners = {"assignee": ["initiator"]}
    attack(hub, "priya", {"config/policy.yaml": policy_of(hub, owners=owners)})
    hub.pull_main()
    hub.push("again", {FILE: escalation(TICKET, assignee="nadia")})
    hub.merge(hub.open("again", "Nadia"))
    told = shown(hub)
    assert "the assignee nadia" in told
    assert effects(hub) == before


def test_an_account_that_takes_over_a_handle(hub: Hub) -> None:
    roster = (hub.folder / "config/roster.yaml").read_text()
    assert "github: ines-carvalho" in roster
    taken = roster.replace("github: ines-carvalho", "github: pavel-novak")
    taken = taken.replace("github: pavel-novak", "github: ines-carvalho", 1)
    attack(hub, "priya", {"config/roster.yaml": taken})
    number = hub.propose(TICKET)
    hub.review(number, "pavel")
    hub.merge(number)
    assert "not agreed: the roster of #1" in shown(hub)
    assert hub.channels(TICKET) == []


def test_a_reopened_escalation_in_the_name_of_its_initiator(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    ended = escalation(TICKET, resolution=resolution())
    attack(hub, "dmitri", {FILE: ended})
    hub.reconcile("--record")
    again = {key: ended[key] for key in ("impact", "reason", "initiator", "contact")}
    before = effects(hub)
    attack(hub, "pavel", {FILE: ended | {"episodes": [again]}}, ("ines",))
    assert "the word of Priya Raman is missing" in shown(hub)
    assert effects(hub)[0] == before[0]


def test_a_late_word_heals(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    number = attack(hub, "pavel", {FILE: escalation(TICKET, assignee="nadia")})
    assert "not agreed: the assignee nadia" in shown(hub)
    hub.pass_time(minutes=5)
    hub.review(number, "ines")
    assert "not agreed" not in shown(hub)
    assert "U0NADIA01" in hub.channel(TICKET)["members"]
    assert "Nothing to do" in hub.reconcile("--record")


@pytest.mark.parametrize("year", [2025, 2027])
def test_the_removal_of_a_copy_under_another_year(hub: Hub, year: int) -> None:
    copy = f"escalations/{year}/{TICKET}.yaml"
    hub.begin(TICKET, "--record")
    before = effects(hub)
    attack(hub, "dmitri", {copy: escalation(TICKET, assignee="nadia")})
    assert effects(hub) == before
    assert "ticket-twice" in shown(hub)
    attack(hub, "dmitri", {copy: None}, ("ines", "priya"))
    shown(hub)
    assert effects(hub) == before
    assert "Nothing to do" in shown(hub)


@pytest.mark.parametrize("year", [2025, 2027])
def test_a_copy_that_hides_what_is_not_agreed(hub: Hub, year: int) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    attack(hub, "pavel", {FILE: escalation(TICKET, assignee="nadia")})
    copy = f"escalations/{year}/{TICKET}.yaml"
    attack(hub, "pavel", {copy: escalation(TICKET, assessment="It is solved.")})
    shown(hub)
    after = effects(hub)
    assert after[:4] == before[:4]
    assert "U0NADIA01" not in hub.channel(TICKET)["members"]


def test_history_and_report_show_what_is_not_agreed(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    attack(hub, "pavel", {FILE: escalation(TICKET, assignee="nadia", resolution=resolution())})
    assert "[not recorded who agreed]" in hub.escalate("history", TICKET).stdout
    shown(hub)
    lines = hub.escalate("history", TICKET).stdout.splitlines()
    assert [line for line in lines if "reassigned" in line and "[not agreed]" in line]
    assert [line for line in lines if "resolved" in line and "[not agreed]" in line]
    assert not [line for line in lines if "escalated" in line and "agreed]" in line]
    assert "assigned" in lines[1]
    assert ["Over", "0"] in [line.split() for line in hub.escalate("report").stdout.splitlines()]
