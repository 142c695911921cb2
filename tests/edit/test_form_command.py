"""Forms as managers send them, and what becomes of them."""

import json

import pytest
import yaml
from company import escalation
from forms import (
    ACCOUNT,
    ASSESS,
    ASSIGN,
    COMMUNICATE,
    ESCALATE,
    HANDOVER,
    REOPEN,
    RESOLVE,
    UPDATE,
    WITHDRAW,
    answer,
    body,
    comments,
    file_of,
    pulls,
    run,
    send,
    with_account,
)
from hub import Hub

from reconciler.edit.form_fields import FormKind
from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")

FILE = "escalations/2026/DS-1042.yaml"


@pytest.fixture
def desk(hub: Hub) -> Hub:
    return with_account(hub)


def state(hub: Hub, number: int) -> str:
    return str(hub.call("priya", "GET", f"issues/{number}")["state"])


def admitted(hub: Hub, ticket: str = "DS-1071", **changes: object) -> None:
    """An escalation that is on the main branch."""
    hub.merge(hub.propose(ticket, **changes))
    hub.pull_main()


def test_a_form_becomes_a_pull_request_in_the_persons_name(desk: Hub):
    number = send(desk, body())
    said = answer(desk, number)
    assert said.status == 0, said.told
    (pull,) = pulls(desk)
    assert pull["title"] == "Escalate DS-1042"
    assert pull["user"]["login"] == ACCOUNT
    assert pull["body"] == f"Escalated by @priya-raman with form #{number}. The file shows it."
    author = desk.git("log", "-1", "--format=%an <%ae>", pull["head"]["sha"], folder=desk.folder)
    person = desk.call("priya", "GET", f"issues/{number}")["user"]["id"]
    assert author == f"Priya Raman <{person}+priya-raman@users.noreply.github.com>"
    told = file_of(desk, pull, FILE)
    assert told["initiator"] == "priya"
    assert (told["contact"], told["reporter"]["person"]) == ("lena", "owen")
    assert told["impact"]["level"] == "high"
    assert told["impact"]["how_many"] == 1200
    assert told["impact"]["symptom"] == "An error page.\n\nThen nothing."
    assert told["reporter"]["findings"] == "Only 3-D Secure:\n- since Tuesday"
    (comment,) = comments(desk, number)
    assert pull["html_url"] in comment
    assert state(desk, number) == "closed"
    desk.reconcile()
    (message,) = desk.announcements("DS-1042")
    assert "proposed in" in message["text"]


def test_the_check_lets_the_account_propose_and_nobody_who_poses_as_it(desk: Hub):
    answer(desk, send(desk, body()))
    (pull,) = pulls(desk)
    desk.git("checkout", "--quiet", "--detach", pull["head"]["sha"])
    for login, number, warned in (
        (ACCOUNT, pull["user"]["id"], False),
        (ACCOUNT, pull["user"]["id"] + 1, True),
        ("github-actions[bot]", 41_898_282, True),
        ("lena-fischer", 4_003, True),
    ):
        arguments = ("--base", "origin/main", "--author", login, "--author-id", str(number))
        desk_said = desk_check(desk, *arguments)
        assert ("role-author" in desk_said.told) == warned, (login, desk_said.told)


def desk_check(hub: Hub, *arguments: str):
    from commands import escalate  # noqa: PLC0415 - beside the one that needs it

    return escalate(hub.folder, {}, "check", *arguments, "--now", hub.now.isoformat())


