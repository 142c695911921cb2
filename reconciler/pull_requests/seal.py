"""Seals of acknowledgements: they show that an earlier run verified one, so GitHub is asked once.

Acknowledgements are stored on the ticket, and any account that may edit the ticket can change
them. Without the key of their seals, every acknowledgement is verified again.
"""

from dataclasses import asdict, replace
from datetime import datetime

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.keyring import Keyring, Purpose, Seal
from reconciler.model.receipt import AcknowledgementReceipt


class Sealer:
    """Seals acknowledgements, and checks seals."""

    def __init__(self, keyring: Keyring) -> None:
        """Seal with the keyring's present key."""
        self._keyring = keyring

    def sealed(self, ticket: str, found: Acknowledgement) -> Acknowledgement:
        """The acknowledgement with its seal."""
        seal = self._keyring.seal(Purpose.ACKNOWLEDGEMENT, _payload(ticket, found))
        return replace(found, seal=seal)

    def recalled(
        self, ticket: str, commit: str, kept: AcknowledgementReceipt | None
    ) -> Acknowledgement | None:
        """The stored acknowledgement of this ticket and commit; None if its seal is not valid.

        One that was sealed with the former key is sealed again.
        """
        if kept is None or kept.commit != commit:
            return None
        known = set(AcknowledgementReceipt.model_fields)
        found = Acknowledgement(**kept.model_dump(include=known))
        state = self._keyring.check(Purpose.ACKNOWLEDGEMENT, _payload(ticket, found), found.seal)
        if state is Seal.BROKEN:
            return None
        return found if state is Seal.CURRENT else self.sealed(ticket, found)


def _payload(ticket: str, found: Acknowledgement) -> dict[str, object]:
    sealed = {**asdict(replace(found, seal="")), "ticket": ticket}
    sealed["proposal"] = sealed.pop("pull_request")  # as in seals that tickets hold already
    return {
        key: each.timestamp() if isinstance(each, datetime) else each
        for key, each in sealed.items()
    }
