"""Calls the acknowledgers who are new since a pull request was announced.

The replies in the thread show who was called before. Who was, is not called again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.model.desired import LateCall, digest_of
from reconciler.reconcile.facets.message_operations import Where
from reconciler.reconcile.facets.postings import Posting
from reconciler.reconcile.step import Facts
from reconciler.reconcile.wording.message_keys import begins
from reconciler.reconcile.wording.placeholders import fill_people


def late_call(facts: Facts, reminders: Iterable[Posting]) -> Iterator[Posting]:
    """The reply to new acknowledgers; none while the first reply is missing.

    `reminders` are those in the thread. One that this run posts calls its people, too.
    """
    want = facts.desired.announcement.late_call
    if want is None or want.message.key not in facts.receipt.replies:
        return
    reminded = {who for each in reminders if each.missing for who in each.message.calls}
    people = tuple(each for each in _new(facts, want) if each not in reminded)
    if people:
        message = replace(
            want.message,
            key=f"{want.message.key}-{digest_of(*people)}",
            text=fill_people(want.message.text, people),
            calls=people,
        )
        parent = facts.desired.announcement.message.key
        yield Posting(facts, "slack.thread", message, Where.THREAD, parent=parent)


def _new(facts: Facts, want: LateCall) -> tuple[str, ...]:
    """Handles of those whom no reply about the pull request has called."""
    starts = (want.message.key, want.reminder)
    called = [
        each
        for key, each in facts.observed.announced.called.items()
        if any(begins(key, start) for start in starts)
    ]
    handles = frozenset[str]().union(*(each.handles for each in called))
    ids = frozenset[str]().union(*(each.ids for each in called))
    known = facts.observed.slack_ids
    new = [each for each in want.people if each not in handles and known.get(each) not in ids]
    left = want.most - max(len(handles), len(ids))
    return tuple(new[: max(left, 0)])
