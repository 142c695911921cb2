"""Reminders: posted once, in one place, quiet at night, and struck through when they are done."""

from typing import Any

import pytest
from announced import answer
from company import escalation, resolution
from hub import Hub

TICKET = "DS-1071"
WITHDRAWN = {"by": "priya", "reason": "It was a mistake."}


@pytest.fixture
def hub(hub: Hub) -> Hub:
    """A company that is reminded."""
    hub.set_policy(reminders={})
    hub.configure()
    return hub


def reminders(hub: Hub) -> dict[str, str]:
    """What the reminders say, by kind, in the thread and in the escalation's channel."""
    own = [each for channel in hub.channels(TICKET) for each in channel["messages"]]
    found = {}
    for each in (*hub.replies(TICKET), *(each for each in own if each["metadata"])):
        kind = each["metadata"]["event_payload"]["kind"]
        if kind.startswith("remind-"):
            assert kind not in found, "said twice"
            found[kind.removeprefix("remind-")] = answer(each["text"])
    return found


def later(hub: Hub, **span: float) -> dict[str, str]:
    hub.pass_time(**span)
    hub.reconcile()
    return reminders(hub)


def move(hub: Hub, name: str) -> None:
    """Somebody moves the ticket to another status."""
    shown = hub.jira("dmitri", "GET", f"issue/{TICKET}/transitions")["transitions"]
    (wanted,) = [each["id"] for each in shown if each["to"]["name"] == name]
    hub.jira("dmitri", "POST", f"issue/{TICKET}/transitions", {"transition": {"id": wanted}})


def test_a_pull_request_that_nobody_acknowledges(hub: Hub):
    number = hub.propose(TICKET)
    hub.reconcile()
    assert later(hub, minutes=29) == {}
    said = later(hub, minutes=2)
    (kind,) = said
    assert kind == f"acknowledgement-{number}"
    assert "<@U0HANNAH1>" in said[kind]
    assert "no one has acknowledged" in said[kind]
    shown = str(hub.replies(TICKET)[-1]["blocks"])
    assert "<@U0HANNAH1>" in shown
    assert f"/pull/{number}" in shown
    assert later(hub, minutes=30) == said, "an edit calls no one"
    after = later(hub, minutes=30)
    assert set(after) == {kind, f"{kind}-lead"}
    assert "<@U0INES001>" in after[f"{kind}-lead"]
    hub.review(number)
    assert set(later(hub, minutes=1).values()) == {":heavy_check_mark: It is acknowledged."}
    hub.merge(number)
    assert len(later(hub, hours=1)) == 2


def test_an_approved_pull_request_that_nobody_merges(hub: Hub):
    number = hub.propose(TICKET)
    hub.reconcile()
    hub.review(number)
    assert later(hub, hours=1, minutes=59) == {}
    said = later(hub, minutes=2)
    assert set(said) == {f"merge-{number}"}
    text = said[f"merge-{number}"]
    assert "<@U0PRIYA01> <@U0HANNAH1>: Hannah Weiss approved <https://" in text
    assert "Please press *Merge*" in text
    assert later(hub, minutes=30) == said
    assert set(later(hub, days=3)) == {f"merge-{number}", f"merge-{number}-lead"}
    hub.merge(number)
    assert later(hub, minutes=5)[f"merge-{number}"] == ":heavy_check_mark: It is merged."
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_an_approved_pull_request_that_no_run_can_merge(hub: Hub):
    hub.set_policy(merge="when-agreed")
    hub.configure()
    number = hub.propose(TICKET, contact="ravi")
    hub.reconcile()
    hub.review(number)
    text = later(hub, hours=2, minutes=1)[f"merge-{number}"]
    assert "the check finds an error: ravi is not client-facing" in text


