"""Twenty proposals that are open at once: none loses an approval, and only contradictions wait."""

from typing import Any

import yaml
from company import escalation
from hub import Hub
from merging import begin_with, is_merged, run

TICKET = "DS-1071"
FILE = f"escalations/2026/{TICKET}.yaml"
NEW = {"DS-1072": "felix", "DS-1073": "mei", "DS-1074": "marcus"}
WRITERS = ("dmitri", "nadia", "felix", "mei", "hannah", "ines", "marcus")
TEAMS = ("amara", "jun", "sofia", "ravi")


def begun(hub: Hub) -> None:
    """A running escalation, and a desk whose limits hold nothing."""
    policy = yaml.safe_load((hub.folder / "config/policy.yaml").read_text())
    policy["desks"]["DS"]["limits"] = {"per_day": 50, "active": 50, "per_assignee": 50}
    begin_with(hub, merge="when-agreed", desks=policy["desks"])
    hub.begin(TICKET, "--record")
    hub.pass_time(minutes=30)


def opened(hub: Hub, who: str, branch: str, ticket: str = TICKET, **changes: Any) -> int:
    path = f"escalations/2026/{ticket}.yaml"
    hub.push(branch, {path: escalation(ticket, **changes)}, who=who)
    return hub.open(branch, branch, who=who)


def news(who: str, minute: int) -> dict[str, str]:
    return {
        "at": f"2026-11-23T10:{minute:02}:00-05:00",
        "by": who,
        "text": f"Host {minute} is slow.",
    }


def proposals(hub: Hub) -> dict[int, tuple[str, ...]]:
    """Twenty pull requests, with who has to approve each of them."""
    found: dict[int, tuple[str, ...]] = {}
    for minute, who in enumerate((*WRITERS, *WRITERS[:2])):
        found[opened(hub, who, f"news-{minute}", updates=[news(who, minute)])] = ()
    for who in TEAMS:
        sides = "product_engineering" if who in {"sofia", "ravi"} else "client_facing"
        changed = {"stakeholders": {sides: [who]}}
        found[opened(hub, who, f"invite-{who}", **changed)] = ("lena",)
    found[opened(hub, "priya", "title", title="Payers cannot pay")] = ()
    found[opened(hub, "dmitri", "assessment", assessment="It is the gateway.")] = ()
    found[opened(hub, "tomas", "contact", contact="owen")] = ("priya",)
    found[opened(hub, "pavel", "assign-nadia", assignee="nadia")] = ("ines",)
    for ticket, assignee in NEW.items():
        branch = f"escalate-{ticket.lower()}"
        found[opened(hub, "priya", branch, ticket, assignee=assignee)] = ("hannah",)
    return found


def approved(hub: Hub, todo: dict[int, tuple[str, ...]]) -> None:
    """In an order that is not that of the proposals."""
    for number in sorted(todo, key=lambda each: each * 7 % 23):
        for who in todo[number]:
            hub.review(number, who)
        hub.pass_time(seconds=30)


def test_twenty_at_once_all_arrive(merging_hub: Hub) -> None:
    hub = merging_hub
    begun(hub)
    todo = proposals(hub)
    assert len(todo) == 20
    contradicting = opened(hub, "hannah", "assign-mei", assignee="mei")
    approved(hub, todo)
    hub.push("main", {"README.md": "Main goes on."}, who="hannah")
    for number in sorted(todo)[::3]:
        hub.call("owen", "PUT", f"pulls/{number}/update-branch", {}, 202)
    told = [run(hub)]
    while "merged #" in told[-1] and len(told) < 5:
        hub.pass_time(minutes=1)
        told.append(run(hub))
    left = [number for number in todo if not is_merged(hub, number)]
    assert left == [], told[-1]
    assert not is_merged(hub, contradicting)
    why = f"{FILE}: main has another value of assignee now"
    assert f"#{contradicting} is agreed and not merged: {why}" in told[-1]
    assert_carried_out(hub)
    assert "not agreed: " not in told[-1], told[-1]
    assert "Nothing to do" in run(hub)


def assert_carried_out(hub: Hub) -> None:
    """Everything of the twenty is in the file, in the channels and on the tickets."""
    hub.pull_main()
    content = yaml.safe_load((hub.folder / FILE).read_text())
    said = {each["text"] for each in content["updates"]}
    posted = str(hub.channel(TICKET)["messages"])
    assert len(said) == 9
    assert all(each in posted for each in said)
    assert content["title"] == "Payers cannot pay"
    assert (content["contact"], content["assignee"]) == ("owen", "nadia")
    assert content["assessment"] == "It is the gateway."
    sides = content["stakeholders"].values()
    assert sorted(who for side in sides for who in side) == sorted(TEAMS)
    members = hub.channel(TICKET)["members"]
    assert {hub.user(who) for who in (*TEAMS, "nadia", "owen")} <= set(members)
    for ticket in NEW:
        assert "ESCALATION" in hub.ticket(ticket)["labels"], ticket
        assert len(hub.channels(ticket)) == 1
