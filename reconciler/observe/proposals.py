"""What Slack and Jira show of a proposed escalation."""

from dataclasses import replace

from reconciler.model.observed import Announced, Reading
from reconciler.model.proposed import DesiredProposal
from reconciler.model.trouble import Trouble
from reconciler.observe.observer import Observer
from reconciler.reconcile.facets.announcement import SeenProposal


def observe_proposal(
    observer: Observer, desired: DesiredProposal, needs: frozenset[Reading] = frozenset()
) -> SeenProposal:
    """Its announcement, and with `needs` the thread and the people whom a reply calls.

    Nothing but the channel itself remembers it, so the channel is read in any case. Raises
    ServiceError if something cannot be seen.
    """
    want = desired.announcement
    channel = observer.survey.channel_named(want.channel_name)
    exists = not desired.exists or observer.survey.exists(desired.ticket)
    if channel is None:
        return SeenProposal(Announced(None), exists)
    messages = observer.announcements.of(desired.ticket, channel)
    seen = SeenProposal(
        Announced(channel, messages), exists, readings=frozenset({Reading.ANNOUNCEMENT})
    )
    known = messages.get(want.message.kind)
    if Reading.THREAD not in needs and known is not None:
        return seen
    replies = observer.announcements.replies(desired.ticket, channel, known.ts) if known else {}
    ids: dict[str, str] = {}
    unknown: dict[str, Trouble] = {}
    if any(each.kind not in replies for each in want.replies):
        ids, unknown = observer.people.in_slack(want.mentions)
    due = [each.message for each in want.reminders if each.due]
    if called := {handle for each in due for handle in each.calls} - ids.keys():
        ids = ids | observer.people.in_slack(sorted(called))[0]
    return replace(
        seen,
        announced=Announced(channel, messages, replies),
        slack_ids=ids,
        unknown=unknown,
        readings=seen.readings | {Reading.THREAD},
    )
