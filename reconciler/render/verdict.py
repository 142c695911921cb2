"""One line on an open pull request: what keeps it from taking effect, and whose word is needed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.history.change_words import list_changes
from reconciler.history.remaining_capacity import RemainingCapacity
from reconciler.load.did_you_mean import listed
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged
from reconciler.model.field_change import NotAgreed
from reconciler.model.policy import AcknowledgementMeans
from reconciler.pull_requests.merge_obstacle import why_left
from reconciler.render.comment_facts import CommentFacts
from reconciler.render.markdown_text import line
from reconciler.render.plan_text import counted

_BLOCKING: Final = frozenset({"❌", "💤", "⏳", "⚠️", "❔"})
"""Signs of points after which no merge follows from a word."""


@dataclass(frozen=True)
class Point:
    """One thing to know, as Markdown: its sign, what it comes to, and the rest of the sentence."""

    sign: str
    lead: str
    rest: str = ""

    @property
    def text(self) -> str:
        """Its sentence."""
        return f"**{self.lead}** {self.rest}".strip()


def verdict(facts: CommentFacts) -> str:
    """The line: the most serious point first."""
    points = list(_points(facts))
    sentences = [each.text for each in points]
    if facts.merged is None:
        follows = "" if _BLOCKING & {each.sign for each in points} else _what_follows(facts)
        sentences += filter(None, (follows, _findings(facts), *_capacities(facts)))
    return f"{points[0].sign} {' '.join(sentences)}"


def _points(facts: CommentFacts) -> Iterator[Point]:
    if facts.merged is not None:
        yield _merged(facts)
        return
    if facts.opened.snapshot is None:
        why = "so it can't plan what the merge changes."
        yield Point("❌", "The tool can't read the files,", why)
    if facts.opened.pull_request.draft:
        yield Point("💤", "Draft.", "The tool has not announced it, and calls no reviewer.")
    yield from _limits(facts)
    if facts.corrections:
        yield Point(
            "❌", f"{counted(len(facts.corrections), 'finding')} to fix", "before the merge."
        )
    elif facts.unmerged is not None and not facts.preview.held:
        why = why_left(facts.unmerged, facts.opened.pull_request.name).rstrip(".")
        yield Point("⚠️", "Agreed and not merged:", f"{line(why)}. {line(facts.unmerged.remedy)}")
    yield from _words(facts)


def _merged(facts: CommentFacts) -> Point:
    merged = facts.merged
    assert merged is not None  # noqa: S101 - the caller asks only then
    by = f", agreed by {listed(map(line, merged.by), 'and')}" if merged.by else ""
    when = f"{merged.at:%Y-%m-%d %H:%M} UTC{by}"
    if merged.missing:
        left = f"{counted(merged.missing, 'change')} could not be made. The next run tries again."
        return Point("⚠️", "Merged", f"{when}. {left}")
    return Point("✅", "Merged", f"{when}, and carried out.")


def _limits(facts: CommentFacts) -> Iterator[Point]:
    """What a limit holds, what the author can do, and who can let it pass."""
    for ticket, why in facts.preview.held.items():
        entry = next((e for e in facts.opened.brings if e.escalation.ticket == ticket), None)
        found = facts.opened.limit(entry) if entry else None
        name = f"{line(ticket)}: " if len(facts.opened.tickets) > 1 else ""
        words = [f"{name}{line(why)}."]
        if found is not None:
            words.append(line(found.remedy))
        desk = facts.policy.desks.get(ticket.rpartition("-")[0])
        if found is not None and desk is not None and desk.overriders:
            words.append(f"Overriders: {_any(desk.overriders, facts)}.")
        if found is not None and not _is_acknowledged(ticket, facts):
            words.append("Until the limit allows it, the tool calls no reviewer in Slack.")
        lead = "It would be held:" if found is None else "A limit holds it:"
        yield Point("⏳", lead, " ".join(words))
    if not facts.preview.held:
        for each in facts.limits:
            yield Point("⏳", "A limit:", f"{line(each.message)} {line(each.remedy)}")


def _is_acknowledged(ticket: str, facts: CommentFacts) -> bool:
    found = facts.preview.acknowledgements.get(ticket.rpartition("-")[0])
    return isinstance(found, Acknowledgement)


def _words(facts: CommentFacts) -> Iterator[Point]:
    """Whose word it has and lacks."""
    desks = sorted({each.desk for each in facts.brought} & facts.policy.desks.keys())
    yield from sorted((_of_desk(each, facts) for each in desks), key=lambda one: one.sign == "✅")
    judged = facts.opened.agreement
    lacking = judged.not_agreed if judged else ()
    yield from _lacking(lacking, facts)
    if desks or lacking or facts.corrections or facts.opened.snapshot is None:
        return
    if judged is None or not judged.by_field:
        yield Point("✅", "Ready to merge:", "it begins no escalation, so no one else must agree.")
    elif judged.changes:
        by = f"by {_all(facts.agreed_by, facts)}." if facts.agreed_by else "by each owner."
        yield Point("✅", "Agreed", by)
    else:
        yield Point("✅", "Ready to merge:", "it changes no field of an escalation.")


def _of_desk(desk: str, facts: CommentFacts) -> Point:
    """Whether the desk has acknowledged what the pull request brings to it."""
    found = facts.preview.acknowledgements.get(desk)
    names = _any(facts.preview.acknowledgers.get(desk, ()), facts)
    where = f" for {line(desk)}" if len({each.desk for each in facts.brought}) > 1 else ""
    if isinstance(found, Acknowledgement):
        by = f"by {facts.name(found.by)}{where}, {found.at:%Y-%m-%d %H:%M} UTC."
        return Point("✅", "Acknowledged", by)
    if found is None and facts.policy.acknowledgement is AcknowledgementMeans.MERGE:
        reviewers = f"Reviewers{where}: {names}." if names else ""
        return Point("👀", "Merging acknowledges it.", reviewers)
    so_far = ""
    if isinstance(found, Unacknowledged) and not found.silent:
        so_far = f" So far {_with_names(found.why, facts)}."
    if not names:
        nobody = f"who may approve it{where}: not its author, and not its initiator."
        return Point("❌", "No acknowledger is left", f"{nobody}{so_far}")
    return Point("👀", "Needs an approval", f"by {names}{where}, which acknowledges it.{so_far}")


def _lacking(changes: Iterable[NotAgreed], facts: CommentFacts) -> Iterator[Point]:
    """The changes that lack somebody's word, together for the same people."""
    groups: dict[tuple[object, ...], list[NotAgreed]] = {}
    for each in changes:
        groups.setdefault((each.lacks, each.unread, each.waits), []).append(each)
    for group in groups.values():
        what = line(list_changes((each.change for each in group), facts.plain_name))
        if (point := _lacks(group[0], what, facts)) is not None:
            yield point


