"""Texts of messages in Slack. All text from files goes through `escape`."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from reconciler.model.escalation import Escalation, Resolution, Update
from reconciler.model.forge import PullRequest
from reconciler.model.phase import Phase
from reconciler.model.proposed import Proposed
from reconciler.model.roster import Roster
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.wording.escape import slack, slack_line, slack_quote
from reconciler.reconcile.wording.layout import (
    Block,
    buttons,
    fields,
    header,
    layout,
    section,
)
from reconciler.reconcile.wording.links import Links
from reconciler.reconcile.wording.placeholders import (
    CHANNEL_MENTION,
    CHANNEL_URL,
    NO_CHANNEL,
    mention,
)
from reconciler.reconcile.wording.times import local_time

TOPIC_LIMIT: Final = 250
"""Slack's limit for topic and purpose, in characters."""
POST_LIMIT: Final = 4_000
"""The most characters of a message, escapes included.

Slack refuses to edit a message into a longer one. It splits a longer new one into several messages
and returns the time stamp of one of them.
Source: https://docs.slack.dev/reference/methods/chat.postMessage ("Truncating content").
"""
_LAYOUT_QUOTE: Final = 1_000
"""Characters of a quote in a layout; the file has all of it."""
_SECTION_QUOTE: Final = 2_900
"""The same where a quote has a section of its own."""
_NAME_LIMIT: Final = 200
_LINE_LIMIT: Final = 500
_LINKS_LIMIT: Final = 1_000
REASON_LIMIT: Final = 200
"""Characters of the reason why a channel cannot be created."""
_ROOM_FOR_CHANNEL: Final = 60
"""A channel's mention is longer than its placeholder may be."""
_WITHOUT_CHANNEL: Final = f"There is no channel yet, because {NO_CHANNEL}"
_ICONS: Final = {
    Phase.PROPOSED: ":new:",
    Phase.HELD: ":hourglass_flowing_sand:",
    Phase.RESOLVED: ":white_check_mark:",
    Phase.WITHDRAWN: ":leftwards_arrow_with_hook:",
}
_SIGNS: Final = {
    Phase.PROPOSED: "\U0001f195",
    Phase.HELD: "\u23f3",
    Phase.RESOLVED: "\u2705",
    Phase.WITHDRAWN: "\u21a9\ufe0f",
}
"""The same for a headline, which is plain text."""
_ALARM: Final = "\U0001f6a8"
_RULES: Final = (
    "Please keep all communication about this issue in this channel for as long as the escalation"
    " lasts. The contact stays reachable throughout, or finds a replacement. Give no completion"
    " estimates."
)
_BLANK: Final = "\x00"
"""Stands where a quote will go; no text that went through `escape` holds one."""


