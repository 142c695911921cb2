"""What counts as told when an escalation that people made by hand is taken in."""

from reconciler.model.desired import Desired
from reconciler.model.receipt import BY_HAND, PostReceipt, Receipt

_ACKNOWLEDGED = "acknowledged"


def as_told(desired: Desired, receipt: Receipt) -> Receipt:
    """The receipt of an escalation whose people know already what the file says now.

    What comes after this is news as ever.
    """
    parts: dict[str, object] = {"comments": tuple(sorted({*receipt.comments, _ACKNOWLEDGED}))}
    root = desired.announcement.root
    if root:
        kinds = [_ACKNOWLEDGED, *(each.key for each in desired.announcement.replies)]
        told = {kind: PostReceipt(ts=root, rev=BY_HAND) for kind in kinds}
        parts["replies"] = {**told, **receipt.replies}
    return receipt.model_copy(update=parts)
