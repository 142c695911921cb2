"""The sealed receipt: only what the tool wrote to this ticket of this site counts.

Any account that may edit a ticket can write its receipt. So the tool seals the whole property, with
the site and the name of the property. A receipt without a valid seal is a lost receipt, and nothing
of it counts. Only the acknowledgement in it does, if the acknowledgement's own seal is valid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from reconciler.model.keyring import Keyring, Purpose, Seal
from reconciler.model.receipt import PROPERTY, Receipt
from reconciler.model.receipt_form import NewerReceipt, as_property, read_receipt

_KEY: Final = "key"
"""The fingerprint of the key that made the seal. It proves nothing, and only explains."""
_SEAL: Final = "seal"


class LossReason(StrEnum):
    """Why a receipt does not count."""

    UNSEALED = "unsealed"
    """An earlier version wrote it, or a person."""
    BROKEN = "broken"
    """Another account changed it, or copied it from another site."""
    OTHER_KEY = "other key"
    """Its seal names another key than those that are known."""
    UNREADABLE = "unreadable"
    """It is no receipt, whether sealed or not."""
    OLDER = "older"
    """It is valid, and older than the last one that is known."""
    ABSENT = "absent"
    """There is none, although the tool has changed the ticket."""


@dataclass(frozen=True)
class LostReceipt:
    """Why the receipt on a ticket does not count."""

    reason: LossReason
    key: str = ""
    """The fingerprint that it names; empty unless it is another one."""
    present_key: str = ""
    counter: int = 0
    """Of an older receipt."""


@dataclass(frozen=True)
class OpenedReceipt:
    """What the property of a ticket holds."""

    receipt: Receipt | None = None
    """The receipt, if its seal is valid."""
    former_key: bool = False
    """True if the former key made the seal."""
    lost: LostReceipt | None = None
    newer: int | None = None
    """The version, if a newer version of the tool sealed it."""


NO_RECEIPT: Final = OpenedReceipt()


@dataclass(frozen=True)
class ReceiptSeals:
    """Seals receipts for the tickets of one site, and opens them."""

    keyring: Keyring
    site: str
    """The address of Jira, without `https://`."""

    def sealed(self, receipt: Receipt) -> dict[str, Any]:
        """The JSON of the property, with the next counter."""
        following = receipt.model_copy(update={"counter": receipt.counter + 1})
        value = as_property(following) | {_KEY: self.keyring.fingerprint}
        return value | {_SEAL: self.keyring.seal(Purpose.RECEIPT, self._payload(value))}

    def opened(self, value: object) -> OpenedReceipt:
        """What a property holds; NO_RECEIPT if there is none."""
        if value is None:
            return NO_RECEIPT
        if not isinstance(value, Mapping):
            return OpenedReceipt(lost=LostReceipt(LossReason.UNREADABLE))
        content = {str(key): each for key, each in value.items() if key != _SEAL}
        seal = self.keyring.check(Purpose.RECEIPT, self._payload(content), value.get(_SEAL))
        if seal is Seal.BROKEN:
            return OpenedReceipt(lost=self._why(value))
        found = read_receipt({key: each for key, each in content.items() if key != _KEY})
        if isinstance(found, NewerReceipt):
            return OpenedReceipt(newer=found.version)
        if found is None:
            lost = LostReceipt(LossReason.UNREADABLE)
            return OpenedReceipt(lost=lost)
        return OpenedReceipt(found, seal is Seal.PREVIOUS)

    def _payload(self, content: Mapping[str, object]) -> dict[str, object]:
        return {"site": self.site, "property": PROPERTY, "receipt": content}

    def _why(self, value: Mapping[str, object]) -> LostReceipt:
        if _SEAL not in value:
            return LostReceipt(LossReason.UNSEALED)
        named, ours = str(value.get(_KEY)), self.keyring.fingerprint
        if named in {ours, self.keyring.former}:
            return LostReceipt(LossReason.BROKEN)
        return LostReceipt(LossReason.OTHER_KEY, named[: len(ours)], ours)


def replayed(receipt: Receipt, last_known: int) -> bool:
    """True if it is older than the last one that is known to have been written to its ticket."""
    return receipt.counter < last_known