class SlackWording:
    """The messages of one escalation."""

    def __init__(self, effective: EffectiveEscalation, roster: Roster, links: Links) -> None:
        """Word `case`."""
        self._effective = effective
        self._escalation: Escalation = effective.escalation
        self._phase = effective.phase
        self._roster = roster
        self._links = links
        self._desk = links.policy.desks[self._escalation.desk].name
        self._ticket_link = self._ticket(self._escalation.ticket)
        self._file_link = f"<{links.file(effective.source.path)}|escalation file>"

    def _ticket(self, key: str) -> str:
        return f"<{self._links.ticket(key)}|{key}>"

    def _name(self, handle: str) -> str:
        return slack_line(self._roster.name(handle), _NAME_LIMIT)

    @property
    def _heading(self) -> str:
        return f"*{self._ticket_link} {slack_line(self._escalation.title, _LINE_LIMIT)}*"

    @property
    def _impact(self) -> str:
        impact = self._escalation.current.impact
        return f"*Impact:* {impact.level}: {self._affected}"

    @property
    def _affected(self) -> str:
        impact = self._escalation.current.impact
        return f"{slack_line(impact.who, _LINE_LIMIT)} (about {impact.how_many})"

    def _status(self, where: str) -> str:
        episode = self._escalation.current
        match self._phase:
            case Phase.ACKNOWLEDGED:
                return f"acknowledged, no one assigned yet{where}"
            case Phase.ASSIGNED if episode.assignee:
                return f"{self._name(episode.assignee)} is on it{where}"
            case Phase.HELD:
                why = slack_line(self._effective.held, _LINE_LIMIT)
                return f"held, because {why}. {self._effective.way_out}"
            case Phase.PROPOSED if self._effective.proposed:
                return self._proposed_status(self._effective.proposed)
            case ended:
                return f"{ended}{where}"

    def _proposed_status(self, proposed: Proposed) -> str:
        where = pull_request_link(proposed.pull_request)
        desk = slack_line(self._desk, _NAME_LIMIT)
        if proposed.pull_request.draft:
            return f"put aside: {where} is a draft again"
        found = self._effective.acknowledged
        if found is not None:
            status = f"acknowledged by {self._name(found.by)} in {where}, and not merged yet"
        else:
            status = f"proposed in {where}, and {desk} has not acknowledged it yet"
        if proposed.findings:
            plural = "" if proposed.findings == 1 else "s"
            status += f". {proposed.findings} finding{plural} to correct before it can be merged"
        if proposed.held:
            status += f". It would be held, because {slack_line(proposed.held, _LINE_LIMIT)}"
        return status

    def call(self, people: str) -> str:
        """The reply that asks for a review; `people` are mentions of the acknowledgers."""
        proposed = self._effective.proposed
        where = pull_request_link(proposed.pull_request) if proposed else self._file_link
        who = people or slack_line(self._desk, _NAME_LIMIT)
        return f"{who}: please review {where}. An approval acknowledges the escalation."

    def refusal(self, author: str, overriders: str) -> str:
        """The reply to the author while a limit refuses the escalation; both are mentions."""
        proposed = self._effective.proposed
        if proposed is None:
            return ""
        where = pull_request_link(proposed.pull_request)
        what, later = f"the tool calls no reviewer for {where}", "the tool calls the reviewers"
        if self._effective.acknowledged is not None:
            what = f"{where} is acknowledged and has to wait"
            later = "it needs no other review"
        text = (
            f"{author}: {what}, because {slack_line(proposed.held, _LINE_LIMIT)}."
            f" {slack_line(proposed.instead, _LINE_LIMIT)}"
            f" As soon as the limits allow it, {later}."
        )
        if not overriders:
            return text
        return (
            f"{text}\n{overriders}: if it cannot wait, add `override: {{by: YOUR-HANDLE, reason:"
            f" ...}}` to its file in {where}."
        )

    def acknowledged(self) -> str:
        """The reply that names the acknowledger."""
        return f"{self._acknowledged} Dev Support reviews the ticket and assigns an engineer."

    @property
    def _acknowledged(self) -> str:
        """The sentence that names the acknowledger; empty if no review acknowledged it."""
        found = self._effective.acknowledged
        if found is None:
            return ""
        where = ""
        if found.pull_request.isdecimal():
            number = int(found.pull_request)
            where = f" in <{self._links.pull_request(number)}|#{number}>"
        return f"Acknowledged by {self._name(found.by)}{where}."

    def announcement(self, *, with_channel: bool) -> str:
        """The one message in the desk's channel. It is edited to show the present state."""
        return self._announcement(f" in {CHANNEL_MENTION}" if with_channel else "")

    def announcement_without_channel(self) -> str:
        """The same while the channel that it should lead to cannot be created."""
        return self._announcement(f". {_WITHOUT_CHANNEL}", _ROOM_FOR_CHANNEL + REASON_LIMIT)

    def announcement_layout(self, *, with_channel: bool) -> str:
        """The same as blocks: what it is, its state, who is who, why, and where to go."""
        episode, ticket = self._escalation.current, self._escalation.ticket
        sign = _SIGNS.get(self._phase, _ALARM)
        where = f" in {CHANNEL_MENTION}" if with_channel else ""
        people = [
            ("Impact", f"{episode.impact.level}: {self._affected}"),
            ("Escalated by", self._name(episode.initiator)),
            ("Contact", self._name(episode.contact)),
        ]
        return layout(
            [
                header(f"{sign} {ticket} \u00b7 {episode.impact.level}: {self._escalation.title}"),
                section(f"*Status:* {self._status(where)}{self._override}"),
                fields(people),
                section(f"*Reason:*\n{slack_quote(episode.reason, _LAYOUT_QUOTE)}"),
                buttons(self._places(with_channel=with_channel)),
            ]
        )

    def _places(self, *, with_channel: bool) -> Iterator[tuple[str, str]]:
        """Where to go: the pull request or the file, the ticket, the channel."""
        proposed = self._effective.proposed
        if proposed is not None and proposed.pull_request.url:
            yield "Review", proposed.pull_request.url
        yield "Ticket", self._links.ticket(self._escalation.ticket)
        if with_channel:
            yield "Channel", CHANNEL_URL
        if proposed is None:
            yield "File", self._links.file(self._effective.source.path)

    def _announcement(self, where: str, kept_free: int = _ROOM_FOR_CHANNEL) -> str:
        episode = self._escalation.current
        icon = _ICONS.get(self._phase, ":rotating_light:")
        return _with_quotes(
            [
                f"{icon} {self._heading}",
                f"*Status:* {self._status(where)}{self._override}",
                self._impact,
                (
                    f"*Escalated by:* {self._name(episode.initiator)}"
                    f"   *Contact:* {self._name(episode.contact)}"
                ),
                "*Reason:*",
                _BLANK,
                *([] if self._effective.proposed else [self._file_link]),
            ],
            [episode.reason],
            kept_free,
        )

    @property
    def _override(self) -> str:
        by = self._effective.overridden_by
        override = self._escalation.current.override
        if not by or override is None:
            return ""
        reason = slack_line(override.reason, _LINE_LIMIT)
        return f"\n*Admitted over the limits by:* {self._name(by)}: {reason}"

    def brief(self) -> str:
        """The pinned message, for newcomers to the channel."""
        parts = [
            self._heading,
            "   ".join(f"*{role}:* {name}" for role, name in self._people),
            self._impact,
        ]
        quotes = []
        for title, text in self._brief_texts():
            parts += [title, _BLANK] if title else [_BLANK]
            quotes.append(text)
        parts += [_RULES, f"This message follows the {self._file_link}."]
        return _with_quotes(parts, quotes)

    def brief_layout(self) -> str:
        """The same as blocks: what it is, who is who, each text, and where to go."""
        impact = ("Impact", f"{self._escalation.current.impact.level}: {self._affected}")
        (_, symptom), *texts = self._brief_texts()
        return layout(
            [
                header(f"{self._escalation.ticket} \u00b7 {self._escalation.title}"),
                _titled("*What they see:*", symptom),
                fields([impact, *self._people]),
                *(_titled(title, text) for title, text in texts),
                section(_RULES),
                buttons(self._places(with_channel=False)),
            ]
        )

    @property
    def _people(self) -> list[tuple[str, str]]:
        """Who is who, by name."""
        episode = self._escalation.current
        roles = [
            ("Escalated by", episode.initiator),
            ("Contact", episode.contact),
            ("Reporter", self._escalation.reporter.person),
            ("Assignee", episode.assignee or ""),
        ]
        return [(role, self._name(handle)) for role, handle in roles if handle]

    def _brief_texts(self) -> list[tuple[str, str]]:
        """The texts of the brief, each after its title."""
        episode, reporter = self._escalation.current, self._escalation.reporter
        texts = (
            ("", episode.impact.symptom),
            ("*Why it is escalated:*", episode.reason),
            ("*What the reporter found:*", reporter.findings),
            ("*Why Dev Support is needed:*", reporter.blocked_because),
            ("*Preliminary assessment:*", episode.assessment),
        )
        return [(title, text) for title, text in texts if text is not None]

    def topic(self) -> str:
        """The channel's topic."""
        episode = self._escalation.current
        assignee = f" · assignee {self._roster.name(episode.assignee)}" if episode.assignee else ""
        contact = f" · contact {self._roster.name(episode.contact)}"
        text = f"{self._escalation.ticket} {self._phase} · {episode.impact.level}"
        return slack_line(text + assignee + contact, TOPIC_LIMIT)

    def purpose(self) -> str:
        """The channel's purpose. Begins with the ticket, by which a lost channel is found."""
        return slack_line(
            f"Escalation {self._escalation.ticket}: {self._escalation.title}."
            " All communication about it belongs here.",
            TOPIC_LIMIT,
        )

    def update(self, update: Update) -> str:
        """The post for an update."""
        when = local_time(update.at, self._links.policy.zone)
        return self._event([f"*Update by {self._name(update.by)}* ({when})", _BLANK], [update.text])

    def assessment(self, text: str) -> str:
        """The post for the preliminary assessment."""
        assignee = self._escalation.current.assignee
        by = f" by {self._name(assignee)}" if assignee else ""
        return self._event([f"*Preliminary assessment{by}*", _BLANK], [text])

    def new_contact(self) -> str:
        """The post on a new contact. It mentions the new and the former one."""
        new, old = self._effective.ownership.contacts[-1], self._effective.ownership.contact_before
        return (
            f"{mention(new)} is the contact now, instead of {mention(old)}. The contact stays"
            " reachable throughout, or finds a replacement."
        )

    def contact_reply(self) -> str:
        """The reply on a new contact in the announcement's thread. It mentions no one."""
        new, old = self._effective.ownership.contacts[-1], self._effective.ownership.contact_before
        return f"{self._name(new)} is the contact now, instead of {self._name(old)}."

    def new_assignee(self) -> str:
        """The post on a new assignee. It mentions the new and the former one."""
        new, old = (
            self._effective.ownership.assignees[-1],
            self._effective.ownership.assignee_before,
        )
        return (
            f"{mention(new)} is in charge now, instead of {mention(old)}. Please pass on what is"
            " known and not in this channel yet."
        )

    def _follow_ups(self, resolution: Resolution) -> str:
        """Links to the first follow-ups, and how many more there are."""
        if resolution.follow_ups == "none":
            return "none"
        links = [self._ticket(each) for each in resolution.follow_ups]
        lengths = accumulate(len(each) + len(", ") for each in links)
        shown = sum(length <= _LINKS_LIMIT for length in lengths)
        more = f" and {len(links) - shown} more" if shown < len(links) else ""
        return f"{', '.join(links[:shown])}{more}"

    def summary(self, resolution: Resolution) -> str:
        """The root-cause summary."""
        communication = resolution.customer_communication
        follow_ups = self._follow_ups(resolution)
        return self._event(
            [
                f":white_check_mark: *{self._ticket_link} is resolved*",
                "*Root cause:*",
                _BLANK,
                "*What was done:*",
                _BLANK,
                f"*Follow-ups:* {follow_ups}",
                (
                    f"*Customer communication:* {self._name(communication.owner)}"
                    f" ({communication.state})"
                ),
            ],
            [resolution.root_cause, resolution.mitigation],
        )

    def summary_layout(self, resolution: Resolution) -> str:
        """The same as blocks: what it was, what was done, what follows, where to go."""
        communication = resolution.customer_communication
        state = f"{self._name(communication.owner)} ({communication.state})"
        sign, ticket = _SIGNS[Phase.RESOLVED], self._escalation.ticket
        follow_ups = self._follow_ups(resolution)
        return layout(
            [
                header(f"{sign} {ticket} is resolved: {self._escalation.title}"),
                _titled("*Root cause:*", resolution.root_cause),
                _titled("*What was done:*", resolution.mitigation),
                fields([("Follow-ups", follow_ups), ("Customer communication", state)]),
                buttons(self._places(with_channel=False)),
            ]
        )

    def withdrawal(self) -> str:
        """The notice that the escalation was withdrawn, or that its file was removed."""
        withdrawn = self._escalation.current.withdrawn
        if withdrawn is None:
            return (
                f"*{self._ticket_link} counts as withdrawn: its file is gone from the main"
                " branch.* Nothing here is deleted."
            )
        return self._event(
            [f"*{self._ticket_link} was withdrawn by {self._name(withdrawn.by)}*", _BLANK],
            [withdrawn.reason],
        )

    def _event(self, parts: list[str], quotes: list[str]) -> str:
        """A message that is posted once. If a quote is cut, it ends with a link to the file."""
        whole = _filled(parts, [slack_quote(each, POST_LIMIT) for each in quotes])
        if len(whole) <= POST_LIMIT:
            return whole
        return _with_quotes([*parts, f"The whole text is in the {self._file_link}."], quotes, 0)

    def reply(self, where: str = f"Please go to {CHANNEL_MENTION}") -> str:
        """The reply in the announcement's thread for the present phase."""
        episode = self._escalation.current
        match self._phase:
            case Phase.ACKNOWLEDGED:
                return "Acknowledged. Dev Support reviews the ticket and assigns an engineer."
            case Phase.ASSIGNED if episode.assignee:
                return f"{self._assigned(episode.assignee)} {where}."
            case Phase.RESOLVED if episode.resolution:
                return self.summary(episode.resolution)
            case Phase.WITHDRAWN:
                return self.withdrawal()
            case _:
                return ""  # a held escalation has no reply

    def _assigned(self, assignee: str) -> str:
        """Who is assigned. The first assignment also names the acknowledger."""
        before, who = self._effective.ownership.assignee_before, self._name(assignee)
        if before:
            return f"Assigned to {who}, instead of {self._name(before)}."
        by_hand = self._escalation.by_hand.announcement is not None
        first = "" if by_hand or not self._acknowledged else f"{self._acknowledged} "
        return f"{first}Assigned to {who}."

    def reply_without_channel(self) -> str:
        """The same while the channel cannot be created."""
        return self.reply(_WITHOUT_CHANNEL)


