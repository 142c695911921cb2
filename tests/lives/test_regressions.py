"""What random lives have found, and writing their model: each bug by a short life."""

from pathlib import Path

import pytest
from company import escalation, resolution

from lives.firm import BOT, PEOPLE, Firm
from lives.life import expect_nothing
from reconciler.sandbox import Box, Fault

TICKET = "DS-1071"
WITHDRAWN = {"by": "priya", "reason": "A mistake."}


@pytest.fixture
def firm(tmp_path: Path, office: tuple[Box, Path]) -> Firm:
    box, template = office
    return Firm(tmp_path / "repo", box, template)


def put(firm: Firm, ticket: str = TICKET, **changes: object) -> None:
    """Commit what a file says; a minute goes by."""
    firm.put(escalation(ticket, **changes))
    firm.pass_time(minutes=1)


def run(firm: Firm, *, deep: bool = True) -> None:
    expect_nothing(firm.converge(deep=deep)[0])
    firm.pass_time(minutes=1)


def announcements(firm: Firm) -> list[str]:
    """What our messages about the ticket say in the desk's channel, threads aside."""
    return [
        str(each["text"])
        for each in firm.named("sre-escalations")["messages"]
        if (each["metadata"] or {}).get("event_payload", {}).get("ticket") == TICKET
        and each["thread_ts"] in {"", each["ts"]}
    ]


def episode(**changes: object) -> dict[str, object]:
    whole = escalation(TICKET)
    names = ("impact", "reason", "initiator", "contact")
    return {name: whole[name] for name in names} | {"assignee": "nadia"} | changes


def lose_the_receipt(firm: Firm) -> None:
    firm.jira("hannah", "DELETE", f"issue/{TICKET}/properties/escalation")


def test_resolved_and_reopened_before_a_run_saw_it_leaves_no_announcement_behind(firm: Firm):
    put(firm)
    run(firm)
    put(firm, resolution=resolution())
    put(firm, resolution=resolution(), episodes=[episode()])
    run(firm)
    former, latter = announcements(firm)
    assert "*Status:* resolved" in former
    assert "Nadia Haddad is on it" in latter


def test_a_receipt_lost_before_the_withdrawal_leaves_no_announcement_behind(firm: Firm):
    put(firm)
    run(firm)
    lose_the_receipt(firm)
    put(firm, withdrawn=WITHDRAWN)
    run(firm, deep=False)
    (said,) = announcements(firm)
    assert "*Status:* withdrawn" in said


def test_a_label_taken_off_by_hand_does_not_keep_the_priority_raised(firm: Firm):
    put(firm)
    run(firm)
    firm.jira(
        "hannah", "PUT", f"issue/{TICKET}", {"update": {"labels": [{"remove": "ESCALATION"}]}}
    )
    put(firm, withdrawn=WITHDRAWN)
    run(firm)
    assert firm.ticket(TICKET)["priority"] == "Medium"


def test_a_lost_receipt_and_a_removed_bot_make_no_second_channel(firm: Firm):
    put(firm)
    run(firm)
    lose_the_receipt(firm)
    channel = firm.channel(TICKET)["id"]
    firm.slack("hannah").conversations_kick(channel=channel, user=BOT)
    run(firm)
    assert BOT in firm.channel(TICKET)["members"]


def test_what_is_reopened_and_held_before_a_run_saw_its_end_loses_its_marks(firm: Firm):
    put(firm)
    run(firm)
    put(firm, "DS-1072", assignee="nadia")
    put(firm, resolution=resolution())
    put(firm, resolution=resolution(), episodes=[episode()])  # nadia is busy
    run(firm)
    ticket = firm.ticket(TICKET)
    assert (ticket["labels"], ticket["priority"]) == ([], "Medium")
    assert "held, because nadia already has DS-1072" in announcements(firm)[-1]


def test_withdrawn_while_held_and_reopened_takes_a_place_of_the_day(firm: Firm):
    """Else three a day would be as many as one likes."""
    for ticket, person in (("DS-1072", "nadia"), ("DS-1073", "felix"), ("DS-1074", "mei")):
        put(firm, ticket, assignee=person)
    put(firm)
    put(firm, withdrawn=WITHDRAWN)
    put(firm, withdrawn=WITHDRAWN, episodes=[episode(assignee="dmitri")])
    run(firm)
    assert firm.ticket(TICKET)["labels"] == []
    assert "held, because DS has taken 3 of 3 escalations today" in announcements(firm)[-1]


def test_killed_after_the_announcement_and_withdrawn_then(firm: Firm, forks):
    put(firm, assignee=None)
    firm.break_off(Fault("hang", name="chat.postMessage", when="after", seconds=20.0), forks)
    put(firm, assignee=None, withdrawn=WITHDRAWN)
    run(firm)
    (said,) = announcements(firm)
    assert "*Status:* withdrawn" in said


