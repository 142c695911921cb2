"""What a person decided by hand: told with its cure, and put right only where policy says so."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from company import Company, resolution

from reconciler.model.change import EscalationPlan
from reconciler.model.diagnostic import Diagnostic
from reconciler.render.console import rendered
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import Fault

GOLDEN = Path(__file__).parent / "golden"
TICKET = "DS-1071"
FIRST = "ds-1071-something-fails-in-ds-1071"
OTHER = "ds-1071-all-hands"


def _live(company: Company, **drift: str) -> Company:
    """One escalation in sync, by a policy for drift."""
    company.set_policy(drift=drift)
    company.write(TICKET)
    company.converge()
    return company


def _id(company: Company) -> str:
    return str(company.named(FIRST)["id"])


def rename(company: Company) -> None:
    company.bot.conversations_rename(channel=_id(company), name=OTHER)


def hide(company: Company) -> None:
    """What an administrator does in Slack's settings; the bot's scopes are for public ones."""
    with company.box.lock:
        channel = company.box.world.slack.channels[_id(company)]
        channel.private = True
        channel.members.remove("U0ESCBOT1")


def archive(company: Company) -> None:
    company.slack("dmitri").conversations_archive(channel=_id(company))


def lower(company: Company, name: str = "Low") -> None:
    fields = {"priority": {"name": name}}
    company.jira("hannah", "PUT", f"issue/{TICKET}", {"fields": fields})


def reassign(company: Company, handle: str = "nadia") -> None:
    fields = {"assignee": {"accountId": f"5f0a1c2e:{handle}"}}
    company.jira("hannah", "PUT", f"issue/{TICKET}", {"fields": fields})


MOVES: dict[str, Callable[[Company], None]] = {
    "channel_name": rename,
    "channel_hidden": hide,
    "channel_archived": archive,
    "priority": lower,
    "assignee": reassign,
}
WAYS = [
    (key, way)
    for key in MOVES
    for way in ("repair", "report", "adopt")
    if way != "adopt" or not key.startswith(("channel_hidden", "channel_archived"))
]


def _plan(company: Company) -> EscalationPlan:
    (plan,) = company.plan().escalations
    return plan


def _notice(company: Company) -> Diagnostic:
    (notice,) = _plan(company).notices
    return notice


def _body(company: Company) -> str:
    return str(company.ticket(TICKET)["comments"][0]["body"])


@pytest.mark.parametrize(("key", "way"), WAYS)
def test_it_is_told_with_what_policy_does_and_the_cure(cloud: Company, key: str, way: str):
    company = _live(cloud, **{key: way})
    MOVES[key](company)
    notice = _notice(company)
    assert "declared" in notice.message
    assert f"drift.{key}: {way}" in notice.message
    assert notice.remedy
    name = f"drift-{key}-{way}.txt"
    text = rendered(plan_text(company.plan()), 80)
    if os.environ.get("UPDATE_GOLDENS"):
        (GOLDEN / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / name).read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"
    assert all(len(line) <= 80 for line in text.split("\n"))


def test_every_golden_is_made():
    assert {each.name for each in GOLDEN.iterdir()} == {f"drift-{k}-{w}.txt" for k, w in WAYS}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("key", MOVES)
def test_what_is_only_reported_is_not_changed_and_no_failure(company: Company, key: str):
    _live(company, **{key: "report"})
    MOVES[key](company)
    before = company.state()
    assert company.converge() == ()
    after = company.state()
    assert after["slack"] == before["slack"]
    assert after["jira"] == before["jira"]
    assert f"drift.{key}: report" in _notice(company).message, "it is told as long as it is so"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("key", MOVES)
def test_what_is_repaired_is_told_no_more(company: Company, key: str):
    _live(company, **{key: "repair"})
    MOVES[key](company)
    assert company.converge()
    assert _plan(company).notices == ()


@pytest.mark.parametrize("key", ["channel_name", "priority"])
def test_what_is_adopted_is_told_once(company: Company, key: str):
    _live(company, **{key: "adopt"})
    MOVES[key](company)
    assert company.converge()
    assert _plan(company).notices == ()


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("channel_name", "adopt"),
        ("channel_hidden", "report"),
        ("channel_archived", "report"),
        ("priority", "repair"),
        ("assignee", "report"),
    ],
)
def test_without_a_word_in_the_policy(cloud: Company, key: str, default: str):
    _live(cloud)
    MOVES[key](cloud)
    assert f"drift.{key}: {default}" in _notice(cloud).message


# The channel


def test_a_renamed_channel_gets_its_name_back(company: Company):
    _live(company, channel_name="repair")
    rename(company)
    outcomes = company.converge()
    assert [each.change.facet for each in outcomes] == ["slack.name"]
    assert company.channel(TICKET)["name"] == FIRST


def test_a_name_that_is_taken_meanwhile_is_a_refusal_with_a_cure(cloud: Company):
    _live(cloud, channel_name="repair")
    rename(cloud)
    cloud.slack("amara").conversations_create(name=FIRST)
    (outcome,) = cloud.apply()
    assert outcome.answer == "name_taken"
    assert "drift.channel_name: adopt" in outcome.remedy


def test_the_ticket_goes_on_naming_a_channel_whose_new_name_is_only_reported(cloud: Company):
    _live(cloud, channel_name="report")
    rename(cloud)
    body = _body(cloud)
    cloud.jira("hannah", "PUT", _comment_path(cloud), {"body": body + " Or so."})
    cloud.converge()
    assert FIRST in _body(cloud)
    assert "Or so" not in _body(cloud)


def _comment_path(company: Company) -> str:
    return f"issue/{TICKET}/comment/{company.ticket(TICKET)['comments'][0]['id']}"


def test_a_change_of_mind_in_the_policy_lets_the_ticket_follow(cloud: Company):
    _live(cloud, channel_name="report")
    rename(cloud)
    cloud.converge()
    cloud.set_policy(drift={"channel_name": "adopt"})
    cloud.converge()
    assert OTHER in _body(cloud)


def test_a_private_channel_that_the_bot_is_still_in_counts_as_hidden(cloud: Company):
    _live(cloud)
    with cloud.box.lock:
        cloud.box.world.slack.channels[_id(cloud)].private = True
    assert "drift.channel_hidden: report" in _notice(cloud).message
    assert cloud.converge() == ()


def test_the_story_goes_on_while_the_channel_is_hidden_and_after_it(cloud: Company):
    _live(cloud)
    hide(cloud)
    cloud.write(TICKET, contact="amara")
    facets = {each.change.facet for each in cloud.converge()}
    assert facets == {"slack.announcement"}, "the announcement names the new contact"
    with cloud.box.lock:
        cloud.box.world.slack.channels[_id(cloud)].private = False
    cloud.converge()
    assert cloud.user("amara") in cloud.channel(TICKET)["members"]
    assert "amara" in str(cloud.channel(TICKET)["topic"]).lower()


def test_an_end_behind_a_hidden_channel_is_an_end(cloud: Company):
    _live(cloud)
    hide(cloud)
    cloud.write(TICKET, resolution=resolution())
    cloud.converge()
    assert cloud.ticket(TICKET)["labels"] == []


@pytest.mark.parametrize(("key", "lose"), [("channel_hidden", hide), ("channel_archived", archive)])
def test_another_channel_is_opened_beside_a_lost_one(
    company: Company, key: str, lose: Callable[[Company], None]
):
    _live(company, **{key: "repair"})
    lose(company)
    company.converge()
    live = company.named(f"{FIRST}-again")
    assert {company.user("priya"), company.user("dmitri")} <= set(live["members"])
    assert f"{FIRST}-again" in _body(company)
    posts = company.named("sre-escalations")["messages"]
    kinds = [(each["metadata"] or {}).get("event_payload", {}).get("kind") for each in posts]
    assert kinds.count("announcement") == 1
    (text,) = [
        str(post["text"]) for post, kind in zip(posts, kinds, strict=True) if kind == "announcement"
    ]
    assert f"<#{live['id']}>" in text, "the announcement leads to the new one"


def test_a_run_that_died_right_after_opening_another_channel_goes_on_in_it(cloud: Company):
    """The receipt then names the lost one still, and the new one's name would be taken."""
    _live(cloud, channel_archived="repair")
    archive(cloud)
    cloud.bot.conversations_create(name=f"{FIRST}-again")
    cloud.converge()
    assert {each["name"] for each in cloud.channels(TICKET)} == {FIRST, f"{FIRST}-again"}


