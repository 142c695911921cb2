"""What a plan comment is made of: one open pull request with everything that is known about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from reconciler.history.remaining_capacity import RemainingCapacity
from reconciler.model.change import EscalationPlan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.escalation import Escalation
from reconciler.model.finding import Finding, Position
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Entry
from reconciler.pull_requests.gather import Preview
from reconciler.pull_requests.open import LIMITS, Opened
from reconciler.reconcile.wording.links import Links
from reconciler.render.markdown_text import line, link


@dataclass(frozen=True)
class Merged:
    """How a run merged the pull request."""

    at: datetime
    by: tuple[str, ...] = ()
    """Names of those who agreed."""
    missing: int = 0
    """How many of the changes that followed from it the run could not make."""


@dataclass(frozen=True)
class CommentFacts:
    """Everything that the comment is made of."""

    preview: Preview
    policy: Policy
    roster: Roster
    jira_url: str
    plans: Sequence[EscalationPlan] = ()
    """What the merge would do, or what the run did that merged it."""
    capacities: Mapping[str, RemainingCapacity] = field(default_factory=dict)
    """By desk, how much is used up before the merge."""
    threads: Mapping[str, str] = field(default_factory=dict)
    """By ticket, the address of the announcement in Slack."""
    channels: Mapping[str, str] = field(default_factory=dict)
    """By ticket, the address of the escalation's channel."""
    agreed_by: tuple[str, ...] = ()
    """Handles of those who agreed, once everybody has agreed."""
    unmerged: Diagnostic | None = None
    """Why it is agreed and not merged; None if it is merged as soon as it is agreed."""
    merges_itself: bool = False
    """True if a run merges it when it is agreed."""
    merged: Merged | None = None

    @property
    def opened(self) -> Opened:
        """The pull request as if it were merged now."""
        return self.preview.opened

    @property
    def links(self) -> Links:
        """Addresses of tickets and files."""
        return Links(self.jira_url, self.policy)

    @property
    def brought(self) -> tuple[Escalation, ...]:
        """The escalations that it begins."""
        return tuple(each.escalation for each in self.opened.brings)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """By ticket, the files that it changes and that can be read, as if merged."""
        snapshot, tickets = self.opened.snapshot, self.opened.tickets
        every = snapshot.entries if snapshot else ()
        return {each.escalation.ticket: each for each in every if each.escalation.ticket in tickets}

    @property
    def corrections(self) -> tuple[Finding, ...]:
        """Errors beside limits."""
        return tuple(each for each in self.opened.errors if not each.rule.startswith(LIMITS))

    @property
    def limits(self) -> tuple[Finding, ...]:
        """Limits that it breaks."""
        return tuple(each for each in self.opened.errors if each.rule.startswith(LIMITS))

    def name(self, handle: str) -> str:
        """A person's or a team's name, as Markdown."""
        return line(self.plain_name(handle))

    def plain_name(self, handle: str) -> str:
        """The same as it is on the roster; the handle if it is not there."""
        team = self.roster.teams.get(handle)
        return team.name if team else self.roster.name(handle)

    def ticket(self, ticket: str) -> str:
        """A ticket as a link."""
        return link(line(ticket), self.links.ticket(ticket))

    def place(self, position: Position) -> str:
        """A line of a file as a link, as far as the head has that line."""
        name = line(position.path.rpartition("/")[2])
        words = f"{name}, line {position.line}"
        onto = self.opened.onto_main
        if position.path not in self.opened.paths or not self._is_there(position.path):
            return words
        if onto is not None and position.path in onto.spliced:
            return link(name, self._address(position.path))  # main has moved the lines
        return link(words, f"{self._address(position.path)}#L{position.line}")

    def _is_there(self, path: str) -> bool:
        onto = self.opened.onto_main
        return onto is None or onto.files.get(path, path) is not None

    def _address(self, path: str) -> str:
        head = quote(self.opened.pull_request.head)
        return f"{self.policy.repository_url}/blob/{head}/{quote(path)}"

    def plan_of(self, ticket: str) -> EscalationPlan | None:
        """What happens to one escalation."""
        return next((each for each in self.plans if each.ticket == ticket), None)

    def where_to_look(self, ticket: str) -> Iterator[str]:
        """Where to look at an escalation: links to ticket, file, announcement and channel."""
        yield link("Ticket", self.links.ticket(ticket))
        if (path := self.opened.files.get(ticket)) is not None and self._is_there(path):
            yield link("File", self._address(path))
        if address := self.threads.get(ticket):
            yield link("Thread", address)
        if address := self.channels.get(ticket):
            yield link("Channel", address)