def _lacks(first: NotAgreed, what: str, facts: CommentFacts) -> Point | None:
    """What is missing for some changes; None if the approval of the escalation has it too."""
    if first.unread:
        return Point("❔", "Unknown who agreed", f"to {what}: {line(first.unread).rstrip('.')}.")
    if first.waits:
        return Point("✍️", "Waits:", f"{what} builds on a version that is not agreed.")
    if not first.lacks:
        why = "on the roster may change it like this. Take it back, or name another person."
        return Point("❌", "Not agreed:", f"{what}. No one {why}")
    if first.lacks in _who_acknowledge(facts):
        return None
    return Point("✍️", "Needs the word", f"of {_any(first.lacks, facts)} on {what}.")


def _who_acknowledge(facts: CommentFacts) -> set[tuple[str, ...]]:
    """The groups of people of whom one still has to approve it anyway."""
    return {
        tuple(sorted(facts.preview.acknowledgers.get(desk, ())))
        for desk in {each.desk for each in facts.brought}
        if isinstance(facts.preview.acknowledgements.get(desk), Unacknowledged)
    }


def _what_follows(facts: CommentFacts) -> str:
    judged = facts.opened.agreement
    if judged is None or not judged.by_field:
        return ""
    agreed = facts.opened.is_agreed
    if facts.merges_itself and not facts.opened.paths & {POLICY_PATH, ROSTER_PATH}:
        return "The next run merges it." if agreed else "The next run then merges it."
    return "Merge it now." if agreed else "After that, merge it."


def _findings(facts: CommentFacts) -> str:
    warnings = len(facts.opened.findings) - len(facts.opened.errors)
    if warnings:
        return f"{counted(warnings, 'warning')}, see below."
    return "" if facts.opened.errors or facts.opened.snapshot is None else "No findings."


def _capacities(facts: CommentFacts) -> Iterator[str]:
    for desk in sorted({each.desk for each in facts.brought} & facts.capacities.keys()):
        yield _capacity(line(desk), facts.capacities[desk])


def _capacity(desk: str, room: RemainingCapacity) -> str:
    today, active = max(0, room.per_day - room.today), max(0, room.active_limit - room.active)
    return (
        f"Capacity left at {desk}: {today} of {room.per_day} today,"
        f" {active} of {room.active_limit} active."
    )


def _with_names(why: str, facts: CommentFacts) -> str:
    """A sentence about a login, with the person's name in its place."""
    for each in facts.roster.people.values():
        if why.startswith(f"{each.github} "):
            return line(f"{each.name}{why.removeprefix(each.github)}")
        if why.endswith(f" by {each.github} was dismissed"):
            return line(why.replace(f" by {each.github} ", f" by {each.name} "))
    return line(why)


def _any(handles: Iterable[str], facts: CommentFacts) -> str:
    return listed(map(facts.name, handles), "or")


def _all(handles: Iterable[str], facts: CommentFacts) -> str:
    return listed(map(facts.name, handles), "and")
