"""History is only added to. Judged when there is a base to compare with."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import EPISODE, RESOLUTION, WITHDRAWN
from reconciler.check.view import View, episodes
from reconciler.model.escalation import Episode
from reconciler.model.finding import Loc
from reconciler.model.snapshot import Entry

_STORY = ("impact", "reason", "initiator", "contact", "handovers", "assignee", "override")
"""What an episode that has ended keeps as it was."""


def _deleted(view: View) -> Iterator[Violation]:
    here = {entry.escalation.ticket for entry in view.snapshot.entries}
    for path, entry in view.base_entries.items():
        if not _is_there(view, path) and entry.escalation.ticket not in here:
            yield Violation(
                view.source(path),
                (),
                f"{path} is deleted; an escalation's file stays for ever.",
                f"Restore it: git checkout <base> -- {path}. To take it back, fill in `withdrawn`.",
            )


def _renamed(view: View) -> Iterator[Violation]:
    here = {entry.escalation.ticket: entry for entry in view.snapshot.entries}
    for path, entry in view.base_entries.items():
        moved = here.get(entry.escalation.ticket)
        if moved is not None and not _is_there(view, path):
            yield Violation(
                moved.source,
                ("ticket",),
                f"{entry.escalation.ticket} has moved here from {path}.",
                f"Move it back: git mv {moved.source.path} {path}",
            )


def _is_there(view: View, path: str) -> bool:
    """Whether there is a file, be it one that cannot be read."""
    return path in view.sources or any(entry.source.path == path for entry in view.snapshot.entries)


def _pairs(view: View) -> Iterator[tuple[Entry, Loc, Episode, Episode | None]]:
    """The episodes of the base with their place and what has become of them."""
    for entry in view.entries:
        before = view.before(entry)
        if before is None:
            continue
        now = [episode for _, episode in episodes(entry.escalation)]
        for index, (loc, old) in enumerate(episodes(before.escalation)):
            yield entry, loc, old, now[index] if index < len(now) else None


def _updates(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is None:
            continue
        for index, update in enumerate(old.updates):
            if index >= len(new.updates) or new.updates[index] != update:
                gone = index >= len(new.updates)
                yield Violation(
                    entry.source,
                    (*loc, "updates") if gone else (*loc, "updates", index),
                    f"Update {index + 1} was {'deleted' if gone else 'rewritten'}; people have "
                    "read it in the channel.",
                    "Restore it, and add a new update at the end that corrects it.",
                )
                break


def _resolution(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is None or old.resolution is None:
            continue
        told = (old.resolution.root_cause, old.resolution.mitigation)
        tells = new.resolution and (new.resolution.root_cause, new.resolution.mitigation)
        if tells != told:
            yield Violation(
                entry.source,
                (*loc, "resolution"),
                f"The resolution was {'rewritten' if new.resolution else 'taken back'}.",
                "Restore it. If the trouble is back, add to `episodes`.",
            )


def _withdrawal(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is not None and old.withdrawn is not None and new.withdrawn != old.withdrawn:
            yield Violation(
                entry.source,
                (*loc, "withdrawn"),
                f"The withdrawal was {'rewritten' if new.withdrawn else 'taken back'}.",
                "Restore it. If it must be escalated again, add to `episodes`.",
            )


def _episodes(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is None:
            yield Violation(
                entry.source,
                ("episodes",),
                "An episode was deleted.",
                "Restore it; episodes are only added.",
            )
        elif old.resolution is not None or old.withdrawn is not None:
            for key in _STORY:
                # Rewritten updates have a rule of their own; late ones may be added.
                if getattr(old, key) != getattr(new, key):
                    yield Violation(
                        entry.source,
                        (*loc, key),
                        f"{key} of an episode that has ended was changed.",
                        "Restore it. If the trouble is back, add to `episodes`.",
                    )


_PATH = "escalations/2026/DS-1042.yaml"
_NEWS = "assignee: dmitri\nupdates:\n  - {at: 2026-11-20T14:05:00-05:00, by: dmitri, text: %s}\n"
_MORE = "  - {at: 2026-11-20T15:00:00-05:00, by: dmitri, text: Both hosts are out of rotation.}\n"
_SOLVED = "assignee: dmitri\n" + RESOLUTION

RULES = (
    Rule(
        "file-deleted",
        RuleGroup.CONSISTENCY,
        "Files stay for ever",
        "The file of an escalation is its record. Whatever is no longer escalated is resolved or "
        "withdrawn, not deleted.",
        Example("", absent=True, before={_PATH: ""}, note="git rm escalations/2026/DS-1042.yaml"),
        Example(WITHDRAWN, before={_PATH: ""}),
        _deleted,
    ),
    Rule(
        "file-renamed",
        RuleGroup.CONSISTENCY,
        "Files stay where they are",
        "The day of an escalation is counted by when its file appeared, and links point at it.",
        Example(
            "",
            path="escalations/2025/DS-1042.yaml",
            before={_PATH: ""},
            note="git mv escalations/2026/DS-1042.yaml escalations/2025/",
        ),
        Example("", before={_PATH: ""}, note="The file stays in escalations/2026/."),
        _renamed,
    ),
    Rule(
        "update-rewritten",
        RuleGroup.CONSISTENCY,
        "Updates are only added",
        "An update is posted once and read by many. A new one corrects it.",
        Example(_NEWS % "All is well.", before={_PATH: _NEWS % "Two hosts are slow."}),
        Example(
            _NEWS % "Two hosts are slow." + _MORE, before={_PATH: _NEWS % "Two hosts are slow."}
        ),
        _updates,
    ),
    Rule(
        "resolution-rewritten",
        RuleGroup.CONSISTENCY,
        "A resolution stays",
        "Root cause and mitigation were told to everybody. Follow-ups can be added, and the state "
        "of the customer communication moves on.",
        Example(_SOLVED.replace("A retired address", "A wrong password"), before={_PATH: _SOLVED}),
        Example(
            _SOLVED.replace("follow_ups: none", "follow_ups: [PAY-641]"), before={_PATH: _SOLVED}
        ),
        _resolution,
    ),
    Rule(
        "withdrawal-rewritten",
        RuleGroup.CONSISTENCY,
        "A withdrawal stays",
        "What was taken back is escalated again with an episode, not by deleting the withdrawal.",
        Example("", before={_PATH: WITHDRAWN}, note="The withdrawal is deleted."),
        Example(WITHDRAWN, before={_PATH: WITHDRAWN}),
        _withdrawal,
    ),
    Rule(
        "episode-rewritten",
        RuleGroup.CONSISTENCY,
        "An episode that has ended stays",
        "Who escalated, why, and who was in charge is history. A new episode is added after it.",
        Example("reason: It looked bad.\n" + WITHDRAWN, before={_PATH: WITHDRAWN}),
        Example(WITHDRAWN + EPISODE, before={_PATH: WITHDRAWN}),
        _episodes,
    ),
)
