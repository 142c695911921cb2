"""Bulk reads of Jira and Slack for all escalations at the start of a run."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Final, TypeVar

from reconciler.model.base import TICKET_PATTERN
from reconciler.model.declared import Declared
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.known_receipts import NOTHING_KNOWN, KnownReceipts, counter_of
from reconciler.model.observed import Channel, Ticket
from reconciler.reconcile.channel_identity import Claims, named_after
from reconciler.reconcile.desk_channel import DeskChannel, desk_channel
from reconciler.reconcile.lost_receipt import judged
from reconciler.reconcile.wording.channel_name import prefix
from reconciler.services.connect import Gateways
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.jira.gateway import Fetched, JiraGateway
from reconciler.services.slack.gateway import SCOPES, SlackGateway
from reconciler.services.slack.values import Identity, ListedChannel

T = TypeVar("T")
_TICKET = re.compile(TICKET_PATTERN)
_AGAIN: Final = "The next run tries again."
_WRONG_ADDRESS: Final = frozenset({"not-slack", "not-jira"})
_NOBODY: Final = (Identity("", "", "", None), list[ListedChannel]())
_WITHOUT_JIRA: Final = (
    "This run posts in channels that exist, and changes nothing else. The next run does the rest."
)
_WITHOUT_SLACK: Final = (
    "This run changes only what needs Jira alone: labels, priorities, assignees, comments and "
    "links to follow-ups. The next run does the rest."
)
_UNKNOWN: Final = (
    "whether others carry it, without a file or after their escalation has ended, is unknown"
)


@dataclass(frozen=True)
class Survey:
    """Everything read at the start of a run."""

    identity: Identity
    channels: tuple[ListedChannel, ...]
    tickets: Mapping[str, Ticket]
    moved: Mapping[str, str]
    visited: frozenset[str]
    """The tickets that this run plans."""
    labelled: frozenset[str] = frozenset()
    """Every ticket with the label, from Jira's search, whose index lags."""
    unread: Mapping[str, ServiceError] = field(default_factory=dict)
    """By ticket, why it could not be read, so that it is unknown whether it exists."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What could not be found out, and is not needed for the rest."""
    adopters: Mapping[str, str] = field(default_factory=dict)
    """By channel id, the ticket whose file adopts the channel."""
    receipts: KnownReceipts = NOTHING_KNOWN
    """What earlier runs left about the receipts that they wrote."""
    absent: str = ""
    """`Jira` or `Slack`, if that service cannot be read in this run."""
    announced_in: Mapping[str, str] = field(default_factory=dict)
    """By ticket, the name of the channel in which the policy has it announced."""
    desks: frozenset[str] = frozenset()
    """Names of the channels of all desks."""

    def exists(self, ticket: str) -> bool:
        """Whether Jira shows a ticket. Raises ServiceError if that is not known."""
        if ticket in self.unread:
            raise self.unread[ticket]
        return ticket in self.tickets

    def desk_channel(self, name: str) -> DeskChannel:
        """The channel in which escalations are announced, by the name in the policy."""
        open_ = (each.channel for each in self.channels)
        return desk_channel(name, open_, self._remembered.get(name, frozenset()))

    @cached_property
    def _remembered(self) -> Mapping[str, frozenset[str]]:
        """By the name in the policy, the channels that receipts hold for announcements."""
        found: dict[str, set[str]] = {}
        for ticket, name in self.announced_in.items():
            receipt = self.tickets[ticket].receipt if ticket in self.tickets else None
            if receipt and receipt.ticket == ticket and receipt.announcements:
                found.setdefault(name, set()).add(receipt.announced_in or "")
        return {name: frozenset(ids) for name, ids in found.items()}

    def renamed_desks(self) -> Iterable[Diagnostic]:
        """Channels of desks that have another name than in the policy."""
        found = (self.desk_channel(name).renamed for name in sorted(self.desks))
        return (each for each in found if each is not None)

    @cached_property
    def claims(self) -> Claims:
        """What decides whose a channel is, beside the channel itself."""
        return Claims(
            bot=self.identity.user,
            holders=self._holders(),
            adopters=self.adopters,
            desks=frozenset(self._desk_ids()),
        )

    def _desk_ids(self) -> Iterable[str]:
        """Ids of the channels of desks, and of those that have the name of one."""
        for name in self.desks:
            found = self.desk_channel(name).id
            yield from (found,) if found else ()
        yield from (each.channel.id for each in self.channels if each.channel.name in self.desks)

    def _holders(self) -> Mapping[str, frozenset[str]]:
        """By channel id, the tickets whose receipts hold the channel."""
        found: dict[str, set[str]] = {}
        for key, ticket in self.tickets.items():
            receipt = ticket.receipt
            if receipt is None or self.moved.get(receipt.ticket, receipt.ticket) != key:
                continue  # a receipt that was copied from another ticket holds nothing
            current = (receipt.channel,) if receipt.channel else ()
            for each in (*current, *receipt.earlier_channels):
                found.setdefault(each.id, set()).add(key)
        return {channel: frozenset(keys) for channel, keys in found.items()}

    def channel_by_id(self, channel: str) -> Channel | None:
        """A channel that the bot is in, by its id."""
        for each in self.channels:
            if each.channel.id == channel:
                return each.channel
        return None

    def live_tickets(self) -> frozenset[str]:
        """Tickets after which channels of the bot are named that are not archived."""
        return frozenset(key for each in self._ours() for key in named_after(each.channel))

    def _ours(self) -> Iterable[ListedChannel]:
        return (each for each in self.channels if each.creator == self.identity.user)


