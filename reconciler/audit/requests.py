"""What a change asked for, in words that hold no text and no private data."""

from reconciler.audit.private_data import Scrub
from reconciler.model.change import Change
from reconciler.reconcile.facet import operation


def asked(change: Change, scrub: Scrub) -> tuple[str, str]:
    """Before and after, as the plan has them: posts by key and digest, people by handle."""
    before, after = operation(change).recorded(change, scrub)
    return scrub(before), scrub(after)
