"""Whether the limits are so far away that the history need not be played through."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from reconciler.history.remaining_capacity import desk_of, limits_of_desk
from reconciler.load.raw import POLICY_PATH, FileKind, kind_of, ticket_of
from reconciler.model.phase import phase
from reconciler.model.policy import Policy
from reconciler.model.snapshot import Entry, Snapshot


class Touched(NamedTuple):
    """A file that a commit of today's brought, changed or removed."""

    path: str
    changed: bool
    """True if it was there before and still is."""


def needs_replay(
    base: Snapshot | None,
    ours: Snapshot,
    changed: Collection[str],
    present: Collection[str],
    today: Callable[[], Iterable[Touched]],
) -> bool:
    """True if only the history can say what the limits make of a change.

    Without a base, all files are judged. `present` are the paths of all files that count, readable
    or not; `today` reads what the main line's commits of today touched.
    """
    if not any(asking(base, ours, changed)):
        return False
    if POLICY_PATH in changed:
        return True
    # Without today's commits first: reading those costs more than all the rest.
    return not (
        has_leeway(base, ours, changed, present, ())
        and has_leeway(base, ours, changed, present, today())
    )


def asking(base: Snapshot | None, ours: Snapshot, changed: Collection[str]) -> Iterator[Entry]:
    """What of a change can meet a limit; without a base, everything that has not ended."""
    former = {entry.source.path: entry for entry in base.entries} if base else {}
    for entry in ours.entries:
        if (base is not None and entry.source.path not in changed) or phase(entry.escalation).ended:
            continue
        old = former.get(entry.source.path)
        if (
            old is None
            or _brings(old, entry)
            or old.escalation.current.assignee != entry.escalation.current.assignee
        ):
            yield entry


def _brings(old: Entry, entry: Entry) -> bool:
    """True if its episode is another one than that of the base."""
    episodes = len(old.escalation.episodes), len(entry.escalation.episodes)
    return phase(old.escalation).ended or episodes[0] != episodes[1]


def has_leeway(
    base: Snapshot | None,
    ours: Snapshot,
    changed: Collection[str],
    present: Iterable[str],
    today: Iterable[Touched],
) -> bool:
    """True if no limit can be met by a change, whatever the history is.

    Everything that is open is taken to be admitted today, together with what today's commits may
    have ended. `present` are the paths of all files that count, readable or not; in every doubt
    the answer is False.
    """
    policy = ours.policy
    new = list(asking(base, ours, changed))
    open_now = [each for each in ours.entries if not phase(each.escalation).ended]
    former = {entry.source.path: entry for entry in (base or ours).entries}
    once_open = [each for each in former.values() if not phase(each.escalation).ended]
    for each in new:
        old = former.get(each.source.path)
        if base is not None and (old is None or _brings(old, each)):
            once_open.append(each)
    return (
        _all_readable(ours, present)
        and all(_is_high_enough(policy, each) for each in new)
        and _active_has_leeway(policy, new, open_now)
        and _day_has_leeway(policy, new, once_open, today)
        and _engineers_have_leeway(policy, open_now)
    )


def _all_readable(ours: Snapshot, present: Iterable[str]) -> bool:
    """True if no file is broken, misnamed or of a ticket with two: the history may know better."""
    read = {entry.source.path: entry.escalation.ticket for entry in ours.entries}
    there = {path for path in present if kind_of(path) is FileKind.ESCALATION}
    return (
        there <= read.keys()
        and len(set(read.values())) == len(read)
        and all(ticket == ticket_of(path) for path, ticket in read.items())
    )


def _is_high_enough(policy: Policy, entry: Entry) -> bool:
    floor = limits_of_desk(policy, entry.escalation.desk).impact_floor
    return entry.escalation.current.impact.level.at_least(floor)


def _active_has_leeway(policy: Policy, new: Iterable[Entry], open_now: Iterable[Entry]) -> bool:
    active = Counter(entry.escalation.desk for entry in open_now)
    return all(
        active[desk] <= limits_of_desk(policy, desk).active
        for desk in {entry.escalation.desk for entry in new}
    )


def _day_has_leeway(
    policy: Policy, new: Iterable[Entry], once_open: Iterable[Entry], today: Iterable[Touched]
) -> bool:
    """True if all episodes that were open today may be of this day.

    `once_open` are those that were open before the change, and those that it brings.
    """
    escalations = [entry.escalation for entry in once_open]
    count = Counter(each.desk for each in escalations)
    once = {each.ticket for each in escalations if not each.episodes}
    # A change of today's may have ended an episode, unless its ticket has one and that is open.
    ended = Counter(
        desk_of(each.path) for each in today if not (each.changed and ticket_of(each.path) in once)
    )
    return all(
        count[desk] + ended[desk] <= limits_of_desk(policy, desk).per_day
        for desk in {entry.escalation.desk for entry in new}
    )


def _engineers_have_leeway(policy: Policy, open_now: Iterable[Entry]) -> bool:
    """True if every engineer who is named may have all that name them."""
    named = [entry.escalation for entry in open_now if entry.escalation.current.assignee]
    count = Counter(each.current.assignee for each in named)
    least = min((desk.limits.per_assignee for desk in policy.desks.values()), default=1)
    return all(number <= least for number in count.values())
