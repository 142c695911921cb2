"""A live check in this process, against the sandbox of a company."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from company import Company, end_state
from hub import Hub

from reconciler.doctor.live.run import LiveResult, remove_leftovers, run_live
from reconciler.doctor.live.site import CHANNEL_PREFIX, LiveGuest, LiveSite
from reconciler.model.live_check import LiveAnswer
from reconciler.services.connect import connect
from reconciler.services.git.remote import Remote
from reconciler.services.github.canary import GitHubCanary
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind, read_forge_settings, read_settings
from reconciler.services.time_budget import TimeBudget, TimeSource

TICKET, CLOSED, GUEST = "PAY-641", "PAY-655", LiveGuest("wren@auditors.example")
MARK = "c0ffee11"


@dataclass
class Silent:
    """Keeps what is shown."""

    lines: list[str] = field(default_factory=list)

    def begin(self, title: str) -> None:
        self.lines.append(title)

    def answered(self, answer: LiveAnswer) -> None:
        self.lines.append(answer.question.key)

    def note(self, text: str) -> None:
        self.lines.append(text)


def close_a_ticket(company: Company) -> None:
    """The second test ticket is closed."""
    company.box.world.jira.issues[CLOSED].status = "Closed"


@contextmanager
def site_of(company: Company, mark: str = MARK) -> Iterator[LiveSite]:
    """The services of a company, as one process uses them."""
    settings = read_settings(company.env)
    pauses: list[float] = []
    budget = TimeBudget(waiting=10.0, clock=TimeSource(sleep=pauses.append))
    retries = RetryPolicy(attempts=2, budget=budget)
    environment = company.box.env(github=True)
    _, github = read_forge_settings(environment, ForgeKind.AUTO)
    assert github is not None
    with (
        connect(settings, retries, 1) as gateways,
        closing(GitHubWire(github, 5.0, retries)) as wire,
    ):
        yield LiveSite(
            jira=gateways.jira,
            slack=gateways.slack,
            settings=settings.jira,
            ticket=TICKET,
            closed_ticket=CLOSED,
            mark=mark,
            priority="Highest",
            emails=("priya.raman@ledgerline.example",),
            guest=GUEST,
            github=GitHubCanary(wire, github, "main"),
            environment="escalations",
            remote=Remote(company.folder, "origin") if isinstance(company, Hub) else None,
        )


def tried(company: Company) -> LiveResult:
    """A whole live check."""
    result = LiveResult()
    with site_of(company) as site:
        run_live(site, Silent(), result)
    return result


def cleaned(company: Company) -> LiveResult:
    """What the next live check does first."""
    result = LiveResult()
    with site_of(company, "0ther111") as site:
        remove_leftovers(site, Silent(), result)
    return result


def visible(company: Company) -> dict[str, Any]:
    """What people see, and the branches; without archived test channels, which stay."""
    state = company.state()
    shown = end_state(state)
    shown["channels"] = {
        name: each
        for name, each in shown["channels"].items()
        if not (name.startswith(CHANNEL_PREFIX) and each["archived"])
    }
    return {**shown, "refs": state["github"]["refs"]}


def canary_channels(company: Company) -> list[dict[str, Any]]:
    """The test channels."""
    channels = company.state()["slack"]["channels"].values()
    return [each for each in channels if each["name"].startswith(CHANNEL_PREFIX)]


class _Watcher(logging.Handler):
    def __init__(self, watch: Callable[[str], None]) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "event", "") == "call":
            keys: dict[str, Any] = getattr(record, "keys", {})
            self._watch(f"{keys['service']} {keys['call']}")


@contextmanager
def watching(watch: Callable[[str], None]) -> Iterator[None]:
    """Call `watch` after each call to a service and to git, in the thread that made it."""
    log = logging.getLogger("reconciler.calls")
    handler, level = _Watcher(watch), log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
