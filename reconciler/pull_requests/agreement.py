"""Whether everybody has agreed to an open pull request whose word it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.history.approvals import person_of
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.consent import Consent, Consents
from reconciler.model.roster import Roster
from reconciler.pull_requests.open import Opened


@dataclass(frozen=True)
class Agreement:
    """That an open pull request is agreed."""

    by: tuple[str, ...] = ()
    """Handles of those who approved it; if no one did, of those who proposed it."""
    acknowledgements: Mapping[str, Acknowledgement] = field(default_factory=dict)
    """By ticket that it brings."""


def agreement(opened: Opened, roster: Roster) -> Agreement | None:
    """Who agreed to it; None if it is not agreed, or changes nothing that needs a word."""
    judged = opened.agreement
    if judged is None or not opened.is_agreed or not judged.changes:
        return None
    acknowledged = {
        ticket: each
        for ticket, each in judged.acknowledgements.items()
        if isinstance(each, Acknowledgement)
    }
    said = opened.consents.consents if isinstance(opened.consents, Consents) else ()
    approved = _handles((each for each in said if each.approved), roster)
    return Agreement(approved or _handles(said, roster), acknowledged)


def _handles(said: Iterable[Consent], roster: Roster) -> tuple[str, ...]:
    """Handles of the people of the roster who said so, each once."""
    found = (person_of(each.account, roster) for each in said)
    return tuple(dict.fromkeys(handle for handle in found if handle is not None))
