"""An escalation that people made by hand is taken in, and nothing is done to it that was done."""

import re
import subprocess
from pathlib import Path
from typing import Any

import forked
import pytest
import yaml
from commands import commit_all, surroundings
from company import Company, resolution
from terminals import Terminal

from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")

TICKET = "DS-1072"
CHANNEL = "ds-1072-bulk-upload-stalls"
EVERYBODY = ("priya", "lena", "amara", "ines", "hannah", "sofia", "chloe", "jun")
ANSWERS = (
    "--level=high",
    "--who=Billers with many payers",
    "--how-many=30",
    "--symptom=The upload stops at ninety per cent.",
    "--reason=Month's end is near: nobody can load their payers.",
    "--contact=lena",
    "--findings=It began on Tuesday.",
    "--blocked-because=Only Dev Support can read the worker's logs.",
)


def escalate_by_hand(company: Company, *, name: str = CHANNEL) -> str:
    """What the process page asks of people, done with their own tokens; the channel's id."""
    priya, nadia = company.slack("priya"), company.slack("nadia")
    desk = company.named("sre-escalations")["id"]
    priya.chat_postMessage(
        channel=desk, text=f"Please look at {TICKET}: upload stalls. Contact: Lena"
    )
    fields = {"assignee": {"accountId": "5f0a1c2e:nadia"}, "priority": {"name": "Highest"}}
    update = {"labels": [{"add": "ESCALATION"}]}
    company.jira("nadia", "PUT", f"issue/{TICKET}", {"fields": fields, "update": update})
    channel = str(nadia.conversations_create(name=name)["channel"]["id"])
    people = [company.user(each) for each in (*EVERYBODY, "marcus")]
    nadia.conversations_invite(channel=channel, users=",".join([*people, "U0OLGA001"]))
    nadia.conversations_setTopic(channel=channel, topic="Who brings cake?")
    body = {"body": f"We talk in #{name}."}
    company.jira("nadia", "POST", f"issue/{TICKET}/comment", body)
    return channel


def command(company: Company, *options: str) -> list[str]:
    now = ["--now", company.now.isoformat()]
    return ["import", TICKET, *options, *now]