@dataclass(frozen=True)
class FirstReads:
    """Reads that need no other one, so that they run beside the reading of the forge."""

    slack: Future[tuple[Identity, list[ListedChannel]]]
    labelled: Future[tuple[frozenset[str], tuple[Diagnostic, ...]]]


def start_reading(gateways: Gateways, labelled: Callable[[], list[str]]) -> FirstReads:
    """Begin to read Slack, and to search for the tickets with the label."""
    pool = gateways.pool
    return FirstReads(pool.submit(_look_at_slack, gateways.slack), pool.submit(search, labelled))


def survey(  # noqa: PLR0913 - what to look at, and what is known already
    gateways: Gateways,
    declared: tuple[Declared, ...],
    recent: frozenset[str] | None,
    reads: FirstReads,
    *,
    beside: Sequence[str] = (),
    receipts: KnownReceipts = NOTHING_KNOWN,
    desks: Sequence[str] = (),
) -> Survey:
    """Read both services in parallel.

    `reads` has begun already. `beside` are keys of tickets that are read and not planned. A ticket
    whose receipt is older than `receipts` say is read again by itself, and that answer counts.

    If one of them does not answer or is limited, the survey is that of the other one. Raises
    SetupError, before anything is changed, if neither answers or if something is set up wrong.
    """
    jira = gateways.jira
    first = open_tickets(declared, recent)
    looked_at = frozenset(first)
    follow_ups = {key for each in declared if each.ticket in looked_at for key in each.follow_ups}
    keys = list(dict.fromkeys([*first, *sorted(follow_ups), *beside]))
    jira_look = gateways.pool.submit(jira.fetch, keys)
    slack_error, jira_error = _errors(reads.slack, jira_look)
    identity, channels = _NOBODY if slack_error else reads.slack.result()
    fetched = _fetched(jira, keys, jira_error) if jira_error else jira_look.result()
    marked, diagnostics = reads.labelled.result()
    if jira_error:
        marked, diagnostics = frozenset(), (_absence(jira_error, _WITHOUT_JIRA),)
    if slack_error:
        diagnostics = (*diagnostics, _absence(slack_error, _WITHOUT_SLACK))
    late = set(winding_down(declared, channels, identity.user))
    late |= {each.ticket for each in declared if each.ticket in marked}
    if extra := sorted(late - looked_at):
        fetched = fetched.merged(_fetched(jira, extra, jira_error))
    if not jira_error:
        behind = [key for key, each in fetched.tickets.items() if receipts.needs_own_read(each)]
        fetched = fetched.merged(jira.fetch(behind, alone=True))
    return Survey(
        identity=identity,
        channels=tuple(channels),
        tickets=_judged(fetched, receipts),
        moved=fetched.moved,
        visited=frozenset([*first, *extra]),
        labelled=marked,
        unread=fetched.unread,
        diagnostics=diagnostics,
        adopters=_adopters(declared),
        receipts=receipts,
        absent="Slack" if slack_error else "Jira" if jira_error else "",
        announced_in={each.ticket: each.announced_in for each in declared},
        desks=frozenset([*desks, *(each.announced_in for each in declared)]),
    )


def _judged(fetched: Fetched, receipts: KnownReceipts) -> dict[str, Ticket]:
    """The tickets without receipts that are older than the last ones known."""
    return {key: judged(each, receipts) for key, each in fetched.tickets.items()}


def open_tickets(declared: Iterable[Declared], recent: frozenset[str] | None) -> list[str]:
    """Tickets to ask Jira about at once.

    All that have not ended, and ended ones whose file changed lately. If `recent` is None, because
    there is no history, all of them.
    """
    return [
        each.ticket
        for each in declared
        if not each.phase.ended or recent is None or each.path in recent
    ]


def winding_down(
    declared: Iterable[Declared], channels: Iterable[ListedChannel], bot: str
) -> list[str]:
    """Ended escalations with a channel that may still have to be archived.

    It is one that the bot created and that is or was named after the ticket, or one that the file
    adopts. The tool archives an adopted one only if it is named after the ticket.
    """
    open_ = tuple(each.channel for each in channels)
    created = {key for each in open_ if each.creator == bot for key in named_after(each)}
    adopted = {each.id: each.name for each in open_}
    return [
        each.ticket
        for each in declared
        if each.phase.ended
        and (
            each.ticket in created or adopted.get(each.adopted, "").startswith(prefix(each.ticket))
        )
    ]


