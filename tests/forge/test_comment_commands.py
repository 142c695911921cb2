"""Commands in comments: what they do, and what somebody who means harm does not get from them."""

from typing import Any

import pytest
import yaml
from commands import Said
from company import escalation, resolution
from forms import (
    ACCOUNT,
    command,
    file_of,
    pulls,
    reactions,
    replies,
    run,
    say,
    send,
    with_account,
)
from forms import answer as answer_form
from forms import body as form_body
from hub import Hub

from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")
ONE = "DS-1071"
PATH = f"escalations/2026/{ONE}.yaml"


@pytest.fixture
def desk(hub: Hub) -> Hub:
    return with_account(hub)


def told(hub: Hub, number: int) -> dict[str, Any]:
    """What the file says at the head of a pull request."""
    head(hub, number)  # GitHub notices a push
    return file_of(hub, {"number": number}, PATH)


def head(hub: Hub, number: int) -> str:
    return str(hub.call("priya", "GET", f"pulls/{number}")["head"]["sha"])


def said(hub: Hub, number: int, text: str, *, who: str = "hannah", **more: Any) -> tuple[int, Said]:
    """Comment, and let the workflow run."""
    comment = say(hub, number, text, who=who)
    return comment, command(hub, comment, **more)


def check_nothing_done(hub: Hub, number: int, before: str) -> None:
    assert head(hub, number) == before
    assert [each["number"] for each in pulls(hub)] in ([number], [])
    assert not [ref for ref in hub.box.world.bare.refs() if "comment-" in ref]


# On an open pull request


def test_assign_is_a_commit_on_the_branch_in_the_authors_name(desk: Hub):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment, ran = said(desk, number, "/assign @nadia-haddad")
    assert ran.status == 0, ran.told
    assert told(desk, number)["assignee"] == "nadia"
    assert reactions(desk, comment) == ["+1"]
    assert replies(desk, number) == []
    after = head(desk, number)
    desk.git("fetch", "--quiet", "origin", after)
    assert desk.git("log", "-1", "--format=%P", after) == before
    person = desk.call("hannah", "GET", f"issues/comments/{comment}")["user"]["id"]
    written = desk.git("log", "-1", "--format=%an <%ae>%n%s", after)
    assert written.splitlines() == [
        f"Hannah Weiss <{person}+hannah-weiss@users.noreply.github.com>",
        f"Assign {ONE} to nadia",
    ]


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        ("/contact Owen Brooks", "lena", {"contact": "owen"}),
        ("/assess It is a *retired* host.", "dmitri", {"assessment": "It is a *retired* host."}),
        (
            "/withdraw It went away.",
            "priya",
            {"withdrawn": {"by": "priya", "reason": "It went away."}},
        ),
    ],
)
def test_each_verb(desk: Hub, text: str, who: str, expected: dict[str, object]):
    number = desk.propose(ONE)
    comment, ran = said(desk, number, text, who=who)
    assert ran.status == 0, ran.told
    assert reactions(desk, comment) == ["+1"], replies(desk, number)
    found = told(desk, number)
    assert {key: found[key] for key in expected} == expected


def test_an_update_is_by_its_author_at_the_time_of_the_comment(desk: Hub):
    number = desk.propose(ONE)
    at = desk.now
    comment = say(desk, number, "/update Two hosts: slow.", who="dmitri")
    desk.pass_time(minutes=20)
    assert command(desk, comment).status == 0
    (update,) = told(desk, number)["updates"]
    assert (update["by"], update["text"]) == ("dmitri", "Two hosts: slow.")
    assert update["at"] == at.replace(microsecond=0)


def test_help_is_a_reply(desk: Hub):
    number = desk.propose(ONE)
    comment, _ = said(desk, number, "/help", who="lena")
    (reply,) = replies(desk, number)
    assert "`/withdraw REASON`" in reply
    assert reactions(desk, comment) == ["+1"]