def take_in(
    company: Company, *options: str, status: int = 0, answers: tuple[str, ...] = ANSWERS
) -> str:
    done = forked.run(
        command(company, *answers, *options), cwd=company.folder, env=surroundings(company.env)
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def file_of(company: Company) -> Path:
    return company.folder / "escalations" / "2026" / f"{TICKET}.yaml"


def written(company: Company) -> dict[str, Any]:
    return dict(yaml.safe_load(file_of(company).read_text()))


def rewrite(company: Company, **changes: Any) -> None:
    file_of(company).write_text(yaml.safe_dump(written(company) | changes, sort_keys=False))


def ours(company: Company) -> list[str]:
    """Kinds of what we ever posted."""
    channels = company.state()["slack"]["channels"].values()
    return [
        each["metadata"]["event_payload"]["kind"]
        for channel in channels
        for each in channel["messages"]
        if each["metadata"]
    ]


def test_the_plan_after_an_import_shows_no_change(company: Company):
    channel = escalate_by_hand(company)
    told = take_in(company)
    assert "After the merge" not in told
    for thorough in (False, True):
        plan = company.plan(thorough=thorough)
        (escalation,) = plan.escalations
        assert (escalation.changes, escalation.problems, escalation.notices) == ((), (), ())
        assert plan.notices == ()
        assert escalation.channel_id == channel
    before = company.state()
    company.converge(thorough=True)
    assert company.state()["slack"] == before["slack"]
    assert company.state()["jira"] == before["jira"]
    assert ours(company) == []


def test_all_that_can_be_seen_is_in_the_file(company: Company):
    channel = escalate_by_hand(company)
    told = take_in(company)
    text = file_of(company).read_text()
    assert text in told, "it is shown as it is written"
    found = written(company)
    assert found["title"] == "Bulk payer upload stalls at ninety per cent"
    assert (found["initiator"], found["contact"]) == ("priya", "lena")
    assert found["reporter"]["person"] == "amara"
    assert found["assignee"] == "nadia"
    assert found["stakeholders"] == {"client_facing": ["jun"], "product_engineering": ["chloe"]}
    assert found["adopted"]["channel"] == channel
    assert set(found["adopted"]) == {"channel", "announcement", "comment"}
    assert "1 not on it" in " ".join(told.split())


def test_what_was_made_stays_as_people_made_it_until_there_is_news(company: Company):
    escalate_by_hand(company)
    take_in(company)
    update = {"at": "2026-11-23T14:00:00-05:00", "by": "nadia", "text": "The worker runs dry."}
    rewrite(company, updates=[update], contact="jun", assignee="felix")
    company.converge(thorough=True)
    live = company.channel(TICKET)
    assert live["topic"]["value"] == "Who brings cake?"
    assert company.user("felix") in live["members"]
    assert sorted(ours(company)) == ["assigned-felix", "update-1"]
    news = [each for each in company.named("sre-escalations")["messages"] if each["metadata"]]
    assert [each["thread_ts"] for each in news] == [written(company)["adopted"]["announcement"]]


def test_it_ends_like_any_other(company: Company):
    escalate_by_hand(company)
    take_in(company)
    rewrite(
        company, resolution=resolution(customer_communication={"owner": "amara", "state": "sent"})
    )
    company.converge(thorough=True)
    assert sorted(ours(company)) == ["resolved", "summary"]
    ticket = company.ticket(TICKET)
    assert ticket["labels"] == ["import"]
    assert ticket["priority"] == "Medium", "what it was before somebody raised it by hand"
    company.pass_time(days=20)
    company.apply()
    assert company.channel(TICKET)["archived"]


def test_a_channel_of_another_name_is_taken_in_and_never_archived(cloud: Company):
    channel = escalate_by_hand(cloud, name="uploads-are-broken")
    assert "several" not in take_in(cloud, "--channel", "#uploads-are-broken")
    assert written(cloud)["adopted"]["channel"] == channel
    cloud.expect_nothing_to_do()
    rewrite(
        cloud, resolution=resolution(customer_communication={"owner": "amara", "state": "sent"})
    )
    cloud.converge()
    cloud.pass_time(days=20)
    cloud.apply()
    assert not cloud.named("uploads-are-broken")["archived"]


def test_a_lost_receipt_still_finds_the_channel(cloud: Company):
    escalate_by_hand(cloud)
    take_in(cloud)
    cloud.jira("hannah", "DELETE", f"issue/{TICKET}/properties/escalation")
    cloud.converge()
    assert len(cloud.channels(TICKET)) == 1
    assert "brief" not in ours(cloud)


def test_without_adopting_the_next_run_joins_by_itself(cloud: Company):
    escalate_by_hand(cloud)
    take_in(cloud, "--no-adopt")
    assert "U0ESCBOT1" not in cloud.channel(TICKET)["members"]
    assert "escalation" not in cloud.ticket(TICKET)["properties"]
    cloud.converge()
    assert "U0ESCBOT1" in cloud.channel(TICKET)["members"]
    assert len(cloud.channels(TICKET)) == 1


def test_whoever_is_missing_is_told_and_invited_after_the_merge(cloud: Company):
    escalate_by_hand(cloud)
    cloud.slack("sofia").conversations_leave(channel=cloud.channel(TICKET)["id"])
    assert "After the merge: slack.members: sofia" in take_in(cloud)
    cloud.converge()
    assert cloud.user("sofia") in cloud.channel(TICKET)["members"]


def test_a_label_and_nothing_else_becomes_an_escalation_like_any_other(cloud: Company):
    update = {"labels": [{"add": "ESCALATION"}]}
    cloud.jira("nadia", "PUT", f"issue/{TICKET}", {"update": update})
    told = take_in(cloud, "--initiator=priya", "--assignee=nadia")
    assert "no public channel" in told
    assert "adopted" not in written(cloud)
    cloud.converge()
    assert {"announcement", "brief"} <= set(ours(cloud))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--channel=nowhere",), "there is no public channel nowhere"),
        (("--channel=ds-777-old-incident",), "is archived"),
        (("--contact=ravi",), "role-contact"),
    ],
)
def test_what_would_not_pass_is_not_written(cloud: Company, options: tuple[str, ...], said: str):
    escalate_by_hand(cloud)
    before = cloud.state()
    assert said in take_in(cloud, *options, status=1)
    assert not file_of(cloud).exists()
    assert cloud.state()["slack"] == before["slack"]


