"""A small company with everything that a board can show."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from company import escalation, resolution
from figures.test_report import EPISODE, MONDAY, WITHDRAWN, History

from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    ChangeRecord,
    OutcomeRecord,
)
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans

NOW = datetime(2026, 11, 4, 21, 0, tzinfo=UTC)


def small_company(folder: Path) -> Path:
    """Resolved, withdrawn, reopened, assigned with and without updates, waiting and held ones."""
    made = History(folder)
    made.set_policy(
        reminders={},
        jira={"browse_url": "https://ledgerline.atlassian.net"},
        time_zone="America/New_York",
    )
    made.at(MONDAY)
    brought = made.declare("DS-1", title="Card payments fail with 3-D Secure")
    update = {
        "at": "2026-11-02T11:20:00-05:00",
        "by": "dmitri",
        "text": "The gateway has refused the new certificate since the bank renewed\nit. "
        "We asked for its log.",
    }
    made.declare("DS-1", title="Card payments fail with 3-D Secure", updates=[update])
    first = {
        "title": "Card payments fail with 3-D Secure",
        "updates": [update],
        "assessment": "A certificate, most likely.",
        "handovers": [{"at": "2026-11-02T12:00:00-05:00", "to": "owen"}],
        "resolution": resolution(follow_ups=["PLAT-9", "DS-77"]),
    }
    made.declare("DS-1", **first)
    made.declare("DS-2", assignee=None)
    made.declare("DS-2", assignee=None, withdrawn=WITHDRAWN)
    made.later(days=1)
    again = EPISODE | {"reason": "It is back for two billers."}
    made.declare("DS-1", **first, episodes=[again])
    made.declare(
        "DS-3", assignee="mei", impact=escalation("DS-3")["impact"] | {"level": "critical"}
    )
    made.declare("DS-4")
    made.declare("DS-5", assignee=None)
    made.declare("PLAT-6", assignee=None)
    common = {"run": "1/1", "commit": brought, "at": MONDAY + timedelta(minutes=9)}
    made.record(
        AdmissionRecord(**common, ticket="DS-1", state=AdmissionState.ADMITTED, since=MONDAY),
        AcknowledgementRecord(
            **common,
            ticket="DS-1",
            means=AcknowledgementMeans.REVIEW,
            by="hannah",
            pull_request=12,
            brought_by=brought,
            acknowledged_at=MONDAY,
            ready_at=MONDAY - timedelta(minutes=25),
        ),
        ChangeRecord(
            **common,
            ticket="DS-1",
            facet="slack.channel",
            action=Action.ADD,
            after="the channel",
            result=Result.DONE,
        ),
        ChangeRecord(
            **common,
            ticket="DS-1",
            facet="jira.label",
            action=Action.ADD,
            after="ESCALATION",
            result=Result.FAILED,
            answer="HTTP 403",
        ),
        OutcomeRecord(**common, ticket="DS-1", phase=Phase.ASSIGNED, done=1),
    )
    return made.path