def test_all_that_is_wrong_is_in_the_reply(desk: Hub):
    number = desk.propose(ONE)
    before = head(desk, number)
    for text, who, expected in (
        ("/assign ravi", "hannah", "ravi is on team payments"),
        ("/assign Nadja", "hannah", "No person on the roster has this name"),
        ("/assign mei\n/contact owen", "hannah", "more than one line"),
        ("/asign mei", "hannah", "Did you mean /assign?"),
        ("/assign", "hannah", "needs a text"),
        ("/assign mei", "priya", "Only people of Dev Support may assign"),
        ("/update We will fix it by Friday.", "dmitri", "**What is new:**"),
        ("/withdraw No.", "lena", "Only the initiator"),
    ):
        comment, ran = said(desk, number, text, who=who)
        assert ran.status == 0, ran.told
        assert expected in replies(desk, number)[-1], text
        assert f"comment-{comment}" in replies(desk, number)[-1]
        assert reactions(desk, comment) in (["confused"], ["+1"])
    desk.git("fetch", "--quiet", "origin", head(desk, number))
    changed = desk.git("log", "--format=%s", f"{before}..{head(desk, number)}").splitlines()
    assert changed in ([], [f"Update {ONE}"])


# After the merge, and on forms


def test_after_the_merge_it_becomes_a_pull_request(desk: Hub):
    number = desk.propose(ONE)
    desk.merge(number)
    comment, ran = said(desk, number, "/update Two hosts are slow.", who="dmitri")
    assert ran.status == 0, ran.told
    (pull,) = pulls(desk)
    assert pull["title"] == f"Update {ONE}"
    assert pull["user"]["login"] == ACCOUNT
    assert pull["body"] == (
        f"Updated by @dmitri-sokolov with a comment on #{number}. The file shows it."
    )
    assert told(desk, pull["number"])["updates"][0]["by"] == "dmitri"
    assert pull["html_url"] in replies(desk, number)[0]
    assert reactions(desk, comment) == ["+1"]


def test_only_who_informs_the_customers_says_so_in_a_comment(desk: Hub):
    number = desk.propose(ONE, resolution=resolution())
    desk.merge(number)
    comment, _ = said(desk, number, "/customers sent", who="ravi")
    assert "Only the owner of the customer communication" in replies(desk, number)[-1]
    assert (reactions(desk, comment), pulls(desk)) == (["confused"], [])
    said(desk, number, "/customers sent", who="owen")
    (pull,) = pulls(desk)
    assert told(desk, pull["number"])["resolution"]["customer_communication"]["state"] == "sent"


def test_on_the_issue_of_a_form_it_edits_the_pull_request_of_the_form(desk: Hub):
    form = send(desk, form_body(ticket=ONE))
    answer_form(desk, form)
    (pull,) = pulls(desk)
    comment, ran = said(desk, form, "/assign nadia")
    assert ran.status == 0, ran.told
    assert told(desk, pull["number"])["assignee"] == "nadia"
    assert reactions(desk, comment) == ["+1"]
    desk.merge(pull["number"])
    said(desk, form, "/update It is back.", who="nadia")
    (later,) = pulls(desk)
    assert told(desk, later["number"])["updates"][0]["by"] == "nadia"


def test_without_an_account_a_click_is_left(hub: Hub):
    number = hub.propose(ONE, assignee=None)
    before = head(hub, number)
    comment = say(hub, number, "/assign nadia")
    ran = command(hub, comment, GITHUB_TOKEN=hub.env["GITHUB_TOKEN"])
    assert ran.status == 0, ran.told
    assert head(hub, number) == before
    found = hub.call("priya", "GET", f"issues/{number}/comments")
    reply = found[-1]["body"]
    assert "One click is left" in reply
    assert f"compare/escalate/ds-1071...escalate-form/comment-{comment}-" in reply
    branch = reply.partition("...")[2].partition("?")[0]
    hub.git("fetch", "--quiet", "origin", branch)
    assert yaml.safe_load(hub.git("show", f"FETCH_HEAD:{PATH}"))["assignee"] == "nadia"


