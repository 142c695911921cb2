"""The ticket: label, priority, assignee, comments, links."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.desire.jira_wording import went_on_in
from reconciler.model.change import (
    Action,
    AddComment,
    AddLabel,
    Assign,
    Change,
    EditComment,
    LinkTicket,
    RemoveLabel,
    SetPriority,
    SetRemoteLink,
)
from reconciler.model.desired import Message, revision
from reconciler.model.drift import Drift
from reconciler.model.observed import Priority, Reading
from reconciler.model.trouble import Trouble
from reconciler.reconcile.jira_settings import unread_settings
from reconciler.reconcile.manual_changes import assignee_moved, priority_moved
from reconciler.reconcile.step import (
    DRIFT,
    POLICY_CHANGED,
    Facts,
    Need,
    Notice,
    Problem,
    Steps,
    why,
)


def settings_trouble(facts: Facts) -> Trouble | None:
    """Why this ticket can't be marked as escalated, or set back: a matter of Jira's settings."""
    want, ticket = facts.desired.jira, facts.ticket
    needed = list(_needed(facts))
    unread = unread_settings(ticket, needed)
    if unread is not None or not want.escalated:
        return unread
    editable = ticket.editable or frozenset()
    project = facts.desired.desk
    for field in needed:
        if field not in editable:
            return Trouble(
                f"jira.{'label' if field == 'labels' else field}",
                f"the field {field} can't be edited in project {project}",
                f"Add it to the project's edit screen, and let the reconciler's account edit"
                f" issues of {project}.",
            )
    allowed = ticket.priorities or ()
    if "priority" in needed and want.priority not in {each.name for each in allowed}:
        names = ", ".join(each.name for each in allowed) or "none"
        return Trouble(
            "jira.priority",
            f"project {project} has no priority {want.priority!r}; it has: {names}",
            "Set jira.priority in config/policy.yaml to one of these, or add the priority to the"
            " project's priority scheme.",
        )
    return None


def _needed(facts: Facts) -> Iterator[str]:
    """The fields of the ticket that this plan has to set."""
    want, ticket = facts.desired.jira, facts.ticket
    if want.escalated and want.label not in ticket.labels:
        yield "labels"
    settled = _raised(facts) or _left_alone(facts)
    if not settled if want.escalated else _to_restore(facts):
        yield "priority"


def _to_restore(facts: Facts) -> bool:
    """Whether the ticket has a priority that gives way to the one before the escalation."""
    memory = facts.memory.priority
    return memory is not None and memory.previous_id != memory.ours and not memory.given_up


def _raised(facts: Facts) -> bool:
    current = facts.ticket.priority
    return current is not None and current.name == facts.desired.jira.priority


def _left_alone(facts: Facts) -> bool:
    """Whether the priority was ours once, somebody chose another, and policy lets them."""
    moved = facts.stored.priority is not None and not _still_ours(facts)
    return moved and facts.desired.drift.priority is not Drift.REPAIR


def _still_ours(facts: Facts) -> bool:
    """Whether the ticket has the priority that the reconciler set, whatever policy asks for now."""
    stored, current = facts.stored.priority, facts.ticket.priority
    return stored is not None and current is not None and current.id == stored.ours


def plan_label(facts: Facts) -> Steps:
    """Our label on while the escalation is active, off after it; no other label is touched."""
    want = facts.desired.jira
    on = want.label in facts.ticket.labels
    if want.escalated and not on:
        yield Change(
            facet="jira.label",
            action=Action.ADD,
            after=want.label,
            why=why(want.why, drifted=facts.stored.labelled),
            op=AddLabel(label=want.label),
        )
    elif on and not want.escalated:
        yield Change(
            facet="jira.label",
            action=Action.REMOVE,
            before=want.label,
            why=why(want.why, drifted=False),
            op=RemoveLabel(label=want.label),
        )


def plan_priority(facts: Facts) -> Steps:
    """Our priority while the escalation is active; the previous one back if it is still ours."""
    want, ticket = facts.desired.jira, facts.ticket
    label_on = want.label in ticket.labels
    lost = facts.memory.priority is None and _raised(facts) and label_on
    if lost and Reading.CHANGELOG not in facts.observed.readings:
        yield Need(Reading.CHANGELOG)
    elif want.escalated and not _raised(facts):
        yield from _plan_raising(facts)
    elif not want.escalated and facts.memory.priority is not None:
        yield from _plan_restoring(facts)


def _plan_raising(facts: Facts) -> Steps:
    before = facts.stored.priority
    given_up = before is not None and before.given_up and _left_alone(facts)
    moved = before is not None and not _still_ours(facts)
    if moved and not given_up:
        yield priority_moved(facts)
    if not _left_alone(facts):
        allowed = {each.name: each for each in facts.ticket.priorities or ()}
        target = allowed[facts.desired.jira.priority]
        source = POLICY_CHANGED if before else why(facts.desired.jira.why, drifted=False)
        yield _set_priority(facts, target, DRIFT if moved else source)


def _plan_restoring(facts: Facts) -> Steps:
    memory, allowed = facts.memory.priority, facts.ticket.priorities or ()
    if memory is None or not _to_restore(facts):
        return
    if Reading.CHANGELOG not in facts.observed.readings:
        yield Need(Reading.CHANGELOG)  # whoever edits the ticket could name any priority
    target = next((each for each in allowed if each.id == memory.previous_id), None)
    if target is not None:
        source = why(facts.desired.jira.why, drifted=False)
        yield _set_priority(facts, target, source, restores=True)
        return
    name = memory.previous_name or "unknown"
    yield Notice(
        Trouble(
            "jira.priority",
            f"the priority before the escalation ({name}) can't be put back",
            "Set the ticket's priority by hand.",
        )
    )


def _set_priority(facts: Facts, target: Priority, source: str, *, restores: bool = False) -> Change:
    current = facts.ticket.priority
    return Change(
        facet="jira.priority",
        action=Action.CHANGE,
        before=current.name if current else "none",
        after=target.name,
        why=source,
        op=SetPriority(id=target.id, previous=current, restores=restores),
    )


def plan_assignee(facts: Facts) -> Steps:
    """The ticket's assignee is the escalation's."""
    handle = facts.desired.jira.assignee
    if handle is None:
        return
    unknown = facts.observed.unknown.get(f"jira/{handle}")
    if unknown is not None:
        yield Problem(unknown)
        return
    account = facts.observed.jira_ids[handle]
    if account == facts.ticket.assignee:
        return
    moved = facts.stored.assignee == account
    if moved:
        yield assignee_moved(facts, handle)
    if moved and facts.desired.drift.assignee is not Drift.REPAIR:
        return
    yield Change(
        facet="jira.assignee",
        action=Action.CHANGE if facts.ticket.assignee else Action.ADD,
        before=facts.ticket.assignee_name or facts.ticket.assignee or "",
        after=handle,
        why=why(facts.desired.jira.assignee_why, drifted=moved),
        op=Assign(account=account),
    )


def plan_comments(facts: Facts) -> Steps:
    """One comment that names the channel, one with the root cause."""
    has_channel = facts.observed.channel is not None or facts.fresh
    for message in _comments(facts):
        seen = facts.ticket.comments.get(message.kind)
        told = message.kind in facts.stored.comments
        if message.standing and not has_channel:
            continue
        if seen is None:
            if message.standing and facts.desired.phase.ended:
                continue
            if message.standing or not told:
                yield Change(
                    facet="jira.comment",
                    action=Action.ADD,
                    after=message.gist,
                    why=why(message.why, drifted=told),
                    op=AddComment(
                        kind=message.kind,
                        body=message.text,
                        without_channel=message.without_channel,
                    ),
                )
        elif message.standing and (
            seen.touched or facts.fresh or seen.rev != revision(message.text, facts.name)
        ):
            yield Change(
                facet="jira.comment",
                action=Action.CHANGE,
                before="edited by somebody" if seen.touched else "older text",
                after=message.gist,
                why=why(message.why, drifted=seen.touched),
                op=EditComment(
                    kind=message.kind,
                    id=seen.id,
                    body=message.text,
                    without_channel=message.without_channel,
                    rev="" if seen.touched else seen.rev,
                ),
            )


def _comments(facts: Facts) -> Iterator[Message]:
    earlier = tuple(each.name for each in facts.memory.earlier_channels)
    for message in facts.desired.jira.comments:
        if message.standing and earlier:
            yield replace(message, text=message.text + went_on_in(earlier))
        else:
            yield message


def plan_follow_ups(facts: Facts) -> Steps:
    """A link to each ticket for the work that remains."""
    want = facts.desired.jira
    for key, position in want.follow_ups:
        unread = facts.observed.unknown.get(f"ticket/{key}")
        if unread is not None and key not in facts.ticket.links:
            yield Problem(unread)
        elif key in facts.observed.missing_tickets:
            yield Problem(
                Trouble(
                    "jira.link",
                    f"the follow-up {key} is not visible in Jira ({position})",
                    "Correct the key, or let the reconciler's account browse its project.",
                )
            )
        elif key not in facts.ticket.links:
            yield Change(
                facet="jira.link",
                action=Action.ADD,
                after=f"{want.follow_up_link} {key}",
                why=why(position, drifted=False),
                op=LinkTicket(key=key, link_type=want.follow_up_link),
            )


def plan_remote_link(facts: Facts) -> Steps:
    """The channel among the ticket's links."""
    channel, want = facts.observed.channel, facts.desired.jira
    if (channel is None and not facts.fresh) or facts.desired.channel.by_hand:
        return
    rev = revision(want.link_summary, facts.name)
    told = facts.memory.remote_link
    seen = facts.ticket.remote_link
    gone = (
        Reading.REMOTE_LINK in facts.observed.readings
        and not facts.fresh
        and (seen is None or channel is None or not seen.endswith(f"/{channel.id}"))
    )
    if told == rev and not gone:
        return
    yield Change(
        facet="jira.remote_link",
        action=Action.CHANGE if told and not gone else Action.ADD,
        before="" if gone or not told else "older state",
        after=f"#{facts.name}",
        why=why(want.why, drifted=told == rev),
        op=SetRemoteLink(summary=want.link_summary, ended=facts.desired.phase.ended, rev=rev),
    )
