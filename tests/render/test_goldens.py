"""What people see of plans, outcomes and status, kept as files beside this one.

UPDATE_GOLDENS=1 in the environment writes them anew; read the difference before committing it.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.change import Action, Change, EscalationPlan, Operation, Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import ImpactLevel
from reconciler.model.observed import Priority
from reconciler.model.outcome import Outcome, Result
from reconciler.model.phase import Phase
from reconciler.model.standing import DeskCapacity, Standing, Status
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.assignee import Assign
from reconciler.reconcile.facets.brief import Pin
from reconciler.reconcile.facets.channel import CreateChannel
from reconciler.reconcile.facets.comment_operations import AddComment
from reconciler.reconcile.facets.follow_ups import LinkTicket
from reconciler.reconcile.facets.label import AddLabel, RemoveLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import EditMessage, PostMessage, Where
from reconciler.reconcile.facets.priority import SetPriority
from reconciler.reconcile.facets.topic_purpose import SetTopic
from reconciler.reconcile.wording.placeholders import CHANNEL_MENTION
from reconciler.render.console import rendered
from reconciler.render.outcomes import outcome_table
from reconciler.render.plan_markdown import plan_markdown
from reconciler.render.plan_text import plan_text
from reconciler.render.status import status_table
from reconciler.render.status_data import status_csv, status_markdown

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DS = "escalations/2026/DS-1042.yaml"
DONE = "escalations/2026/DS-1018.yaml"
BROKEN = "escalations/2026/PLAT-311.yaml"


def change(facet: str, what: str, why: str, operation: Operation) -> Change:
    """`+ after`, `~ before -> after` or `- before`."""
    sign, _, rest = what.partition(" ")
    before, arrow, after = rest.rpartition(" -> ")
    action = {"+": Action.ADD, "~": Action.CHANGE, "-": Action.REMOVE}[sign]
    if sign == "-" and not arrow:
        before, after = rest, ""
    return Change(facet=facet, action=action, before=before, after=after, why=why, op=operation)


def _new() -> EscalationPlan:
    topic = "DS-1042 assigned · critical · assignee Dmitri Sokolov · contact Lena Fischer"
    text = f"Assigned to Dmitri Sokolov. Please go to {CHANNEL_MENTION}."
    people = {"priya": "U0PRIYA01", "lena": "U0LENA001", "dmitri": "U0DMITRI1", "ines": "U0INES001"}
    update = "update 1 by Dmitri Sokolov: Reproduced with a test card. Our call to the 3-D Se…"
    raised = SetPriority(id="1", previous=Priority("3", "Medium"))
    return EscalationPlan(
        ticket="DS-1042",
        title="Card payments fail at checkout on the EU gateway",
        phase=Phase.ASSIGNED,
        path=DS,
        desk="DS",
        channel="ds-1042-card-payments-fail-eu",
        announced_in="sre-escalations",
        basis="0123456789",
        changes=(
            change("jira.label", "+ ESCALATION", f"{DS}:2", AddLabel(label="ESCALATION")),
            change("jira.priority", "~ Medium -> Highest", f"{DS}:2", raised),
            change("jira.assignee", "~ Nadia Haddad -> dmitri", f"{DS}:31", Assign(account="d")),
            change(
                "slack.channel",
                "+ #ds-1042-card-payments-fail-eu",
                f"{DS}:31",
                CreateChannel(name="ds-1042-card-payments-fail-eu"),
            ),
            change("slack.topic", f"+ {topic}", f"{DS}:2", SetTopic(text=topic, rev="1")),
            change("slack.members", f"+ {', '.join(people)}", f"{DS}:14", Invite(users=people)),
            change(
                "slack.brief",
                "+ who is who, impact, reason, findings",
                f"{DS}:11",
                PostMessage(where=Where.CHANNEL, kind="brief", text="…", rev="2"),
            ),
            change("slack.pin", "+ pins the brief", f"{DS}:11", Pin(kind="brief")),
            change(
                "slack.update",
                f"+ {update}",
                f"{DS}:34",
                PostMessage(where=Where.CHANNEL, kind="update-1", text="…", rev="3"),
            ),
            change(
                "slack.thread",
                "+ reply: assigned to Dmitri Sokolov",
                f"{DS}:31",
                PostMessage(where=Where.THREAD, kind="assigned-dmitri", text=text, rev="4"),
            ),
            change(
                "jira.comment",
                "+ names the channel",
                f"{DS}:2",
                AddComment(kind="channel", body="…"),
            ),
        ),
    )


def _drifted() -> EscalationPlan:
    topic = "DS-1018 resolved · high · contact Lena Fischer"
    announcement = EditMessage(
        where=Where.ANNOUNCEMENT, kind="announcement", ts="1.2", text="…", rev="5"
    )
    return EscalationPlan(
        ticket="DS-1018",
        title="Payment | confirmations <show> the `wrong` biller @name: 支払い確認に別の請求者",
        phase=Phase.RESOLVED,
        path=DONE,
        desk="DS",
        channel="ds-1018-payment-confirmations",
        channel_id="C0SBX0001",
        announced_in="sre-escalations",
        basis="1123456789",
        changes=(
            change("jira.label", "- ESCALATION", f"{DONE}:36", RemoveLabel(label="ESCALATION")),
            change(
                "slack.topic",
                f"~ Lunch at noon, who joins? -> {topic}",
                "drift",
                SetTopic(text=topic, rev="1"),
            ),
            change(
                "slack.announcement",
                "~ older text -> in #sre-escalations: resolved",
                f"{DONE}:36",
                announcement,
            ),
            change(
                "jira.link",
                "+ Relates PAY-641",
                f"{DONE}:44",
                LinkTicket(key="PAY-641", link_type="Relates"),
            ),
            change(
                "slack.archive",
                "- #ds-1018-payment-confirmations -> archived",
                f"{DONE}:36",
                Archive(),
            ),
        ),
        notices=(
            Diagnostic(
                "jira.priority",
                "the priority before the escalation (Urgent) can't be restored",
                "Set the ticket's priority in Jira.",
            ),
        ),
    )


def _broken() -> EscalationPlan:
    diagnostic = Diagnostic(
        "jira.priority",
        "project PLAT has no priority 'Highest'; it has: Blocker, Major, Minor",
        "Set jira.priority in config/policy.yaml to one of these, or add the priority to the"
        " project's priority scheme.",
    )
    return EscalationPlan(
        ticket="PLAT-311",
        title="Nightly ledger export times out",
        phase=Phase.ASSIGNED,
        path=BROKEN,
        desk="PLAT",
        announced_in="platform-escalations",
        basis="2123456789",
        problems=(diagnostic,),
    )


def _quiet() -> EscalationPlan:
    return EscalationPlan(
        ticket="DS-1057",
        title="Autopay runs twice for some payers",
        phase=Phase.ASSIGNED,
        path="escalations/2026/DS-1057.yaml",
        desk="DS",
        channel="ds-1057-autopay",
        channel_id="C0SBX0002",
        announced_in="sre-escalations",
        basis="3123456789",
    )


STRAY = Diagnostic(
    "jira.label",
    "DS-1072 carries the label ESCALATION and has no file",
    "Add escalations/<year>/DS-1072.yaml, or take the label off.",
)
PLAN = Plan(
    made_at=NOW,
    revision="8f14e45fceea167a5a36dedd4bea2543f0c1d2e3",
    escalations=(_drifted(), _new(), _quiet(), _broken()),
    notices=(STRAY,),
)
NOTHING = Plan(made_at=NOW, escalations=(_quiet(),))


def _outcomes() -> tuple[Outcome, ...]:
    taken = (
        "#ds-1042-card-payments-fail is another account's channel (C0SBX0009, made by U0AMARA01)",
        "Rename that channel, or give another name as `channel:` in DS-1042.",
    )
    told: dict[str, tuple[Result, str, str]] = {
        "slack.channel": (Result.FAILED, *taken),
        "slack.topic": (Result.SKIPPED, "waits for the channel", ""),
        "slack.members": (Result.SKIPPED, "waits for the channel", ""),
        "slack.brief": (Result.SKIPPED, "waits for the channel", ""),
        "slack.pin": (Result.SKIPPED, "waits for the channel", ""),
        "slack.update": (Result.SKIPPED, "waits for the channel", ""),
        "slack.thread": (Result.SKIPPED, "waits for the channel", ""),
        "jira.comment": (Result.UNKNOWN, "no answer in time", "the next run reads what is there"),
    }
    found = []
    for each in (_drifted(), _new()):
        for one in each.changes:
            known = told if each.ticket == "DS-1042" else {}
            result, answer, remedy = known.get(one.facet, (Result.DONE, "", ""))
            found.append(
                Outcome(ticket=each.ticket, change=one, result=result, answer=answer, remedy=remedy)
            )
    return tuple(found)


def _status() -> Status:
    def standing(ticket: str, phase: Phase, days: float, sync: str, **rest: Any) -> Standing:
        facts = {"desk": "DS", "assignee": None, "channel": "", "contact": "Lena Fischer"} | rest
        return Standing(
            ticket=ticket,
            phase=phase,
            arrived=NOW - timedelta(days=days),
            sync=sync,
            title=facts.pop("title", "Card payments fail for payers in the European Union"),
            level=facts.pop("level", ImpactLevel.HIGH),
            **facts,
        )

    room = {"today": 1, "per_day": 3, "active": 3, "active_limit": 5}
    return Status(
        at=NOW,
        escalations=(
            standing(
                "DS-1042",
                Phase.ASSIGNED,
                4.2,
                "2 drifted",
                level=ImpactLevel.CRITICAL,
                assignee="Dmitri Sokolov",
                channel="ds-1042-card-payments-fail-eu",
                waiting_on="an update by Dmitri Sokolov",
                waiting_since=NOW - timedelta(hours=3),
                updated=NOW - timedelta(hours=4),
                update_minutes=60,
                overdue=True,
            ),
            standing(
                "DS-1057",
                Phase.ASSIGNED,
                3,
                "in sync",
                assignee="Maximiliane Hohenzollern-Sigmaringen",
                channel="ds-1057-autopay-runs-twice-for-some-payers-of-a-biller",
                waiting_on="the assessment, from Maximiliane Hohenzollern-Sigmaringen",
                waiting_since=NOW - timedelta(minutes=40),
                update_minutes=120,
            ),
            standing(
                "DS-1071",
                Phase.HELD,
                0.3,
                "held",
                level=ImpactLevel.MEDIUM,
                waiting_on="capacity of the desk",
                waiting_since=NOW - timedelta(hours=7),
                notes=("held: DS has taken 3 of 3 escalations today",),
            ),
            standing(
                "PLAT-311",
                Phase.PROPOSED,
                0.04,
                "1 to fix",
                desk="PLAT",
                title="The nightly export stops, and " + "no one sees it until the morning " * 3,
                level=ImpactLevel.MEDIUM,
                waiting_on="an approval by Hannah Weiss, Ines Vogel or Mei Zhang",
                waiting_since=NOW - timedelta(minutes=58),
                notes=("proposed in #12",),
            ),
            standing("DS-987", Phase.RESOLVED, 405, "1 to do", title="Refunds are stuck"),
            standing("DS-99", Phase.WITHDRAWN, 500, "in sync", title="Two payers get two mails"),
        ),
        desks=(
            DeskCapacity(desk="DS", name="Dev Support", **room),
            DeskCapacity(desk="PLAT", name="Platform Support", **room),
        ),
        last_good_run=NOW - timedelta(minutes=12),
        missing=("Slack is not shown: Slack auth.test: too many requests.",),
    )


GOLDENS = {
    "plan-80.txt": lambda: rendered(plan_text(PLAN), 80),
    "plan-120.txt": lambda: rendered(plan_text(PLAN), 120),
    "plan-nothing.txt": lambda: rendered(plan_text(NOTHING), 80),
    "plan.md": lambda: plan_markdown(PLAN),
    "plan-nothing.md": lambda: plan_markdown(NOTHING),
    "plan.json": lambda: PLAN.model_dump_json(indent=2) + "\n",
    "outcomes-80.txt": lambda: rendered(outcome_table(PLAN, _outcomes()), 80),
    "outcomes-120.txt": lambda: rendered(outcome_table(PLAN, _outcomes()), 120),
    "status-80.txt": lambda: rendered(status_table(_status()), 80),
    "status-120.txt": lambda: rendered(status_table(_status()), 120),
    "status.md": lambda: status_markdown(_status()),
    "status.csv": lambda: status_csv(_status()),
    "status.json": lambda: _status().model_dump_json(indent=2) + "\n",
}


@pytest.mark.parametrize("name", GOLDENS)
def test_it_looks_as_it_did(name: str):
    path, text = HERE / "golden" / name, GOLDENS[name]()
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"


def test_every_golden_is_made():
    assert {path.name for path in (HERE / "golden").iterdir()} == set(GOLDENS)


@pytest.mark.parametrize("name", [name for name in GOLDENS if "-80" in name or "-120" in name])
def test_no_line_is_wider_than_asked_and_none_is_coloured(name: str):
    text = GOLDENS[name]()
    width = int(name.removesuffix(".txt").rpartition("-")[2])
    assert "\x1b" not in text
    for line in text.split("\n"):
        assert len(line) <= width
        assert line == line.rstrip()


def test_a_plan_reads_back():
    text = (HERE / "golden" / "plan.json").read_text(encoding="utf-8")
    assert Plan.model_validate_json(text) == PLAN
    assert json.loads(text)["version"] == 1


def test_a_status_reads_back():
    text = (HERE / "golden" / "status.json").read_text(encoding="utf-8")
    assert Status.model_validate_json(text) == _status()