def test_twice_makes_one(desk: Hub):
    number = send(desk, body())
    assert answer(desk, number).status == 0
    desk.call("priya", "PATCH", f"issues/{number}", {"state": "open"})
    desk.pass_time(minutes=5)
    assert "it was closed before" in answer(desk, number).told
    desk.call("priya", "PATCH", f"issues/{number}", {"state": "closed"})
    assert "it is closed" in answer(desk, number).told
    assert len(pulls(desk)) == 1
    assert len(comments(desk, number)) == 1


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "name",
    [
        "POST /repos/{owner}/{repo}/pulls",
        "POST /repos/{owner}/{repo}/issues/{number}/comments",
        "PATCH /repos/{owner}/{repo}/issues/{number}",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_fails_the_next_run_ends_with_one(desk: Hub, name: str, when: str):
    number = send(desk, body())
    lost = Fault("drop", name=name, when=when, times=None)
    desk.box.faults.add(lost)
    first = answer(desk, number)
    assert lost.hit.is_set(), first.told
    desk.box.faults.clear()
    again = answer(desk, number)
    assert again.status == 0, again.told
    assert len(pulls(desk)) == 1
    assert len(comments(desk, number)) == 1
    assert state(desk, number) == "closed"


def test_without_an_account_a_click_is_left(hub: Hub):
    number = send(hub, body())
    said = answer(hub, number, GITHUB_TOKEN=hub.env["GITHUB_TOKEN"])
    assert said.status == 0, said.told
    assert pulls(hub) == []
    (comment,) = comments(hub, number)
    assert "One click is left" in comment
    assert f"compare/main...escalate-form/{number}-" in comment
    branch = comment.partition("compare/main...")[2].partition("?")[0]
    opened = hub.open(branch, "Escalate DS-1042", who="priya")
    assert file_of(hub, {"number": opened}, FILE)["initiator"] == "priya"
    assert state(hub, number) == "closed"


def test_an_old_form_escalates_nothing_anew(desk: Hub):
    """Whoever may write can open it again, and start the run of its event again."""
    number = send(desk, body(ticket="DS-1071"))
    answer(desk, number)
    desk.merge(pulls(desk)[0]["number"])
    desk.pull_main()
    desk.push("main", {FILE.replace("1042", "1071"): None}, who="hannah")
    desk.call("ravi", "PATCH", f"issues/{number}", {"state": "open"})
    assert "it was closed before" in answer(desk, number).told
    assert pulls(desk) == []


def test_a_token_of_another_account_is_refused(desk: Hub):
    number = send(desk, body())
    said = answer(desk, number, GITHUB_TOKEN=desk.env["GITHUB_TOKEN"])
    assert said.status == 1
    assert "ESCALATE_FORM_TOKEN" in said.told
    assert pulls(desk) == []


# What is wrong is told there


def test_findings_are_told_by_the_field_and_go_when_it_is_mended(desk: Hub):
    number = send(desk, body(who_is_the_contact="ravi"))
    assert answer(desk, number).status == 0
    (comment,) = comments(desk, number)
    assert "**Who is the contact:** ravi is not client-facing" in comment
    assert "role-contact" not in comment
    assert pulls(desk) == []
    assert state(desk, number) == "open"
    desk.call("priya", "PATCH", f"issues/{number}", {"body": body()})
    assert answer(desk, number, action="edited").status == 0
    (comment,) = comments(desk, number)
    assert "Nothing has happened" not in comment
    assert len(pulls(desk)) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ticket": "../../config/policy"}, "**Ticket:** This is not the key of a ticket"),
        ({"ticket": "DS-1042\nassignee: mei"}, "**Ticket:** This is not the key of a ticket"),
        ({"about": "many"}, "**About how many:** This is not a number"),
        ({"about": "0"}, "**About how many:** This is not a number"),
        ({"who_is_the_contact": "Lenna Fischer"}, "Did you mean Lena Fischer?"),
        ({"who_reported": ""}, "**Who reported the problem:** This field is empty"),
        ({"how_severe": "low: whatever"}, "**How severe is the impact:**"),
        ({"how_severe": "worse"}, "**How severe is the impact:** worse is not a choice for this."),
        (
            {"what_do": "x" * 5_001},
            "**What do the affected people see:** This has 5,001 characters",
        ),
        ({"what_do": "x" * 60_000}, "at most 30,000 are allowed"),
    ],
)
def test_what_cannot_be_understood_is_told(desk: Hub, changes: dict[str, str], told: str):
    number = send(desk, body(**changes))
    said = answer(desk, number)
    assert said.status == 0, said.told
    (comment,) = comments(desk, number)
    assert told in comment
    assert pulls(desk) == []
    assert not [each for each in branches(desk) if "escalate" in each]


def branches(hub: Hub) -> list[str]:
    return hub.git("ls-remote", "--heads", "origin").split()


def test_a_ticket_that_is_escalated_already(desk: Hub):
    admitted(desk, "DS-1042")
    number = send(desk, body())
    answer(desk, number)
    assert "DS-1042 is already escalated: the escalation is assigned" in comments(desk, number)[0]


def test_what_only_somebody_with_an_editor_can_do(desk: Hub):
    path = "escalations/2026/DS-1071.yaml"
    told = yaml.safe_load(yaml.dump(escalation("DS-1071", contact="owen")))
    without = {key: value for key, value in told.items() if key != "reason"}
    kept = "reason: |+\n  They can't pay.\n\n"  # the empty line at its end belongs to the text
    for said, text, later in (
        ("The file already contains this", yaml.safe_dump(told), ""),
        ("cannot edit", yaml.safe_dump(without) + kept, "2026-12-01 09:00"),
        ("already has a file that can't be read", "ticket: [", ""),
    ):
        desk.push("main", {path: text}, who="hannah")
        desk.pull_main()
        kind = ESCALATE if "[" in text else HANDOVER
        form = body(kind, ticket="DS-1071", **({"when_do": later} if later else {}))
        assert said in answer(desk, send(desk, form, kind=kind)).told
    assert pulls(desk) == []
    assert "the repository has no issue #99" in run(desk, 99).told


