"""The comment on an open pull request: the case for judgement, and what the merge does, folded."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.load.did_you_mean import listed
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.change import EscalationPlan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.field_change import FieldChange
from reconciler.render.change_sentences import change_heading, change_sentences
from reconciler.render.comment_facts import CommentFacts
from reconciler.render.comment_findings import comment_findings
from reconciler.render.escalation_case import case, heading, in_short, whole_texts
from reconciler.render.escape import html, markdown
from reconciler.render.markdown_text import line
from reconciler.render.plan_effects import digest, effects
from reconciler.render.plan_text import counted
from reconciler.render.verdict import verdict

MARKER: Final = "<!-- escalation-as-code:plan -->"
"""With it the comment begins, and by it it is found again."""
LIMIT: Final = 65_000
"""A little below GitHub's limit of 65,536 characters."""
_ROOM_FOR_END: Final = 400
_MOST_CASES: Final = 3
"""How many escalations are shown in full, if a pull request brings several."""
_MOST_HEADED: Final = 20


def pull_request_comment(facts: CommentFacts) -> str:
    """The comment without its marker, short enough for GitHub whatever the files hold."""
    kept: list[str] = []
    length = _ROOM_FOR_END
    left_out = 0
    for part in _parts(facts):
        if length + len(part) + 2 > LIMIT:
            left_out += 1
            continue
        kept.append(part)
        length += len(part) + 2
    if left_out:
        number = facts.opened.pull_request.id
        kept.append(
            f"_{counted(left_out, 'part')} left out, because GitHub limits the size of a "
            f"comment. To see all: `escalate plan --pull-request {markdown(number)}`_"
        )
    return "\n\n".join(kept) + "\n"


def _parts(facts: CommentFacts) -> Iterator[str]:
    """Whole pieces of Markdown, the most important first."""
    yield from _judgement(facts)
    yield from _cautions(facts)
    if found := list(comment_findings(facts)):
        yield "\n".join(found)
    for plan in facts.plans:
        if problems := list(_problems(plan)):
            yield "\n".join(problems)
    yield from _folded(facts)


def _judgement(facts: CommentFacts) -> Iterator[str]:
    """The case with the verdict after it; of several cases, the verdict comes first."""
    brought = facts.brought
    others = [each for each in facts.opened.tickets if each not in _tickets(facts)]
    if len(brought) == 1:
        yield "\n\n".join([heading(brought[0]), *case(brought[0], facts)])
        yield verdict(facts)
    elif brought:
        yield f"### Escalates {_listed(map(facts.ticket, _tickets(facts)))}"
        yield verdict(facts)
        yield from _several(facts)
    elif len(others) == 1:
        yield "\n\n".join([f"### {_change_heading(others[0], facts)}", *_change(others[0], facts)])
        yield verdict(facts)
        return
    else:
        yield f"### Changes {_what(facts)}"
        yield verdict(facts)
    for each in others:
        yield "\n\n".join([f"#### {_change_heading(each, facts)}", *_change(each, facts)])


def _several(facts: CommentFacts) -> Iterator[str]:
    """The first cases in full, and a line for each of the others."""
    for each in facts.brought[:_MOST_CASES]:
        yield "\n\n".join([heading(each, "####"), *case(each, facts)])
    if rest := [in_short(each, facts) for each in facts.brought[_MOST_CASES:]]:
        yield "\n".join(rest)


def _tickets(facts: CommentFacts) -> list[str]:
    return [each.ticket for each in facts.brought]


def _what(facts: CommentFacts) -> str:
    """What it changes, if not one escalation."""
    if facts.opened.tickets:
        return _listed(map(facts.ticket, facts.opened.tickets))
    names = {POLICY_PATH: "the policy", ROSTER_PATH: "the roster"}
    found = [name for path, name in names.items() if path in facts.opened.paths]
    return listed(found, "and") or "no escalation"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - _MOST_HEADED
    return listed([*every[:_MOST_HEADED], *([f"{more} more"] if more > 0 else [])], "and")


def _changes_of(ticket: str, facts: CommentFacts) -> list[FieldChange]:
    path = facts.opened.files.get(ticket)
    return [each for each in facts.preview.changes if each.path == path]


def _change_heading(ticket: str, facts: CommentFacts) -> str:
    return change_heading(ticket, _changes_of(ticket, facts), facts)


def _change(ticket: str, facts: CommentFacts) -> Iterator[str]:
    yield from change_sentences(_changes_of(ticket, facts), facts)
    yield " · ".join(facts.where_to_look(ticket))


def _cautions(facts: CommentFacts) -> Iterator[str]:
    """What else to know before the merge."""
    if facts.merged is not None:
        return
    for ticket, other in facts.preview.others.items():
        yield f"👥 {line(other)} also adds {line(ticket)}; only one of the two can be merged."
    if facts.opened.paths & {POLICY_PATH, ROSTER_PATH}:
        yield (
            "🔒 This pull request changes the policy or the roster. The check and the plan use "
            "those of the main branch."
        )


def _problems(plan: EscalationPlan) -> Iterator[str]:
    for each in plan.problems:
        yield f"- ❌ {line(plan.ticket)}: {_diagnostic_text(each)}"


def _folded(facts: CommentFacts) -> Iterator[str]:
    """Whole texts, and what happens in Jira and Slack."""
    for each in facts.brought[:_MOST_CASES]:
        if texts := list(whole_texts(each)):
            name = f" of {each.ticket}" if len(facts.brought) > 1 else ""
            yield _fold(f"The whole texts{name}", texts)
    when = "When merged" if facts.merged is None else "Done"
    for plan in facts.plans:
        name = f", {plan.ticket}" if len(facts.plans) > 1 else ""
        yield _fold(f"{when}{name}: {digest(plan)}", ["\n".join(_mechanics(plan, facts))])


def _mechanics(plan: EscalationPlan, facts: CommentFacts) -> Iterator[str]:
    if plan.adopts:
        yield f"- adopts the channel **{markdown(plan.adopts)}**"
    yield from (f"- {each}" for each in effects(plan, facts.roster))
    yield from (f"- 📝 {_diagnostic_text(each)}" for each in plan.notices)


def _fold(summary: str, paragraphs: Iterable[str]) -> str:
    text = "\n\n".join(paragraphs)
    return f"<details><summary>{html(summary)}</summary>\n\n{text}\n\n</details>"


def _diagnostic_text(diagnostic: Diagnostic) -> str:
    return f"{line(diagnostic.message)}. {line(diagnostic.remedy)}".strip()
