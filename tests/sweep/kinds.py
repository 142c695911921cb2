"""The ways in which a call can go wrong. The sweep tries each of them at each call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final

from company import NOW

from reconciler.sandbox import Fault

IMPATIENT: Final = 0.5
"""Seconds that a run waits for an answer where the fault is a slow one."""
PATIENT: Final = 30.0
DATE: Final = "a date"
_WAIT: Final = 90
"""How far away that date is, in seconds."""


@dataclass(frozen=True)
class Kind:
    """One way for a call to go wrong."""

    name: str
    fault: Mapping[str, Any] = field(default_factory=dict)
    service: str | None = None
    """The only service that answers like this."""
    timeout: float = PATIENT
    dies: str = ""
    """Whether the run is killed `before` or `after` the call takes effect."""

    def order(self, service: str, name: str, nth: int) -> Fault:
        """The fault at one call."""
        settings = dict(self.fault)
        if settings.get("retry_after") == DATE:
            settings["retry_after"] = formatdate(NOW.timestamp() + _WAIT, usegmt=True)
        return Fault(service=service, name=name, nth=nth, **settings)


def _all() -> list[Kind]:
    after = {"when": "after"}
    found = [
        Kind("dies-before", dies="before"),
        Kind("dies-after", dies="after"),
        Kind("connection-lost", {"kind": "drop"}),
        Kind("answer-lost", {"kind": "drop", **after}),
        Kind("read-timeout", {"kind": "hang", "seconds": 2 * IMPATIENT, **after}, None, IMPATIENT),
        Kind("truncated", {"kind": "garbage", "body": "truncated", **after}),
        Kind("empty", {"kind": "garbage", "body": "empty", **after}),
        Kind("web-page", {"kind": "garbage", "body": "html", **after}),
        Kind("html-502", {"kind": "garbage", "body": "html", "status": 502, **after}),
        Kind("500", {"kind": "status", "status": 500, **after}),
        Kind("503", {"kind": "status", "status": 503, **after}),
    ]
    for error in ("fatal_error", "internal_error", "request_timeout"):
        found += [
            Kind(f"{error}-{when}", {"kind": "slack_error", "error": error, "when": when}, "slack")
            for when in ("before", "after")
        ]
    found += [
        Kind(f"429-{name}", {"kind": "status", "status": 429, "retry_after": wait})
        for name, wait in (("0", 0), ("2.5", 2.5), ("date", DATE), ("day", 86_400), ("none", None))
    ]
    return [
        *found,
        Kind("twice", {"kind": "twice"}),
        Kind("byte-by-byte", {"kind": "slow", "seconds": IMPATIENT / 10}, None, IMPATIENT),
    ]


KINDS: Final = {each.name: each for each in _all()}
STALE: Final = {
    "slack": ("conversations.history", "conversations.replies", "users.conversations"),
    "jira": ("POST /issue/bulkfetch", "POST /search/jql"),
    "jira-dc": ("POST /search",),
    "github": (
        "GET /repos/{owner}/{repo}/pulls",
        "GET /repos/{owner}/{repo}/pulls/{number}/files",
        "GET /repos/{owner}/{repo}/issues/{number}/comments",
        "GET /repos/{owner}/{repo}/issues/{number}/events",
        "GET /repos/{owner}/{repo}/issues/{number}/timeline",
        "GET /repos/{owner}/{repo}/commits/{sha}/pulls",
        "GET /repos/{owner}/{repo}/activity",
    ),
}
"""The reads that may be behind: lists and searches, which services answer from copies."""


def stale(world: bytes) -> list[Fault]:
    """Faults by which those reads are answered as of an earlier state of the sandbox."""
    return [
        Fault("stale", service=service, name=name, times=None, world=world)
        for service, names in STALE.items()
        for name in names
    ]
