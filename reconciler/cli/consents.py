"""Who agreed to what: asked of the forge, with what earlier runs verified."""

from datetime import datetime

from reconciler.history.field_owners import Rights
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.in_force import ConsentSource
from reconciler.pull_requests.open import Main, Reviewing
from reconciler.services.connect_forge import ConnectedForge


def reviewing_by(
    snapshot: Snapshot, desks: frozenset[str], now: datetime, consents: ConsentSource | None
) -> Reviewing | None:
    """How it is read who agrees to open pull requests; None where merging acknowledges."""
    if consents is None or snapshot.policy.acknowledgement is AcknowledgementMeans.MERGE:
        return None
    rights = Rights(snapshot.policy, snapshot.roster, now)
    return Reviewing(desks, rights, consents.of_open)


def consent_source(main: Main, connected: ConnectedForge | None) -> ConsentSource | None:
    """Where it is read who agreed; None without a forge that has reviews."""
    raise SystemExit(f"{main.commit} {connected}")
