"""Seals: keyed hashes that only the reconciler can make.

Anybody who may edit a ticket or push to the audit branch can write everything there. What the tool
stores in such a place, and believes later, therefore carries a seal: HMAC-SHA256 of the canonical
JSON of the content. For each purpose a key of its own is derived from one secret, so a seal made
for one purpose is not valid for another.
"""

import hmac
import json
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Final

_FINGERPRINT: Final = "escalation-as-code: the fingerprint of a key, 1"
_FINGERPRINT_LENGTH: Final = 8


class Purpose(StrEnum):
    """What a seal is for. To change the content that a seal covers, add a purpose."""

    ACKNOWLEDGEMENT = "escalation-as-code: an acknowledgement that was verified, 1"
    RECEIPT = "escalation-as-code: the receipt on a ticket, 1"
    AUDIT = "escalation-as-code: lines of the audit branch, 1"
    LEASE = "escalation-as-code: a lease and its intents, 1"
    CONSENTS = "escalation-as-code: who agreed to a pull request, 1"


class Seal(StrEnum):
    """The result of checking a seal."""

    CURRENT = "current"
    PREVIOUS = "previous"
    """Made with the former key. It counts, and the next write renews it."""
    BROKEN = "broken"


class Keyring:
    """The present secret, and the former one if there is one."""

    def __init__(self, secret: str, former: str = "") -> None:
        """Derive keys from these secrets when they are needed."""
        self._secrets = tuple(each.encode() for each in (secret, former) if each)

    def __repr__(self) -> str:
        return f"Keyring({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that differ for each key. They can be printed."""
        return _fingerprint(self._secrets[0])

    @property
    def former(self) -> str:
        """The fingerprint of the former key; empty if there is none."""
        return _fingerprint(self._secrets[1]) if len(self._secrets) > 1 else ""

    def seal(self, purpose: Purpose, payload: Mapping[str, object]) -> str:
        """The seal of a payload, made with the present key: 64 hexadecimal digits."""
        return _seal(self._secrets[0], purpose, canonical(payload))

    def seal_with_former(self, purpose: Purpose, payload: Mapping[str, object]) -> str:
        """The seal of a payload, made with the former key, which there has to be."""
        return _seal(self._secrets[1], purpose, canonical(payload))

    def check(self, purpose: Purpose, payload: Mapping[str, object], seal: object) -> Seal:
        """Whether a seal is valid for this purpose and payload. Takes the same time for any."""
        try:
            text = canonical(payload)
        except (TypeError, ValueError, RecursionError):
            return Seal.BROKEN
        given = str(seal).encode("utf-8", "replace")
        held = [
            hmac.compare_digest(_seal(secret, purpose, text).encode(), given)
            for secret in self._secrets
        ]
        if held[0]:
            return Seal.CURRENT
        return Seal.PREVIOUS if any(held) else Seal.BROKEN


def canonical(payload: Mapping[str, object]) -> bytes:
    """The one form of JSON that is sealed: sorted keys, `", "` and `": "`, ASCII, no NaN.

    Raises TypeError, ValueError or RecursionError if the payload is no such JSON.
    """
    return json.dumps(payload, sort_keys=True, allow_nan=False).encode()


def _seal(secret: bytes, purpose: Purpose, text: bytes) -> str:
    key = hmac.digest(secret, purpose.encode(), sha256)
    return hmac.new(key, text, sha256).hexdigest()


def _fingerprint(secret: bytes) -> str:
    return hmac.new(secret, _FINGERPRINT.encode(), sha256).hexdigest()[:_FINGERPRINT_LENGTH]
