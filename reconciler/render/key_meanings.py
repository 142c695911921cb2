"""What the keys of printed JSON mean, where their model does not describe them."""

from collections.abc import Mapping
from typing import Final

MEANINGS: Final[Mapping[str, str]] = {
    # Things, which have one name everywhere.
    "ticket": "Key of the Jira ticket.",
    "title": "Title of the escalation.",
    "desk": "Key of the desk.",
    "phase": "Phase of the escalation.",
    "path": "The file, from the top of the repository.",
    "channel": "Name of the Slack channel, without #. Empty if there is none.",
    "assignee": "Name of the assigned engineer. Null if no engineer is assigned.",
    "pull_request": "The pull request, such as `#12`. Empty if there is none.",
    "facet": "What is reconciled, such as `jira.label` or `slack.topic`.",
    "message": "What is the matter.",
    "remedy": "What to do. Can be empty.",
    "notes": "Notes for people.",
    "commit": "The commit of the main branch.",
    "at": "When it happened, in UTC.",
    "before": "The value before. Empty if there was none.",
    "after": "The value after. Empty if there is none.",
    "changes": "Planned changes, in their order.",
    "problems": "Problems that people must fix.",
    "notices": "What the tool reports and does not change.",
    "diagnostics": "What keeps the run as a whole from being complete.",
    "escalations": "A part for each escalation.",
    "desks": "A part for each desk.",
    # status
    "Status.at": "The time of the status.",
    "Status.last_good_run": "When a run last succeeded. Null if that is not known.",
    "Status.missing": "What is not shown, and why: a sentence for each.",
    "Standing.level": "Level of the impact.",
    "Standing.waiting_on": "What it waits for, and who can do it. Empty if it has ended.",
    "Standing.waiting_since": "Since when it waits. Null if that is not known.",
    "Standing.contact": "Name of the contact at this moment.",
    "Standing.updated": "When the latest update reached the main branch. Null without one.",
    "Standing.update_minutes": "How often an update is due. Null if none is.",
    "Standing.overdue": "True if an update is due now.",
    "Standing.arrived": "When it was admitted, or began to wait. Null if git does not show it.",
    "Standing.sync": "`in sync`, `held`, `waits`, `not compared`, a service that was not read, "
    "or what is due.",
    "Standing.notes": "Why it is held or waits, and what people changed.",
    "DeskCapacity.name": "Name of the desk.",
    "DeskCapacity.today": "Escalations that the desk accepted today.",
    "DeskCapacity.per_day": "The limit of the desk for new escalations per day.",
    "DeskCapacity.active": "Escalations that are active now.",
    "DeskCapacity.active_limit": "The limit of the desk for active escalations.",
    # history
    "source": "`main` for a commit of the main branch, `audit` for a run.",
    "author": "Author of the commit.",
    "proposed_by": "Login of the account that proposed it, as a run recorded it. Empty if unknown.",
    "subject": "First line of the commit's message.",
    "details": "What the commit did to the escalation.",
    "Detail.kind": "What happened, such as `assigned`.",
    "Detail.field": "Where in the file. Empty for the whole file.",
    "Detail.agreement": "Whether its owners agreed to the change: `agreed`, `not agreed` or "
    "`unknown`. Null if each merged change counts, or if nothing can verify it.",
    "ShownIntent.pull_request": "Number of the pull request. Null if git does not show it.",
    "agreement": "Whether its owners agreed. Null if each merged change counts, or if no one can "
    "verify that.",
    "run": "Id of the run.",
    "late": "True if a later run recorded it.",
    "believed": "False if the line should have a valid seal and has none.",
    "admission": "What the run decided on admission. Null if nothing changed.",
    "acknowledgement": "The acknowledgement that the run found. Null if it found none.",
    "done": "Facets of the changes that the run made.",
    "failures": "Changes that the run did not make.",
    "Admitted.state": "`admitted` or `held`.",
    "Admitted.since": "Since when.",
    "Admitted.reason": "The limit that holds it. Can be empty.",
    "Admitted.override": "Handle of the overrider who let it exceed a limit. Null if none did.",
    "RecordedAcknowledgement.means": "Whether a review or the merge acknowledged it.",
    "RecordedAcknowledgement.by": "Handle of the acknowledger. Null if the merge acknowledged it.",
    "RecordedAcknowledgement.pull_request": "Number of the pull request. Null if it is not known.",
    "RecordedAcknowledgement.ready_at": "When the pull request was opened, or when a draft was "
    "ready for review. Null if that is not known.",
    "RecordedAcknowledgement.took": "Time from ready for review, as an ISO 8601 duration. "
    "Null if it is not known.",
    "Failure.what": "The value that the change was about. Can be empty.",
    "result": "What became of the change.",
    "answer": "What the service answered, or what the change waits for. Can be empty.",
    # plan
    "Plan.made_at": "When the plan was made.",
    "Plan.revision": "The commit whose files the plan follows. Empty outside git.",
    "Plan.thorough": "True if bookmarks, pins, posts and remote links were read.",
    "Plan.pull_requests": "A part for each escalation in an open pull request.",
    "EscalationPlan.channel_id": "Id of the channel. Empty if there is no channel yet.",
    "EscalationPlan.adopts": "The channel of people that the file adopts. Empty if there is none.",
    "EscalationPlan.announced_in": "Name of the desk's channel.",
    "EscalationPlan.vanished": "True if the main branch no longer has the file.",
    "EscalationPlan.basis": "Fingerprint of everything that the changes follow from.",
    "Change.action": "What happens to the facet.",
    "Change.why": "The line of the file that asks for it, as `path:line`, or `drift`.",
    "Change.op": "How the change is made. The keys beside `do` depend on `do`.",
    "Change.requires": "Changes of the same plan that the tool must make first.",
    "Attention": "Whom a pull request calls.",
    "Outcome.change": "The planned change.",
    "Operation": "How a change is made. The keys beside `do` depend on `do`.",
    "Operation.do": "The kind of the operation.",
}
"""By the name of the key, or by the model and the key where a key means something else there."""


def meaning(model: str, key: str) -> str:
    """What a key of a model means. Empty if that is not described, which a test reports."""
    return MEANINGS.get(f"{model}.{key}") or MEANINGS.get(key, "")
