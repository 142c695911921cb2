"""What a plan does in Jira and Slack, in words, for people who do not know the tool's facets."""

from collections.abc import Iterator
from typing import Final

from reconciler.load.did_you_mean import listed
from reconciler.model.change import EscalationPlan
from reconciler.model.roster import Roster
from reconciler.reconcile.facet import operation
from reconciler.reconcile.facets.archive import Archive
from reconciler.reconcile.facets.channel import CreateChannel
from reconciler.reconcile.facets.members import Invite
from reconciler.reconcile.facets.receipt import Remember
from reconciler.render.escape import markdown
from reconciler.render.plan_text import counted

NOTHING: Final = "changes nothing in Jira or Slack"
_MOST_NAMES: Final = 25


def effects(plan: EscalationPlan, roster: Roster) -> Iterator[str]:
    """What happens, the most important first, without the tool's own notes on the ticket."""
    if all(isinstance(each.op, Remember) for each in plan.changes):
        yield NOTHING
        return
    yield from _in_channel(plan, roster)
    texts = (operation(each).effect(each, roster.name) for each in plan.changes)
    edits = [markdown(text) for text in texts if text]
    if edits:
        yield f"on the ticket: {listed(edits, 'and')}"
    removed = [markdown(each.before) for each in plan.changes if "copies" in each.op.costs]
    if removed:
        yield f"removes {listed(removed, 'and')}"
    texts = (operation(each).writes(each) for each in plan.changes)
    written = dict.fromkeys(text for text in texts if text)
    if written:
        yield f"in Slack: writes {listed(written, 'and')}"


def _in_channel(plan: EscalationPlan, roster: Roster) -> Iterator[str]:
    operations = [each.op for each in plan.changes]
    for each in operations:
        if isinstance(each, CreateChannel):
            yield f"opens the public channel **#{markdown(each.name)}**"
    if people := _invited(plan):
        names = [markdown(roster.name(each)) for each in people[:_MOST_NAMES]]
        more = len(people) - _MOST_NAMES
        rest = f" and {more} more" if more > 0 else ""
        yield f"invites {_people(len(people))}: {', '.join(names)}{rest}"
    if any(isinstance(each, Archive) for each in operations):
        yield "archives the channel"


def digest(plan: EscalationPlan) -> str:
    """The same as plain text in a few words, such as `opens #ds-1042-x, invites 8 people`."""
    words = [
        f"opens #{each.op.name}" for each in plan.changes if isinstance(each.op, CreateChannel)
    ]
    if people := _invited(plan):
        words.append(f"invites {_people(len(people))}")
    texts = (operation(each).effect(each, str) for each in plan.changes if _is_short(each.facet))
    words += [text for text in texts if text]
    if words:
        return ", ".join(words)
    shown = sum(not isinstance(each.op, Remember) for each in plan.changes)
    return f"makes {counted(shown, 'change')} in Jira and Slack" if shown else NOTHING


def _is_short(facet: str) -> bool:
    return facet in {"jira.priority", "jira.label"}


def _invited(plan: EscalationPlan) -> list[str]:
    """Handles of those whom it invites."""
    operations = (each.op for each in plan.changes)
    return [one for each in operations if isinstance(each, Invite) for one in each.users]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
