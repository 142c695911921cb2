"""The commit status `escalations/ack`: whether everybody agreed whose word a pull request needs.

It is for people and for rulesets. What the reconciler decides rests on the reviews.
"""

from typing import Final

from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.forge import CheckState, CommitStatus
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.open import Opened
from reconciler.reconcile.wording.agreement import not_agreed
from reconciler.reconcile.wording.escape import one_line
from reconciler.services.forge_protocol import Forge

CONTEXT: Final = "escalations/ack"
"""The name of the commit status; a ruleset can require it."""
_LONGEST: Final = 140
"""GitHub's limit for a status' description, in characters."""


def keep_status(forge: Forge, opened: Opened, snapshot: Snapshot) -> CommitStatus:
    """Set the status of a pull request's head, unless it is set already. Raises ServiceError.

    GitHub refuses more than 1,000 statuses of one commit and context, so none is set twice.
    """
    wanted, head = wanted_status(opened, snapshot), opened.pull_request.head
    if forge.status(head, CONTEXT) != wanted:
        forge.set_status(head, wanted)
    return wanted


def wanted_status(opened: Opened, snapshot: Snapshot) -> CommitStatus:
    """The status that a pull request's head should have."""
    state, description = _verdict(opened, snapshot)
    return CommitStatus(CONTEXT, state, one_line(description, _LONGEST))


def desks_of(opened: Opened) -> frozenset[str]:
    """The desks to which it escalates."""
    return frozenset(entry.escalation.desk for entry in opened.brings)


def _verdict(opened: Opened, snapshot: Snapshot) -> tuple[CheckState, str]:
    if opened.diagnostic is not None or (opened.snapshot is None and opened.tickets):
        return CheckState.PENDING, "its files can't be read; see the check `escalations`"
    if snapshot.policy.acknowledgement is AcknowledgementMeans.MERGE:
        return (
            CheckState.SUCCESS,
            "merging it acknowledges its escalations (policy: acknowledgement)",
        )
    unknown = desks_of(opened) - snapshot.policy.desks.keys()
    waiting = [f"there is no desk {each}" for each in sorted(unknown)]
    if opened.agreement is None and not waiting:
        return CheckState.SUCCESS, "it changes no escalation"
    found = opened.acknowledgements
    waiting += [each.why for each in found.values() if isinstance(each, Unacknowledged)]
    lacking = opened.agreement.not_agreed if opened.agreement else ()
    waiting += (each.message for each in not_agreed(lacking, snapshot.roster))
    if waiting:
        return CheckState.PENDING, waiting[0]
    names = dict.fromkeys(
        snapshot.roster.name(each.by)
        for each in found.values()
        if isinstance(each, Acknowledgement)
    )
    unread = "" if opened.is_agreed else "it could not be read who agrees to it"
    agreed = "each owner of it agreed"
    if names:
        agreed = f"acknowledged by {', '.join(names)}"
    elif opened.agreement is not None and not opened.agreement.by_field:
        agreed = "merging it is enough, because it begins no escalation (policy: rights)"
    return CheckState.PENDING if unread else CheckState.SUCCESS, unread or agreed
