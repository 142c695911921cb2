"""The channel among the ticket's links. Upserted, so it can be repeated."""

from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change
from reconciler.model.desired import digest_of
from reconciler.model.observed import Probe
from reconciler.reconcile.facet import Facet, FacetOperation, ReadBack
from reconciler.reconcile.step import Facts, Steps, why

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData


class RemoteLink(Facet):
    """One link to the current channel."""

    def plan(self, facts: Facts) -> Steps:
        channel, want = facts.observed.channel, facts.desired.jira
        if (channel is None and not facts.fresh) or facts.desired.channel.by_hand:
            return
        rev = digest_of(want.link_summary, facts.name)
        remembered = facts.receipt.remote_link
        seen = facts.ticket.remote_link
        gone = (
            Probe.REMOTE_LINK in facts.observed.probed
            and not facts.fresh
            and (seen is None or channel is None or not seen.endswith(f"/{channel.id}"))
        )
        if remembered == rev and not gone:
            return
        yield Change(
            facet="jira.remote_link",
            action=Action.CHANGE if remembered and not gone else Action.ADD,
            before="" if gone or not remembered else "older state",
            after=f"#{facts.name}",
            why=why(want.why, drifted=remembered == rev),
            op=SetRemoteLink(summary=want.link_summary, ended=facts.desired.phase.ended, rev=rev),
        )


class SetRemoteLink(FacetOperation):
    """Show the channel among the ticket's links."""

    do: str = "remote_link"
    summary: str
    ended: bool
    rev: str

    @property
    def in_channel(self) -> bool:
        return True

    def apply(self, change: Change, work: "Work") -> None:
        work.jira.set_remote_link(
            work.ticket, work.ref.url, f"#{work.ref.name}", self.summary, ended=self.ended
        )
        work.remember(remote_link=self.rev)
        work.done(change)

    def confirmed(self, seen: ReadBack) -> bool:
        channel = seen.channel.id if seen.channel else ""
        link = (seen.ticket.remote_link if seen.ticket else None) or ""
        return bool(channel) and link.endswith(f"/{channel}")

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "another" if change.before else "", f"the channel, revision {self.rev}"