# Handing over and resolving


def test_the_contact_is_handed_over_by_form(desk: Hub):
    admitted(desk)
    at_once = send(desk, body(HANDOVER), who="lena", kind=HANDOVER)
    assert answer(desk, at_once, sender="lena-fischer").status == 0
    (pull,) = pulls(desk)
    assert pull["title"] == "Hand the contact of DS-1071 over to owen"
    assert file_of(desk, pull, "escalations/2026/DS-1071.yaml")["contact"] == "owen"
    desk.merge(pull["number"])
    text = body(HANDOVER, who_takes="lena", when_do="2026-12-01 09:00")
    later = send(desk, text, who="owen", kind=HANDOVER)
    assert answer(desk, later, sender="owen-brooks").status == 0
    (pull,) = pulls(desk)
    told = file_of(desk, pull, "escalations/2026/DS-1071.yaml")
    assert told["handovers"][0]["to"] == "lena"
    assert told["handovers"][0]["at"].isoformat() == "2026-12-01T09:00:00-05:00"


def test_an_escalation_is_resolved_and_escalated_again_by_form(desk: Hub):
    admitted(desk)
    number = send(desk, body(RESOLVE), who="dmitri", kind=RESOLVE)
    assert answer(desk, number, sender="dmitri-sokolov").status == 0
    (pull,) = pulls(desk)
    told = file_of(desk, pull, "escalations/2026/DS-1071.yaml")["resolution"]
    assert told["follow_ups"] == ["PAY-641", "PAY-655"]
    assert told["customer_communication"] == {"owner": "lena", "state": "drafted"}
    desk.merge(pull["number"])
    again = send(desk, body(ticket="DS-1071"), who="tomas")
    assert answer(desk, again, sender="tomas-herrera").status == 0
    (pull,) = pulls(desk)
    (episode,) = file_of(desk, pull, "escalations/2026/DS-1071.yaml")["episodes"]
    assert episode["initiator"] == "tomas"


def test_the_owner_records_that_the_customers_are_informed(desk: Hub):
    admitted(desk)
    early = send(desk, body(COMMUNICATE), who="lena", kind=COMMUNICATE)
    answer(desk, early, sender="lena-fischer")
    assert "The escalation of DS-1071 is not resolved." in comments(desk, early)[0]
    desk.merge(resolved(desk))
    other = send(desk, body(COMMUNICATE), who="ravi", kind=COMMUNICATE)
    answer(desk, other, sender="ravi-menon")
    assert "Only the owner of the customer communication" in comments(desk, other)[0]
    number = send(desk, body(COMMUNICATE), who="lena", kind=COMMUNICATE)
    assert answer(desk, number, sender="lena-fischer").status == 0
    (pull,) = pulls(desk)
    told = file_of(desk, pull, "escalations/2026/DS-1071.yaml")["resolution"]
    assert told["customer_communication"] == {"owner": "lena", "state": "sent"}


def resolved(desk: Hub) -> int:
    number = send(desk, body(RESOLVE), who="dmitri", kind=RESOLVE)
    assert answer(desk, number, sender="dmitri-sokolov").status == 0
    return int(pulls(desk)[0]["number"])


@pytest.mark.parametrize(
    ("kind", "who", "login", "told"),
    [
        (RESOLVE, "priya", "priya-raman", "Only people of Dev Support may resolve its escalations"),
        (HANDOVER, "ravi", "ravi-menon", "Only the initiator"),
        (ASSIGN, "priya", "priya-raman", "Only people of Dev Support may assign its engineers"),
        (UPDATE, "lena", "lena-fischer", "Only people of Dev Support may write updates"),
        (ASSESS, "ravi", "ravi-menon", "Only people of Dev Support may write updates"),
        (WITHDRAW, "lena", "lena-fischer", "Only the initiator, the policy's delegates"),
        (REOPEN, "hannah", "hannah-weiss", "You are an acknowledger of Dev Support"),
        (ESCALATE, "lena", "lena-fischer", "lena is a specialist"),
        (ESCALATE, "hannah", "hannah-weiss", "You are an acknowledger of Dev Support"),
    ],
)
def test_not_everybody_may(desk: Hub, kind, who: str, login: str, told: str):
    admitted(desk)
    login = str(desk.call(who, "GET", "../../../user")["login"])
    number = send(desk, body(kind), who=who, kind=kind)
    answer(desk, number, sender=login)
    assert told in comments(desk, number)[0]
    assert pulls(desk) == []


