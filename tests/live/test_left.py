"""What cannot be removed is named, stays known, and goes with the next live check."""

import re
from pathlib import Path

import pytest
from goldens import hold
from hub import Hub

from live.trial import CLOSED, TICKET, cleaned, close_a_ticket, site_of, tried, visible
from reconciler.doctor.live.jira_fields import PriorityStep, PropertyStep
from reconciler.sandbox import Box
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.jira_state import Comment
from reconciler.services.errors import ServiceError

pytestmark = pytest.mark.usefixtures("screens")
_LIVE = ("doctor", "--live", "--ticket", TICKET, "--closed-ticket", CLOSED)


@pytest.fixture
def company(tmp_path: Path, box: Box) -> Hub:
    made = Hub(tmp_path / "repo", box)
    close_a_ticket(made)
    return made


def _refuse_to_archive(company: Hub) -> None:
    refusal = Fault("slack_error", "slack", "conversations.archive", error="restricted_action")
    refusal.times = None
    company.box.faults.add(refusal)


def test_it_is_named_and_the_notes_stay(company: Hub):
    before = visible(company)
    _refuse_to_archive(company)
    done = company.escalate(*_LIVE, status=1)
    assert "not removed: Slack: channel" in done.stdout
    assert "1 step could not remove everything. Run the command again." in done.stdout
    left = visible(company)
    assert [name for name in left["channels"] if name.startswith("zz-")] != []
    assert "escalation-canary" in left["issues"][TICKET]["properties"]
    company.box.faults.clear()
    assert cleaned(company).left == []
    assert visible(company) == before


def test_a_priority_that_cannot_be_restored_keeps_its_note(company: Hub):
    issue = company.box.world.jira.issues[TICKET]
    before = issue.priority
    with site_of(company) as site:
        PropertyStep().make(site)
        PriorityStep().make(site)
        assert issue.priority == "Highest"
        company.box.world.jira.projects["PAY"].priorities = ["Highest"]
        assert PriorityStep().remove(site) == ()
        with pytest.raises(ServiceError, match="the priority in it was not restored"):
            PropertyStep().remove(site)
    company.box.world.jira.projects["PAY"].priorities = list(
        company.box.world.jira.projects["DS"].priorities
    )
    assert cleaned(company).left == []
    assert (issue.priority, issue.properties) == (before, {})


def test_a_priority_that_a_person_set_meanwhile_stays(company: Hub):
    issue = company.box.world.jira.issues[TICKET]
    with site_of(company) as site:
        PropertyStep().make(site)
        PriorityStep().make(site)
        issue.priority = "Low"
        PriorityStep().remove(site)
        PropertyStep().remove(site)
    assert (issue.priority, issue.properties) == ("Low", {})


def test_notes_that_a_person_wrote_move_nothing(company: Hub):
    """Anyone who can edit the ticket can edit the property."""
    issue = company.box.world.jira.issues[TICKET]
    issue.properties["escalation-canary"] = {
        "priority_before": "no-such-id",
        "priority_set": {"a": 1},
        "closed_ticket": "../../user?accountId=1",
    }
    company.box.clear_calls()
    assert cleaned(company).left == []
    assert (issue.priority, issue.properties) == ("Medium", {})
    asked = {each.name for each in company.box.calls if each.service == "jira"}
    assert not {
        name for name in asked if not name.startswith(("GET /issue/", "DELETE /issue/"))
    } - {"GET /myself"}


def test_comments_of_others_stay(company: Hub):
    """Also one with the same text, and one of the account without the mark."""
    text = "This is a test of escalate doctor --live."
    company.jira("priya", "POST", f"issue/{TICKET}/comment", {"body": text})
    world, now = company.box.world, company.box.clock.now()
    bot = world.jira.bot
    world.jira.issues[TICKET].comments.append(
        Comment(world.jira.next_id(), bot, text, now, now, bot)
    )
    before = visible(company)
    assert tried(company).left == []
    assert visible(company) == before


def test_a_channel_of_somebody_else_stays(company: Hub):
    priya = company.slack("priya")
    made = priya.conversations_create(name="zz-escalate-canary-0000000a")["channel"]["id"]
    priya.conversations_invite(channel=made, users=company.box.world.slack.bot_user)
    priya.chat_postMessage(channel=made, text="Hello")
    before = visible(company)
    assert tried(company).left == []
    assert visible(company) == before


def test_a_ticket_that_is_not_closed(company: Hub):
    company.box.world.jira.issues[CLOSED].status = "Open"
    done = company.escalate(*_LIVE, status=1)
    assert "PAY-655 is not closed" in done.stdout


def test_a_clone_without_a_remote(company: Hub):
    company.git("remote", "remove", "origin")
    done = company.escalate(*_LIVE, status=1, fresh=False)
    assert "the clone has no remote origin" in done.stdout


def test_a_remote_that_refuses_branches(company: Hub):
    hook = company.box.github.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintf '%b\\n' '- \\033[31mRed\\007' >&2\nexit 1\n")
    hook.chmod(0o755)
    try:
        done = company.escalate(*_LIVE, status=1)
    finally:
        hook.unlink()
    assert "✗ branch, pushed twice and deleted: the remote refuses it" in done.stdout
    assert "Red" in done.stdout
    assert not {"\033", "\007"} & set(done.stdout)


def test_a_remote_without_the_main_branch(company: Hub):
    remote = company.box.github.remote
    company.git("update-ref", "-d", "refs/heads/main", folder=remote)
    done = company.escalate(*_LIVE, status=1, fresh=False)
    assert "origin has no branch main" in done.stdout


def test_options_that_do_not_go_together(company: Hub):
    assert company.escalate(*_LIVE, "--write-ids", status=2).stdout == ""


@pytest.mark.parametrize("ticket", ["../myself", "TEST", "TEST-0"])
def test_what_is_no_ticket(company: Hub, ticket: str):
    company.box.clear_calls()
    done = company.escalate("doctor", "--live", "--ticket", ticket, status=1)
    assert "is not the key of a ticket" in done.stderr
    assert company.box.calls == []


_SEEN = {
    "POST /issue/{key}/comment": lambda sent: sent["body"]["body"],
    "POST /issue/{key}/remotelink": lambda sent: sent["body"]["object"]["title"],
    "conversations.create": lambda sent: sent["name"],
    "conversations.setTopic": lambda sent: sent["topic"],
    "chat.postMessage": lambda sent: sent["text"],
    "bookmarks.add": lambda sent: sent["title"],
}


def test_what_people_see_meanwhile(company: Hub):
    """Everything explains what it is."""
    company.escalate(*_LIVE, status=1)
    shown = [
        f"{each.name}: {_SEEN[each.name](each.request)}\n"
        for each in company.box.calls
        if each.name in _SEEN
    ]
    text = re.sub(r"(canary-)[0-9a-f]{8}", r"\1XXXXXXXX", "".join(dict.fromkeys(shown)))
    filled = re.sub(r"([sl])\1{9,}", r"\1\1\1...", text)
    hold(Path(__file__).parent / "golden" / "seen.txt", filled)


def test_no_message_to_pin(company: Hub):
    company.box.world.slack.scopes.remove("chat:write")
    assert "(there is no message)" in company.escalate(*_LIVE, status=1).stdout


def test_a_policy_that_cannot_be_read(company: Hub):
    (company.folder / "config" / "policy.yaml").write_text("desks: [", encoding="utf-8")
    done = company.escalate(*_LIVE, status=1, fresh=False)
    assert "cannot be read" in done.stderr
