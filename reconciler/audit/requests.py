"""What a change asked for, in words that hold no text and no private data."""

from reconciler.model.change import Change
from reconciler.reconcile.facet import operation
from reconciler.redaction import PrivateData


def asked(change: Change, private: PrivateData) -> tuple[str, str]:
    """Before and after, as the plan has them: posts by key and digest, people by handle."""
    before, after = operation(change).recorded(change, private)
    return private.redact(before), private.redact(after)
