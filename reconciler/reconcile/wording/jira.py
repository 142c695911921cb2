"""Texts of comments on the ticket, in Jira's wiki markup."""

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.escalation import Escalation, Resolution, Update
from reconciler.model.roster import Roster
from reconciler.reconcile.wording.escape import wiki, wiki_text
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.placeholders import CHANNEL_NAME, CHANNEL_URL, NO_CHANNEL


def channel_comment(acknowledged: str) -> str:
    """The comment that names the channel, and the acknowledger if there is one."""
    return (
        f"{_escalated(acknowledged)} All communication about it is in "
        f"[#{CHANNEL_NAME}|{CHANNEL_URL}] on Slack."
    )


def no_channel_comment(acknowledged: str) -> str:
    """The same comment while the channel cannot be created; it is edited once it is there."""
    return f"{_escalated(acknowledged)} It has no channel on Slack yet, because {NO_CHANNEL}."


def _escalated(acknowledged: str) -> str:
    return acknowledged or "This ticket is escalated."


def went_on_in(names: tuple[str, ...]) -> str:
    """The former channels; a sentence after the one that names the present channel."""
    return f" Before that it was in {', '.join(f'#{wiki(each)}' for each in names)}."


def acknowledged_comment(found: Acknowledgement, roster: Roster, links: Links) -> str:
    """The comment that names the acknowledger."""
    where = ""
    if found.pull_request.isdecimal():
        where = f" in [#{found.pull_request}|{links.pull_request(int(found.pull_request))}]"
    return f"This ticket is escalated. {wiki(roster.name(found.by))} acknowledged it{where}."


def update_comment(update: Update, roster: Roster) -> str:
    """The comment for an update."""
    when = update.at.isoformat(sep=" ", timespec="minutes")
    return f"*Update by {wiki(roster.name(update.by))}* ({when})\n\n{wiki_text(update.text)}"


def contact_comment(contact: str, before: str, roster: Roster) -> str:
    """The comment on a new contact."""
    return (
        f"{wiki(roster.name(contact))} is the contact now, instead of {wiki(roster.name(before))}."
    )


def summary_comment(escalation: Escalation, resolution: Resolution, roster: Roster) -> str:
    """The root-cause summary."""
    communication = resolution.customer_communication
    follow_ups = resolution.follow_ups
    return "\n\n".join(
        [
            f"*The escalation of {escalation.ticket} is resolved.*",
            f"*Root cause:*\n{wiki_text(resolution.root_cause)}",
            f"*What was done:*\n{wiki_text(resolution.mitigation)}",
            f"*Follow-ups:* {follow_ups if follow_ups == 'none' else ', '.join(follow_ups)}",
            (
                f"*Customer communication:* {wiki(roster.name(communication.owner))}"
                f" ({communication.state})"
            ),
        ]
    )
