"""The case that a reviewer judges: who is hit, what they see, why now, what is known, by whom."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.escalation import Escalation, ImpactLevel
from reconciler.render.comment_facts import CommentFacts
from reconciler.render.markdown_text import is_longer, line, quotation

BREAK: Final = "\\\n"
"""A new line in the same paragraph, also where GitHub's rule for comments does not hold."""
_SIGNS: Final[Mapping[ImpactLevel, str]] = {
    ImpactLevel.CRITICAL: "🔴",
    ImpactLevel.HIGH: "🟠",
    ImpactLevel.MEDIUM: "🟡",
    ImpactLevel.LOW: "⚪",
}
_TITLE: Final = 100
_WHO: Final = 80
_SHORT: Final = 140
"""Characters of each text before the fold, so that all of it fits on a phone."""
_WHOLE: Final = 5_000


def heading(escalation: Escalation, mark: str = "###") -> str:
    """Level and title."""
    level = escalation.current.impact.level
    title = line(escalation.title, _TITLE)
    return f"{mark} {_SIGNS[level]} {level.capitalize()}: {title} ({line(escalation.ticket)})"


def case(escalation: Escalation, facts: CommentFacts) -> Iterator[str]:
    """The case in paragraphs, each text cut to what a phone shows."""
    impact, reporter = escalation.current.impact, escalation.reporter
    number = len(escalation.episodes) + 1
    if number > 1:
        yield f"This ticket was escalated before. This is episode {number}."
    who = line(impact.who, _WHO)
    yield BREAK.join(
        (
            f"**Who is hit:** {who}, about {impact.how_many:,}",
            f"**What they see:** {line(impact.symptom, _SHORT)}",
        )
    )
    yield f"**Why now:** {line(escalation.current.reason, _SHORT)}"
    yield BREAK.join(
        (
            f"**Known so far:** {line(reporter.findings, _SHORT)}",
            f"**Why Dev Support:** {line(reporter.blocked_because, _SHORT)}",
        )
    )
    yield BREAK.join((_people(escalation, facts), _links(escalation.ticket, facts)))


def in_short(escalation: Escalation, facts: CommentFacts) -> str:
    """One line, for one of many."""
    level = escalation.current.impact.level
    title = line(escalation.title, _TITLE)
    by = facts.name(escalation.current.initiator)
    return f"- {_SIGNS[level]} {facts.ticket(escalation.ticket)} {level}: {title}. {by} escalates"


def whole_texts(escalation: Escalation) -> Iterator[str]:
    """The texts that `case` cuts, in full."""
    impact, reporter = escalation.current.impact, escalation.reporter
    for name, text in (
        ("What they see", impact.symptom),
        ("Why now", escalation.current.reason),
        ("Known so far", reporter.findings),
        ("Why Dev Support", reporter.blocked_because),
    ):
        if is_longer(text, _SHORT):
            yield f"**{name}**\n\n{quotation(text, _WHOLE)}"


def _people(escalation: Escalation, facts: CommentFacts) -> str:
    episode = escalation.current
    parts = [
        f"**Escalated by:** {facts.name(episode.initiator)}",
        f"**Contact:** {facts.name(episode.contact)}",
    ]
    if episode.assignee:
        parts.append(f"**Assignee:** {facts.name(episode.assignee)}")
    return " · ".join(parts)


def _links(ticket: str, facts: CommentFacts) -> str:
    return " · ".join(facts.where_to_look(ticket))