def _titled(title: str, text: str) -> Block:
    """A paragraph with a title, and a quote under it."""
    return section(f"{title}\n{slack_quote(text, _SECTION_QUOTE)}")


def went_on_in(channels: tuple[str, ...]) -> str:
    """The former channels by Slack ids, for the post in the channel that replaces them."""
    mentions = ", ".join(f"<#{slack(each)}>" for each in channels)
    return f"Before this channel it was in {mentions}."


def reopened_line(*, with_channel: bool) -> str:
    """The last line of the announcement of an episode that was not the last one."""
    return f"*Escalated again*{f' in {CHANNEL_MENTION}' if with_channel else ''}."


def pull_request_link(pull_request: PullRequest) -> str:
    """The name of a pull request for Slack, with a link if it has an address."""
    name = slack_line(pull_request.name, _NAME_LIMIT)
    return f"<{pull_request.url}|{name}>" if pull_request.url else name


def _with_quotes(parts: list[str], quotes: list[str], kept_free: int = _ROOM_FOR_CHANNEL) -> str:
    """The parts as lines, with a quote in each blank, within Slack's limit for edited messages.

    Each quote gets an equal share; what short quotes do not use goes to longer ones. `kept_free`
    characters are reserved for the values of placeholders.
    """
    text = "\n".join(parts)
    room = POST_LIMIT - kept_free - len(text)
    made: dict[int, str] = {}
    by_length = sorted(range(len(quotes)), key=lambda index: len(quotes[index]))
    for done, index in enumerate(by_length):
        made[index] = slack_quote(quotes[index], room // (len(quotes) - done))
        room -= len(made[index])
    return _filled(parts, [made[index] for index in range(len(quotes))])


def _filled(parts: list[str], quotes: list[str]) -> str:
    """The parts as lines, with a quote in each blank."""
    text = "\n".join(parts)
    for each in quotes:
        text = text.replace(_BLANK, each, 1)
    return text
