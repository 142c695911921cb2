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
        (
            each["name"],
            each["members"],
            [message["text"] for message in each["messages"]],
            [(mark["title"], mark["link"]) for mark in each["bookmarks"]],
        )
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


@pytest.mark.sampled(8)
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
    hub.push("attack", {FILE: escalation(TICKET, updates=[UPDATE])}, who="pavel")
    hub.git("fetch", "--quiet", "origin", "attack")
    hub.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    number = hub.call("dmitri", "GET", "../../../user")["id"]
    author = f"--author=Dmitri <{number}+dmitri-sokolov@users.noreply.github.com>"
    hub.git("commit", "--quiet", "--amend", "--no-edit", author)
    hub.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/attack", pusher="pavel-novak")
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


def test_a_command_is_not_for_a_ticket_that_is_pushed_later(hub: Hub) -> None:
    """Ines asks for Nadia on one ticket, in a comment and in a review."""
    hub.begin(OTHER)
    number = hub.propose(TICKET)
    hub.pass_time(minutes=5)
    hub.call("ines", "POST", f"issues/{number}/comments", {"body": "/assign nadia"})
    hub.review(number, "ines", body="/assign nadia")
    hub.pass_time(minutes=5)
    branch = f"escalate/{TICKET.lower()}"
    hub.push(branch, {SECOND: escalation(OTHER, assignee="nadia")}, who="pavel", base=branch)
    hub.merge(number, "pavel")
    assert "the assignee nadia" in shown(hub)
    assert "U0NADIA01" not in hub.channel(OTHER)["members"]


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


@pytest.mark.parametrize("broken", ["people: [", None], ids=["broken", "removed"])
def test_a_merge_while_there_is_no_roster_to_read(hub: Hub, broken: str | None) -> None:
    roster = (hub.folder / "config/roster.yaml").read_text()
    hub.begin(TICKET, "--record")
    before = effects(hub)
    attack(hub, "ines", {"config/roster.yaml": broken})
    attack(hub, "pavel", {FILE: escalation(TICKET, assignee="nadia")})
    attack(hub, "ines", {"config/roster.yaml": roster})
    assert "the assignee nadia" in shown(hub)
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


EARLIER = f"escalations/2025/{TICKET}.yaml"
"""Of two files of the ticket, the first by name."""


