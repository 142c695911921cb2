"""The one public channel: that it exists, that the bot is in it, and its name."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reconciler.model.change import Action, Change
from reconciler.model.desired import Desired
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import Drift, Loss
from reconciler.model.observed import Channel, Observed
from reconciler.model.receipt import ChannelReceipt, Receipt
from reconciler.reconcile.channel_identity import Claimant, Claims, why_not_ours
from reconciler.reconcile.facet import ChannelOperation, Facet, ReadBack, manual_change, policy_line
from reconciler.reconcile.step import DRIFT, Facts, Notice, Steps, why
from reconciler.reconcile.wording.channel_name import another_name

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData
    from reconciler.services.slack.values import ListedChannel

_RENAME_REMEDIES: Final = {
    "not_authorized": "Rename it in Slack, because a bot may rename only its own channels. Or keep"
    " the name: drift.channel_name: adopt in config/policy.yaml.",
    "name_taken": "Another channel has that name now. Keep the new one: drift.channel_name: adopt"
    " in config/policy.yaml.",
}


def opens_fresh(desired: Desired, channel: Channel | None, *, archived_by_us: bool) -> bool:
    """True if a channel is to be created: none is there, or the one there can't be used again."""
    if channel is None or not desired.channel.opens:
        return desired.channel.opens
    if channel.hidden:
        return desired.drift.channel_hidden is Loss.REPAIR
    return channel.archived and (archived_by_us or desired.drift.channel_archived is Loss.REPAIR)


def fresh_name(desired: Desired, stored: Receipt) -> str:
    """What a channel that is to be created will be called."""
    lost = stored.channel.name if stored.channel and not stored.archived else ""
    return another_name(desired.channel.name, lost)


def name_on_ticket(desired: Desired, observed: Observed, receipt: Receipt) -> str:
    """What the ticket calls the channel that is there."""
    known = receipt.channel or observed.channel
    return known.name if known else desired.channel.name


class EscalationChannel(Facet):
    """Created, joined and renamed. Manual changes are reported, or repaired by policy."""

    def plan(self, facts: Facts) -> Steps:
        channel = facts.observed.channel
        if facts.fresh:
            yield from _lost(facts)
            yield _create(facts)
        elif channel is None:
            return
        elif channel.archived or channel.hidden:
            yield from _lost(facts)
        elif not channel.bot_is_member:
            yield Change(
                facet="slack.membership",
                action=Action.ADD,
                after="the bot",
                why=DRIFT,
                op=JoinChannel(),
            )
            yield _unread(channel)
        else:
            yield from _name(facts, channel)


def can_be_used(facts: Facts) -> bool:
    """True if there is, or will be, a channel in which something can be done."""
    channel = facts.observed.channel
    return facts.fresh or (channel is not None and not channel.archived and not channel.hidden)


def _create(facts: Facts) -> Change:
    lost = facts.stored.channel is not None and not facts.stored.archived
    return Change(
        facet="slack.channel",
        action=Action.ADD,
        after=f"#{facts.name}",
        why=why(facts.desired.jira.assignee_why, drifted=lost),
        op=CreateChannel(name=facts.name),
    )


def _name(facts: Facts, channel: Channel) -> Steps:
    known = facts.stored.channel
    renamed = known is not None and known.id == channel.id and known.name != channel.name
    if known is None or not renamed or not facts.desired.phase.active:
        return
    yield _renamed(facts, channel, known.name)
    if facts.desired.drift.channel_name is Drift.REPAIR:
        yield Change(
            facet="slack.name",
            action=Action.CHANGE,
            before=f"#{channel.name}",
            after=f"#{known.name}",
            why=DRIFT,
            op=RenameChannel(name=known.name),
        )


def _lost(facts: Facts) -> Iterator[Notice]:
    """Report a channel that people archived, hid or deleted while it is needed."""
    channel = facts.observed.channel
    if channel is None or not facts.desired.phase.active:
        return
    if channel.hidden:
        yield _hidden(facts, channel)
    elif channel.archived and not facts.stored.archived:
        yield _archived(facts, channel)


def _renamed(facts: Facts, channel: Channel, declared: str) -> Notice:
    return manual_change(
        "slack.name",
        f"the channel was renamed: #{declared} is declared, #{channel.name} is there",
        "channel_name",
        facts.desired.drift.channel_name,
        {
            Drift.REPAIR: (
                "the tool renames it back",
                f"To keep the new name: {policy_line('channel_name', Drift.ADOPT)}",
            ),
            Drift.REPORT: (
                "the ticket keeps the old name",
                (
                    "Rename it back in Slack, or let the ticket show the new name:"
                    f" {policy_line('channel_name', Drift.ADOPT)}"
                ),
            ),
            Drift.ADOPT: (
                "the ticket shows the new name",
                f"To restore the old name, rename it to #{declared} in Slack.",
            ),
        },
    )