def test_several_channels_are_for_a_person_to_choose_from(cloud: Company):
    escalate_by_hand(cloud)
    cloud.slack("amara").conversations_create(name="ds-1072-again")
    assert "--channel" in take_in(cloud, status=1)


def test_a_channel_in_which_a_desk_announces_is_not_taken_in(cloud: Company):
    escalate_by_hand(cloud)
    said = take_in(cloud, "--channel=sre-escalations", status=1)
    assert "the channel can't be adopted: a desk announces in #sre-escalations" in said
    assert not file_of(cloud).exists()


@pytest.mark.parametrize("renamed", [False, True])
def test_the_channel_of_another_escalation_is_not_taken_in(cloud: Company, *, renamed: bool):
    cloud.write("DS-1071")
    cloud.converge()
    theirs = cloud.channel("DS-1071")["id"]
    if renamed:
        cloud.bot.conversations_rename(channel=theirs, name="ds-1072-come-in")
    escalate_by_hand(cloud, name="upload-stalls")
    said = take_in(cloud, f"--channel={theirs}", status=1)
    assert "are about DS-1071" in said
    assert not file_of(cloud).exists()


def test_what_cannot_be_seen_is_asked_for_by_the_names_of_the_options(cloud: Company):
    escalate_by_hand(cloud)
    told = take_in(cloud, answers=(), status=2)
    for each in ("--reason", "--level", "--contact", "--findings"):
        assert each in told
    assert "--reporter" not in told
    assert "--initiator" not in told


def test_a_ticket_with_a_file_is_not_taken_in_again(cloud: Company):
    escalate_by_hand(cloud)
    take_in(cloud)
    before = file_of(cloud).read_bytes()
    assert "already has a file" in take_in(cloud, status=2)
    assert file_of(cloud).read_bytes() == before


def test_what_is_missing_by_hand_is_told(cloud: Company):
    other = ["import", "XX-1", "--now", cloud.now.isoformat()]
    forked.run(other, cwd=cloud.folder, env=surroundings(cloud.env))
    cloud.slack("nadia").conversations_create(name=CHANNEL)
    cloud.edit_roster("amara", jira="5f0a1c2e:another", email="amara@elsewhere.example")
    property_ = Fault("status", "jira", status=403, name="PUT /issue/{key}/properties/{property}")
    cloud.box.faults.add(property_)
    given = ("--initiator=priya", "--reporter=lena", "--assignee=nadia")
    told = take_in(cloud, *given)
    for each in ("does not have the label", "No comment names", "is not on the roster"):
        assert each in told
    assert "not recorded on the ticket yet" in told
    file_of(cloud).unlink()
    cloud.box.world.jira.projects["DS"].edit_fields.remove("labels")
    assert "To fix: the field labels can't be edited" in take_in(cloud, *given)


def test_nothing_hostile_in_a_ticket_gets_anywhere(cloud: Company):
    escalate_by_hand(cloud)
    summary = "x\x1b[31m: &a *b\n!!python {evil: [yes]} # \u202etxt"
    with cloud.box.lock:
        cloud.box.world.jira.issues[TICKET].summary = summary
    told = take_in(cloud)
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert re.search("evil", written(cloud)["title"])
    cloud.expect_nothing_to_do()


