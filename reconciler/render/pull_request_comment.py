"""What a reviewer sees on a pull request: in one glance what approving and merging will do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.history.change_words import list_changes
from reconciler.history.remaining_capacity import RemainingCapacity
from reconciler.load.did_you_mean import listed
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.change import EscalationPlan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Finding, Severity
from reconciler.model.roster import Roster
from reconciler.pull_requests.gather import Preview
from reconciler.pull_requests.open import Opened
from reconciler.reconcile.facet import operation
from reconciler.reconcile.facets.channel import CreateChannel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.receipt import Remember
from reconciler.reconcile.wording.agreement import not_agreed
from reconciler.render.escape import markdown, shortened
from reconciler.render.plan_markdown import change_table
from reconciler.render.plan_text import counted

MARKER: Final = "<!-- escalation-as-code:plan -->"
"""With it the comment begins, and by it it is found again."""
LIMIT: Final = 65_000
"""A little below GitHub's limit of 65,536 characters."""
_ROOM_FOR_END: Final = 400
_MOST_FINDINGS: Final = 30
_LONGEST: Final = 300


@dataclass(frozen=True)
class CommentContext:
    """What the comment tells, beside the preview itself."""

    roster: Roster
    plans: Sequence[EscalationPlan]
    capacities: Mapping[str, RemainingCapacity]
    """By desk, how much is used up before the merge."""
    unmerged: Diagnostic | None = None
    """Why it is agreed and not merged; None if it is merged as soon as it is agreed."""


def pull_request_comment(preview: Preview, facts: CommentContext) -> str:
    """The comment without its marker, short enough for GitHub whatever the files hold."""
    facts = replace(facts, plans=tuple(map(_without_receipts, facts.plans)))
    kept: list[str] = []
    length = _ROOM_FOR_END
    left_out = 0
    for part in _parts(preview, facts):
        if length + len(part) + 2 > LIMIT:
            left_out += 1
            continue
        kept.append(part)
        length += len(part) + 2
    if left_out:
        number = preview.opened.pull_request.id
        kept.append(
            f"_{counted(left_out, 'part')} left out, because GitHub limits the size of a "
            f"comment. To see all: `escalate plan --pull-request {markdown(number)}`_"
        )
    return "\n\n".join(kept) + "\n"


def _without_receipts(plan: EscalationPlan) -> EscalationPlan:
    """The plan without the tool's own notes on the ticket, which no reviewer needs to judge."""
    shown = tuple(each for each in plan.changes if not isinstance(each.op, Remember))
    return plan.model_copy(update={"changes": shown})


def _parts(preview: Preview, facts: CommentContext) -> Iterator[str]:
    """Whole pieces of Markdown, the most important first."""
    yield f"### {_title(preview)}"
    yield "\n".join(_summary(preview, facts))
    if facts.unmerged is not None:
        message = facts.unmerged.message.rstrip(".")
        yield f"⚠️ {markdown(message)}. {markdown(facts.unmerged.remedy)}"
    if preview.opened.findings:
        yield "\n".join(_findings(preview.opened.findings))
    for plan in facts.plans:
        yield "\n".join(_plan(plan, facts.roster))
    for plan in facts.plans:
        if plan.changes:
            yield "\n".join(_details(plan))


def _title(preview: Preview) -> str:
    brings = [entry.escalation.ticket for entry in preview.opened.brings]
    if brings:
        return f"Merging this escalates {listed(brings, 'and')}"
    tickets = preview.opened.tickets
    if tickets:
        return f"Merging this changes {listed(map(markdown, tickets), 'and')}"
    return "Merging this changes the policy or the roster"


def _summary(preview: Preview, facts: CommentContext) -> Iterator[str]:
    opened = preview.opened
    if opened.pull_request.draft:
        yield "- 💤 This is a draft: the tool has not announced it, and calls no reviewer."
    for desk in sorted({entry.escalation.desk for entry in opened.brings} & set(facts.capacities)):
        handles = preview.acknowledgers.get(desk, ())
        yield f"- {_acknowledgement(preview, desk, handles, facts)}"
    yield from (f"- {line}" for line in _words(opened, facts.roster))
    errors = len(opened.errors)
    if errors:
        yield f"- ❌ {counted(errors, 'finding')} to fix before the merge, see below"
    elif opened.findings:
        yield f"- ⚠️ {counted(len(opened.findings), 'warning')}, see below"
    else:
        yield "- ✅ no findings in schema, roles, limits and wording"
    for desk, room in facts.capacities.items():
        yield f"- 📊 {markdown(desk)} has taken {room}, without this pull request"
    for ticket, why in preview.held.items():
        yield (
            f"- ⏳ {markdown(ticket)} would be held, because {markdown(why)}. Until the limits "
            "allow it, the tool calls no reviewer in Slack"
        )
    for ticket, other in preview.others.items():
        yield (
            f"- 👥 {markdown(other)} also adds {markdown(ticket)}; only one of the two can be "
            "merged"
        )
    if opened.paths & {POLICY_PATH, ROSTER_PATH}:
        yield (
            "- 🔒 This pull request changes the policy or the roster. The check and the "
            "plan use those of the main branch."
        )
    if opened.snapshot is None:
        yield "- ❌ The tool can't plan what the merge changes, because it can't read the files"


