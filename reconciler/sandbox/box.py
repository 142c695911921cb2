"""The sandbox as a Python object: four services, one world, one thread."""

import asyncio
import socket
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.calls import Call, Log
from reconciler.sandbox.clock import Clock
from reconciler.sandbox.control import control
from reconciler.sandbox.faults import Faults
from reconciler.sandbox.gate import Gate, Service
from reconciler.sandbox.github_hub import Hub
from reconciler.sandbox.github_service import GitHubService
from reconciler.sandbox.jira_service import JiraService
from reconciler.sandbox.moods import read_answers
from reconciler.sandbox.pages import Pages, Services, page_of
from reconciler.sandbox.rates import Rates
from reconciler.sandbox.seed import build_world, load_seed
from reconciler.sandbox.slack_service import SlackService
from reconciler.sandbox.wire import HOST, Server, bind
from reconciler.sandbox.world import World, describe

START_PATIENCE: Final = 10.0


@dataclass(frozen=True)
class SandboxSettings:
    """How a sandbox is set up; a port of 0 is any free one."""

    rate_limits: bool = False
    search_lag: float = 0.0
    bot_token: str = "xoxb-sandbox-bot"  # noqa: S105 - a made-up token for a made-up service
    jira_token: str = "sandbox-jira-token"  # noqa: S105 - as above
    github_token: str = "ghs_sandboxActionsToken"  # noqa: S105 - as above
    slack_port: int = 0
    jira_port: int = 0
    jira_dc_port: int = 0
    github_port: int = 0
    control_port: int = 0
    pages_port: int = 0
    links_to_pages: bool = False
    """Whether links that the services answer with lead to the pages."""
    record: bool = False
    answers: Path | None = None
    """A file of `escalate doctor --live --answers`, for the moods."""
    certificate: Path | None = None
    """A PEM file with a key and a certificate: all ports speak TLS. Without it they do not."""


