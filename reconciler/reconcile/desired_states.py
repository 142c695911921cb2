"""desired = f(files, policy, roster): what every escalation asks of Jira and Slack.

A run needs few of all escalations, so a desired state is compiled on first use: see
`DesiredStates`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from threading import Lock

from reconciler.model.declared import Declared
from reconciler.model.desired import Desired, DesiredChannel, DesiredTicket, Message
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.phase import Phase
from reconciler.model.policy import CommentVisibility
from reconciler.model.snapshot import Snapshot
from reconciler.model.timeline import Arrival
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.facets.announcement import desired_announcement
from reconciler.reconcile.facets.bookmarks import desired_bookmarks
from reconciler.reconcile.facets.brief import desired_brief
from reconciler.reconcile.facets.channel_posts import desired_posts
from reconciler.reconcile.facets.comments import desired_comments
from reconciler.reconcile.facets.follow_ups import desired_follow_ups
from reconciler.reconcile.facets.members import desired_members
from reconciler.reconcile.subject import TITLE_LENGTH, Subject
from reconciler.reconcile.wording.agreement import not_agreed
from reconciler.reconcile.wording.channel_name import channel_name
from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.links import Links


def desire(
    snapshot: Snapshot,
    escalations: Iterable[EffectiveEscalation],
    jira_url: str,
    now: datetime,
    arrivals: Mapping[str, Arrival] | None = None,
) -> tuple[Desired, ...]:
    """What each escalation asks for, in order of ticket.

    `arrivals` holds by path the pull request that added the file, for a link to it. Escalations of
    a project that is no desk are left out, because a finding reports them.
    """
    return tuple(map(_desired, _subjects(snapshot, escalations, jira_url, now, arrivals)))


class DesiredStates:
    """Every declared escalation; its desired state is compiled on first use."""

    def __init__(
        self,
        snapshot: Snapshot,
        escalations: Iterable[EffectiveEscalation],
        jira_url: str,
        now: datetime,
        arrivals: Mapping[str, Arrival] | None = None,
    ) -> None:
        """Compile nothing yet. The arguments are those of `desire`."""
        subjects = _subjects(snapshot, escalations, jira_url, now, arrivals)
        self._subjects = {_declared(each): each for each in subjects}
        self._found: dict[Declared, Desired] = {}
        self._lock = Lock()

    @property
    def declared(self) -> tuple[Declared, ...]:
        """Every escalation of a desk, in order of ticket."""
        return tuple(self._subjects)

    @property
    def compiled(self) -> tuple[Declared, ...]:
        """Those whose desired state has been compiled."""
        return tuple(self._found)

    def of(self, declared: Declared) -> Desired:
        """The desired state of one of them. Compiled once; safe to call from any thread."""
        with self._lock:
            found = self._found.get(declared)
            if found is None:
                found = self._found[declared] = _desired(self._subjects[declared])
        return found


def _subjects(
    snapshot: Snapshot,
    escalations: Iterable[EffectiveEscalation],
    jira_url: str,
    now: datetime,
    arrivals: Mapping[str, Arrival] | None,
) -> Iterator[Subject]:
    links = Links(jira_url, snapshot.policy)
    for effective in escalations:
        if effective.escalation.desk in snapshot.policy.desks:
            yield Subject(
                snapshot, effective, links, now, (arrivals or {}).get(effective.source.path)
            )


def _declared(subject: Subject) -> Declared:
    desk = subject.escalation.desk
    return Declared(
        ticket=subject.escalation.ticket,
        desk=desk,
        path=subject.effective.source.path,
        phase=subject.phase,
        announcement=subject.announcement,
        announced_in=subject.policy.desks[desk].announce_in,
        follow_ups=subject.follow_ups,
        adopted=_adopted(subject),
        since=_since(subject),
    )


def _desired(subject: Subject) -> Desired:
    return Desired(
        ticket=subject.escalation.ticket,
        title=one_line(subject.escalation.title, 160),
        desk=subject.escalation.desk,
        phase=subject.phase,
        path=subject.effective.source.path,
        jira=_ticket(subject),
        channel=_channel(subject),
        announcement=desired_announcement(subject),
        drift=subject.policy.drift,
        notices=tuple(_notices(subject)),
        vanished=subject.effective.vanished is not None,
        since=_since(subject),
        unread=subject.effective.unread,
    )


def _ticket(subject: Subject) -> DesiredTicket:
    jira = subject.policy.jira
    return DesiredTicket(
        escalated=subject.phase.active,
        label=jira.label,
        priority=jira.priority,
        assignee=subject.episode.assignee if subject.phase is Phase.ASSIGNED else None,
        comments=tuple(desired_comments(subject)),
        follow_ups=desired_follow_ups(subject),
        follow_up_link=jira.follow_up_link,
        link_summary=one_line(f"Escalation channel ({subject.phase})", 100),
        why=subject.end_or_start(),
        assignee_why=subject.here("assignee"),
        internal_comments=jira.comments is CommentVisibility.INTERNAL,
    )


def _channel(subject: Subject) -> DesiredChannel:
    ended = subject.phase.ended
    by_hand = subject.escalation.by_hand.channel is not None
    invitees = tuple(desired_members(subject))
    return DesiredChannel(
        name=channel_name(subject.escalation),
        opens=subject.opens_channel,
        topic=Message("topic", subject.say.topic(), subject.end_or_start()),
        purpose=Message("purpose", subject.say.purpose(), subject.at("title")),
        bookmarks=() if by_hand else desired_bookmarks(subject),
        invitees=invitees if subject.phase.active else (),
        brief=None if ended or by_hand else desired_brief(subject),
        posts=tuple(desired_posts(subject)),
        archive_after_idle_days=subject.policy.channel.archive_after_idle_days if ended else None,
        adopted=_adopted(subject),
        by_hand=by_hand,
        people=frozenset(each.handle for each in invitees),
    )


def _adopted(subject: Subject) -> str:
    """Id of the channel that the file adopts; empty if it adopts none."""
    adopted = subject.escalation.adopted
    return (adopted and adopted.channel) or ""


def _since(subject: Subject) -> datetime | None:
    """The earliest known moment at which it arrived on main or was ready for review."""
    found = subject.effective.acknowledged
    known = (
        subject.arrival.at if subject.arrival else None,
        found.at if found else None,
        found.ready_at if found else None,
    )
    return min((each for each in known if each is not None), default=None)


def _notices(subject: Subject) -> Iterator[Diagnostic]:
    """Notices about limits, overrides and a removed file."""
    effective = subject.effective
    if effective.held:
        yield Diagnostic("limits", f"held: {effective.held}", f"{effective.way_out}.")
    if effective.waits:
        remedy = "It counts automatically as soon as they are free. Or name another engineer."
        yield Diagnostic("limits", f"the assignment waits: {effective.waits}", remedy)
    if effective.overridden_by:
        reason = subject.episode.override.reason if subject.episode.override else ""
        name = subject.roster.name(effective.overridden_by)
        message = one_line(f"admitted over the limits by {name}: {reason}", TITLE_LENGTH * 2)
        yield Diagnostic("limits", message, "")
    if not effective.held:  # or that tells what is missing
        yield from not_agreed(effective.not_agreed, subject.roster)
    if effective.vanished is not None:
        yield Diagnostic(
            "files",
            "its file is gone from the main branch, so it counts as withdrawn",
            "Restore the file for the record. To end an escalation, add its end to the file.",
        )
