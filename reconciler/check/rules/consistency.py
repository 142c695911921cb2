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
                f"The file is named {name}, but its ticket is {ticket}.",
                f"Correct the ticket, or use a new file {folder}/{ticket}.yaml.",
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
                f"{entry.escalation.ticket} already has a file: {other}.",
                "A ticket has one file. Add an episode to its `episodes`.",
            )


def _resolver(view: View) -> Iterator[Violation]:
    for case in view.cases:
        if case.episode.resolution is not None and case.episode.assignee is None:
            yield Violation(
                case.source,
                (*case.loc, "resolution"),
                "The escalation is resolved, but has no assignee.",
                "Add `assignee` with the engineer who found the cause.",
            )


def _both_ends(view: View) -> Iterator[Violation]:
    for case in view.cases:
        if case.episode.resolution is not None and case.episode.withdrawn is not None:
            yield Violation(
                case.source,
                (*case.loc, "withdrawn"),
                "The escalation is both resolved and withdrawn.",
                "Keep `resolution` or `withdrawn`, and delete the other.",
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
                    "Put the oldest update first, and new updates at the end.",
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
                    "Write the current time with the offset from UTC.",
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
                    "Put the earliest handover first.",
                )


def _episode_order(view: View) -> Iterator[Violation]:
    for entry in view.entries:
        former = None
        for loc, episode in episodes(entry.escalation):
            if former is not None and former.resolution is None and former.withdrawn is None:
                yield Violation(
                    entry.source,
                    loc,
                    "This episode begins before the former episode has ended.",
                    "Resolve or withdraw the former episode, or delete this episode and "
                    "continue in the former one.",
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
        "The file name is the value of `ticket`, so that you find the file of a ticket by "
        "its name.",
        Example("ticket: DS-1043"),
        Example("ticket: DS-1042"),
        _path,
    ),
    Rule(
        "ticket-twice",
        RuleGroup.CONSISTENCY,
        "A ticket has one file",
        "Each ticket has one file, whatever the year. To escalate the ticket again, add an "
        "episode to the file.",
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
        "The assignee finds the root cause and writes the summary, so a resolved "
        "escalation has an assignee.",
        Example(RESOLUTION),
        Example("assignee: dmitri\n" + RESOLUTION),
        _resolver,
    ),
    Rule(
        "resolved-and-withdrawn",
        RuleGroup.CONSISTENCY,
        "An episode ends once",
        "An episode is either resolved or withdrawn, not both.",
        Example("assignee: dmitri\n" + RESOLUTION + WITHDRAWN),
        Example("assignee: dmitri\n" + WITHDRAWN),
        _both_ends,
    ),
    Rule(
        "handover-order",
        RuleGroup.CONSISTENCY,
        "Handovers are in order of time",
        "The contact is the person of the latest handover. With two handovers at the same "
        "time, the contact would be unclear.",
        Example(_HANDOVERS % "2026-11-20T17:00:00-05:00"),
        Example(_HANDOVERS % "2026-11-21T09:00:00-05:00"),
        _handover_order,
    ),
    Rule(
        "update-order",
        RuleGroup.CONSISTENCY,
        "Updates are in order of time",
        "The oldest update is first.",
        Example("assignee: dmitri\n" + _UPDATES % "2026-11-20T13:00:00-05:00"),
        Example("assignee: dmitri\n" + _UPDATES % "2026-11-20T15:00:00-05:00"),
        _update_order,
    ),
    Rule(
        "update-future",
        RuleGroup.CONSISTENCY,
        "Updates are not dated in the future",
        "An update reports what has happened. Up to one day in the future is allowed, "
        "because clocks differ.",
        Example("assignee: dmitri\n" + _UPDATES % "2031-11-20T15:00:00-05:00"),
        Example("assignee: dmitri\n" + _UPDATES % "2026-11-20T15:00:00-05:00"),
        _update_future,
    ),
    Rule(
        "episode-order",
        RuleGroup.CONSISTENCY,
        "An episode begins after the former one has ended",
        "An escalation is reopened only after it was resolved or withdrawn.",
        Example(EPISODE),
        Example("assignee: dmitri\n" + RESOLUTION + EPISODE),
        _episode_order,
    ),
)
