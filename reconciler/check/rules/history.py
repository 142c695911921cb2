"""History is only added to. Judged when there is a base to compare with."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import EPISODE, RESOLUTION, WITHDRAWN
from reconciler.check.view import View, episodes
from reconciler.model.attention import Attention
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
                f"{path} was deleted. The file of an escalation must stay.",
                f"Restore the file: git checkout <base> -- {path}. To withdraw the "
                "escalation, add `withdrawn`.",
            )


def _renamed(view: View) -> Iterator[Violation]:
    here = {entry.escalation.ticket: entry for entry in view.snapshot.entries}
    for path, entry in view.base_entries.items():
        moved = here.get(entry.escalation.ticket)
        if moved is not None and not _is_there(view, path):
            yield Violation(
                moved.source,
                ("ticket",),
                f"The file of {entry.escalation.ticket} was moved here from {path}.",
                f"Move the file back: git mv {moved.source.path} {path}",
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
                    f"Update {index + 1} was {'deleted' if gone else 'rewritten'}, but "
                    "people have read it in the channel.",
                    "Restore the update, and add a new one at the end that corrects it.",
                )
                break


def _resolution(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is None or old.resolution is None:
            continue
        former = (old.resolution.root_cause, old.resolution.mitigation)
        present = new.resolution and (new.resolution.root_cause, new.resolution.mitigation)
        if present != former:
            yield Violation(
                entry.source,
                (*loc, "resolution"),
                f"The resolution was {'rewritten' if new.resolution else 'taken back'}.",
                "Restore the former text. If the problem is back, escalate again: add an episode.",
            )


def _withdrawal(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is not None and old.withdrawn is not None and new.withdrawn != old.withdrawn:
            yield Violation(
                entry.source,
                (*loc, "withdrawn"),
                f"The withdrawal was {'rewritten' if new.withdrawn else 'taken back'}.",
                "Restore `withdrawn`. To escalate again, add an episode.",
            )


def _episodes(view: View) -> Iterator[Violation]:
    for entry, loc, old, new in _pairs(view):
        if new is None:
            yield Violation(
                entry.source,
                ("episodes",),
                "An episode was deleted.",
                "Restore the episode. Episodes can only be added.",
            )
        elif old.resolution is not None or old.withdrawn is not None:
            for key in _STORY:
                # Rewritten updates have a rule of their own; late ones may be added.
                if getattr(old, key) != getattr(new, key):
                    yield Violation(
                        entry.source,
                        (*loc, key),
                        f"`{key}` was changed in an episode that has ended.",
                        "Restore the former text. If the problem is back, escalate again: "
                        "add an episode.",
                    )


_PATH = "escalations/2026/DS-1042.yaml"
_NEWS = "assignee: dmitri\nupdates:\n  - {at: 2026-11-20T14:05:00-05:00, by: dmitri, text: %s}\n"
_MORE = "  - {at: 2026-11-20T15:00:00-05:00, by: dmitri, text: Both hosts are out of rotation.}\n"
_SOLVED = "assignee: dmitri\n" + RESOLUTION

RULES = (
    Rule(
        "file-deleted",
        RuleGroup.CONSISTENCY,
        "Files are not deleted",
        "The file of an escalation is its record. To end an escalation, resolve or withdraw it.",
        Example("", absent=True, before={_PATH: ""}, note="git rm escalations/2026/DS-1042.yaml"),
        Example(WITHDRAWN, before={_PATH: ""}),
        _deleted,
        attention=Attention.NOBODY,
    ),
    Rule(
        "file-renamed",
        RuleGroup.CONSISTENCY,
        "Files are not moved",
        "The limit per day counts when a file first appeared, and links point to the file.",
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
        "Updates are not changed",
        "The tool posts an update once, and many people read it. To correct an update, add "
        "a new one.",
        Example(_NEWS % "All is well.", before={_PATH: _NEWS % "Two hosts are slow."}),
        Example(
            _NEWS % "Two hosts are slow." + _MORE, before={_PATH: _NEWS % "Two hosts are slow."}
        ),
        _updates,
    ),
    Rule(
        "resolution-rewritten",
        RuleGroup.CONSISTENCY,
        "A resolution is not changed",
        "The tool has posted the root cause and the mitigation. You can still add "
        "follow-ups and change the state of the customer communication.",
        Example(_SOLVED.replace("A retired address", "A wrong password"), before={_PATH: _SOLVED}),
        Example(
            _SOLVED.replace("follow_ups: none", "follow_ups: [PAY-641]"), before={_PATH: _SOLVED}
        ),
        _resolution,
    ),
    Rule(
        "withdrawal-rewritten",
        RuleGroup.CONSISTENCY,
        "A withdrawal is not changed",
        "To escalate a withdrawn ticket again, add an episode. Do not delete the withdrawal.",
        Example("", before={_PATH: WITHDRAWN}, note="The withdrawal is deleted."),
        Example(WITHDRAWN, before={_PATH: WITHDRAWN}),
        _withdrawal,
    ),
    Rule(
        "episode-rewritten",
        RuleGroup.CONSISTENCY,
        "An episode that has ended is not changed",
        "The file records who escalated, why, and who was assigned. To escalate again, add "
        "a new episode.",
        Example("reason: It looked bad.\n" + WITHDRAWN, before={_PATH: WITHDRAWN}),
        Example(WITHDRAWN + EPISODE, before={_PATH: WITHDRAWN}),
        _episodes,
    ),
)
