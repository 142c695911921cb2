"""Seals: they show that an earlier run verified an acknowledgement, so the forge is asked once.

Acknowledgements are stored on the ticket, and any account that may edit the ticket can change
them. The seal is a keyed hash (HMAC-SHA256). Its key is derived from the reconciler's Jira token.
After a change of the token no seal is valid, and every acknowledgement is verified again.
"""

import hmac
import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Final

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.receipt import AcknowledgementReceipt

_PURPOSE: Final = b"escalation-as-code: an acknowledgement that was verified, 1"


class Sealer:
    """Seals acknowledgements, and checks seals."""

    def __init__(self, secret: str) -> None:
        """Derive a key that is used for nothing else."""
        self._key = hmac.digest(secret.encode(), _PURPOSE, sha256)

    def sealed(self, ticket: str, found: Acknowledgement) -> Acknowledgement:
        """The acknowledgement with its seal."""
        return replace(found, seal=self._seal(ticket, found))

    def recalled(
        self, ticket: str, commit: str, kept: AcknowledgementReceipt | None
    ) -> Acknowledgement | None:
        """The stored acknowledgement of this ticket and commit; None if its seal is not valid."""
        if kept is None or kept.commit != commit:
            return None
        known = set(AcknowledgementReceipt.model_fields)
        found = Acknowledgement(**kept.model_dump(include=known))
        holds = hmac.compare_digest(found.seal.encode(), self._seal(ticket, found).encode())
        return found if holds else None

    def _seal(self, ticket: str, found: Acknowledgement) -> str:
        sealed = {**asdict(replace(found, seal="")), "ticket": ticket}
        sealed["proposal"] = sealed.pop("pull_request")  # as in seals that tickets hold already
        text = json.dumps(sealed, sort_keys=True, default=lambda moment: moment.timestamp())
        return hmac.new(self._key, text.encode(), sha256).hexdigest()
