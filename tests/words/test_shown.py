"""What is shown where there is nothing, or too much, to show; and what the questions ask."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from goldens import hold
from history_command.test_goldens import START, ZONE, lines, shared, timeline

from reconciler.audit.escalation_history import history_of, lately
from reconciler.check.registry import RULES
from reconciler.cli.blanks import Blank
from reconciler.cli.options import append_summary
from reconciler.cli.people import assignees
from reconciler.cli.questions import all_questions
from reconciler.cli.resolve import STATES
from reconciler.edit.form_fields import FormProblem
from reconciler.history.figures.period import month_of
from reconciler.history.figures.report import Known, ReportRequest, report
from reconciler.model.audit import AcknowledgementRecord, AuditLine
from reconciler.model.change import Plan
from reconciler.model.finding import Finding, Position
from reconciler.model.policy import AcknowledgementMeans, Policy
from reconciler.model.report import Notable
from reconciler.model.standing import Status
from reconciler.render.console import rendered
from reconciler.render.findings import CheckResult, as_github
from reconciler.render.form_comment import unfit_comment
from reconciler.render.history import history_markdown, history_text
from reconciler.render.next_steps import next_steps
from reconciler.render.outcomes import outcome_table
from reconciler.render.report_markdown import report_markdown
from reconciler.render.rules_page import rule_text
from reconciler.render.run_markdown import run_markdown
from reconciler.render.status import status_table
from words.test_forms import snapshot

GOLDEN = Path(__file__).parent / "golden" / "shown.txt"


def _nothing() -> Iterator[str]:
    plan = Plan(made_at=START, revision="", escalations=())
    yield run_markdown(plan, (), ())
    yield rendered(outcome_table(plan, ()), 80)
    yield rendered(status_table(Status(at=START, escalations=(), desks=())), 80)


def _too_much(folder: Path) -> Iterator[str]:
    at = Position("escalations/2026/DS-1.yaml")
    yield as_github(CheckResult([Finding("x", at, "A.", "B.")] * 12, 1))
    yield unfit_comment((FormProblem("", "A.", "B."),) * 30)
    month = month_of("2026-10", date(2026, 11, 25), ZoneInfo(ZONE))
    quiet = report(Known(()), ReportRequest(month, START, ("DS", "PLAT")))
    notable = Notable(ticket="DS-1", at=START, what="hannah")
    yield report_markdown(quiet.model_copy(update={"overrides": (notable,) * 40}))
    summary = folder / "summary.md"
    append_summary(summary, "x\n" * 600_000)
    yield summary.read_text("utf-8").lstrip("x\n")


def _history() -> Iterator[str]:
    reviewed = AcknowledgementRecord(
        **shared() | {"run": "812345671/1"},
        means=AcknowledgementMeans.REVIEW,
        by="hannah",
        brought_by="1" * 40,
    )
    numbered = reviewed.model_copy(update={"pull_request": 17, "run": "812345672/1"})
    told = [AuditLine("audit/2026/DS-1042.jsonl", 90, each) for each in (reviewed, numbered)]
    yield history_markdown(lately(timeline(), [*lines(), *told], ZONE, 6))
    yield rendered(history_text(history_of("DS-1042", timeline(), told, ZONE)), 80)


def _asked(blank: Blank) -> Iterator[str]:
    default = f" [{blank.default}]" if blank.default else ""
    yield f"{blank.question}{default} ({blank.hint})"
    yield from (f"    {each}: {word}" for each, word in blank.choices.items())


def _questions() -> Iterator[str]:
    company = snapshot()
    for each in all_questions(company, reporter="lena"):
        yield from _asked(each)
    yield from _asked(Blank("--assignee", "Which engineer works on it?", assignees(company, "DS")))
    yield from _asked(Blank("--state", "In which state is the message to them?", STATES))


def _next_steps() -> Iterator[str]:
    known = snapshot().policy
    for more in (
        {"acknowledgement": "merge"},
        {"acknowledgement": "review"},
        {"acknowledgement": "review", "rights": "by-field", "merge": "when-agreed"},
    ):
        policy = Policy.model_validate(known.model_dump(mode="json") | more)
        for begins in (True, False):
            yield "\n".join(next_steps(policy, "DS", begins=begins)) + "\n"


def test_what_is_shown_reads_as_before(tmp_path: Path):
    parts = {
        "Nothing": _nothing(),
        "Too much": _too_much(tmp_path),
        "History": _history(),
        "A rule": [rule_text(RULES["role-contact"])],
        "Questions": _questions(),
        "After the pull request": _next_steps(),
    }
    texts = (f"## {title}\n\n" + "\n".join(said) + "\n" for title, said in parts.items())
    hold(GOLDEN, "\n".join(line.rstrip() for line in "\n".join(texts).split("\n")))