QUESTIONS = (
    ("How severe is the impact?", "high"),
    ("Who is affected?", "Billers with many payers"),
    ("About how many are affected?", "30"),
    ("What do the affected people see?", "The upload stops."),
    ("Why must the ticket be escalated?", "Nobody can load payers."),
    (
        "Who is the contact (client-facing, stays reachable)? [amara]",
        "",
    ),  # the reporter is client-facing
    ("What did the reporter find out?", "It began on Tuesday."),
    ("Why can't the reporter continue without Dev Support?", "Only they can read the logs."),
)


def in_a_terminal(company: Company, last: str) -> str:
    """The command with a person who answers all questions, and the last one like that."""
    now = ("--now", company.now.isoformat())
    terminal = Terminal(company.folder, company.env, "import", TICKET, *now)
    for question, answer in (*QUESTIONS, ("Write this file?", last)):
        terminal.answer(question, answer)
    assert terminal.end() == 0, terminal.screen
    return terminal.screen


def test_a_person_is_asked_for_what_cannot_be_seen(cloud: Company):
    escalate_by_hand(cloud)
    said = in_a_terminal(cloud, "y")
    assert "What is wrong" not in said
    assert "Who escalates" not in said
    assert written(cloud)["contact"] == "amara"
    cloud.expect_nothing_to_do()


def test_nothing_is_typed_twice(cloud: Company):
    """A crash after two answers, a finding after the last one, and the end."""
    escalate_by_hand(cloud)
    commit_all(cloud.folder)
    answers = [answer or "amara" for _, answer in QUESTIONS]
    terminal = Terminal(cloud.folder, cloud.env, *command(cloud))
    for question, answer in QUESTIONS[:2]:
        terminal.answer(question, answer)
    terminal.wait_for(QUESTIONS[2][0])
    terminal.kill()

    def resumed(*options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        words = command(cloud, "--ask", "--resume", *options)
        env = surroundings(cloud.env)
        return forked.run(words, cwd=cloud.folder, env=env, typed=typed, timeout=60)

    done = resumed("--assignee=owen", typed="".join(f"{each}\n" for each in answers[2:]))
    assert done.returncode == 1
    assert "role-assignee" in done.stderr
    assert "Your answers are kept" in done.stderr
    done = resumed("--yes")
    assert done.returncode == 0, done.stderr
    assert written(cloud)["impact"]["who"] == QUESTIONS[1][1]
    assert written(cloud)["assignee"] == "nadia"


def test_a_person_who_opens_no_pull_request(cloud: Company):
    escalate_by_hand(cloud)
    commit_all(cloud.folder)
    remote = str(cloud.folder.parent / "remote.git")
    for arguments in (("init", "-q", "--bare", remote), ("push", "-q", remote, "main")):
        subprocess.run(["git", *arguments], cwd=cloud.folder, check=True)
    subprocess.run(["git", "remote", "add", "origin", remote], cwd=cloud.folder, check=True)
    terminal = Terminal(cloud.folder, cloud.env, *command(cloud, *ANSWERS, "--pr"))
    terminal.answer("Open a pull request with this file?", "n")
    assert terminal.end() == 0, terminal.screen


def test_a_person_who_says_no_leaves_everything_as_it_was(cloud: Company):
    escalate_by_hand(cloud)
    before = cloud.state()
    assert "Nothing was written." in in_a_terminal(cloud, "n")
    assert list(file_of(cloud).parent.iterdir()) == []
    assert cloud.state()["slack"] == before["slack"]
    assert cloud.state()["jira"] == before["jira"]


def test_a_desks_channel_that_cannot_be_read_is_not_called_silent(cloud: Company):
    escalate_by_hand(cloud)
    cloud.bot.conversations_leave(channel=cloud.named("sre-escalations")["id"])
    told = " ".join(take_in(cloud, "--initiator=priya").split())
    assert "There is no post" not in told
    assert "#sre-escalations cannot be read, because the bot is not a member" in told
