"""Where the steps of a live check work, and what they share."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from reconciler.model.observed import Channel
from reconciler.services.git.remote import Remote
from reconciler.services.github.canary import GitHubCanary
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.settings import JiraSettings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Identity

LABEL: Final = "escalate-canary"
CHANNEL_PREFIX: Final = "zz-escalate-canary-"
NOTED_CLOSED: Final = "closed_ticket"
"""Where the property of the test ticket notes the closed one."""
BRANCH_FOLDER: Final = "refs/heads/escalate-canary/"
TEXT: Final = "This is a test of `escalate doctor --live`. The command removes it."
"""Begins every text that a step writes."""
ADDRESS: Final = "https://example.com/escalate-canary"
"""The target of links. RFC 2606 reserves the domain for examples."""


@dataclass(frozen=True)
class LiveGuest:
    """A person to invite."""

    email: str
    slack: str | None = None
    """The Slack id, if the roster has it."""


@dataclass
class LiveSite:
    """The services, the tickets, and what the steps have made so far."""

    jira: JiraGateway
    slack: SlackGateway
    settings: JiraSettings
    ticket: str
    mark: str
    """A few hexadecimal digits, different in each run."""
    priority: str = ""
    """The name of the priority that the policy sets."""
    emails: tuple[str, ...] = ()
    """Addresses of people on the roster, to search for."""
    closed_ticket: str = ""
    guest: LiveGuest | None = None
    github: GitHubCanary | None = None
    environment: str = ""
    remote: Remote | None = None
    branch: str = "main"
    channel: Channel | None = field(default=None, init=False)
    """The channel of this run, once it is there."""

    @cached_property
    def identity(self) -> Identity:
        """Who the bot is. Raises ServiceError."""
        return self.slack.identify()

    def own_channels(self) -> tuple[Channel, ...]:
        """The channels of this and of earlier runs that are not archived. Raises ServiceError."""
        bot = self.identity.user
        found = {
            each.channel.id: each.channel
            for each in self.slack.own_channels()
            if each.channel.name.startswith(CHANNEL_PREFIX) and each.creator == bot
        }
        if self.channel is not None:  # a list can lag behind
            found.setdefault(self.channel.id, self.channel)
        return tuple(found.values())

    def tickets(self) -> tuple[str, ...]:
        """The test tickets."""
        return tuple(filter(None, (self.ticket, self.closed_ticket)))
