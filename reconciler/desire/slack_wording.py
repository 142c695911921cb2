"""What is said in Slack. Every word from a file goes through `escape`."""

from typing import Final

from reconciler.desire.escape import one_line, slack, slack_quote
from reconciler.desire.links import Links
from reconciler.desire.placeholders import CHANNEL_MENTION
from reconciler.model.book import Entry
from reconciler.model.escalation import Escalation, Resolution, Update, Withdrawn
from reconciler.model.phase import Phase
from reconciler.model.roster import Roster

TOPIC_LIMIT: Final = 250
"""Slack's limit for topic and purpose, in characters."""


class SlackWording:
    """The messages of one escalation."""

    def __init__(self, entry: Entry, phase: Phase, roster: Roster, links: Links) -> None:
        """Word `entry` in its `phase`."""
        self._escalation: Escalation = entry.escalation
        self._phase = phase
        self._roster = roster
        self._ticket_link = f"<{links.ticket(self._escalation.ticket)}|{self._escalation.ticket}>"
        self._file_link = f"<{links.file(entry.source.path)}|escalation file>"

    def _name(self, handle: str) -> str:
        return slack(self._roster.name(handle))

    def _status(self, *, with_channel: bool) -> str:
        episode = self._escalation.current
        where = f" in {CHANNEL_MENTION}" if with_channel else ""
        match self._phase:
            case Phase.ACKNOWLEDGED:
                return f"acknowledged, nobody assigned yet{where}"
            case Phase.ASSIGNED if episode.assignee:
                return f"{self._name(episode.assignee)} is on it{where}"
            case ended:
                return f"{ended}{where}"

    def announcement(self, *, with_channel: bool) -> str:
        """The one message in the desk's channel; it always tells the present state."""
        episode = self._escalation.current
        icon = ":white_check_mark:" if self._phase.ended else ":rotating_light:"
        impact = episode.impact
        return "\n".join(
            [
                f"{icon} *{self._ticket_link} {slack(self._escalation.title)}*",
                f"*Status:* {self._status(with_channel=with_channel)}",
                f"*Impact:* {impact.level}: {slack(impact.who)} (about {impact.how_many})",
                (
                    f"*Escalated by:* {self._name(episode.initiator)}"
                    f"   *Contact:* {self._name(episode.contact)}"
                ),
                "*Reason:*",
                slack_quote(episode.reason),
                self._file_link,
            ]
        )

    def brief(self) -> str:
        """The pinned message: all that somebody new to the channel must know."""
        episode = self._escalation.current
        reporter = self._escalation.reporter
        people = [
            ("Escalated by", episode.initiator),
            ("Contact", episode.contact),
            ("Reporter", reporter.person),
        ]
        if episode.assignee:
            people.append(("Assignee", episode.assignee))
        parts = [
            f"*{self._ticket_link} {slack(self._escalation.title)}*",
            "   ".join(f"*{role}:* {self._name(handle)}" for role, handle in people),
            (
                f"*Impact:* {episode.impact.level}: {slack(episode.impact.who)}"
                f" (about {episode.impact.how_many})"
            ),
            slack_quote(episode.impact.symptom),
            "*Why it is escalated:*",
            slack_quote(episode.reason),
            "*What the reporter found:*",
            slack_quote(reporter.findings),
            "*Why Dev Support is needed:*",
            slack_quote(reporter.blocked_because),
        ]
        if episode.assessment:
            parts += ["*Preliminary assessment:*", slack_quote(episode.assessment)]
        parts += [
            (
                "Please keep all communication about this issue in this channel for as long as the"
                " escalation lasts. The contact stays reachable throughout, or finds a replacement."
                " Nobody gives completion estimates."
            ),
            f"This message follows the {self._file_link}.",
        ]
        return "\n".join(parts)

    def topic(self) -> str:
        """The channel's topic."""
        episode = self._escalation.current
        assignee = f" · assignee {self._roster.name(episode.assignee)}" if episode.assignee else ""
        contact = f" · contact {self._roster.name(episode.contact)}"
        text = f"{self._escalation.ticket} {self._phase} · {episode.impact.level}"
        return self._fit(text + assignee + contact)

    def purpose(self) -> str:
        """The channel's purpose. Begins with the ticket, by which a lost channel is found."""
        return self._fit(
            f"Escalation {self._escalation.ticket}: {self._escalation.title}."
            " All communication about it belongs here."
        )

    @staticmethod
    def _fit(text: str) -> str:
        limit = TOPIC_LIMIT
        while len(fitted := slack(one_line(text, limit))) > TOPIC_LIMIT:
            limit -= len(fitted) - TOPIC_LIMIT
        return fitted

    def update(self, update: Update) -> str:
        """One piece of news."""
        when = update.at.isoformat(sep=" ", timespec="minutes")
        return f"*Update by {self._name(update.by)}* ({when})\n{slack_quote(update.text)}"

    def summary(self, resolution: Resolution) -> str:
        """The root-cause summary."""
        communication = resolution.customer_communication
        follow_ups = (
            "none"
            if resolution.follow_ups == "none"
            else ", ".join(slack(key) for key in resolution.follow_ups)
        )
        return "\n".join(
            [
                f":white_check_mark: *{self._escalation.ticket} is resolved*",
                "*Root cause:*",
                slack_quote(resolution.root_cause),
                "*What was done:*",
                slack_quote(resolution.mitigation),
                f"*Follow-ups:* {follow_ups}",
                (
                    f"*Customer communication:* {self._name(communication.owner)}"
                    f" ({communication.state})"
                ),
            ]
        )

    def withdrawal(self, withdrawn: Withdrawn) -> str:
        """The notice that the escalation was taken back."""
        return (
            f"*{self._escalation.ticket} was withdrawn by {self._name(withdrawn.by)}*\n"
            f"{slack_quote(withdrawn.reason)}"
        )

    def reply(self) -> str:
        """The reply in the announcement's thread for the present phase."""
        episode = self._escalation.current
        match self._phase:
            case Phase.ACKNOWLEDGED:
                return "Acknowledged. Dev Support reviews the ticket and assigns an engineer."
            case Phase.ASSIGNED if episode.assignee:
                return (
                    f"Assigned to {self._name(episode.assignee)}. Please go to {CHANNEL_MENTION}."
                )
            case Phase.RESOLVED if episode.resolution:
                return self.summary(episode.resolution)
            case Phase.WITHDRAWN if episode.withdrawn:
                return self.withdrawal(episode.withdrawn)
            case _:
                return f"Now {self._phase}."