def _hidden(facts: Facts, channel: Channel) -> Notice:
    return manual_change(
        "slack.channel",
        f"a public channel is declared, and #{channel.name} was made private or deleted in Slack",
        "channel_hidden",
        facts.desired.drift.channel_hidden,
        {
            Loss.REPAIR: (
                "the tool creates another one",
                f"To keep it, make #{channel.name} public again before the next run.",
            ),
            Loss.REPORT: (
                "the tool does nothing more in it",
                (
                    "Make it public again in Slack. If it was deleted, have another one created:"
                    f" {policy_line('channel_hidden', Loss.REPAIR)}"
                ),
            ),
        },
    )


def _archived(facts: Facts, channel: Channel) -> Notice:
    return manual_change(
        "slack.channel",
        f"an open channel is declared, and #{channel.name} was archived in Slack while the"
        " escalation is active",
        "channel_archived",
        facts.desired.drift.channel_archived,
        {
            Loss.REPAIR: (
                "the tool creates another one",
                f"To keep it, unarchive #{channel.name} before the next run.",
            ),
            Loss.REPORT: (
                "the tool does not change it",
                (
                    "Unarchive it in Slack (a bot can't), or end the escalation: escalate resolve"
                    f" {facts.desired.ticket}. To have another one created:"
                    f" {policy_line('channel_archived', Loss.REPAIR)}"
                ),
            ),
        },
    )


def _unread(channel: Channel) -> Notice:
    """Report that the bot was removed from the channel, so its content is unknown."""
    return Notice(
        Diagnostic(
            "slack.membership",
            f"the bot is not in #{channel.name}, and only members can read it, so the plan follows"
            " the receipt",
            "Nothing to do: the run joins and reads the channel, and makes only the changes that"
            " are still missing. Other differences wait for the next run.",
        )
    )


class _OpensChannel(ChannelOperation):
    """An operation that makes the channel usable."""

    opens_channel = True

    @property
    def in_channel(self) -> bool:
        return False


class CreateChannel(_OpensChannel):
    """Create the public channel."""

    do: str = "create_channel"
    name: str

    def apply(self, change: Change, work: "Work") -> None:
        made = work.slack.create(self.name)
        work.channel = ChannelReceipt(id=made.id, name=made.name)
        work.remember(channel=work.channel)
        work.done(change, made.id)

    def answered(self, change: Change, work: "Work", code: str, answer: str) -> bool:
        if code == "name_taken":
            self._go_back_or_refuse(change, work)
        return code == "name_taken"

    def refused(self, work: "Work", reason: str) -> None:
        work.no_channel = f"Slack refuses to create it ({reason})"

    def _go_back_or_refuse(self, change: Change, work: "Work") -> None:
        """Use the channel if the bot created it; otherwise report which channel has the name."""
        taken = self._named(work.slack.own_channels()) or self._named(work.slack.all_channels())
        if taken is None:
            message = f"#{self.name} is taken by a private channel or a reserved name"
            work.no_channel = (
                f"the name #{self.name} is taken by a private channel or a reserved name"
            )
        elif not (what := self._whose(taken, work)):
            # The second look decides whether it is done, because it knows all receipts.
            work.needs_reread = True
            work.skipped(change, "a reading of the channel of that name")
            return
        else:
            message = f"#{self.name} is {what} ({taken.channel.id}, made by {taken.creator})"
            work.no_channel = f"the name #{self.name} is taken by {what}"
        remedy = f"Rename that channel, or set another name as `channel:` in {work.ticket}."
        work.refused(change, message, remedy)

    def _named(self, channels: Iterable["ListedChannel"]) -> "ListedChannel | None":
        return next((each for each in channels if each.channel.name == self.name), None)

    @staticmethod
    def _whose(taken: "ListedChannel", work: "Work") -> str:
        """Whose channel has the name; empty if it is this escalation's, which the bot then joins.

        A run may have created it that ended before it could write the receipt.
        """
        channel = taken.channel
        if channel.archived:
            return "an archived channel"
        if taken.creator != work.identity.user:
            return "another account's channel"
        if channel.id in {each.id for each in work.receipt.earlier_channels}:
            return "a former channel of this escalation"
        if not channel.bot_is_member:
            work.slack.join(channel.id)
        about = work.slack.messages(channel.id, work.identity).about
        who, claims = Claimant(work.ticket), Claims(work.identity.user)
        return "another escalation's channel" if why_not_ours(channel, who, claims, about) else ""

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        return channel.name == self.name and not channel.archived and not channel.hidden

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "", "the channel"  # its name is the title; the answer has its id


class JoinChannel(_OpensChannel):
    """Join the channel, so that it can be managed."""

    do: str = "join_channel"

    def apply(self, change: Change, work: "Work") -> None:
        work.slack.join(work.room)
        work.needs_reread = True
        work.done(change)

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        return channel.bot_is_member

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "", "the bot"


class RenameChannel(ChannelOperation):
    """Give the channel its name back."""

    do: str = "rename_channel"
    name: str

    def apply(self, change: Change, work: "Work") -> None:
        work.slack.rename(work.room, self.name)
        work.done(change)

    def answered(self, change: Change, work: "Work", code: str, answer: str) -> bool:
        if code in _RENAME_REMEDIES:
            work.refused(change, answer, _RENAME_REMEDIES[code])
        return code in _RENAME_REMEDIES

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        return channel.name == self.name

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "another name", "its name"
