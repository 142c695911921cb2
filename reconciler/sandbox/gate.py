"""The way of a call: log, latency, fault before, rate limit, the service itself, fault after."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.calls import Call, Log
from reconciler.sandbox.faults import Fault, Faults
from reconciler.sandbox.incoming import Glance, Incoming, read
from reconciler.sandbox.rates import Rates
from reconciler.sandbox.wire import Wire
from reconciler.sandbox.world import World

LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>"
)
TOO_MANY: Final = 429
RATE_LIMITED: Final = "ratelimited"
JSON_TYPE: Final = "application/json;charset=UTF-8"
_EFFECTIVE: Final = {"slow", "twice", "stale"}
"""Faults that change how a call is carried out, and put nothing in the place of its answer."""
_REQUEST_ID: Final = {
    "github": "x-github-request-id",
    "jira": "x-arequestid",
    "slack": "x-slack-req-id",
}
"""The header with which each service names a request for its support."""


class Service(Protocol):
    """What the gate asks of a service."""

    name: str

    def glance(self, incoming: Incoming) -> Glance:
        """What the log says about a call."""

    def refuse(self, rates: Rates, glance: Glance, incoming: Incoming) -> Answer | None:
        """The answer to a call that comes too soon."""

    def answer(self, incoming: Incoming) -> Answer:
        """The answer to a call, once it has taken effect."""


class Cut(Exception):  # noqa: N818
    """The connection ends without an answer."""


@dataclass
class Latency:
    """How slow the network is."""

    per_call: float = 0.0
    per_connection: float = 0.0


@dataclass
class Gate:
    """Everything that happens to a call besides being answered."""

    log: Log
    world: World
    faults: Faults
    rates: Rates
    lock: threading.RLock = field(default_factory=threading.RLock)
    latency: Latency = field(default_factory=Latency)
    generation: int = 0

    async def pass_through(self, service: Service, request: Request, at: float) -> Response | None:
        """Bring a call to its service; None when the connection was cut instead."""
        wire: Wire = request.scope["state"]["wire"]
        fresh = wire.count() == 1
        incoming = await read(request)
        with self.lock:
            glance = service.glance(incoming)
            number = self.log.next_number()
            call = Call(number, service.name, glance.name, glance.actor, at, fresh, glance.request)
            self.log.calls.append(call)
            fault = self.faults.due(service.name, glance.name)
            generation = self.generation
        try:
            await self._travel(fresh=fresh)
            answer = await self._exchange(service, request, incoming, (glance, fault, generation))
        except Cut:
            call.error = "connection cut"
            wire.cut()
            return None
        call.status, call.error = answer.status, answer.error
        if self.log.record:
            call.response = answer.body if answer.raw is None else answer.raw
        response = _respond(answer)
        response.headers[_REQUEST_ID.get(service.name, "x-request-id")] = f"sandbox-{number}"
        return _dripping(response, fault.seconds) if fault and fault.kind == "slow" else response

    async def _travel(self, *, fresh: bool) -> None:
        delay = self.latency.per_call + (self.latency.per_connection if fresh else 0.0)
        if delay > 0:
            await asyncio.sleep(delay)

    async def _exchange(
        self,
        service: Service,
        request: Request,
        incoming: Incoming,
        about: tuple[Glance, Fault | None, int],
    ) -> Answer:
        glance, fault, generation = about
        if fault and fault.kind in _EFFECTIVE:
            fault.hit.set()
        elif fault and fault.when == "before":
            gone = await _strike(fault, request)
            if gone or fault.kind == "drop":
                raise Cut
            if fault.kind != "hang":
                return _spoil(fault, Answer(), service.name)
        with self.lock:
            if generation != self.generation:
                raise Cut
            if fault and fault.kind == "twice":
                self._answer(service, glance, incoming)
            stale = fault.world if fault and fault.kind == "stale" else None
            with self.world.as_of(stale) if stale else nullcontext():
                answer = self._answer(service, glance, incoming)
        if fault and fault.when == "after" and fault.kind not in _EFFECTIVE:
            gone = await _strike(fault, request)
            if gone or fault.kind == "drop":
                raise Cut
            if fault.kind != "hang":
                return _spoil(fault, answer, service.name)
        return answer

    def _answer(self, service: Service, glance: Glance, incoming: Incoming) -> Answer:
        return service.refuse(self.rates, glance, incoming) or service.answer(incoming)


async def _strike(fault: Fault, request: Request) -> bool:
    """Let a fault be seen to strike and, if it is a hang, hold on; whether the client left."""
    fault.hit.set()
    if fault.kind != "hang":
        return False
    leaving = asyncio.ensure_future(request.receive())
    done, _ = await asyncio.wait({leaving}, timeout=fault.seconds)
    leaving.cancel()
    return bool(done)


def _spoil(fault: Fault, answer: Answer, service: str) -> Answer:
    """The answer that a fault puts in the place of the right one."""
    if fault.kind == "slack_error":
        return Answer(200, {"ok": False, "error": fault.error}, error=fault.error)
    if fault.kind == "garbage":
        status = fault.status or 200
        if fault.body == "html":
            return Answer(status, None, {}, LOGIN_PAGE, "text/html", "garbage")
        whole = json.dumps(answer.body or {"ok": True, "cut": "short"})
        part = "" if fault.body == "empty" else whole[: len(whole) // 2]
        return Answer(status, None, {}, part, JSON_TYPE, "garbage")
    after, status = fault.retry_after, fault.status or 500
    headers = {} if after is None else {"retry-after": str(after)}
    words = RATE_LIMITED if status == TOO_MANY else f"HTTP {status}"
    bodies: dict[str, JsonObject] = {
        "slack": {"ok": False, "error": words},
        "github": {"message": words},
    }
    body = bodies.get(service, {"errorMessages": [words], "errors": {}})
    return Answer(status, body, headers, error=words)


def _respond(answer: Answer) -> Response:
    if answer.raw is not None:
        return Response(answer.raw, answer.status, answer.headers, answer.media_type)
    if answer.body is None:
        return Response(b"", answer.status, answer.headers)
    text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, answer.status, answer.headers, answer.media_type)


def _dripping(response: Response, pause: float) -> Response:
    """The same answer, byte by byte. It ends early if the client leaves."""

    async def drip() -> AsyncIterator[bytes]:
        for byte in bytes(response.body):
            await asyncio.sleep(pause)
            yield bytes([byte])

    return StreamingResponse(drip(), response.status_code, dict(response.headers))