# The priority


def _end(company: Company) -> str:
    company.write(TICKET, resolution=resolution())
    company.converge()
    return str(company.ticket(TICKET)["priority"])


@pytest.mark.parametrize("way", ["report", "adopt"])
def test_a_priority_that_somebody_chose_stays_in_the_end(company: Company, way: str):
    _live(company, priority=way)
    lower(company)
    company.converge()
    assert _end(company) == "Low"


@pytest.mark.parametrize(("way", "then"), [("report", "Medium"), ("adopt", "Highest")])
def test_only_what_was_adopted_is_not_ours_when_somebody_raises_it_again(
    company: Company, way: str, then: str
):
    _live(company, priority=way)
    lower(company)
    company.converge()
    lower(company, "Highest")
    company.converge()
    assert _end(company) == then


def test_a_stricter_policy_raises_what_was_let_go(cloud: Company):
    _live(cloud, priority="adopt")
    lower(cloud)
    cloud.converge()
    cloud.set_policy(drift={"priority": "repair"})
    cloud.converge()
    assert cloud.ticket(TICKET)["priority"] == "Highest"
    assert _end(cloud) == "Medium"


# The assignee


def test_the_command_that_keeps_an_assignee_names_them_by_handle(cloud: Company):
    _live(cloud)
    reassign(cloud)
    assert f"escalate assign {TICKET} nadia" in _notice(cloud).remedy


