"""What a swept run has to do: a company on GitHub, and what was merged and opened there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from company import NOW, escalation, resolution
from hub import Hub
from merging import begin_with

from reconciler.sandbox import Box

UPDATE: Final = {
    "at": "2026-11-23T14:00:00-05:00",
    "by": "dmitri",
    "text": "The logs point at TLS.",
}
LATER: Final = {"at": "2026-11-23T14:30:00-05:00", "by": "nadia", "text": "The fix is tested."}
JUN: Final = {"person": "jun", "findings": "A log.", "blocked_because": "No access to it."}


def escalations(hub: Hub) -> None:
    """One escalation is new, one changes, one is resolved."""
    hub.begin("DS-1072", assignee="nadia", reporter=JUN)
    hub.begin("DS-1073", assignee="mei")
    new = {"updates": [UPDATE], "stakeholders": {"client_facing": ["amara"]}}
    number = hub.propose("DS-1071", **new)
    hub.reconcile("--record")
    hub.agree(number)
    hub.merge(number)
    changed = escalation("DS-1072", assignee="nadia", reporter=JUN, contact="jun", updates=[LATER])
    ended = escalation("DS-1073", assignee="mei", resolution=resolution(follow_ups=["PAY-641"]))
    hub.push("change", {_path("DS-1072"): changed, _path("DS-1073"): ended})
    number = hub.open("change", "Change two escalations")
    hub.agree(number)
    hub.merge(number)


def pull_requests(hub: Hub) -> None:
    """One pull request is new, one has changed and was approved, one is closed, one is an edit."""
    hub.begin("DS-1072", assignee="nadia", reporter=JUN)
    changed = hub.propose("DS-1063", assignee=None)
    closed = hub.propose("DS-1057", assignee="mei")
    hub.reconcile("--record")
    branch = "escalate/ds-1063"
    hub.push(branch, {_path("DS-1063"): _new("DS-1063", title="It fails more")}, base=branch)
    hub.review(changed)
    hub.close(closed)
    hub.propose("DS-1074")
    edit = escalation("DS-1072", assignee="nadia", reporter=JUN, updates=[LATER])
    hub.push("edit", {_path("DS-1072"): edit})
    hub.open("edit", "Report progress")


def links(hub: Hub) -> None:
    """One escalation is resolved, and the screen for its ticket lacks the field of links.

    So the link to the follow-up takes a request of its own.
    """
    hub.begin("DS-1073", assignee="mei")
    hub.reconcile("--record")
    with hub.box.lock:
        hub.box.world.jira.projects["DS"].edit_fields.remove("issuelinks")
    ended = escalation("DS-1073", assignee="mei", resolution=resolution(follow_ups=["PAY-641"]))
    hub.push("change", {_path("DS-1073"): ended})
    number = hub.open("change", "Resolve an escalation")
    hub.agree(number)
    hub.merge(number)


def merges(hub: Hub) -> None:
    """Two pull requests are agreed, and the run merges them before it carries them out."""
    begin_with(hub, merge="when-agreed")
    numbers = [hub.propose("DS-1071"), hub.propose("DS-1072", assignee="nadia")]
    hub.reconcile("--record")
    for each in numbers:
        hub.review(each)


SCENARIOS: Final[dict[str, Callable[[Hub], None]]] = {
    "escalations": escalations,
    "pull-requests": pull_requests,
    "links": links,
    "merges": merges,
}
SITES: Final = ("cloud", "data-center")


def build(scenario: str, site: str, folder: Path, box: Box) -> Hub:
    """A company just before the run."""
    hub = Hub(folder, box, data_center=site == "data-center")
    SCENARIOS[scenario](hub)
    assert hub.now == NOW
    return hub


def _new(ticket: str, **changes: Any) -> dict[str, Any]:
    return escalation(ticket, assignee=None, **changes)


def _path(ticket: str) -> str:
    return f"escalations/2026/{ticket}.yaml"
