"""What people see of a story, kept as files beside this one.

UPDATE_GOLDENS=1 in the environment writes them anew; read the difference before committing it.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from company import escalation, resolution
from rich.cells import cell_len

from reconciler.audit.append_only import growth_findings
from reconciler.audit.escalation_history import history_of, lately
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    AuditLine,
    ChangeRecord,
    OutcomeRecord,
    Record,
)
from reconciler.model.audit_branch import Step
from reconciler.model.change import Action
from reconciler.model.escalation import Escalation
from reconciler.model.escalation_history import Detail
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import Event, EventKind, MainCommit, Timeline, Version
from reconciler.render.audit_verification import AuditVerification, verdict_text, verify_output
from reconciler.render.console import rendered
from reconciler.render.history import _rest, history_markdown, history_text
from reconciler.render.history_data import history_output, history_sheet
from reconciler.render.json_text import json_text
from reconciler.render.sheet import sheet_csv

HERE = Path(__file__).parent
ZONE = "America/New_York"
START = datetime(2026, 10, 30, 20, 15, tzinfo=UTC)
HOSTILE = "evil\x1b[31m\n::error::x\u202e <b>|`@team` [l](http://e)"


def commit(position: int, hours: float, author: str = "Priya Raman") -> MainCommit:
    at = START + timedelta(hours=hours)
    sha = f"{position:x}" * 40
    return MainCommit(sha, at, author, "Something", 16 + position or None, position)


def timeline() -> Timeline:
    """A long life across the end of daylight saving, and a hostile one beside it."""

    def event(
        kind: EventKind, at: MainCommit, field: str = "", before: str = "", after: str = ""
    ) -> Event:
        path = "escalations/2026/DS-1042.yaml"
        return Event(kind, "DS-1042", path, at, field, before, after)

    first, second, third = commit(1, 0), commit(2, 0.4, "Tomás Herrera"), commit(3, 5)
    fourth, fifth = commit(4, 40, "Nadia Haddad"), commit(5, 68)
    cause = "root_cause: A certificate had expired.; mitigation: It was renewed.; follow_ups: DS-7"
    mine = (
        event(EventKind.ESCALATED, first, after="priya: Card payments fail at checkout"),
        event(EventKind.ASSIGNED, second, "assignee", after="dmitri"),
        event(EventKind.CHANGED, second, "impact.level", "high", "critical"),
        event(EventKind.HANDED_OVER, third, "contact", "lena", "tomas"),
        event(EventKind.UPDATED, third, "updates.0", after="dmitri: The gateway refuses us."),
        event(EventKind.REASSIGNED, fourth, "assignee", "dmitri", "nadia"),
        event(EventKind.RESOLVED, fifth, "resolution", after=cause),
    )
    hostile = Event(EventKind.ESCALATED, "DS-666", "x", commit(6, 70, HOSTILE), after=HOSTILE)
    said = Escalation.model_validate(
        escalation("DS-1042", title="Card payments fail at checkout", resolution=resolution())
    )
    version = Version("DS-1042", "escalations/2026/DS-1042.yaml", fifth, said)
    return Timeline(versions=(version,), events={"DS-1042": mine, "DS-666": (hostile,)})


def run(number: int, hours: float, *records: Record) -> list[Record]:
    at = START + timedelta(hours=hours)
    return [each.model_copy(update={"at": at, "run": f"81234567{number}/1"}) for each in records]


def shared(ticket: str = "DS-1042") -> dict[str, Any]:
    return {"at": START, "run": "0/1", "commit": "1" * 40, "ticket": ticket}


def change(facet: str, after: str, result: Result = Result.DONE, answer: str = "") -> ChangeRecord:
    return ChangeRecord(
        **shared(), facet=facet, action=Action.ADD, after=after, result=result, answer=answer
    )


def outcome(**facts: Any) -> OutcomeRecord:
    return OutcomeRecord(**shared(), phase=Phase.ASSIGNED, **facts)


def admission(state: AdmissionState, **facts: Any) -> AdmissionRecord:
    return AdmissionRecord(**shared(), state=state, since=START, **facts)


def lines() -> list[AuditLine]:
    full = "DS has taken 3 of 3 escalations today"
    acknowledged = AcknowledgementRecord(
        **shared(), means=AcknowledgementMeans.MERGE, pull_request=17, brought_by="1" * 40
    )
    reviewed = AcknowledgementRecord(
        **shared(),
        means=AcknowledgementMeans.REVIEW,
        by="hanna",
        pull_request=17,
        brought_by="1" * 40,
        ready_at=START - timedelta(minutes=30),
        acknowledged_at=START - timedelta(minutes=5),
    )
    people = change("slack.members", "lena, gast", Result.FAILED, "gast: user_is_restricted")
    summary = change("slack.summary", "summary, revision 5a63387939", Result.UNKNOWN, "no answer")
    missing = "jira.link: the follow-up DS-7 is not visible in Jira"
    records = [
        *run(1, 0.1, admission(AdmissionState.HELD, reason=full), outcome(done=1)),
        *run(2, 8, admission(AdmissionState.ADMITTED, override="hanna"), acknowledged),
        *run(2, 8, *[change("jira.label", f"{each}") for each in range(14)], people),
        *run(2, 8, outcome(done=14, failed=1)),
        *run(3, 8.5, reviewed, change("slack.members", "lena"), outcome(done=1)),
        *run(4, 68.2, change("jira.label", "x"), summary, outcome(problems=(missing,))),
    ]
    late = records[-1].model_copy(update={"run": "812345675/1", "late": True})
    return [
        AuditLine("audit/2026/DS-1042.jsonl", number, record)
        for number, record in enumerate([*records, late, None], start=1)
    ]


def golden(name: str, text: str) -> None:
    path = HERE / "golden" / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 120])
def test_a_ticket(width: int):
    text = rendered(history_text(history_of("DS-1042", timeline(), lines(), ZONE)), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    golden(f"ticket-{width}.txt", text)


def test_everything_lately():
    text = rendered(history_text(lately(timeline(), lines(), ZONE, 6)), 80)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    golden("lately.txt", text)


def test_a_ticket_in_markdown_json_and_csv():
    story = history_of("DS-1042", timeline(), lines(), ZONE)
    golden("ticket.md", history_markdown(story))
    golden("ticket.json", json_text(history_output(story)))
    golden("ticket.csv", sheet_csv(history_sheet(story)))


def test_hostile_text():
    story = history_of("DS-666", timeline(), (), ZONE)
    text, page = rendered(history_text(story), 80), history_markdown(story)
    golden("hostile.txt", text)
    golden("hostile.md", page)
    for shown in (text, page):
        assert not [each for each in ("\x1b", "\u202e", "\n::") if each in shown]
    assert not [each for each in ("<b>", "@team", "://") if each in page]
    assert page.count("\n") == 5, "a row is a line"


def test_an_empty_history():
    golden("nothing.txt", rendered(history_text(lately(Timeline(), (), "UTC", 20)), 80))


def test_a_verdict():
    steps = [
        Step("a" * 40, "M", "100644", "audit/2026/DS-1.jsonl", b"one\ntwo\n", b"one\n2\n"),
        Step("b" * 40, "D", "000000", "audit/2026/DS-1.jsonl", b"one\n", b""),
        Step("c" * 40, "A", "100644", "audit/2026/DS-\x1b[31m.jsonl", b"", b"x\n"),
    ]
    found = list(growth_findings(steps))
    verdict = AuditVerification("c" * 40, 3, 7, found, ["origin can't be reached: \x1b[31m"])
    golden("verdict.txt", rendered(verdict_text(verdict), 80))
    golden("verdict.json", json_text(verify_output(verdict)))
    golden("verdict-fine.txt", rendered(verdict_text(AuditVerification("c" * 40, 3, 7, [])), 80))


def test_whole_texts_on_request():
    """`--full` shows what is cut without it."""
    long = "A cause with many words. " * 20
    detail = Detail(kind=EventKind.RESOLVED, after=f"root_cause: {long}; mitigation: It is out.")
    shown = _rest(detail, full=True)
    assert long in shown
    assert "It is out." in shown
    assert len(_rest(detail)) < 120


def test_whole_reasons_of_runs_on_request():
    long = "a limit with many words, " * 12
    failed = change("slack.members", long, Result.FAILED, long)
    records = [admission(AdmissionState.HELD, reason=long), failed, outcome(problems=(long,))]
    audit = [AuditLine("audit/2026/DS-1042.jsonl", 1, each) for each in records]
    story = history_of("DS-1042", Timeline(), audit, ZONE)
    for full, count in ((True, 4), (False, 0)):
        text = rendered(history_text(story, full=full), 2000)
        assert text.count(long.rstrip()) == count
        assert history_markdown(story, full=full).count(long.rstrip()) == count
