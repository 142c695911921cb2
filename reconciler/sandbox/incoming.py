"""A request as it came over the wire, before any service has looked at it."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import Request

from reconciler.sandbox.answer import JsonObject


@dataclass(frozen=True)
class Incoming:
    """One request, all of it read."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON."""
        return "json" in self.headers.get("content-type", "")

    @property
    def is_form(self) -> bool:
        """Whether the body says that it is a form, as curl says of any body."""
        return "x-www-form-urlencoded" in self.headers.get("content-type", "")

    def form(self) -> dict[str, str]:
        """The body as a form."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}

    def json(self) -> object:
        """The body as JSON; raises ValueError if it is not."""
        return json.loads(self.body) if self.body.strip() else None

    def last(self, name: str) -> str:
        """A query parameter's last value; empty when it is missing."""
        return (self.query.get(name) or [""])[-1]


@dataclass(frozen=True)
class Glance:
    """What the log says about a request: its name, who made it, and what they asked for."""

    name: str
    actor: str
    request: JsonObject


async def read(request: Request) -> Incoming:
    """Read a whole request."""
    return Incoming(
        method=request.method,
        path=request.url.path,
        query=parse_qs(request.url.query, keep_blank_values=True),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