def test_whoever_came_first_gets_whom_others_set_free(firm: Firm):
    """Three wait for each other; each gets whom the file names, in one run."""
    people = {"DS-1071": "dmitri", "DS-1072": "nadia", "DS-1073": "felix"}
    for ticket, person in people.items():
        put(firm, ticket, assignee=person)
    put(firm, "DS-1071", assignee="nadia")
    put(firm, "DS-1072", assignee="felix")
    put(firm, "DS-1073", assignee="mei")
    run(firm)
    assigned = [firm.ticket(ticket)["assignee"] for ticket in people]
    assert assigned == [PEOPLE[each]["jira"] for each in ("nadia", "felix", "mei")]


def said(firm: Firm, kind: str) -> list[str]:
    """What our messages of a kind say, wherever they are."""
    ours = [each for it in firm.state()["slack"]["channels"].values() for each in it["messages"]]
    payloads = [(each, (each["metadata"] or {}).get("event_payload", {})) for each in ours]
    return [str(each["text"]) for each, payload in payloads if payload.get("kind") == kind]


def recorded(firm: Firm, facet: str) -> int:
    lines = firm.records()[TICKET]
    return sum(each["kind"] == "change" and each["facet"] == facet for each in lines)


def test_what_is_overdue_when_it_is_first_seen_is_said_at_once(firm: Firm):
    put(firm)
    firm.pass_time(hours=5)
    run(firm)
    assert len(said(firm, "remind-update-0")) == 1


def test_two_reminders_of_the_same_people_are_two_records(firm: Firm):
    put(firm, assignee=None)
    firm.pass_time(hours=4)
    run(firm)
    assert len(said(firm, "remind-assignment")) == len(said(firm, "remind-assignment-lead")) == 1
    assert recorded(firm, "slack.reminder") == 2


def test_whoever_has_it_again_with_nobody_in_between_took_it_from_nobody(firm: Firm):
    put(firm)
    put(firm, assignee=None)
    put(firm)
    run(firm)
    assert said(firm, "assigned-dmitri") == [
        f"Assigned to Dmitri Sokolov. Please go to <#{firm.channel(TICKET)['id']}>."
    ]
    assert said(firm, "assigned-dmitri-2") == said(firm, "assignee-dmitri-2") == []


def test_whoever_is_assigned_again_gets_the_ticket_back(firm: Firm):
    """In between it was nobody's by the file, so what people did in Jira is no drift."""
    put(firm)
    run(firm)
    put(firm, assignee=None)
    run(firm)
    fields = {"assignee": {"accountId": PEOPLE["nadia"]["jira"]}}
    firm.jira("hannah", "PUT", f"issue/{TICKET}", {"fields": fields})
    run(firm)
    assert firm.ticket(TICKET)["assignee"] == PEOPLE["nadia"]["jira"]
    put(firm)
    run(firm)
    assert firm.ticket(TICKET)["assignee"] == PEOPLE["dmitri"]["jira"]


ESCALATED_AGAIN = (
    ":heavy_check_mark: ~There is no update. Please write what is known, even if it is little~"
    " It was escalated again."
)


def test_nobody_is_reminded_of_an_episode_that_was_left_behind(firm: Firm):
    put(firm)
    firm.pass_time(hours=5)
    run(firm)
    assert said(firm, "remind-update-0")[0].startswith(":alarm_clock:")
    put(firm, resolution=resolution())
    put(firm, resolution=resolution(), episodes=[episode()])
    run(firm)
    assert said(firm, "remind-update-0") == [ESCALATED_AGAIN]


def test_nor_of_one_whose_successor_was_over_before_a_run_saw_it(firm: Firm):
    put(firm)
    firm.pass_time(hours=5)
    run(firm)
    ended = resolution()
    put(firm, resolution=ended, episodes=[episode(resolution=ended)])
    run(firm)
    assert said(firm, "remind-update-0") == [ESCALATED_AGAIN]


def test_reopening_adds_a_line_to_the_earlier_announcement_and_changes_no_other(firm: Firm):
    told = {"handovers": [{"at": firm.now.isoformat(), "to": "amara"}]}
    put(firm, **told)
    run(firm)
    put(firm, **told, resolution=resolution())
    run(firm)
    (before,) = announcements(firm)
    assert "Amara" in before
    put(firm, **told, resolution=resolution(), episodes=[episode()])
    run(firm)
    channel = firm.channel(TICKET)["id"]
    assert f"resolved in <#{channel}>" in before
    assert announcements(firm)[0] == f"{before}\n*Escalated again* in <#{channel}>."
