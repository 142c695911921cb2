"""Desired and observed values for tests of announcements: values in, values out, no services."""

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import yaml
from company import NOW, TOP, escalation

from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.declared import Declared
from reconciler.model.desired import Desired
from reconciler.model.forge import PullRequest
from reconciler.model.observed import Channel, Priority, Ticket
from reconciler.model.phase import Phase
from reconciler.model.proposed import Proposed
from reconciler.model.receipt import Receipt
from reconciler.model.snapshot import Snapshot
from reconciler.reconcile.desired_states import DesiredStates, desire
from reconciler.reconcile.effective import EffectiveEscalation, plain_escalations
from reconciler.reconcile.inventory.survey import Survey
from reconciler.reconcile.pull_request import desire_pull_request
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.slack.values import Identity, ListedChannel

STRUCK = re.compile(r"(:heavy_check_mark: )~[A-Z][^~\n]+~ (.*)")
TIME = re.compile(r": <!date\^[0-9]+\^\{date_short_pretty\} \{time\}\|[^<>|]+>")
TICKET = "DS-1071"
JIRA = "https://jira.example"


def answer(text: str) -> str:
    """A reminder without the request that is struck through, and without the time."""
    if not text.startswith(":heavy_check_mark:"):
        return text
    struck = STRUCK.fullmatch(text)
    assert struck, text
    return TIME.sub("", struck[1] + struck[2])


def snapshot(**changes: Any) -> Snapshot:
    """The example company with one escalation."""
    raws = [raw for raw in read_worktree(TOP) if raw.path.startswith("config/")]
    text = yaml.safe_dump(json.loads(json.dumps(escalation(TICKET, **changes))), sort_keys=False)
    raws.append(RawFile(f"escalations/2026/{TICKET}.yaml", text.encode()))
    found = load_snapshot(raws).snapshot
    assert found is not None
    return found


def desired(**changes: Any) -> Desired:
    """What the one escalation asks for."""
    (found,) = desire((it := snapshot(**changes)), plain_escalations(it, NOW), JIRA, NOW)
    return found


def declared(**changes: Any) -> Declared:
    """The same escalation as a run chooses it."""
    (found,) = DesiredStates(
        (it := snapshot(**changes)), plain_escalations(it, NOW), JIRA, NOW
    ).declared
    return found


def pull_request(**changes: Any) -> PullRequest:
    """An open pull request that brings the escalation."""
    base = PullRequest(
        "12", "Escalate", "https://x/12", "refs/pull/12/head", "a" * 40, "main", None
    )
    return replace(base, **changes)


def open_pull_request(opened_at: datetime | None = NOW, **changes: Any) -> Desired:
    """What that pull request asks to be told."""
    (case,) = plain_escalations((it := snapshot(**changes)), NOW)
    found = Proposed(pull_request(opened_at=opened_at), acknowledgers=("hannah",))
    waiting = EffectiveEscalation(case.escalation, case.source, Phase.PROPOSED, proposed=found)
    return desire_pull_request(it, waiting, found, JIRA, NOW)


def ticket(**changes: Any) -> Ticket:
    """The ticket as Jira shows it before anything is done."""
    medium, highest = Priority("3", "Medium"), Priority("1", "Highest")
    base = Ticket(
        key=TICKET,
        summary="",
        labels=frozenset(),
        priority=medium,
        assignee=None,
        comments={},
        links=frozenset(),
        receipt=None,
        editable=frozenset({"labels", "priority"}),
        priorities=(highest, medium),
    )
    return replace(base, **changes)


def survey(*tickets: Ticket) -> Survey:
    """A workspace with the desk's channel, and these tickets."""
    there = Channel("C1", "sre-escalations", "", "", archived=False, bot_is_member=True)
    return Survey(
        identity=Identity("UBOT", "BBOT", "https://x.slack.example", None),
        channels=(ListedChannel(there, "U1"),),
        tickets={each.key: each for each in tickets},
        moved={},
        visited=frozenset(each.key for each in tickets),
    )


__all__ = ["JIRA", "NOW", "TICKET", "Receipt"]
