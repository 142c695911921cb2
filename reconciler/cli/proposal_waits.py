"""What an open pull request waits for, who can act, and since when."""

from datetime import datetime

from reconciler.board.current import names_of
from reconciler.board.standings import ProposalWaits
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.consent import Consents
from reconciler.model.roster import Roster
from reconciler.pull_requests.gather import Preview
from reconciler.pull_requests.open import LIMITS, Opened


def proposal_waits(roster: Roster, preview: Preview, desk: str) -> ProposalWaits:
    """What keeps the escalation of a desk from being merged."""
    opened, verdict = preview.opened, preview.acknowledgements.get(desk)
    since = opened.pull_request.opened_at
    if opened.pull_request.draft:
        return ProposalWaits("its author, to mark it as ready for review", since)
    if isinstance(verdict, Acknowledgement):
        return ProposalWaits("its merge", verdict.at)
    if errors := sum(not each.rule.startswith(LIMITS) for each in opened.errors):
        return ProposalWaits(f"its author, to correct {errors} finding{'s' * (errors > 1)}", since)
    able = names_of(roster, preview.acknowledgers.get(desk, ()))
    return ProposalWaits(f"an approval by {able}", _ready(opened))


def _ready(opened: Opened) -> datetime | None:
    """When it was ready for review; if nobody asked, when it was opened."""
    ready = opened.consents.ready_at if isinstance(opened.consents, Consents) else None
    return ready or opened.pull_request.opened_at