def test_somebody_who_is_not_on_the_roster_has_no_handle(cloud: Company):
    _live(cloud)
    reassign(cloud, "olga")
    notice = _notice(cloud)
    assert "Olga Petrova is there" in notice.message
    assert "config/roster.yaml" in notice.remedy


def test_a_file_that_follows_jira_is_in_sync_at_once(cloud: Company):
    _live(cloud)
    reassign(cloud)
    cloud.write(TICKET, assignee="nadia")
    plan = _plan(cloud)
    assert plan.notices == ()
    assert "jira.assignee" not in [each.facet for each in plan.changes]


def test_another_assignment_in_the_file_wins_over_what_was_moved(cloud: Company):
    _live(cloud)
    reassign(cloud)
    cloud.write(TICKET, assignee="mei")
    cloud.converge()
    assert cloud.ticket(TICKET)["assignee"] == "5f0a1c2e:mei"


@pytest.mark.parametrize("way", ["repair", "report", "adopt"])
def test_a_priority_that_the_policy_changed_is_nobodys_doing(cloud: Company, way: str):
    _live(cloud, priority=way)
    cloud.set_policy(jira={"priority": "High"})
    (plan,) = cloud.plan().escalations
    assert [(each.after, each.why) for each in plan.changes] == [("High", "policy changed")]
    assert plan.notices == ()
    cloud.converge()
    assert cloud.ticket(TICKET)["priority"] == "High"


@pytest.mark.parametrize("error", ["missing_scope", "no_permission", "access_denied"])
def test_a_channel_that_cannot_be_looked_at_is_no_lost_one(cloud: Company, error: str):
    _live(cloud, channel_hidden="repair")
    hide(cloud)
    cloud.box.faults.add(
        Fault("slack_error", "slack", "conversations.info", times=None, error=error)
    )
    plan = cloud.plan()
    (found,) = plan.escalations
    assert found.changes == ()
    assert f"Slack conversations.info: {error}" in found.problems[0].message
    cloud.apply()
    assert len(cloud.channels(TICKET)) == 1
    cloud.box.faults.clear()
    cloud.converge()
    assert len(cloud.channels(TICKET)) == 2, "now Slack says that it is gone"
