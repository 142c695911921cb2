"""Which escalations a run looks at: those that can still differ from what is declared."""

from collections.abc import Iterable

from reconciler.desire.channel_name import prefix
from reconciler.model.declared import Declared


def open_tickets(declared: Iterable[Declared], recent: frozenset[str] | None) -> list[str]:
    """Tickets to ask Jira about at once.

    Those that have not ended always; ended ones while their file changed lately. Without a
    history to tell what is recent (`None`), all of them.
    """
    return [
        each.ticket
        for each in declared
        if not each.phase.ended or recent is None or each.path in recent
    ]


def winding_down(declared: Iterable[Declared], channel_names: Iterable[str]) -> list[str]:
    """Ended escalations with a channel of ours that is not archived yet."""
    names = tuple(channel_names)
    return [
        each.ticket
        for each in declared
        if each.phase.ended and any(name.startswith(prefix(each.ticket)) for name in names)
    ]
