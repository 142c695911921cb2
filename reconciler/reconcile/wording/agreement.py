"""Changes that are not agreed, in words: what is not carried out, and whose word is missing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reconciler.history.change_words import list_changes
from reconciler.load.did_you_mean import listed
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import NotAgreed
from reconciler.model.roster import Roster

_SHORT: Final = 12


def people(handles: Iterable[str], roster: Roster) -> str:
    """Names of people of whom one is enough."""
    return listed([roster.name(each) for each in handles], "or")


def not_agreed(changes: Sequence[NotAgreed], roster: Roster) -> Iterator[Diagnostic]:
    """What is on the main branch and is not carried out: a message for each group of owners."""
    groups: dict[tuple[object, ...], list[NotAgreed]] = {}
    for each in changes:
        key = (each.lacks, each.pull_request, each.commit, each.unread, each.waits)
        groups.setdefault(key, []).append(each)
    for group in groups.values():
        yield _diagnostic(group[0], list_changes(each.change for each in group), roster)


def _diagnostic(first: NotAgreed, what: str, roster: Roster) -> Diagnostic:
    name = f"#{first.pull_request}" if first.pull_request else ""
    where = f" of {name}" if name else ""
    if first.unread:
        message = f"unknown who agreed to {what}{where}: {first.unread}"
        return Diagnostic("agreement", message, "The value before it stays. The next run asks.")
    if first.lacks and not first.commit:
        message = f"{what} needs the word of {people(first.lacks, roster)}"
        return Diagnostic("agreement", message, "An approval by one of them is enough.")
    if first.waits:
        message = f"{what}{where} builds on a version that is not agreed"
        return Diagnostic("agreement", message, "It counts as soon as that version is agreed.")
    if not first.lacks:
        message = f"not agreed: {what}{where}; no one on the roster may change it like this"
        return Diagnostic("agreement", message, "Take the change back, or name another person.")
    message = f"not agreed: {what}{where}; the word of {people(first.lacks, roster)} is missing"
    if name:
        return Diagnostic("agreement", message, f"An approval of {name} still carries it out.")
    short = first.commit[:_SHORT]
    remedy = f"Commit {short} came without a pull request. Take it back, and open one."
    return Diagnostic("agreement", message, remedy)
