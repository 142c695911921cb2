"""With forms and comments, each change is one action of one person, and no one pushes."""

from typing import Any

import pytest
from forms import (
    ACCOUNT,
    ASSIGN,
    UPDATE,
    answer,
    body,
    command,
    pulls,
    reactions,
    say,
    send,
)
from hub import Hub
from merging import TICKET, begin_with, is_merged, run
from yaml import safe_load

FILE = f"escalations/2026/{TICKET}.yaml"


@pytest.fixture
def desk(hub: Hub) -> Hub:
    """A company whose runs merge what is agreed, with an account for forms."""
    account = hub.call("priya", "GET", f"../../../users/{ACCOUNT}")["id"]
    begin_with(hub, merge="when-agreed", forms={"account": ACCOUNT, "account_id": account})
    return hub


def on_main(hub: Hub) -> dict[str, Any]:
    hub.pull_main()
    return dict(safe_load((hub.folder / FILE).read_text()))


def posted(hub: Hub) -> str:
    (channel,) = hub.channels(TICKET)
    return "\n".join(each["text"] for each in hub.named(channel["name"])["messages"])


def test_an_update_by_comment_is_one_action_of_the_assignee(desk: Hub):
    number = desk.propose(TICKET, assignee="dmitri")
    desk.review(number)
    run(desk)
    comment = say(desk, number, "/update Two hosts are slow.", who="dmitri")
    assert command(desk, comment).status == 0
    (pull,) = pulls(desk)
    told = run(desk)
    assert is_merged(desk, pull["number"]), told
    assert on_main(desk)["updates"][0]["by"] == "dmitri"
    assert "Two hosts are slow." in posted(desk)
    assert "Two hosts are slow." in str(desk.ticket(TICKET))


def test_an_update_by_form_is_one_action_of_the_assignee(desk: Hub):
    number = desk.propose(TICKET, assignee="dmitri")
    desk.review(number)
    run(desk)
    form = send(desk, body(UPDATE, what_is="Two hosts are slow."), who="dmitri", kind=UPDATE)
    assert answer(desk, form, sender="dmitri-sokolov").status == 0
    run(desk)
    assert "Two hosts are slow." in posted(desk)


def test_updates_of_two_people_at_once_both_arrive(desk: Hub):
    number = desk.propose(TICKET, assignee="dmitri")
    desk.review(number)
    run(desk)
    comments = [
        say(desk, number, f"/update News of {who}.", who=who) for who in ("dmitri", "nadia")
    ]
    assert [command(desk, each).status for each in comments] == [0, 0]
    assert len(pulls(desk)) == 2
    told = run(desk) + run(desk)
    assert pulls(desk) == [], told
    assert [each["by"] for each in on_main(desk)["updates"]] == ["dmitri", "nadia"]
    assert "News of dmitri." in posted(desk)
    assert "News of nadia." in posted(desk)


def test_an_acknowledger_assigns_by_comment_and_approves(desk: Hub):
    """Who escalates and who acknowledges act once each, and the comment is a third action."""
    number = desk.propose(TICKET, assignee=None)
    comment = say(desk, number, "/assign nadia")
    assert command(desk, comment).status == 0
    desk.review(number)
    told = run(desk)
    assert is_merged(desk, number), told
    assert on_main(desk)["assignee"] == "nadia"
    assert desk.channels(TICKET)


def test_a_form_of_an_acknowledger_needs_nobody_else(desk: Hub):
    number = desk.propose(TICKET, assignee=None)
    desk.review(number)
    run(desk)
    form = send(desk, body(ASSIGN), who="hannah", kind=ASSIGN)
    assert answer(desk, form, sender="hannah-weiss").status == 0
    run(desk)
    assert on_main(desk)["assignee"] == "nadia"


def test_a_form_of_an_engineer_that_assigns_waits_for_an_acknowledger(desk: Hub):
    number = desk.propose(TICKET, assignee=None)
    desk.review(number)
    run(desk)
    form = send(desk, body(ASSIGN), who="dmitri", kind=ASSIGN)
    assert answer(desk, form, sender="dmitri-sokolov").status == 0
    (pull,) = pulls(desk)
    run(desk)
    assert not is_merged(desk, pull["number"])
    desk.review(pull["number"])
    run(desk)
    assert on_main(desk)["assignee"] == "nadia"


def test_a_comment_by_the_contact_hands_over(desk: Hub):
    number = desk.propose(TICKET, assignee="dmitri")
    desk.review(number)
    run(desk)
    comment = say(desk, number, "/contact owen", who="lena")
    command(desk, comment)
    assert reactions(desk, comment) == ["+1"]
    run(desk)
    assert on_main(desk)["contact"] == "owen"
