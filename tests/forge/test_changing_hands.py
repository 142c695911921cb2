"""Who is in charge and who is the contact changes while the escalation lasts."""

from hub import Hub

TICKET = "DS-1071"


def kinds(hub: Hub, start: str) -> list[str]:
    found = (each["metadata"]["event_payload"]["kind"] for each in hub.replies(TICKET))
    return [each for each in found if each.startswith(start)]


def posts(hub: Hub, start: str) -> list[str]:
    messages = hub.channel(TICKET)["messages"]
    return [
        each["text"]
        for each in messages
        if ((each.get("metadata") or {}).get("event_payload") or {})
        .get("kind", "")
        .startswith(start)
    ]


def comments(hub: Hub, words: str) -> list[str]:
    return [each["body"] for each in hub.ticket(TICKET)["comments"] if words in each["body"]]


def test_a_new_assignee_is_invited_and_the_old_one_told(hub: Hub):
    hub.begin(TICKET)
    hub.change(TICKET, "second", assignee="nadia")
    (told,) = posts(hub, "assignee-")
    assert told.startswith("<@U0NADIA01> is in charge now, instead of <@U0DMITRI1>.")
    assert hub.ticket(TICKET)["assignee"].endswith(":nadia")
    assert "U0NADIA01" in hub.channel(TICKET)["members"]
    assert "U0DMITRI1" in hub.channel(TICKET)["members"], "nobody is removed"
    assert kinds(hub, "assigned") == ["assigned-dmitri", "assigned-nadia"]
    hub.change(TICKET, "third", assignee="dmitri")
    assert kinds(hub, "assigned") == ["assigned-dmitri", "assigned-nadia", "assigned-dmitri-2"]
    assert len(posts(hub, "assignee-")) == 2
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_an_assignment_to_somebody_busy_waits(hub: Hub):
    hub.begin(TICKET)
    other = hub.propose("DS-1072", assignee="nadia", branch="other")
    hub.review(other)
    hub.merge(other)
    hub.reconcile()
    hub.change(TICKET, "second", assignee="nadia")
    assert hub.ticket(TICKET)["assignee"].endswith(":dmitri")
    assert posts(hub, "assignee-") == []


def test_a_handover_is_news_of_the_channel_and_the_ticket(hub: Hub):
    hub.begin(TICKET)
    hub.change(TICKET, "second", contact="jun")
    (told,) = posts(hub, "contact-")
    assert told.startswith("<@U0JUN0001> is the contact now, instead of <@U0LENA001>.")
    assert kinds(hub, "contact") == []
    assert len(comments(hub, "Jun Watanabe is the contact now, instead of Lena Fischer.")) == 1
    assert "contact Jun Watanabe" in hub.channel(TICKET)["topic"]["value"]
    assert "U0JUN0001" in hub.channel(TICKET)["members"]
    hub.change(TICKET, "third", contact="lena")
    assert len(posts(hub, "contact-")) == 2
    assert kinds(hub, "contact") == []
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_a_handover_at_a_time_happens_then(hub: Hub):
    at = hub.now.replace(hour=20).isoformat()
    hub.begin(TICKET, handovers=[{"at": at, "to": "jun"}])
    assert "contact Lena Fischer" in hub.channel(TICKET)["topic"]["value"]
    assert "U0JUN0001" not in hub.channel(TICKET)["members"]
    hub.pass_time(hours=5, minutes=1)
    hub.reconcile()
    assert "contact Jun Watanabe" in hub.channel(TICKET)["topic"]["value"]
    assert "U0JUN0001" in hub.channel(TICKET)["members"]
    assert len(posts(hub, "contact-jun")) == 1
    assert kinds(hub, "contact") == []
    hub.pass_time(hours=1)
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_an_update_reaches_channel_and_ticket_once(hub: Hub):
    hub.begin(TICKET)
    news = {"at": "2026-11-23T10:05:00-05:00", "by": "dmitri", "text": "Two *hosts* are slow."}
    hub.change(TICKET, "second", updates=[news])
    assert len(posts(hub, "update-1")) == 1
    (comment,) = comments(hub, "Update by Dmitri Sokolov")
    assert "\\*hosts\\*" in comment
    assert "Nothing to do" in hub.reconcile("--thorough")
