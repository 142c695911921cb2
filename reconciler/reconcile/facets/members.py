"""Invites the people who belong in the channel; removes no one."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from reconciler.model.change import Action, Change, Operation
from reconciler.model.desired import Invitee
from reconciler.model.finding import Position
from reconciler.model.observed import Channel
from reconciler.model.outcome import Result
from reconciler.model.receipt import Receipt
from reconciler.model.refusals import REFUSALS
from reconciler.reconcile.facet import ChannelOperation, Evidence, Facet, Parts, ReadBack
from reconciler.reconcile.step import Facts, Problem, Steps, why
from reconciler.reconcile.subject import Subject

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.redaction import PrivateData

_GUEST: Final = "Guests can't be invited; ask an administrator of the workspace."
_CORRECT: Final = "Correct the Slack id in config/roster.yaml."
_WORKSPACE: Final = "Ask an administrator to add the person to the workspace of the channel."
_REMEDIES: Final = {
    "cant_invite": _CORRECT,
    "invitee_cant_see_channel": _WORKSPACE,
    "no_external_invite_permission": "Invite the person of another company in Slack.",
    "no_user": _CORRECT,
    "org_user_not_in_team": _WORKSPACE,
    "ura_max_channels": "The guest is already in as many channels as Slack allows.",
    "user_is_bot": _CORRECT,
    "user_is_restricted": _GUEST,
    "user_is_ultra_restricted": _GUEST,
    "user_not_found": _CORRECT,
}
_REMEMBERED: Final = (
    "The tool tries again in a run with --thorough, and if the Slack id on the roster changes."
)


class Members(Facet):
    """Role holders are invited again if they leave; all others once.

    The receipt keeps whom Slack refuses. Only a thorough run tries those again.
    """

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        channel = facts.observed.channel
        members = channel.members if channel and not facts.fresh else frozenset[str]()
        missing: dict[str, str] = {}
        reasons: list[tuple[Invitee, bool]] = []
        for each in facts.desired.channel.invitees:
            unknown = facts.observed.unknown.get(f"slack/{each.handle}")
            if unknown is not None:
                yield Problem(unknown)
                continue
            slack_id = facts.observed.slack_ids[each.handle]
            before = slack_id in facts.receipt.invited
            if slack_id in facts.receipt.refused and not facts.observed.thorough:
                continue
            if slack_id not in (members or ()) and (each.again or not before):
                missing[each.handle] = slack_id
                reasons.append((each, before))
        if missing:
            first, before = reasons[0]
            yield Change(
                facet="slack.members",
                action=Action.ADD,
                after=", ".join(missing),
                why=why(first.why, drifted=before),
                op=Invite(users=missing),
            )

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        ids, want = evidence.observed.slack_ids, evidence.desired.channel.invitees
        present = (channel.members or frozenset()) | channel.joined
        wanted = {ids.get(each.handle) for each in want}
        absent = {
            user: code
            for user, code in receipt.refused.items()
            if user not in present and (user in wanted or None in wanted)
        }
        invited = tuple(sorted({*receipt.invited, *(present & wanted)} - {None}))
        return {"invited": invited, "refused": absent}


def desired_members(subject: Subject) -> Iterator[Invitee]:
    """Who belongs in the channel, role holders first. Each person once, by the first reason."""
    seen: set[str] = set()
    for handle, loc, again in _claims(subject):
        for person in subject.roster.members(handle):
            if person not in seen:
                seen.add(person)
                yield Invitee(person, loc, again)


def _claims(subject: Subject) -> Iterator[tuple[str, Position, bool]]:
    episode = subject.episode
    yield episode.initiator, subject.here("initiator"), True
    yield episode.contact, subject.here("contact"), True
    yield subject.escalation.reporter.person, subject.at("reporter", "person"), True
    before = subject.effective.ownership
    if before.contact_before:  # so that the post mentions them; they have been invited already
        yield before.contact_before, subject.here("contact"), False
    if before.assignee_before:
        yield before.assignee_before, subject.here("assignee"), False
    if episode.assignee is not None:
        yield episode.assignee, subject.here("assignee"), True
        lead = subject.roster.crew_lead(episode.assignee)
        if lead is not None:
            yield lead, subject.here("assignee"), True
    for handle in subject.policy.always_include:
        yield handle, Position("config/policy.yaml"), True
    for side in ("client_facing", "product_engineering"):
        for index, handle in enumerate(getattr(subject.escalation.stakeholders, side)):
            yield handle, subject.at("stakeholders", side, index), False


class Invite(ChannelOperation):
    """Invite people, given as Slack ids by handle."""

    do: str = "invite"
    users: dict[str, str]

    @property
    def costs(self) -> Mapping[str, int]:
        return {"invitations": len(self.users)}

    def within(self, planned: Operation) -> "Invite | None":
        return self._only(self.users.keys() & self._approved(planned))

    def beyond(self, planned: Operation) -> "Invite | None":
        return self._only(self.users.keys() - self._approved(planned))

    def _approved(self, planned: Operation) -> set[str]:
        return set(planned.users) if isinstance(planned, Invite) else set()

    def _only(self, handles: set[str]) -> "Invite | None":
        users = {handle: user for handle, user in self.users.items() if handle in handles}
        return Invite(users=users) if users else None

    @property
    def shown(self) -> str:
        return ", ".join(self.users)

    def apply(self, change: Change, work: "Work") -> None:
        refused = work.slack.invite(work.room, list(self.users.values()))
        invited, known = set(self.users.values()) - set(refused), work.receipt.refused
        others = {user: code for user, code in known.items() if user not in invited}
        lasting = {user: code for user, code in refused.items() if code in REFUSALS}
        work.remember(
            invited=tuple(sorted({*work.receipt.invited, *invited})), refused={**others, **lasting}
        )
        news = {user: code for user, code in refused.items() if known.get(user) != code}
        if news:
            work.refused(change, self._named(news), _remedy(news, lasting))
        elif work.outcomes.result(change.key) is not Result.FAILED:
            work.done(change, f"still refused: {self._named(refused)}" if refused else "")

    def _named(self, refused: Mapping[str, str]) -> str:
        handles = {slack_id: handle for handle, slack_id in self.users.items()}
        return ", ".join(f"{handles.get(user, user)}: {code}" for user, code in refused.items())

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        return set(self.users.values()) <= (channel.members or frozenset()) | channel.joined

    def recorded(self, change: Change, private: "PrivateData") -> tuple[str, str]:
        return "", ", ".join(self.users)


def _remedy(news: Mapping[str, str], lasting: Mapping[str, str]) -> str:
    """What to do about refusals, and when the tool tries again."""
    if not news.keys() <= lasting.keys():
        return "the next run tries again"
    remedies = {_REMEDIES.get(code, "") for code in news.values()} - {""}
    return " ".join([*sorted(remedies), _REMEMBERED])
