"""A file agrees with itself and with its name."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import EPISODE, RESOLUTION, WITHDRAWN
from reconciler.check.view import View, episodes

_AHEAD: Final = timedelta(days=1)
"""How far ahead of now an update may be dated."""


def _path(view: View) -> Iterator[Violation]:
    for entry in view.entries:
        ticket, path = entry.escalation.ticket, entry.source.path
        folder, _, name = path.rpartition("/")
        if name != f"{ticket}.yaml":
            yield Violation(
                entry.source,
                ("ticket",),
                f"The file is named {name} and holds ticket {ticket}.",
                f"Write the ticket of the name, or use a new file {folder}/{ticket}.yaml.",
            )


def _twice(view: View) -> Iterator[Violation]:
    first: dict[str, str] = {}
    changed = {entry.source.path for entry in view.entries}
    # Files that are judged come last, so that the finding is about them.
    for entry in sorted(view.snapshot.entries, key=lambda entry: entry.source.path in changed):
        path = entry.source.path
        other = first.setdefault(entry.escalation.ticket, path)
        if other != path and path in changed:
            yield Violation(
                entry.source,
                ("ticket",),
                f"{entry.escalation.ticket} has a file already: {other}.",
                "A ticket has one file for ever. Add to its `episodes`.",
            )


def _resolver(view: View) -> Iterator[Violation]:
    for case in view.cases:
        if case.episode.resolution is not None and case.episode.assignee is None:
            yield Violation(
                case.source,
                (*case.loc, "resolution"),
                "It is resolved, and nobody was assigned.",
                "Name the assignee who found the cause.",
            )


def _both_ends(view: View) -> Iterator[Violation]:
    for case in view.cases:
        if case.episode.resolution is not None and case.episode.withdrawn is not None:
            yield Violation(
                case.source,
                (*case.loc, "withdrawn"),
                "It is both resolved and withdrawn.",
                "Keep the one that is true.",
            )


def _update_order(view: View) -> Iterator[Violation]:
    for case in view.cases:
        updates = case.episode.updates
        for index in range(1, len(updates)):
            if updates[index].at < updates[index - 1].at:
                yield Violation(
                    case.source,
                    (*case.loc, "updates", index, "at"),
                    "This update is older than the one above it.",
                    "Put the oldest first; new ones go to the end.",
                )


def _update_future(view: View) -> Iterator[Violation]:
    for case in view.cases:
        known = 0 if case.before is None else len(case.before.updates)
        for index, update in enumerate(case.episode.updates):
            if index >= known and update.at > view.now + _AHEAD:
                yield Violation(
                    case.source,
                    (*case.loc, "updates", index, "at"),
                    "This update is dated in the future.",
                    "Write the time at which you write it, with the offset from UTC.",
                )


def _handover_order(view: View) -> Iterator[Violation]:
    for case in view.cases:
        handovers = case.episode.handovers
        for index in range(1, len(handovers)):
            if handovers[index].at <= handovers[index - 1].at:
                yield Violation(
                    case.source,
                    (*case.loc, "handovers", index, "at"),
                    "This handover is not later than the one above it.",
                    "Put the earliest first, so that everybody can see who is the contact when.",
                )


def _episode_order(view: View) -> Iterator[Violation]:
    for entry in view.entries:
        former = None
        for loc, episode in episodes(entry.escalation):
            if former is not None and former.resolution is None and former.withdrawn is None:
                yield Violation(
                    entry.source,
                    loc,
                    "This episode begins before the former one has ended.",
                    "Resolve or withdraw the former one, or go on in it.",
                )
            former = episode


_UPDATES = """\
updates:
  - {at: 2026-11-20T14:05:00-05:00, by: dmitri, text: Reproduced.}
  - {at: %s, by: dmitri, text: Two hosts are slow.}
"""

_HANDOVERS = """\
handovers:
  - {at: 2026-11-20T18:00:00-05:00, to: priya}
  - {at: %s, to: lena}
"""

RULES = (
    Rule(
        "ticket-path",
        RuleGroup.CONSISTENCY,
        "The file is named after its ticket",
        "The name and the key `ticket` say the same, so that a ticket's file can be found without "
        "a search.",
        Example("ticket: DS-1043"),
        Example("ticket: DS-1042"),
        _path,
    ),
    Rule(
        "ticket-twice",
        RuleGroup.CONSISTENCY,
        "A ticket has one file",
        "Identity is the ticket's key: one file for each ticket, for ever, whatever the year. "
        "Escalating again adds an episode to the file.",
        Example(
            "ticket: DS-1042",
            also={"escalations/2025/DS-1042.yaml": WITHDRAWN},
            note="There is escalations/2025/DS-1042.yaml.",
        ),
        Example(
            "ticket: DS-1042",
            also={"escalations/2025/DS-1041.yaml": WITHDRAWN},
            note="There is escalations/2025/DS-1041.yaml.",
        ),
        _twice,
    ),
    Rule(
        "resolution-assignee",
        RuleGroup.CONSISTENCY,
        "What is resolved was assigned",
        "The assignee finds the root cause and gives the summary, so a resolution names one.",
        Example(RESOLUTION),
        Example("assignee: dmitri\n" + RESOLUTION),
        _resolver,
    ),
    Rule(
        "resolved-and-withdrawn",
        RuleGroup.CONSISTENCY,
        "An episode ends once",
        "It is either resolved or withdrawn.",
        Example("assignee: dmitri\n" + RESOLUTION + WITHDRAWN),
        Example("assignee: dmitri\n" + WITHDRAWN),
        _both_ends,
    ),
    Rule(
        "handover-order",
        RuleGroup.CONSISTENCY,
        "Handovers stand in order of time",
        "The contact is whoever took over last. Two at the same time would leave it open who.",
        Example(_HANDOVERS % "2026-11-20T17:00:00-05:00"),
        Example(_HANDOVERS % "2026-11-21T09:00:00-05:00"),
        _handover_order,
    ),
    Rule(
        "update-order",
        RuleGroup.CONSISTENCY,
        "Updates stand in order of time",
        "Oldest first.",
        Example("assignee: dmitri\n" + _UPDATES % "2026-11-20T13:00:00-05:00"),
        Example("assignee: dmitri\n" + _UPDATES % "2026-11-20T15:00:00-05:00"),
        _update_order,
    ),
    Rule(
        "update-future",
        RuleGroup.CONSISTENCY,
        "Updates are not dated in the future",
        "An update says what has happened. A day is granted, because clocks differ.",
        Example("assignee: dmitri\n" + _UPDATES % "2031-11-20T15:00:00-05:00"),
        Example("assignee: dmitri\n" + _UPDATES % "2026-11-20T15:00:00-05:00"),
        _update_future,
    ),
    Rule(
        "episode-order",
        RuleGroup.CONSISTENCY,
        "An episode begins after the former one has ended",
        "Reopening means that it was resolved or withdrawn before.",
        Example(EPISODE),
        Example("assignee: dmitri\n" + RESOLUTION + EPISODE),
        _episode_order,
    ),
)
