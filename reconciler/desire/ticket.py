"""What an escalation asks of its ticket."""

from collections.abc import Iterator
from typing import Final

from reconciler.desire.escape import one_line
from reconciler.desire.jira_wording import (
    acknowledged_comment,
    channel_comment,
    contact_comment,
    no_channel_comment,
    summary_comment,
    update_comment,
)
from reconciler.desire.subject import GIST_LENGTH, Subject
from reconciler.model.desired import DesiredTicket, Message
from reconciler.model.phase import Phase

SUMMARY: Final = "root-cause summary"


def desired_ticket(subject: Subject) -> DesiredTicket:
    """Label, priority, assignee, comments and links."""
    jira = subject.policy.jira
    resolution = subject.episode.resolution
    comments = [
        *_acknowledged_comment(subject),
        *_channel_comment(subject),
        *_news_comments(subject),
    ]
    if resolution is not None:
        text = summary_comment(subject.escalation, resolution, subject.roster)
        why = subject.here("resolution")
        comments.append(Message(subject.kind("summary"), text, why, gist=SUMMARY))
    return DesiredTicket(
        escalated=subject.phase.active,
        label=jira.label,
        priority=jira.priority,
        assignee=subject.episode.assignee if subject.phase is Phase.ASSIGNED else None,
        comments=tuple(comments),
        follow_ups=tuple(
            (key, subject.here("resolution", "follow_ups", index))
            for index, key in enumerate(subject.follow_ups)
        ),
        follow_up_link=jira.follow_up_link,
        link_summary=one_line(f"Escalation channel ({subject.phase})", 100),
        why=subject.end_or_start(),
        assignee_why=subject.here("assignee"),
    )


def _channel_comment(subject: Subject) -> Iterator[Message]:
    if subject.escalation.by_hand.comment is None:
        why, gist = subject.at("ticket"), "names the channel"
        yield Message(
            "channel",
            channel_comment(),
            why,
            standing=True,
            gist=gist,
            without_channel=no_channel_comment(),
        )


def _acknowledged_comment(subject: Subject) -> Iterator[Message]:
    found = subject.case.acknowledged
    if found is not None and subject.phase.active:
        text = acknowledged_comment(found, subject.roster, subject.links)
        gist = one_line(f"acknowledged by {subject.roster.name(found.by)}", GIST_LENGTH)
        yield Message(subject.kind("acknowledged"), text, subject.here("reason"), gist=gist)


def _news_comments(subject: Subject) -> Iterator[Message]:
    """The updates, and who is the contact now, for those who read the ticket only."""
    for index, update in enumerate(subject.episode.updates):
        text, where = update_comment(update, subject.roster), subject.here("updates", index)
        gist = one_line(
            f"update {index + 1} by {subject.roster.name(update.by)}: {update.text}", GIST_LENGTH
        )
        yield Message(subject.kind(f"update-{index + 1}"), text, where, gist=gist)
    contacts = subject.case.hands.contacts
    if subject.phase.active and len(contacts) > 1 and contacts[-1] == subject.episode.contact:
        new, old = contacts[-1], contacts[-2]
        kind, where = subject.hand("contact", contacts, new), subject.here("contact")
        gist = one_line(f"{subject.roster.name(new)} is the contact now", GIST_LENGTH)
        yield Message(kind, contact_comment(new, old, subject.roster), where, gist=gist)