def _adopters(declared: Iterable[Declared]) -> Mapping[str, str]:
    """By channel id, the ticket whose file adopts the channel; the earliest if several do."""
    found: dict[str, Declared] = {}
    for each in declared:
        first = found.get(each.adopted)
        if each.adopted and (first is None or _arrived(each) < _arrived(first)):
            found[each.adopted] = each
    return {channel: each.ticket for channel, each in found.items()}


def _arrived(declared: Declared) -> tuple[float, str, int]:
    """When an escalation came, for comparison; those of an unknown time come last."""
    desk, _, number = declared.ticket.rpartition("-")
    since = declared.since
    return since.timestamp() if since else inf, desk, int(number)


def _look_at_slack(slack: SlackGateway) -> tuple[Identity, list[ListedChannel]]:
    identity = slack.identify()
    missing = SCOPES - identity.scopes if identity.scopes is not None else frozenset[str]()
    if missing:
        raise SetupError(
            f"the Slack app lacks scopes: {', '.join(sorted(missing))}",
            "Add them under OAuth & Permissions and reinstall the app.",
        )
    return identity, slack.own_channels()


def search(labelled: Callable[[], list[str]]) -> tuple[frozenset[str], tuple[Diagnostic, ...]]:
    """The tickets with the label, and why some or all of them are unknown.

    A ticket that is missing in the result is left to the next run.
    """
    try:
        keys = frozenset(labelled())
    except ServiceError as failure:
        message = f"tickets with the label can't be searched for: {failure}"
        return frozenset(), (
            Diagnostic("jira.label", f"{message}; {_UNKNOWN}", failure.remedy or _AGAIN),
        )
    found = frozenset(key for key in keys if _TICKET.fullmatch(key))
    if found == keys:
        return found, ()
    message = f"the search for tickets with the label finds {len(keys - found)} that have no key"
    return found, (Diagnostic("jira.label", f"{message}; {_UNKNOWN}", _AGAIN),)


def _errors(
    slack_look: Future[tuple[Identity, list[ListedChannel]]], jira_look: Future[Fetched]
) -> tuple[ServiceError | None, ServiceError | None]:
    """Why Slack or Jira cannot be read; at most one of them is set.

    Raises SetupError if neither can be read, or if waiting does not help.
    """
    errors = _error(slack_look), _error(jira_look)
    found = [each for each in errors if each is not None]
    slack_error, jira_error = (_passing(each) for each in errors)
    if len(found) == len(errors) or (found and not (slack_error or jira_error)):
        faults = [_fault(each) for each in found]
        remedies = dict.fromkeys(each.remedy for each in faults)
        passing = all(_passing(each) is not None for each in found)
        message = "; ".join(each.message for each in faults)
        raise SetupError(message, " ".join(remedies), passing=passing)
    return slack_error, jira_error


def _error(look: Future[T]) -> ServiceError | SetupError | None:
    error = look.exception()
    if error is None or isinstance(error, ServiceError | SetupError):
        return error
    raise error


def _passing(error: ServiceError | SetupError | None) -> ServiceError | None:
    """The error if the service may answer the next run without anybody's help."""
    if not isinstance(error, ServiceError) or error.code in _WRONG_ADDRESS:
        return None
    return error if error.passing else None


def _fault(error: ServiceError | SetupError) -> SetupError:
    if isinstance(error, SetupError):
        return error
    remedy = error.remedy or "Nothing was changed. Try again; if it fails again, ask the service."
    return SetupError(str(error), remedy)


def _absence(error: ServiceError, what: str) -> Diagnostic:
    return Diagnostic(
        f"{error.service.lower()}.read", str(error), f"{error.remedy} {what}".lstrip()
    )


def _fetched(
    jira: JiraGateway, keys: list[str], error: ServiceError | None, *, alone: bool = False
) -> Fetched:
    """The tickets; all of them unread if Jira cannot be read."""
    if error is None:
        return jira.fetch(keys, alone=alone)
    return Fetched({}, {}, frozenset(keys), dict.fromkeys(keys, error))


def refreshed(before: Survey, gateways: Gateways, ticket: str) -> Survey:
    """The survey with one ticket and the bot's channels read again. Raises ServiceError."""
    error = before.unread.get(ticket) if before.absent == "Jira" else None
    fetched = _fetched(gateways.jira, [ticket], error, alone=True)
    if error is None and ticket in fetched.unread:
        raise fetched.unread[ticket]
    written = gateways.jira.receipts
    for key, each in fetched.tickets.items():
        written.read_back(key, counter_of(each))
    known = before.receipts.later(written.written, written.unsure)
    tickets = {key: each for key, each in before.tickets.items() if key != ticket}
    return replace(
        before,
        channels=() if before.absent == "Slack" else tuple(gateways.slack.own_channels()),
        tickets={**tickets, **_judged(fetched, known)},
        moved={**before.moved, **fetched.moved},
        unread={key: each for key, each in before.unread.items() if key != ticket}
        | dict(fetched.unread),
    )
