"""Which messages count as posted when an escalation that people made is imported."""

from reconciler.model.desired import Desired
from reconciler.model.receipt import BY_HAND, PostReceipt, Receipt

_ACKNOWLEDGED = "acknowledged"


def as_posted(desired: Desired, receipt: Receipt) -> Receipt:
    """The receipt with every message for the present state of the file marked as posted.

    Later changes of the file are posted as usual.
    """
    parts: dict[str, object] = {"comments": tuple(sorted({*receipt.comments, _ACKNOWLEDGED}))}
    root = desired.announcement.root
    if root:
        kinds = [_ACKNOWLEDGED, *(each.key for each in desired.announcement.replies)]
        posted = {kind: PostReceipt(ts=root, rev=BY_HAND) for kind in kinds}
        parts["replies"] = {**posted, **receipt.replies}
    return receipt.model_copy(update=parts)