@pytest.mark.parametrize(
    ("kind", "who", "login", "subject", "expected"),
    [
        (ASSIGN, "hannah", "hannah-weiss", "Assign DS-1071 to nadia", {"assignee": "nadia"}),
        (
            ASSESS,
            "dmitri",
            "dmitri-sokolov",
            "Assess DS-1071",
            {"assessment": "A retired host is in the pool."},
        ),
        (
            WITHDRAW,
            "priya",
            "priya-raman",
            "Withdraw DS-1071",
            {"withdrawn": {"by": "priya", "reason": "It went away."}},
        ),
    ],
)
def test_each_verb_has_a_form(  # noqa: PLR0913, PLR0917 - who sends what, and what it becomes
    desk: Hub, kind: FormKind, who: str, login: str, subject: str, expected: dict[str, object]
):
    admitted(desk)
    number = send(desk, body(kind), who=who, kind=kind)
    assert answer(desk, number, sender=login).status == 0
    (pull,) = pulls(desk)
    assert pull["title"] == subject
    assert f"by @{login} with form #{number}" in pull["body"]
    told = file_of(desk, pull, "escalations/2026/DS-1071.yaml")
    assert {field: told[field] for field in expected} == expected


def test_an_update_by_form_stands_where_its_time_belongs(desk: Hub):
    """What was written first can arrive last."""
    admitted(desk)
    first = send(desk, body(UPDATE, what_is="First."), who="dmitri", kind=UPDATE)
    desk.pass_time(minutes=2)
    second = send(desk, body(UPDATE, what_is="Second."), who="nadia", kind=UPDATE)
    assert answer(desk, second, sender="nadia-haddad").status == 0
    desk.merge(pulls(desk)[0]["number"])
    assert answer(desk, first, sender="dmitri-sokolov").status == 0
    (pull,) = pulls(desk)
    told = file_of(desk, pull, "escalations/2026/DS-1071.yaml")["updates"]
    assert [(each["by"], each["text"]) for each in told] == [
        ("dmitri", "First."),
        ("nadia", "Second."),
    ]


def test_a_ticket_is_escalated_again_by_form(desk: Hub):
    admitted(desk, withdrawn={"by": "priya", "reason": "It went away."})
    number = send(desk, body(REOPEN), who="tomas", kind=REOPEN)
    assert answer(desk, number, sender="tomas-herrera").status == 0
    (pull,) = pulls(desk)
    (episode,) = file_of(desk, pull, "escalations/2026/DS-1071.yaml")["episodes"]
    assert (episode["initiator"], episode["contact"]) == ("tomas", "lena")


# Hostile forms


def test_a_stranger_gets_an_answer_and_nothing_else(desk: Hub):
    desk.box.world.github.readers.add("mallory")
    number = send(desk, body(), who="mallory")
    assert answer(desk, number, sender="mallory").status == 0
    assert "The account mallory is not on the roster" in comments(desk, number)[0]
    assert state(desk, number) == "open"
    assert pulls(desk) == []


def test_a_login_that_changed_hands(desk: Hub):
    """By the number of the account, where the roster has one."""
    desk.edit_roster("priya", github_id=999_999)
    desk.push("main", {"config/roster.yaml": (desk.folder / "config/roster.yaml").read_text()})
    number = send(desk, body())
    answer(desk, number)
    assert "is not on the roster" in comments(desk, number)[0]


def test_a_form_that_somebody_else_changed(desk: Hub):
    """Whoever may write can change the text of an issue, and would speak in its author's name."""
    number = send(desk, body())
    desk.call("ravi", "PATCH", f"issues/{number}", {"body": body(why_can_it="Because I say so.")})
    said = answer(desk, number, sender="ravi-menon", action="edited")
    assert said.status == 0, said.told
    assert "Another person than its author" in comments(desk, number)[0]
    assert pulls(desk) == []


def test_a_form_that_its_author_corrects_after_another_has_changed_it(desk: Hub):
    """What the other wrote is still in it, and would be in the author's name."""
    number = send(desk, body(ticket="nonsense"))
    assert answer(desk, number).status == 0
    path = f"issues/{number}"
    desk.call("ravi", "PATCH", path, {"body": body(ticket="nonsense", why_can_it="I say so.")})
    event = desk.box.github.event("issues", "edited", number, "ravi-menon")
    desk.call("priya", "PATCH", path, {"body": body(why_can_it="I say so.")})
    file = desk.folder.parent / "other.json"
    file.write_text(json.dumps(event))
    run(desk, number, "--event", str(file))
    assert state(desk, number) == "closed"
    desk.call("priya", "PATCH", path, {"state": "open"})
    assert "send a new one" in answer(desk, number, action="edited").told
    assert pulls(desk) == []


