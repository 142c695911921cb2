"""What people made by hand is taken in once, with the file."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import WITHDRAWN
from reconciler.check.view import View

_KEYS = ("channel", "announcement", "comment")


def _twice(view: View) -> Iterator[Violation]:
    changed = {entry.source.path for entry in view.entries}
    first: dict[tuple[str, str], str] = {}
    # Files that are judged come last, so that the finding is about them.
    for entry in sorted(view.snapshot.entries, key=lambda entry: entry.source.path in changed):
        ticket, path = entry.escalation.ticket, entry.source.path
        for key in _KEYS:
            made = getattr(entry.escalation.adopted, key, None)
            other = first.setdefault((key, made), ticket) if made else ticket
            if other != ticket and path in changed:
                yield Violation(
                    entry.source,
                    ("adopted", key),
                    f"This {key} already belongs to {other}.",
                    f"Name the one that was made for {ticket}, or delete {key}.",
                )


def _changed(view: View) -> Iterator[Violation]:
    for entry in view.entries:
        before = view.before(entry)
        if before is None or before.escalation.adopted == entry.escalation.adopted:
            continue
        yield Violation(
            entry.source,
            ("adopted",) if entry.escalation.adopted else ("ticket",),
            "`adopted` was changed after the file was merged.",
            "Restore the former value. Only `escalate import` writes it, when it creates the file.",
        )


_PATH = "escalations/2026/DS-1042.yaml"
_ADOPTED = "adopted:\n  channel: C0123ABCD\n"
_OTHER = {"escalations/2026/DS-1041.yaml": WITHDRAWN + _ADOPTED}

RULES = (
    Rule(
        "adopted-twice",
        RuleGroup.CONSISTENCY,
        "An adopted channel, post or comment belongs to one escalation",
        "`adopted` names a channel, a post or a comment that people made before the "
        "import. Two escalations must not share one, because each of them would invite, "
        "post and archive there.",
        Example(_ADOPTED, also=_OTHER, note="DS-1041 has adopted C0123ABCD."),
        Example(_ADOPTED.replace("ABCD", "EFGH"), also=_OTHER, note="DS-1041 has C0123ABCD."),
        _twice,
    ),
    Rule(
        "adopted-changed",
        RuleGroup.CONSISTENCY,
        "`adopted` does not change",
        "`escalate import` writes `adopted` when it creates the file. If the value could "
        "change later, the reconciler would continue in another channel.",
        Example(_ADOPTED, before={_PATH: ""}),
        Example(_ADOPTED, before={_PATH: _ADOPTED}),
        _changed,
    ),
)