def _acknowledgement(
    preview: Preview, desk: str, handles: Iterable[str], facts: CommentContext
) -> str:
    names = listed(markdown(facts.roster.name(each)) for each in handles) or "no one"
    found = preview.acknowledgements.get(desk)
    if isinstance(found, Acknowledgement):
        by = markdown(facts.roster.name(found.by))
        return f"✅ acknowledged by {by} for {markdown(desk)}, {found.at:%Y-%m-%d %H:%M} UTC"
    if found is None:
        return f"👀 merging acknowledges it for {markdown(desk)}; reviewers are {names}"
    so_far = "" if found.silent else f"; so far {markdown(found.why)}"
    return f"👀 an approval by {names} acknowledges it for {markdown(desk)}{so_far}"


def _words(opened: Opened, roster: Roster) -> Iterator[str]:
    """Whose word the changes have, and whose they lack."""
    agreement = opened.agreement
    if agreement is None or not agreement.changes:
        return
    if agreement.by_field and not agreement.not_agreed and not opened.brings:
        yield f"✅ agreed: {markdown(list_changes(agreement.changes))}"
    for each in not_agreed(agreement.not_agreed, roster):
        yield f"✍️ {markdown(each.message)}"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    yield "#### Findings"
    yield ""
    for each in findings[:_MOST_FINDINGS]:
        sign = "❌" if each.severity is Severity.ERROR else "⚠️"
        words = markdown(shortened(f"{each.message} {each.remedy}", _LONGEST))
        yield f"- {sign} {markdown(str(each.position))}: {words} ({each.rule})"
    more = len(findings) - _MOST_FINDINGS
    if more > 0:
        yield f"- and {counted(more, 'more finding')}; see the check's summary"


def _plan(plan: EscalationPlan, roster: Roster) -> Iterator[str]:
    yield f"#### {markdown(plan.ticket)}: {markdown(plan.title)}"
    yield ""
    if plan.adopts:
        yield f"- adopts the channel **{markdown(plan.adopts)}**"
    yield from (f"- {line}" for line in effects(plan, roster))
    for sign, diagnostics in (("❌", plan.problems), ("📝", plan.notices)):
        yield from (f"- {sign} {_diagnostic_text(diagnostic)}" for diagnostic in diagnostics)


def effects(plan: EscalationPlan, roster: Roster) -> Iterator[str]:
    """What happens, in words, the weightiest first."""
    if not plan.changes:
        yield "nothing changes in Jira or Slack"
        return
    for change in plan.changes:
        if isinstance(change.op, CreateChannel):
            yield f"opens the public channel **#{markdown(change.op.name)}**"
    invited = [
        markdown(roster.name(handle))
        for change in plan.changes
        if isinstance(change.op, Invite)
        for handle in change.op.users
    ]
    if invited:
        yield f"invites {len(invited)}: {', '.join(invited)}"
    effects = (operation(each).effect(each, roster.name) for each in plan.changes)
    edits = [markdown(text) for text in effects if text]
    if edits:
        yield f"edits the ticket: {'; '.join(edits)}"
    removed = [markdown(each.before) for each in plan.changes if "copies" in each.op.costs]
    if removed:
        yield f"removes {listed(removed, 'and')}"
    written = (operation(each).writes(each) for each in plan.changes)
    said = dict.fromkeys(each for each in written if each)
    if said:
        yield f"writes {listed(said, 'and')}"


def _details(plan: EscalationPlan) -> Iterator[str]:
    yield (
        f"<details><summary>{markdown(plan.ticket)}: {counted(len(plan.changes), 'change')} in"
        " detail</summary>"
    )
    yield ""
    yield from change_table(plan)
    yield ""
    yield "</details>"


def _diagnostic_text(diagnostic: Diagnostic) -> str:
    return f"{markdown(diagnostic.message)}. {markdown(diagnostic.remedy)}".strip()
