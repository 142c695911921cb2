"""What people moved by hand, told: what is declared, what is there, what policy does, the cure."""

from collections.abc import Mapping

from reconciler.model.drift import Drift, Loss
from reconciler.model.observed import Channel
from reconciler.model.trouble import Trouble
from reconciler.reconcile.step import Facts, Notice


def channel_renamed(facts: Facts, channel: Channel, declared: str) -> Notice:
    """Somebody gave the channel another name."""
    let = _let("channel_name", Drift.ADOPT)
    return _told(
        "slack.name",
        f"the channel was renamed: #{declared} is declared, #{channel.name} is there",
        "channel_name",
        facts.desired.drift.channel_name,
        {
            Drift.REPAIR: (
                "it is renamed back",
                f"To keep the new name: {let}",
            ),
            Drift.REPORT: (
                "the ticket goes on naming the old one",
                f"Rename it back in Slack, or let the ticket follow: {let}",
            ),
            Drift.ADOPT: (
                "the ticket follows the new name",
                f"To have the old name back, rename it to #{declared} in Slack.",
            ),
        },
    )


def channel_hidden(facts: Facts, channel: Channel) -> Notice:
    """Somebody made the channel private, or deleted it."""
    let = _let("channel_hidden", Loss.REPAIR)
    return _told(
        "slack.channel",
        f"a public channel is declared, and the bot can't see #{channel.name} as one: it was made"
        " private or deleted by hand",
        "channel_hidden",
        facts.desired.drift.channel_hidden,
        {
            Loss.REPAIR: (
                "another one is opened beside it",
                f"To keep it, make #{channel.name} public again before the next run.",
            ),
            Loss.REPORT: (
                "nothing more is done in it",
                f"Make it public again in Slack. If it is gone, have another one opened: {let}",
            ),
        },
    )


def channel_archived(facts: Facts, channel: Channel) -> Notice:
    """Somebody archived the channel of an active escalation."""
    out = (
        "Unarchive it in Slack (a bot can't), or end the escalation: escalate resolve"
        f" {facts.desired.ticket}."
    )
    let = _let("channel_archived", Loss.REPAIR)
    return _told(
        "slack.channel",
        f"an open channel is declared, and #{channel.name} was archived by hand while the"
        " escalation is active",
        "channel_archived",
        facts.desired.drift.channel_archived,
        {
            Loss.REPAIR: (
                "another one is opened beside it",
                f"To keep it, unarchive #{channel.name} before the next run.",
            ),
            Loss.REPORT: (
                "it is left alone",
                f"{out} To have another one opened: {let}",
            ),
        },
    )


def unread_channel(channel: Channel) -> Notice:
    """The bot was removed from the channel, so that the plan can't know what is in it."""
    return Notice(
        Trouble(
            "slack.membership",
            f"the bot is not in #{channel.name}, and Slack lets only members read it: the plan"
            " shows what is missing there by the receipt",
            "Nothing to do: the run joins, reads the channel, and makes those of these changes that"
            " are really missing. What it finds beyond them waits for the next run.",
        )
    )


def priority_moved(facts: Facts) -> Notice:
    """Somebody changed the priority that was ours."""
    let = _let("priority", Drift.ADOPT)
    current = facts.ticket.priority
    there = current.name if current else "none"
    declared = facts.desired.jira.priority
    return _told(
        "jira.priority",
        f"somebody changed the priority: {declared} is declared, {there} is there",
        "priority",
        facts.desired.drift.priority,
        {
            Drift.REPAIR: (
                "it is raised again",
                f"To keep {there}: {let}",
            ),
            Drift.REPORT: (
                "it is left alone",
                f"Set {declared} in Jira again, or let go of it for good: {let}",
            ),
            Drift.ADOPT: (
                "it is not ours any more, and is not put back in the end",
                f"To have {declared} again, set it in Jira.",
            ),
        },
    )


def assignee_moved(facts: Facts, declared: str) -> Notice:
    """Somebody gave the ticket to somebody else in Jira, or to nobody."""
    ticket, now = facts.desired.ticket, facts.observed.assignee
    there = now or facts.ticket.assignee_name or facts.ticket.assignee or "nobody"
    back = f"To have {declared} back, assign the ticket to them in Jira."
    if now is not None:
        keep = f"To keep {now}, edit the file: escalate assign {ticket} {now} --pr."
    elif facts.ticket.assignee is None:
        keep = "If it is over, end it in its file."
    else:
        keep = f"To keep {there}, give them this Jira account in config/roster.yaml first."
    return _told(
        "jira.assignee",
        f"somebody changed the assignee: {declared} is declared, {there} is there",
        "assignee",
        facts.desired.drift.assignee,
        {
            Drift.REPAIR: (f"{declared} is assigned again", keep),
            Drift.REPORT: ("it is left alone", f"{keep} {back}"),
            Drift.ADOPT: ("Jira counts, and the file waits for its edit", keep),
        },
    )


def _let(facet: str, choice: Drift | Loss) -> str:
    """The line of the policy that lets it be."""
    return f"drift.{facet}: {choice} in config/policy.yaml."


def _told(
    facet: str,
    what: str,
    key: str,
    choice: Drift | Loss,
    ways: Mapping[Drift | Loss, tuple[str, str]],
) -> Notice:
    does, cure = ways[choice]
    return Notice(Trouble(facet, f"{what}. By drift.{key}: {choice}, {does}", cure))
