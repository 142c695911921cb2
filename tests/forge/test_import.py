"""Taken in by hand, proposed, reviewed and merged: nobody hears of it twice."""

import pytest
from hub import Hub

pytestmark = pytest.mark.usefixtures("screens")

TICKET = "DS-1072"
PATH = f"escalations/2026/{TICKET}.yaml"
ANSWERS = (
    "--level=high",
    "--who=Billers with many payers",
    "--how-many=30",
    "--symptom=The upload stops at ninety per cent.",
    "--reason=Nobody can load their payers.",
    "--contact=lena",
    "--findings=It began on Tuesday.",
    "--blocked-because=Only Dev Support can read the worker's logs.",
)
EVERYBODY = ("priya", "lena", "amara", "marcus", "hannah", "sofia")


def escalate_by_hand(hub: Hub, *, posts: bool = True) -> None:
    desk = hub.named("sre-escalations")["id"]
    if posts:
        hub.slack("priya").chat_postMessage(channel=desk, text=f"Please look at {TICKET}.")
    fields = {"assignee": {"accountId": "5f0a1c2e:nadia"}, "priority": {"name": "Highest"}}
    update = {"labels": [{"add": "ESCALATION"}]}
    hub.jira("nadia", "PUT", f"issue/{TICKET}", {"fields": fields, "update": update})
    made = hub.slack("nadia").conversations_create(name="ds-1072-upload-stalls")["channel"]["id"]
    people = ",".join(hub.user(each) for each in EVERYBODY)
    hub.slack("nadia").conversations_invite(channel=made, users=people)
    body = {"body": "We talk in #ds-1072-upload-stalls."}
    hub.jira("nadia", "POST", f"issue/{TICKET}/comment", body)


def test_from_a_label_without_a_file_to_an_empty_plan(hub: Hub):
    escalate_by_hand(hub)
    assert f"escalate import {TICKET}" in " ".join(hub.reconcile().split())
    hub.escalate("import", TICKET, *ANSWERS)
    text = (hub.folder / PATH).read_text()
    (hub.folder / PATH).unlink()
    said = hub.state()["slack"]
    hub.push("import/ds-1072", {PATH: text})
    number = hub.open("import/ds-1072", f"Import {TICKET}")
    assert "has no file" not in hub.reconcile(), "it is on its way"
    hub.pass_time(minutes=5)
    hub.review(number)
    hub.reconcile()
    hub.merge(number)
    plan = hub.escalate("plan").stdout
    lines = [line for line in plan.splitlines() if line.startswith("  ") and TICKET not in line]
    assert lines == [], plan
    comments = len(hub.ticket(TICKET)["comments"])
    hub.reconcile()
    assert "Nothing to do" in hub.escalate("plan", "--thorough").stdout
    assert hub.state()["slack"] == said, "not a word in Slack since the bot joined"
    assert len(hub.ticket(TICKET)["comments"]) == comments


def test_without_an_earlier_post_the_escalation_is_announced(hub: Hub):
    """The page of how to import lists what the plan after the merge shows."""
    escalate_by_hand(hub, posts=False)
    hub.escalate("import", TICKET, *ANSWERS, "--initiator=priya", "--pr")
    (pull,) = hub.call("priya", "GET", "pulls")
    hub.review(pull["number"])
    hub.merge(pull["number"])
    plan = hub.escalate("plan").stdout
    lines = [line for line in plan.splitlines() if line.startswith("  ") and TICKET not in line]
    facets = [line.split()[1] for line in lines]
    assert "slack.announcement" in facets
    assert set(facets) <= {"slack.announcement", "slack.thread"}, plan
    assert hub.announcements(TICKET) == []
    hub.reconcile()
    assert len(hub.announcements(TICKET)) == 1
    assert "Nothing to do" in hub.escalate("plan", "--thorough").stdout


def test_into_a_pull_request_with_the_folder_left_alone(hub: Hub):
    escalate_by_hand(hub)
    done = hub.escalate("import", TICKET, *ANSWERS, "--pr")
    assert "Pull request: " in done.stdout
    assert not (hub.folder / PATH).exists()
    (pull,) = hub.call("priya", "GET", "pulls")
    assert pull["title"] == f"Escalate {TICKET}, which people started without the tool"
    hub.review(pull["number"])
    hub.merge(pull["number"])
    hub.reconcile()
    assert "Nothing to do" in hub.escalate("plan", "--thorough").stdout


def test_what_is_on_the_main_branch_meanwhile_is_not_proposed_again(hub: Hub):
    escalate_by_hand(hub)
    hub.escalate("import", TICKET, *ANSWERS)
    text = (hub.folder / PATH).read_text()
    (hub.folder / PATH).unlink()
    hub.push("import/ds-1072", {PATH: text})
    hub.merge(hub.open("import/ds-1072", f"Import {TICKET}"))
    done = hub.escalate("import", TICKET, *ANSWERS, "--pr", status=1, fresh=False)
    assert f"the main branch already has {PATH}" in done.stderr
