"""What people see of proposals, findings and a set-up, kept as files beside this one.

UPDATE_GOLDENS=1 in the environment writes them anew; read the difference before committing it.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reconciler.model.change import Action, Change, EscalationPlan, Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Finding, Position, Severity
from reconciler.model.observed import Priority
from reconciler.model.outcome import Outcome, Result
from reconciler.model.phase import Phase
from reconciler.model.setup_check import SetupCheck, fine, unknown, wrong
from reconciler.reconcile.facets.assignee import Assign
from reconciler.reconcile.facets.channel import CreateChannel
from reconciler.reconcile.facets.label import AddLabel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.message_operations import PostMessage, Where
from reconciler.reconcile.facets.priority import SetPriority
from reconciler.render.console import rendered
from reconciler.render.findings import CheckResult
from reconciler.render.findings_markdown import as_markdown
from reconciler.render.json_text import json_text
from reconciler.render.plan_text import plan_text
from reconciler.render.run_markdown import run_markdown
from reconciler.render.setup_checks import examined_table
from reconciler.render.setup_data import doctor_output

HERE = Path(__file__).parent / "golden-forge"
PATH = "escalations/2026/DS-1071.yaml"


def change(facet: str, op: object, after: str, before: str = "", line: int = 4) -> Change:
    action = Action.CHANGE if before else Action.ADD
    return Change(
        facet=facet, action=action, before=before, after=after, why=f"{PATH}:{line}", op=op
    )


RAISE = SetPriority(id="1", previous=Priority("3", "Medium"))
POST = PostMessage(
    where=Where.ANNOUNCEMENT, kind="announcement", text="…", rev="1", pull_request="12"
)
CHANGES = (
    change("jira.label", AddLabel(label="ESCALATION"), "ESCALATION"),
    change("jira.priority", RAISE, "Highest", "Medium"),
    change("jira.assignee", Assign(account="x"), "dmitri"),
    change("slack.channel", CreateChannel(name="ds-1071-x"), "#ds-1071-x"),
    change("slack.members", Invite(users={"priya": "U1", "lena": "U2"}), "priya, lena"),
    change("slack.announcement", POST, "in #sre-escalations: assigned"),
)
BLOCK = EscalationPlan(
    ticket="DS-1071",
    title="Something <b>fails</b> @all",
    phase=Phase.ASSIGNED,
    path=PATH,
    desk="DS",
    channel="ds-1071-x",
    basis="1",
    changes=CHANGES,
    problems=(Diagnostic("slack.members", "Slack has no user for owen", "Correct it."),),
)
FINDINGS = (
    Finding("role-contact", Position(PATH, 9, 10), "ravi is not client-facing.", "Name another."),
    Finding(
        "text-promise",
        Position(PATH, 3, 1),
        "`ETA` <!-- promises --> #1",
        "Delete it.",
        Severity.WARNING,
    ),
)
EXAMINED: list[SetupCheck] = [
    fine("files", "escalations, policy, roster", "no problems found"),
    fine("Jira", "credentials", "signed in as 5f0a1c2e:escalation-bot"),
    wrong(
        "Jira",
        "priority in PLAT",
        "there is no 'Highest'; there are Low, Medium",
        "Correct jira.priority in config/policy.yaml, or the project's priority scheme.",
    ),
    fine("Slack", "#sre-escalations", "the bot is in it"),
    unknown("GitHub", "everything", "GITHUB_TOKEN is not set", "Set it."),
    wrong(
        "people",
        "lena",
        "Slack has not exactly one active user with lena\x1b@x.example",
        "Correct the address, or give the id as people.lena.slack in config/roster.yaml.",
    ),
]
PROPOSED = BLOCK.model_copy(
    update={
        "phase": Phase.PROPOSED,
        "pull_request": "#12",
        "changes": CHANGES[-1:],
        "problems": (),
        "channel": "",
    }
)
PLAN = Plan(
    made_at=datetime(2026, 11, 23, tzinfo=UTC),
    escalations=(BLOCK,),
    pull_requests=(PROPOSED,),
    diagnostics=(Diagnostic("forge", "#13 can't be read: it moved", "The next run tries again."),),
)
OUTCOMES = [Outcome(ticket="DS-1071", change=each, result=Result.DONE) for each in CHANGES[:-1]]
OUTCOMES.append(
    Outcome(
        ticket="DS-1071",
        pull_request="#12",
        change=CHANGES[-1],
        result=Result.FAILED,
        answer="is_archived",
        remedy="Unarchive it.",
    )
)
REPORT = CheckResult(FINDINGS, 3)
GOLDENS = {
    "doctor-80.txt": lambda: rendered(examined_table(EXAMINED), 80),
    "doctor-120.txt": lambda: rendered(examined_table(EXAMINED), 120),
    "doctor.json": lambda: json_text(doctor_output(EXAMINED)),
    "plan-80.txt": lambda: rendered(plan_text(PLAN), 80),
    "plan-120.txt": lambda: rendered(plan_text(PLAN), 120),
    "run.md": lambda: run_markdown(PLAN, OUTCOMES, [Diagnostic("forge.comment", "no", "Wait.")]),
    "check.md": lambda: as_markdown(REPORT),
    "check-fine.md": lambda: as_markdown(CheckResult((), 3)),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_it_looks_as_it_did(name: str):
    path, text = HERE / name, GOLDENS[name]()
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"


def test_every_golden_is_made():
    assert {path.name for path in HERE.iterdir()} == set(GOLDENS)


@pytest.mark.parametrize("name", [name for name in GOLDENS if name.endswith(".txt")])
def test_no_line_is_wider_than_asked_and_none_is_coloured(name: str):
    width = int(name.removesuffix(".txt").rpartition("-")[2])
    for line in GOLDENS[name]().split("\n"):
        assert len(line) <= width
        assert "\x1b" not in line


@pytest.mark.parametrize("name", [name for name in GOLDENS if name.endswith(".md")])
def test_hostile_text_stays_text(name: str):
    """Read as GitHub reads it: no HTML but our own, no link, no mention."""
    text = GOLDENS[name]()
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    for markup in ("<b>", "<!--", "<a ", "<script"):
        assert markup not in shown.replace("</a", "")
    assert "@all" not in text
