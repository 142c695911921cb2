"""Who agreed to what: asked of the forge, with what earlier runs verified."""

from datetime import datetime

from reconciler.audit.consent_lines import ConsentMemory
from reconciler.history.field_owners import Rights
from reconciler.model.keyring import Keyring
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.snapshot import Snapshot
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.in_force import ConsentSource
from reconciler.pull_requests.open import Main, Reviewing
from reconciler.pull_requests.read_consents import PullRequestConsents
from reconciler.pull_requests.reading_place import ReadingPlace
from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.git.audit_branch import known_tip
from reconciler.services.git.audit_read import consent_files


def reviewing_by(
    snapshot: Snapshot, desks: frozenset[str], now: datetime, consents: ConsentSource | None
) -> Reviewing | None:
    """How it is read who agrees to open pull requests; None where merging acknowledges."""
    if consents is None or snapshot.policy.acknowledgement is AcknowledgementMeans.MERGE:
        return None
    rights = Rights(snapshot.policy, snapshot.roster, now)
    return Reviewing(desks, rights, consents.of_open)


def consent_source(
    main: Main,
    timeline: Timeline | None,
    connected: ConnectedForge | None,
    keyring: Keyring | None = None,
) -> PullRequestConsents | None:
    """Where it is read who agreed; None without a forge that has reviews.

    What earlier runs remember counts only with the key of its seals.
    """
    if connected is None or timeline is None or not connected.forge.reviews_exist:
        return None
    named = (policy.forms for _, policy in timeline.policies)
    forms = frozenset(each.account_id for each in named if each is not None)
    place = ReadingPlace(main.repo, main.commit, main.now, connected, forms)
    if keyring is None:
        return PullRequestConsents(place, ConsentMemory())
    tip = known_tip(main.repo, connected.remote.name if connected.remote else None)
    return PullRequestConsents(place, ConsentMemory(consent_files(main.repo, tip), keyring))