def test_an_approved_pull_request_that_is_closed_or_outdated(hub: Hub):
    number = hub.propose(TICKET)
    hub.reconcile()
    hub.review(number)
    assert later(hub, hours=2, minutes=1)[f"merge-{number}"].startswith(":alarm_clock:")
    changed = escalation(TICKET, reason="It is worse than we thought.")
    hub.push("escalate/ds-1071", {f"escalations/2026/{TICKET}.yaml": changed}, force=True)
    lost = ":heavy_check_mark: Its approval does not count now."
    assert later(hub, minutes=5)[f"merge-{number}"] == lost
    hub.close(number)
    assert later(hub, minutes=5)[f"merge-{number}"] == lost, "what was answered stays"
    assert "Nothing to do" in hub.reconcile("--thorough")


@pytest.mark.parametrize("merges", [False, True])
def test_an_agreed_change_that_is_not_merged(hub: Hub, merges: bool):
    """Its author and who agreed are reminded once in a period, at no further request."""
    hub.begin(TICKET)
    if merges:
        hub.set_policy(merge="when-agreed")
        hub.configure()
    update = {"at": "2026-11-23T15:00:00Z", "by": "dmitri", "text": "The cause is found."}
    hub.push("news", {f"escalations/2026/{TICKET}.yaml": escalation(TICKET, updates=[update])})
    number = hub.open("news", "News", who="lena")
    assert later(hub, hours=3) == {}
    hub.review(number, "dmitri")
    hub.box.clear_calls()
    hub.reconcile()
    asked = [each.name for each in hub.box.calls if "/repos/" in each.name]
    hub.box.clear_calls()
    said = later(hub, hours=2, minutes=1)
    assert [each.name for each in hub.box.calls if "/repos/" in each.name] == asked
    text = said[f"change-{number}"]
    assert "<@U0LENA001> <@U0DMITRI1>: <https://" in text
    assert ("the tool could not merge it" if merges else "Please press *Merge*") in text
    assert later(hub, minutes=1) == said
    hub.merge(number)
    told = ":heavy_check_mark: The pull request does not wait for its merge now."
    assert later(hub, minutes=1)[f"change-{number}"] == told
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_one_that_is_merged_in_between_is_put_right_too(hub: Hub):
    number = hub.propose(TICKET)
    hub.reconcile()
    later(hub, minutes=31)
    hub.review(number)
    hub.merge(number)
    said = later(hub, minutes=1)
    assert said[f"acknowledgement-{number}"] == ":heavy_check_mark: It is acknowledged."
    assert "Nothing to do" in hub.reconcile("--thorough")


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, "It is acknowledged."), ({"withdrawn": WITHDRAWN}, "It is withdrawn.")],
)
def test_where_merging_acknowledges_a_merge_puts_it_right(
    hub: Hub, changes: dict[str, Any], said: str
):
    hub.set_policy(acknowledgement="merge", reminders={})
    hub.configure()
    number = hub.propose(TICKET)
    hub.reconcile()
    assert "no one has acknowledged" in later(hub, minutes=31)[f"acknowledgement-{number}"]
    hub.merge(number)
    if changes:
        hub.change(TICKET, "back", **changes)
    assert later(hub, minutes=1)[f"acknowledgement-{number}"] == f":heavy_check_mark: {said}"
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_what_is_merged_without_an_approval_goes_on_being_reminded_of(hub: Hub):
    number = hub.propose(TICKET)
    hub.reconcile()
    later(hub, minutes=31)
    hub.merge(number)
    assert later(hub, minutes=1)[f"acknowledgement-{number}"].startswith(":alarm_clock:")
    hub.review(number)
    assert "It is acknowledged." in later(hub, minutes=1)[f"acknowledgement-{number}"]


def test_nobody_is_assigned(hub: Hub):
    hub.begin(TICKET, assignee=None)
    assert later(hub, minutes=59) == {}
    assert "no one is assigned" in later(hub, minutes=2)["assignment"]
    hub.change(TICKET, "assigned")
    assert reminders(hub)["assignment"] == ":heavy_check_mark: An engineer is assigned."