def test_a_copy_that_says_the_same_takes_over_no_link(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    hub.pass_time(minutes=5)
    attack(hub, "pavel", {EARLIER: escalation(TICKET)})
    assert "ticket-twice" in shown(hub)
    assert effects(hub) == before


def test_a_copy_beside_a_file_that_nobody_can_read_any_more(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    before = effects(hub)
    copy = escalation(TICKET, assignee="nadia", updates=[UPDATE])
    attack(hub, "pavel", {FILE: "ticket: [", EARLIER: copy})
    shown(hub)
    assert effects(hub) == before


def test_a_file_that_nobody_can_read_hides_no_new_escalation(hub: Hub) -> None:
    attack(hub, "pavel", {EARLIER: "ticket: ["})
    attack(hub, "pavel", {FILE: escalation(TICKET)})
    shown(hub)
    assert "ESCALATION" not in hub.ticket(TICKET)["labels"]
    assert hub.channels(TICKET) == []


OF_THIS_DESK, OF_ANOTHER_DESK = "escalations/2026/DS-1.yaml", "escalations/2026/PLAT-1.yaml"


def test_a_second_file_of_the_ticket_by_another_name(hub: Hub) -> None:
    """Its path comes first."""
    hub.begin(TICKET, "--record")
    before = effects(hub)
    second = escalation(TICKET, assignee="nadia", updates=[UPDATE])
    attack(hub, "pavel", {OF_THIS_DESK: second}, ("yusuf",))
    assert "ticket-path" in shown(hub)
    assert effects(hub) == before


@pytest.mark.parametrize("name", [OF_THIS_DESK, OF_ANOTHER_DESK])
def test_an_escalation_in_a_file_of_another_name(hub: Hub, name: str) -> None:
    attack(hub, "priya", {name: escalation(TICKET)}, ("yusuf",))
    assert "ticket-path" in shown(hub)
    assert "ESCALATION" not in hub.ticket(TICKET)["labels"]
    assert hub.channels(TICKET) == []


LOOSER: dict[str, tuple[str, dict[str, Any]]] = {
    "another acknowledger": ("rebase", {}),
    "a merge acknowledges": ("squash", {"acknowledgement": "merge"}),
    "each merged change counts": ("rebase", {"rights": "by-merge"}),
    "other owners": ("merge", {"owners": {"assignee": ["initiator"]}}),
}


@pytest.mark.parametrize("name", LOOSER)
def test_a_policy_that_is_agreed_does_not_count_in_its_own_pull_request(
    hub: Hub, name: str
) -> None:
    """The lead of another desk agrees to the policy, and owns nothing of the escalations."""
    hub.begin(TICKET, "--record")
    before = effects(hub)
    method, changes = LOOSER[name]
    policy = policy_of(hub, **changes) if changes else with_acknowledger(hub, "pavel")
    changed = {FILE: escalation(TICKET, assignee="nadia"), SECOND: escalation(OTHER)}
    hub.push("attack", {"config/policy.yaml": policy}, who="priya")
    hub.push("attack", changed, who="priya", base="attack")
    number = hub.open("attack", "Nothing special", who="priya")
    hub.review(number, "yusuf")
    hub.review(number, "pavel")
    hub.merge(number, method=method)
    told = shown(hub)
    assert "not agreed: the policy" not in told
    assert "the assignee nadia" in told
    assert effects(hub) == before
    assert hub.channels(OTHER) == []


def stacked(hub: Hub, who: str) -> int:
    """A pull request that adds a note, on top of a branch of Pavel's that assigns Nadia."""
    hub.push("below", {FILE: escalation(TICKET, assignee="nadia")}, who="pavel")
    hub.push("attack", {"README.md": "A note."}, who=who, base="below")
    body = {"title": "Add a note", "head": "attack", "base": "below"}
    return int(hub.call(who, "POST", "pulls", body, 201)["number"])


def test_an_approval_from_before_it_was_for_the_main_branch(hub: Hub) -> None:
    """What the approver saw is the note, because GitHub compares with the branch below."""
    hub.begin(TICKET, "--record")
    before = effects(hub)
    number = stacked(hub, "pavel")
    hub.pass_time(minutes=5)
    hub.review(number, "ines")
    hub.pass_time(minutes=5)
    hub.call("pavel", "PATCH", f"pulls/{number}", {"base": "main"})
    hub.merge(number, "pavel")
    assert "the assignee nadia" in shown(hub)
    assert effects(hub) == before


def test_a_pull_request_that_another_one_aims_at_the_main_branch(hub: Hub) -> None:
    """Ines is an acknowledger, and proposed her note for the branch below."""
    hub.begin(TICKET, "--record")
    before = effects(hub)
    number = stacked(hub, "ines")
    hub.pass_time(minutes=5)
    hub.call("pavel", "PATCH", f"pulls/{number}", {"base": "main"})
    hub.merge(number, "pavel")
    assert "the assignee nadia" in shown(hub)
    assert effects(hub) == before


def test_who_aims_their_own_pull_request_at_the_main_branch_agrees_to_it(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    number = stacked(hub, "ines")
    hub.pass_time(minutes=5)
    hub.call("ines", "PATCH", f"pulls/{number}", {"base": "main"})
    hub.merge(number, "ines")
    assert "not agreed" not in shown(hub)
    assert "U0NADIA01" in hub.channel(TICKET)["members"]


def forge_commit(hub: Hub, author: str, at: str, message: str) -> None:
    options = ("--quiet", "--allow-empty", f"--author={author}", f"--date={at}")
    hub.git("commit", *options, f"--message={message}")


def test_a_merge_that_claims_the_commit_of_another_one(hub: Hub) -> None:
    """Its branch repeats that commit's author and words, as the commits of a rebase have them."""
    number = hub.propose(TICKET)
    hub.review(number)
    last = hub.merge(number)
    hub.reconcile("--record")
    before = effects(hub)
    hub.pull_main()
    hub.git("checkout", "--quiet", "--detach")
    said = hub.git("log", "-1", "--format=%an <%ae>%n%ad%n%B", "--date=raw", last)
    forge_commit(hub, *said.split("\n", 2))
    login = "pavel-novak"
    at = f"{int(hub.now.timestamp())} +0000"
    text = (hub.folder / FILE).read_text().replace(TICKET, OTHER)
    (hub.folder / SECOND).write_text(text)
    hub.git("add", SECOND)
    forge_commit(hub, f"{login} <{login}@users.noreply.github.example>", at, "Nothing\n\nAt all")
    hub.git("push", "--quiet", "origin", "HEAD:refs/heads/attack", pusher=login)
    number = hub.open("attack", "Nothing special", who="pavel")
    words = {"commit_title": "Nothing", "commit_message": "At all"}
    hub.call("pavel", "PUT", f"pulls/{number}/merge", {"merge_method": "squash", **words})
    shown(hub)
    assert effects(hub) == before


def test_history_and_report_show_what_is_not_agreed(hub: Hub) -> None:
    hub.begin(TICKET, "--record")
    attack(hub, "pavel", {FILE: escalation(TICKET, assignee="nadia", resolution=resolution())})
    attack(hub, "pavel", {SECOND: escalation(OTHER)})
    assert "[not recorded who agreed]" in hub.escalate("history", TICKET).stdout
    shown(hub)
    lines = hub.escalate("history", TICKET).stdout.splitlines()
    assert [line for line in lines if "reassigned" in line and "[not agreed]" in line]
    assert [line for line in lines if "resolved" in line and "[not agreed]" in line]
    assert not [line for line in lines if "escalated" in line and "agreed]" in line]
    assert "assigned" in lines[1]
    others = hub.escalate("history", OTHER).stdout.splitlines()
    assert [line for line in others if "escalated" in line and "[not agreed]" in line]
    assert ["Over", "0"] in [line.split() for line in hub.escalate("report").stdout.splitlines()]
