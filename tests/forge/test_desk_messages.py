"""How many messages an escalation leaves in the desk's channel, and where the others are."""

from company import resolution
from hub import Hub

TICKET = "DS-1071"
MOST = 7


def kinds(hub: Hub, channel: str) -> list[str]:
    """What the tool posted about the ticket, in order."""
    payloads = [(each.get("metadata") or {}) for each in hub.named(channel)["messages"]]
    return [each["event_payload"]["kind"] for each in payloads if each]


def at(hub: Hub) -> str:
    return hub.now.isoformat()


def wait(hub: Hub, **span: float) -> None:
    hub.pass_time(**span)
    hub.reconcile()


def live(hub: Hub) -> None:
    """Everything happens that can, and each step only after its reminder."""
    number = hub.propose(TICKET, assignee=None)
    hub.reconcile()
    wait(hub, minutes=31)
    hub.review(number)
    hub.reconcile()
    hub.merge(number)
    wait(hub, minutes=61)
    hub.change(TICKET, "assign")
    wait(hub, hours=4, minutes=1)
    told = {"updates": [{"at": at(hub), "by": "dmitri", "text": "Two hosts are slow."}]}
    hub.change(TICKET, "news", **told)
    told["handovers"] = [{"at": at(hub), "to": "amara"}]
    hub.change(TICKET, "contact", **told)
    wait(hub, hours=18)
    told["assessment"] = "The pool is too small."
    hub.change(TICKET, "assess", **told)
    told["resolution"] = resolution()
    hub.change(TICKET, "resolve", **told)
    wait(hub, hours=24, minutes=1)
    sent = {"owner": "owen", "state": "sent"}
    hub.change(TICKET, "sent", **told | {"resolution": resolution(customer_communication=sent)})


def test_a_whole_life_leaves_few_messages_with_the_desk_and_loses_none(hub: Hub):
    hub.set_policy(reminders={})
    hub.configure()
    live(hub)
    desk = kinds(hub, "sre-escalations")
    assert desk == [
        "announcement",
        "proposed-2",
        "remind-acknowledgement-2",
        "acknowledged",
        "remind-assignment",
        "assigned-dmitri",
        "resolved",
    ]
    assert len(desk) <= MOST
    own = kinds(hub, hub.channel(TICKET)["name"])
    assert len(own) == len(set(own))
    assert set(own) == {
        "brief",
        "remind-update-0",
        "update-1",
        "contact-amara",
        "remind-update-1",
        "remind-update-1-lead",
        "remind-assessment",
        "assessment",
        "summary",
        "remind-communication",
        "remind-unclosed",
    }
    bodies = [each["body"] for each in hub.ticket(TICKET)["comments"]]
    (summary,) = (each for each in bodies if "*Root cause:*" in each)
    assert "Owen Brooks (sent)" in summary
    assert "Nothing to do" in hub.reconcile("--thorough")
    (message,) = hub.announcements(TICKET)
    assert "*Contact:* Amara" in message["text"]