def test_no_news_within_the_cadence_of_the_impact(hub: Hub):
    hub.begin(TICKET)
    assert later(hub, hours=3, minutes=59) == {}
    said = later(hub, minutes=2)
    assert said["update-0"].startswith(":alarm_clock: <@U0DMITRI1>: there is no update.")
    since = "<!date^1795446000^{date_short_pretty} {time}|2026-11-23 10:00 EST>"
    assert f"Open since {since}." in said["update-0"]
    assert later(hub, minutes=30) == said
    news = {"at": "2026-11-23T14:31:00-05:00", "by": "dmitri", "text": "Two hosts are slow."}
    hub.change(TICKET, "news", updates=[news])
    assert reminders(hub) == {"update-0": ":heavy_check_mark: There is an update."}
    texts = [each["text"] for each in hub.channel(TICKET)["messages"]]
    (post,) = (each for each in texts if "heavy_check" in each)
    assert "~There is no update. Please write what is known, even if it is little~" in post
    assert "2026-11-23 14:31 EST" in post


def test_it_is_quiet_outside_the_hours_and_late_after_them(hub: Hub):
    hub.begin(TICKET)
    assert later(hub, hours=7, minutes=1) == {}, "it is five in the afternoon"
    assert later(hub, hours=12) == {}, "it is five in the morning"
    said = later(hub, hours=4)
    assert set(said) == {"update-0", "update-0-lead", "assessment"}
    assert "<@U0INES001>" in said["update-0-lead"], "the lead of dmitri's crew"


def test_it_is_quiet_on_a_weekend_and_late_after_it(hub: Hub):
    hub.pass_time(days=4)  # it is Friday
    hub.begin(TICKET)
    assert later(hub, days=1) == {}
    assert later(hub, days=1) == {}
    assert "update-0" in later(hub, days=1)


def test_a_file_can_ask_for_silence(hub: Hub):
    until = hub.now.replace(hour=20).isoformat()
    hub.begin(TICKET, snooze_until=until)
    assert later(hub, hours=4, minutes=30) == {}
    assert set(later(hub, minutes=31)) == {"update-0"}


def test_the_assessment_is_due(hub: Hub):
    hub.begin(TICKET, impact={**escalation(TICKET)["impact"], "level": "medium"})
    assert "assessment" in later(hub, days=1)
    hub.change(
        TICKET,
        "assessed",
        impact={**escalation(TICKET)["impact"], "level": "medium"},
        assessment="The pool is too small.",
    )
    assert reminders(hub)["assessment"] == ":heavy_check_mark: The assessment is there."


def test_a_ticket_that_is_done_while_it_is_escalated(hub: Hub):
    hub.begin(TICKET)
    move(hub, "Closed")
    said = later(hub, hours=4, minutes=1)
    assert "the ticket is done in Jira, and the escalation is not" in said["closed"]
    move(hub, "Open")
    assert later(hub, minutes=1)["closed"] == ":heavy_check_mark: File and ticket agree."
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_what_is_owed_after_the_end(hub: Hub):
    hub.begin(TICKET)
    hub.change(TICKET, "resolved", resolution=resolution())
    said = later(hub, hours=4, minutes=1)
    assert set(said) == {"unclosed"}
    said = later(hub, hours=20)
    assert said["communication"].startswith(":alarm_clock: <@U0OWEN001>: the affected customers")
    told = {"owner": "owen", "state": "sent"}
    hub.change(TICKET, "told", resolution=resolution(customer_communication=told))
    assert reminders(hub)["communication"] == ":heavy_check_mark: Customer communication: sent."
    move(hub, "Closed")
    assert later(hub, minutes=5)["unclosed"] == ":heavy_check_mark: File and ticket agree."
    assert "Nothing to do" in hub.reconcile("--thorough")


def test_a_lost_receipt_says_nothing_twice(hub: Hub):
    hub.begin(TICKET)
    said = later(hub, hours=4, minutes=1)
    hub.jira("hannah", "DELETE", f"issue/{TICKET}/properties/escalation")
    hub.reconcile()
    assert reminders(hub) == said


def test_without_the_policy_nobody_is_reminded(hub: Hub):
    hub.set_policy(reminders=None)
    hub.configure()
    hub.begin(TICKET)
    assert later(hub, hours=4, minutes=1) == {}