# Once


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "name",
    [
        "POST /repos/{owner}/{repo}/issues/{number}/comments",
        "POST /repos/{owner}/{repo}/issues/comments/{comment}/reactions",
        "POST /repos/{owner}/{repo}/pulls",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("merged", [False, True])
def test_whatever_fails_an_update_is_there_once(desk: Hub, name: str, when: str, *, merged: bool):
    number = desk.propose(ONE)
    if merged:
        desk.merge(number)
    comment = say(desk, number, "/update Two hosts are slow.", who="dmitri")
    desk.box.faults.add(Fault("drop", name=name, when=when, times=None))
    command(desk, comment)
    desk.box.faults.clear()
    assert command(desk, comment).status == 0
    assert "it was answered before" in command(desk, comment).told
    (pull,) = pulls(desk)
    assert len(told(desk, pull["number"])["updates"]) == 1
    assert reactions(desk, comment) == ["+1"]
    assert len(replies(desk, number)) == merged


def test_a_withdrawal_whose_answer_was_lost_is_done(desk: Hub):
    number = desk.propose(ONE)
    comment = say(desk, number, "/withdraw It went away.", who="priya")
    lost = "POST /repos/{owner}/{repo}/issues/comments/{comment}/reactions"
    desk.box.faults.add(Fault("drop", name=lost, when="before", times=None))
    command(desk, comment)
    desk.box.faults.clear()
    assert reactions(desk, comment) == []
    assert command(desk, comment).status == 0
    assert reactions(desk, comment) == ["+1"]
    assert replies(desk, number) == []


# Attacks


def test_a_comment_that_somebody_edited(desk: Hub):
    """Ravi puts words into Hannah's mouth, before the workflow reads the comment."""
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment = say(desk, number, "/assign nadia")
    event = desk.box.github.event("issue_comment", "created", comment, "hannah-weiss")
    desk.pass_time(minutes=1)
    desk.call("ravi", "PATCH", f"issues/comments/{comment}", {"body": "/assign mei"})
    command(desk, comment, event=event)
    assert "was edited" in replies(desk, number)[-1]
    check_nothing_done(desk, number, before)


def test_a_comment_that_was_edited_and_set_back(desk: Hub):
    """Its text is that of the event again; GitHub still says that it was edited."""
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment = say(desk, number, "/assign nadia")
    desk.pass_time(minutes=1)
    desk.call("ravi", "PATCH", f"issues/comments/{comment}", {"body": "/assign nadia"})
    command(desk, comment)
    check_nothing_done(desk, number, before)


def test_a_comment_that_was_edited_within_its_second(desk: Hub):
    """GitHub's times have no fractions: only the event shows what was written."""
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment = say(desk, number, "Looks good.")
    event = desk.box.github.event("issue_comment", "created", comment, "hannah-weiss")
    desk.call("ravi", "PATCH", f"issues/comments/{comment}", {"body": "/assign nadia"})
    found = desk.call("ravi", "GET", f"issues/comments/{comment}")
    assert found["created_at"] == found["updated_at"]
    command(desk, comment, event=event)
    check_nothing_done(desk, number, before)


def test_a_comment_of_another_sender(desk: Hub):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment = say(desk, number, "/assign nadia")
    assert "another account sent its event" in command(desk, comment, sender="ravi-menon").told
    check_nothing_done(desk, number, before)


@pytest.mark.parametrize("login", ["dependabot[bot]", ACCOUNT])
def test_a_bot(desk: Hub, login: str):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment, ran = said(desk, number, "/assign nadia", who=login)
    assert "no person wrote it" in ran.told
    assert reactions(desk, comment) == []
    check_nothing_done(desk, number, before)


def test_a_stranger_gets_nothing_at_all(desk: Hub):
    desk.box.world.github.readers.add("mallory")
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment, ran = said(desk, number, "/assign nadia", who="mallory")
    assert ran.status == 0, ran.told
    assert reactions(desk, comment) == []
    assert replies(desk, number) == []
    check_nothing_done(desk, number, before)


def test_a_colleague_who_is_not_on_the_roster_is_told(desk: Hub):
    desk.box.world.github.writers.add("mallory")
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    said(desk, number, "/assign nadia", who="mallory")
    assert "The account mallory is not on the roster" in replies(desk, number)[0]
    check_nothing_done(desk, number, before)


@pytest.mark.parametrize(
    "text",
    [
        "> /assign nadia",
        "```\n/assign nadia\n```",
        "`/assign nadia`",
        "    /assign nadia",
        "Please /assign nadia",
        "<!--\n/assign nadia\n-->",
        "<!-- escalation-as-code:form -->\n/assign nadia",
        f"### Ticket\n\n{ONE}\n\n### Who works on the ticket\n\nnadia",
    ],
)
def test_what_quotes_a_command_or_imitates_us_is_no_command(desk: Hub, text: str):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    _, ran = said(desk, number, text)
    assert "does not begin with a command" in ran.told
    check_nothing_done(desk, number, before)


@pytest.mark.parametrize(
    "text",
    [
        "/assign nadia\n/withdraw Never mind.",
        f"/assign nadia\n### Ticket\n\n{ONE}",
        "/assign nadia\n<!-- escalation-as-code:form -->",
    ],
    ids=["a command", "a form", "a marker"],
)
def test_a_second_command_or_a_form_below_a_command_is_refused(desk: Hub, text: str):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    said(desk, number, text)
    assert "more than one line" in replies(desk, number)[-1]
    check_nothing_done(desk, number, before)


HOSTILE = {
    "html": "<img src=x onerror=alert(1)> <!-- gotcha -->",
    "mentions": "@ledgerline/dev-support fixes #1 GH-1 https://gotcha.example",
    "workflow": "::error::gotcha ##[error]gotcha",
    "shell": "$(touch /tmp/gotcha) `touch /tmp/gotcha`; rm -rf . && ${IFS}",
    "yaml": 'x"  assignee: gotcha, override: {by: hannah} &a [*a] !!python/x',
    "expression": "${{ secrets.JIRA_API_TOKEN }} gotcha",
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("merged", [False, True])
def test_hostile_words_are_words_of_the_update_alone(desk: Hub, name: str, *, merged: bool):
    number = desk.propose(ONE)
    if merged:
        desk.merge(number)
    before = yaml.safe_load(yaml.dump(escalation(ONE)))
    _, ran = said(desk, number, f"/update {HOSTILE[name]}", who="dmitri")
    assert ran.status == 0, ran.told
    assert "gotcha" not in ran.out
    (pull,) = pulls(desk)
    found = told(desk, pull["number"])
    assert [each["text"] for each in found.pop("updates")] == [HOSTILE[name]]
    assert found.keys() == before.keys()
    desk.git("fetch", "--quiet", "origin", head(desk, pull["number"]))
    message = desk.git("log", "-1", "--format=%B", "FETCH_HEAD")
    for shown in (message, pull["title"], pull["body"] or "", *replies(desk, number)):
        assert "gotcha" not in shown
        assert "dev-support" not in shown


def test_hostile_words_in_a_reply_are_words(desk: Hub):
    number = desk.propose(ONE)
    evil = "</td><script>@priya-raman ::error::x [a](https://evil.example) #1"
    _, ran = said(desk, number, f"/assign {evil}")
    assert not [line for line in ran.out.splitlines() if line.lstrip().startswith("::")]
    reply = replies(desk, number)[-1]
    for each in ("<script>", "@priya-raman", "https://evil", " #1"):
        assert each not in reply.replace("\\<", "")


def test_an_old_event_is_not_replayed(desk: Hub):
    """Whoever may write can start the run of an event again, weeks after its comment."""
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment = say(desk, number, "/assign nadia")
    event = desk.box.github.event("issue_comment", "created", comment, "hannah-weiss")
    desk.pass_time(minutes=26 * 60)
    command(desk, comment, event=event)
    assert "older than a day" in replies(desk, number)[-1]
    check_nothing_done(desk, number, before)


def test_an_event_that_was_answered_changes_nothing_again(desk: Hub):
    number = desk.propose(ONE, assignee=None)
    comment, _ = said(desk, number, "/assign nadia")
    said(desk, number, "/assign mei")
    before = head(desk, number)
    assert "it was answered before" in command(desk, comment).told
    assert told(desk, number)["assignee"] == "mei"
    check_nothing_done(desk, number, before)


def test_a_reaction_of_another_does_not_silence_a_command(desk: Hub):
    number = desk.propose(ONE, assignee=None)
    comment = say(desk, number, "/assign nadia")
    for content in ("+1", "confused"):
        path = f"issues/comments/{comment}/reactions"
        desk.call("ravi", "POST", path, {"content": content}, 201)
    command(desk, comment)
    assert told(desk, number)["assignee"] == "nadia"


def test_a_deleted_comment_does_nothing(desk: Hub):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    comment = say(desk, number, "/assign nadia")
    event = desk.box.github.event("issue_comment", "created", comment, "hannah-weiss")
    desk.call("hannah", "DELETE", f"issues/comments/{comment}", status=204)
    assert "has no comment" in command(desk, comment, event=event).told
    check_nothing_done(desk, number, before)


def test_a_pull_request_that_was_closed_without_a_merge(desk: Hub):
    number = desk.propose(ONE, assignee=None)
    before = head(desk, number)
    desk.close(number)
    said(desk, number, "/assign nadia")
    assert "was closed without a merge" in replies(desk, number)[-1]
    check_nothing_done(desk, number, before)


def test_a_form_whose_answer_names_another_pull_request(desk: Hub):
    """Ravi edits our answer on Priya's form, so that it leads to another escalation."""
    other = desk.propose("DS-1066", assignee=None)
    form = send(desk, form_body(ticket=ONE))
    answer_form(desk, form)
    mine = next(each["number"] for each in pulls(desk) if each["number"] != other)
    (ours,) = [
        each
        for each in desk.call("ravi", "GET", f"issues/{form}/comments")
        if each["user"]["login"] == ACCOUNT
    ]
    evil = ours["body"].replace(f"pull/{mine}", f"pull/{other}")
    desk.call("ravi", "PATCH", f"issues/comments/{ours['id']}", {"body": evil})
    before = head(desk, other), head(desk, mine)
    said(desk, form, "/assign nadia")
    assert "has become no pull request" in replies(desk, form)[-1]
    assert (head(desk, other), head(desk, mine)) == before


def test_rights_come_from_the_main_branch(desk: Hub):
    """Owen's pull request makes himself an acknowledger; his command is refused."""
    policy = yaml.safe_load((desk.folder / "config/policy.yaml").read_text())
    policy["desks"]["DS"]["acknowledgers"].append("owen")
    files = {"config/policy.yaml": policy, PATH: escalation(ONE, assignee=None)}
    desk.push("evil", files, who="owen")
    number = desk.open("evil", "Harmless", who="owen")
    before = head(desk, number)
    said(desk, number, "/assign nadia", who="owen")
    assert "Only people of Dev Support" in replies(desk, number)[-1]
    check_nothing_done(desk, number, before)


def test_several_escalations_in_one_pull_request(desk: Hub):
    other = "escalations/2026/DS-1066.yaml"
    files = {PATH: escalation(ONE, assignee=None), other: escalation("DS-1066", assignee=None)}
    desk.push("two", files)
    number = desk.open("two", "Two")
    before = head(desk, number)
    said(desk, number, "/assign nadia")
    assert "changes 2 escalations" in replies(desk, number)[-1]
    check_nothing_done(desk, number, before)


def test_another_event_or_id_is_refused(desk: Hub):
    number = desk.propose(ONE)
    comment = say(desk, number, "/help")
    event = desk.box.github.event("issue_comment", "edited", comment, "hannah-weiss")
    assert "is not an event of a new comment" in command(desk, comment, event=event).told
    event = desk.box.github.event("issue_comment", "created", comment, "hannah-weiss")
    other = say(desk, number, "/help")
    assert "The event is about comment" in command(desk, other, event=event).told
    assert "has no comment 99" in run(desk, 99, name="comment").told


def test_an_issue_that_is_no_form_is_left_alone(desk: Hub):
    number = desk.call("priya", "POST", "issues", {"title": "A bug", "body": "x"}, 201)["number"]
    comment, ran = said(desk, number, "/assign nadia")
    assert "its issue is no form" in ran.told
    assert reactions(desk, comment) == []
