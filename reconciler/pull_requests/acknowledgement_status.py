"""The commit status `escalations/ack`: whether Dev Support has acknowledged a pull request.

It is for people and for rulesets. What the reconciler decides rests on the reviews.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.history.approvals import acknowledgement
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.forge import CheckState, CommitStatus
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.open import Opened
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
    found = list(_by_desk(opened, snapshot))
    waiting = [each.why for each in found if isinstance(each, Unacknowledged)]
    if waiting:
        return CheckState.PENDING, waiting[0]
    names = dict.fromkeys(
        snapshot.roster.name(each.by) for each in found if isinstance(each, Acknowledgement)
    )
    if not names:
        return CheckState.SUCCESS, "it escalates nothing"
    return CheckState.SUCCESS, f"acknowledged by {', '.join(names)}"


def _by_desk(opened: Opened, snapshot: Snapshot) -> Iterator[Acknowledgement | Unacknowledged]:
    """A verdict for each desk to which it escalates."""
    for key in sorted(desks_of(opened)):
        desk = snapshot.policy.desks.get(key)
        if desk is None:
            yield Unacknowledged(f"there is no desk {key}")
        else:
            initiators = opened.initiators(key)
            yield acknowledgement(
                opened.pull_request, opened.reviews, desk, snapshot.roster, initiators
            )