def test_a_form_that_changed_while_its_event_was_on_the_way(desk: Hub):
    number = send(desk, body())
    event = desk.box.github.event("issues", "opened", number, "priya-raman")
    desk.call("ravi", "PATCH", f"issues/{number}", {"body": body(why_can_it="Because I say so.")})
    file = desk.folder.parent / "event.json"
    file.write_text(json.dumps(event))
    said = run(desk, number, "--event", str(file))
    assert "it was changed after this event" in said.told
    assert pulls(desk) == []
    assert comments(desk, number) == []


@pytest.mark.parametrize("label", ["", "bug"])
def test_what_is_no_form_is_left_alone(desk: Hub, label: str):
    number = send(desk, body(), label=label)
    assert "does not have the label of a form" in answer(desk, number).told
    assert comments(desk, number) == []


def test_a_bot_sends_no_forms(desk: Hub):
    number = send(desk, body(), who="dependabot[bot]")
    assert "no person opened it" in answer(desk, number, sender="dependabot[bot]").told
    assert comments(desk, number) == []


def test_another_event_is_refused(desk: Hub):
    number, other = send(desk, body()), send(desk, body())
    file = desk.folder.parent / "event.json"
    answer(desk, other)
    assert "The event is about" in run(desk, number, "--event", str(file)).told
    file.write_text("[]")
    assert "is not an event of an issue" in run(desk, number, "--event", str(file)).told


def test_a_branch_or_pull_request_of_others_is_not_taken_for_ours(desk: Hub):
    number = send(desk, body())
    evil = {FILE: "ticket: DS-1042\n"}
    desk.push(f"escalate-form/{number}-0000", evil, who="ravi")
    desk.open(f"escalate-form/{number}-0000", "Harmless", who="ravi")
    assert answer(desk, number).status == 0
    mine = [each for each in pulls(desk) if each["user"]["login"] == ACCOUNT]
    assert len(mine) == 1
    assert mine[0]["html_url"] in comments(desk, number)[0]


HOSTILE = {
    "html": "<img src=x onerror=alert(1)> <!-- escalation-as-code:form -->",
    "commands": "::error::gotcha\n::set-output name=x::y\n##[error]gotcha",
    "shell": "$(touch /tmp/gotcha) `touch /tmp/gotcha`; rm -rf . && ${IFS}",
    "yaml": "x\"\nassignee: mei\noverride: {by: hannah, reason: '*'}\n- &a [*a]\n--- !!python/x",
    "mentions": "@ledgerline/dev-support fixes #1 closes GH-1 https://evil.example",
    "expression": "${{ secrets.JIRA_API_TOKEN }} %%action {{ x }}",
    "other headings": "### Steps\n\n### Initiator\n\nhannah\n\n### Assignee\n\nmei",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_words(desk: Hub, name: str):
    text = HOSTILE[name]
    number = send(desk, body(why_can_it=text, what_do=text))
    said = answer(desk, number)
    assert said.status == 0, said.told
    assert "::error::" not in said.out.replace("\\::", "")
    (pull,) = pulls(desk)
    told = file_of(desk, pull, FILE)
    assert told["initiator"] == "priya"
    assert set(told) == {"ticket", "title", "impact", "reason", "initiator", "contact", "reporter"}
    assert told["reason"] == text
    for shown in (pull["title"], pull["body"], *comments(desk, number)):
        assert "gotcha" not in shown
        assert "evil" not in shown
        assert "dev-support" not in shown


def test_hostile_words_in_an_answer_are_words(desk: Hub):
    evil = "</td><script>@priya-raman ::error::x [a](https://evil.example)"
    number = send(desk, body(how_severe=evil, who_is_affected=f"{evil}\n::error::y"))
    said = answer(desk, number)
    assert said.status == 0, said.told
    assert not [line for line in said.out.splitlines() if line.lstrip().startswith("::")]
    (comment,) = comments(desk, number)
    assert "<script>" not in comment.replace("\\<", "")
    assert "@priya-raman" not in comment
    assert "https://evil" not in comment


def test_a_heading_of_the_form_in_a_text_gives_no_field_a_value(desk: Hub):
    text = "So it began.\n\n### Who is the contact\n\nravi"
    number = send(desk, body(why_can_it=text))
    answer(desk, number)
    assert "contains this heading more than once" in comments(desk, number)[0]
    assert pulls(desk) == []