class Box:
    """A running sandbox."""

    def __init__(self, seed: Path | Mapping[str, object] | None, settings: SandboxSettings) -> None:
        self._settings = settings
        known = load_seed(seed)
        if settings.answers is not None:
            moods = read_answers(settings.answers, known.moods)
            known = known.model_copy(update={"moods": moods})
        self._folder = tempfile.TemporaryDirectory(prefix="escalate-sandbox-")
        remote = Path(self._folder.name) / "escalations.git"
        self.world: World = build_world(known, Clock(), remote)
        self._first = self.world.freeze()
        self._gate = Gate(
            Log(settings.record), self.world, Faults(self.snapshot), Rates(settings.rate_limits)
        )
        self._server = Server(self._serve, settings.certificate)
        self._sockets: list[socket.socket] = []
        self._services: dict[int, Service] = {}
        self._control_port = 0
        self._pages_port = 0
        self._pages: Pages | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    @property
    def slack_url(self) -> str:
        """What slack_sdk calls base_url."""
        return f"{self._url('slack')}/api/"

    @property
    def jira_url(self) -> str:
        """The site as Jira Cloud."""
        return self._url("jira")

    @property
    def jira_dc_url(self) -> str:
        """The same site as Jira Data Center."""
        return self._url("jira-dc")

    @property
    def github_url(self) -> str:
        """GitHub's API."""
        return self._url("github")

    @property
    def github(self) -> Hub:
        """The repository as people see it."""
        return Hub(self.world, self.github_url)

    @property
    def control_url(self) -> str:
        """Where faults, time and state can be reached over HTTP."""
        return f"{self._scheme}://{HOST}:{self._control_port}"

    @property
    def pages_url(self) -> str:
        """Where people look at channels, tickets and pull requests in a browser."""
        return f"{self._scheme}://{HOST}:{self._pages_port}"

    @property
    def lock(self) -> threading.RLock:
        """Hold it while reading or changing the world."""
        return self._gate.lock

    @property
    def clock(self) -> Clock:
        """The time in the sandbox."""
        return self.world.clock

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._gate.faults

    @property
    def calls(self) -> list[Call]:
        """Every call so far, in the order of arrival."""
        with self.lock:
            return list(self._gate.log.calls)

    @property
    def connections(self) -> dict[str, int]:
        """How many connections were made to each service since the calls were forgotten."""
        made = self._server.accepted
        return {one.name: made[port] for port, one in self._services.items() if made[port]}

    def clear_calls(self) -> None:
        """Forget the calls and connections so far; what is open stays open."""
        with self.lock:
            self._gate.log.clear()
            self._server.accepted.clear()

    def latency(self, per_call: float = 0.0, per_connection: float = 0.0) -> None:
        """Slow every call down, and more so the first one of a connection."""
        self._gate.latency.per_call = float(per_call)
        self._gate.latency.per_connection = float(per_connection)

    def set_moods(self, **values: object) -> None:
        """Let the services behave otherwise. Raises ValueError for what is no mood."""
        with self.lock:
            self.world.moods = self.world.moods.with_values(values)

    def limit(self, *, enabled: bool) -> None:
        """Enforce the rate limits from now on, or no more."""
        self._gate.rates.clear()
        self._gate.rates.enabled = enabled

    def env(self, *, data_center: bool = False, github: bool = False) -> dict[str, str]:
        """The environment that points the reconciler here; at GitHub only if that is asked for."""
        settings = self._settings
        forge = {
            "GITHUB_TOKEN": settings.github_token,
            "GITHUB_API_URL": self.github_url,
            "GITHUB_SERVER_URL": self.world.pages or self.github_url,
            "GITHUB_REPOSITORY": self.world.github.full_name,
        }
        common = {
            **(forge if github else {}),
            "SLACK_BOT_TOKEN": settings.bot_token,
            "SLACK_API_URL": self.slack_url,
            **({"SLACK_TEAM_ID": self.world.slack.team_id} if self.world.organisation else {}),
            "NO_PROXY": HOST,
        }
        if data_center:
            return {"JIRA_BASE_URL": self.jira_dc_url, "JIRA_PAT": settings.jira_token, **common}
        email = self.world.jira.accounts[self.world.jira.bot].email
        jira = {"JIRA_USER_EMAIL": email, "JIRA_API_TOKEN": settings.jira_token}
        scoped = self.world.jira_scopes is not None
        url = f"{self.jira_url}/ex/jira/{self.world.jira.cloud_id}" if scoped else self.jira_url
        return {"JIRA_BASE_URL": url, **jira, **common}

    def state(self) -> JsonObject:
        """Everything in the world as JSON."""
        with self.lock:
            return describe(self.world)

    def snapshot(self) -> bytes:
        """The world as it is now, to come back to."""
        with self.lock:
            return self.world.freeze()

    def restore(self, snapshot: bytes) -> None:
        """Go back: calls, faults and rate counts are gone, and so is whatever still hangs."""
        with self.lock:
            self.world.thaw(snapshot)
            self._gate.generation += 1
            self._gate.log.clear()
            self._server.accepted.clear()
            self._gate.faults.clear()
            self._gate.rates.clear()

    def reset(self) -> None:
        """Go back to the seed."""
        self.restore(self._first)

    def start(self) -> None:
        """Bind the ports and serve them from a thread of its own."""
        settings, world = self._settings, self.world
        lag, token = settings.search_lag, settings.jira_token
        slack, jira = (
            SlackService(world, settings.bot_token),
            JiraService(world, "cloud", token, lag),
        )
        github = GitHubService(world, settings.github_token)
        services: list[tuple[int, Service]] = [
            (settings.slack_port, slack),
            (settings.jira_port, jira),
            (settings.jira_dc_port, JiraService(world, "dc", token, lag)),
            (settings.github_port, github),
        ]
        try:
            for port, service in services:
                self._services[self._bind(port)] = service
            self._control_port = self._bind(settings.control_port)
            self._pages_port = self._bind(settings.pages_port)
        except OSError:
            self._close()
            raise
        world.pages = self.pages_url if settings.links_to_pages else ""
        addresses = (self.slack_url.removesuffix("/api/"), self.jira_url, self.jira_dc_url)
        self._pages = Pages(
            world,
            self.lock,
            Services(slack, jira, github),
            (*addresses, self.github_url, self.pages_url),
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, at once."""
        self._server.stop()
        self._thread.join(START_PATIENCE)
        self._close()

    def _bind(self, port: int) -> int:
        found = bind(port)
        self._sockets.append(found)
        return int(found.getsockname()[1])

    def _close(self) -> None:
        for one in self._sockets:
            one.close()
        self.world.bare.close()
        self._folder.cleanup()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=self._sockets))

    def _url(self, name: str) -> str:
        port = next(port for port, one in self._services.items() if one.name == name)
        return f"{self._scheme}://{HOST}:{port}"

    @property
    def _scheme(self) -> str:
        return "https" if self._settings.certificate else "http"

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application of all ports."""
        if self._pages is not None and scope["server"][1] == self._pages_port:
            await self._pages(scope, receive, send)
            return
        request = Request(scope, receive, send)
        if to := page_of(request, self.world, self.pages_url):
            await RedirectResponse(to)(scope, receive, send)
            return
        service = self._services.get(scope["server"][1])
        if service is None:
            await (await control(self, request))(scope, receive, send)
            return
        try:
            response = await self._gate.pass_through(service, request, self.clock.seconds())
        except ClientDisconnect:
            # The client went away in the middle of its request: there is nobody to answer.
            return
        if response is not None:
            await response(scope, receive, send)
        else:
            # The server hears of the end of a connection in the next turn of the loop.
            await asyncio.sleep(0)
