"""The life of an escalation in which two people act, once each."""

from pathlib import Path

from goldens import hold
from hub import Hub
from merging import TICKET, run
from timelines import timeline

GOLDEN = Path(__file__).parent / "golden" / "two-people.txt"

CHANNEL = "ds-1071-something-fails-in-ds-1071"


def test_one_proposes_the_other_approves_and_assigns(merging_hub: Hub) -> None:
    hub = merging_hub
    number = hub.propose(TICKET, assignee=None)  # the first action
    run(hub)
    assert "<@U0HANNAH1>" in str(hub.replies(TICKET))
    hub.pass_time(minutes=12)
    hub.review(number, "hannah", body="Both billers are down.\n\n/assign dmitri")  # the second
    told = run(hub)
    assert f"merged #{number}, agreed by Hannah Weiss" in told
    ticket = hub.ticket(TICKET)
    assert "ESCALATION" in ticket["labels"]
    assert ticket["priority"] == "Highest"
    assert ticket["assignee"] is not None
    channel = hub.channel(TICKET)
    assert channel["name"] == CHANNEL
    everybody = {"U0PRIYA01", "U0LENA001", "U0OWEN001", "U0DMITRI1", "U0INES001", "U0HANNAH1"}
    assert everybody <= set(channel["members"])
    (_, reply) = hub.replies(TICKET)  # after the call, one reply for both steps
    assert "Acknowledged by Hannah Weiss in <https://" in reply["text"]
    assert f">. Assigned to Dmitri Sokolov. Please go to <#{channel['id']}>." in reply["text"]
    assert "Nothing to do" in run(hub)
    hub.pass_time(minutes=30)
    update = {"at": "2026-11-23T15:42:00Z", "by": "dmitri", "text": "The cause is found."}
    hub.pull_main()
    said = {"assignee": "dmitri", "updates": [update]}
    hub.propose(TICKET, who="dmitri", branch="update", title="Update DS-1071", **said)  # the third
    run(hub)
    hold(GOLDEN, timeline(hub, TICKET))
    told = " ".join(hub.escalate("history", TICKET).stdout.split())
    assert f"proposed by priya-raman, #{number}, " in told
    assert "proposed by dmitri-sokolov, #2, " in told
    hub.escalate("board", "--out", "site")
    dossier = (hub.folder / "site/e" / f"{TICKET}.html").read_text("utf-8")
    assert ", Priya Raman, " in dossier
    assert "github-actions" not in dossier


def test_an_update_takes_one_action_of_one_person(merging_hub: Hub) -> None:
    hub = merging_hub
    hub.begin(TICKET, "--record")
    update = {"at": "2026-11-23T15:00:00Z", "by": "dmitri", "text": "The cause is found."}
    hub.propose(TICKET, who="dmitri", branch="update", title="Update", updates=[update])
    told = run(hub)
    assert "agreed by Dmitri Sokolov" in told
    texts = [each["text"] for each in hub.channel(TICKET)["messages"]]
    assert sum("The cause is found." in each for each in texts) == 1
    assert "The cause is found." in str(hub.ticket(TICKET)["comments"])
    assert "Nothing to do" in run(hub)


def test_an_approval_without_a_command_leaves_the_engineer_to_the_desk(merging_hub: Hub) -> None:
    hub = merging_hub
    number = hub.propose(TICKET, assignee=None)
    hub.review(number, "hannah", body="Who takes it? `/assign dmitri`, perhaps.")
    run(hub)
    assert hub.ticket(TICKET)["assignee"] is None


def test_a_command_of_who_may_not_assign(merging_hub: Hub) -> None:
    hub = merging_hub
    number = hub.propose(TICKET, assignee=None)
    hub.review(number, "hannah")
    hub.review(number, "lena", body="/assign dmitri")
    run(hub)
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]
    assert hub.ticket(TICKET)["assignee"] is None


def test_a_command_that_somebody_else_wrote_into_the_approval(merging_hub: Hub) -> None:
    hub = merging_hub
    number = hub.propose(TICKET, assignee=None)
    review = hub.review(number, "hannah", body="Good.")
    hub.pass_time(minutes=1)
    hub.call("owen", "PUT", f"pulls/{number}/reviews/{review['id']}", {"body": "/assign mei"})
    run(hub)
    assert hub.ticket(TICKET)["assignee"] is None


def test_an_engineer_who_may_not_have_it_is_refused_and_named(merging_hub: Hub) -> None:
    hub = merging_hub
    number = hub.propose(TICKET, assignee=None)
    hub.review(number, "hannah", body="/assign pavel")
    run(hub)
    assert hub.channels(TICKET) == []
    (comment,) = hub.plan_comments(number)
    assert "pavel is on team payments" in comment["body"]
