"""Why an escalation is not acknowledged, as people are told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from company import TOP
from goldens import hold

from reconciler.history.approvals import acknowledgement
from reconciler.model.acknowledgement import Unacknowledged
from reconciler.model.forge import Account, PullRequest, Review, ReviewState
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster

GOLDEN = Path(__file__).parent / "golden" / "acknowledgement.txt"
ROSTER = Roster.model_validate(yaml.safe_load((TOP / "config/roster.yaml").read_text()))
DESK = Policy.model_validate(yaml.safe_load((TOP / "config/policy.yaml").read_text())).desks["DS"]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HEAD, OLD = "a" * 40, "b" * 40
PRIYA, TOMAS, HANNAH, OWEN = (
    Account(1, "priya-raman"),
    Account(3, "tomas-herrera"),
    Account(2, "hannah-weiss"),
    Account(4, "owen-brooks"),
)
PULL_REQUEST = PullRequest("7", "T", "", "", HEAD, "main", PRIYA)
APPROVED = ReviewState.APPROVED
SAID: dict[str, tuple[tuple[Account, ReviewState, str], ...]] = {
    "nobody": (),
    "an older version": ((HANNAH, APPROVED, OLD),),
    "dismissed": ((HANNAH, ReviewState.DISMISSED, HEAD),),
    "changes": ((HANNAH, APPROVED, HEAD), (HANNAH, ReviewState.CHANGES_REQUESTED, HEAD)),
    "no acknowledger": ((OWEN, APPROVED, HEAD),),
    "the author": ((PRIYA, APPROVED, HEAD),),
    "the initiator": ((TOMAS, APPROVED, HEAD),),
}


def _lines() -> Iterator[str]:
    for title, told in SAID.items():
        reviews = [
            Review(who, state, commit, NOON + timedelta(minutes=minute))
            for minute, (who, state, commit) in enumerate(told)
        ]
        found = acknowledgement(PULL_REQUEST, reviews, DESK, ROSTER, ("priya", "tomas"))
        assert isinstance(found, Unacknowledged)
        yield f"{title}: {found.why}\n"


def test_why_it_is_not_acknowledged_reads_as_before():
    hold(GOLDEN, "".join(_lines()))
