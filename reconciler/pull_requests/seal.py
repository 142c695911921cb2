"""Seals: how a run knows again what an earlier one verified, so that the forge is asked once.

What a run learnt is kept on the ticket, where whoever may edit the ticket can write anything. The
seal is a keyed hash of all of it, under a key that nobody has but the reconciler: its own Jira
token. With a new token nothing is sealed any more, and everything is verified anew.
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
    """Seals acknowledgements, and knows its own seals."""

    def __init__(self, secret: str) -> None:
        """Derive a key for this purpose alone."""
        self._key = hmac.digest(secret.encode(), _PURPOSE, sha256)

    def sealed(self, ticket: str, found: Acknowledgement) -> Acknowledgement:
        """The acknowledgement with its seal."""
        return replace(found, seal=self._seal(ticket, found))

    def recalled(
        self, ticket: str, commit: str, kept: AcknowledgementReceipt | None
    ) -> Acknowledgement | None:
        """What was verified of this ticket and commit, if the seal holds."""
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
