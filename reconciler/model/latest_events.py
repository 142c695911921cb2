"""Which events a receipt lists: of each family the latest ones, so that its length is bounded.

Posts and replies on roles and ends, and reminders, are made once for each time. A later one of the
same family voids the earlier ones: no run asks for them again. If one is asked for anyway, the run
reads the conversation first, as for everything that a receipt does not list.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from reconciler.model.receipt import PostReceipt, Receipt

LATEST: Final = 10
"""How many events of each family are listed."""
_COUNTED: Final = "update"
"""The family of the updates, which are counted and not listed."""
_ROLE: Final = re.compile(
    r"(?P<who>contact-.+?)(?:-(?P<time>[1-9][0-9]*))?(?:-e(?P<episode>[1-9][0-9]*))?"
)
"""The kind of a comment on a new contact: for which time, and in which episode."""


def latest_events(receipt: Receipt) -> Receipt:
    """The receipt with the latest events only."""
    parts: dict[str, object] = {}
    for name in ("posts", "replies"):
        listed: Mapping[str, PostReceipt] = getattr(receipt, name)
        kept = _latest(listed)
        if len(kept) < len(listed):
            parts[name] = kept
    comments = _latest_contacts(receipt.comments)
    if len(comments) < len(receipt.comments):
        parts["comments"] = comments
    return receipt.model_copy(update=parts) if parts else receipt


def _family(key: str) -> str:
    """What a message is about, without whom and when: `contact`, `remind-update`."""
    first, _, rest = key.partition("-")
    return f"{first}-{rest.partition('-')[0]}" if first == "remind" else first


def _latest(posts: Mapping[str, PostReceipt]) -> dict[str, PostReceipt]:
    """The latest posts of each family, and all updates."""
    families: dict[str, list[str]] = {}
    for key in posts:
        families.setdefault(_family(key), []).append(key)
    dropped = {
        key
        for family, keys in families.items()
        if family != _COUNTED
        for key in sorted(keys, key=lambda each: float(posts[each].ts))[:-LATEST]
    }
    return {key: each for key, each in posts.items() if key not in dropped}


def _latest_contacts(kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds of comments, with the last time of each contact if there are many."""
    every = tuple(kinds)
    last: dict[str, tuple[tuple[int, int], str]] = {}
    for kind in every:
        if found := _ROLE.fullmatch(kind):
            when = int(found["episode"] or 1), int(found["time"] or 1)
            last[found["who"]] = max((when, kind), last.get(found["who"], (when, kind)))
    kept = {kind for _, kind in last.values()}
    contacts = {kind for kind in every if _ROLE.fullmatch(kind)}
    if len(contacts) <= LATEST:
        return every
    return tuple(kind for kind in every if kind not in contacts or kind in kept)
