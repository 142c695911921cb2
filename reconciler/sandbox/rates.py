"""Rate limits: Slack's tiers by method, Jira's bursts and writes to one issue, GitHub's hour."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.incoming import Glance, Incoming

# Calls a minute. Tier 0 is chat.postMessage, which has its own rule; 5 is one of Slack's
# "special" ones: auth.test, with hundreds a minute.
TIERS: Final = {2: 20, 3: 50, 4: 100, 5: 600}
POST_BURST: Final = 5
_HOUR: Final = 3600.0
# Per second and endpoint, by verb; and writes to one issue by the length of a window.
BURSTS: Final = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
ISSUE_WRITES: Final = {2.0: 20, 30.0: 100}


GITHUB_HOURLY: Final = 1000
"""Requests an hour that a token of Actions has for each repository."""
GITHUB_WRITES: Final = {60.0: 80, _HOUR: 500}
"""Requests that make content, by the length of a window: GitHub's secondary limit."""


@dataclass(frozen=True)
class HourlyQuota:
    """How many of an hour's requests are left, and when the hour ends, in Unix time."""

    left: int = GITHUB_HOURLY
    until: int = 0
    exceeded: bool = False
    wait: float = 0.0
    """Seconds to wait when it is the secondary limit that is reached."""

    def headers(self) -> dict[str, str]:
        """As GitHub tells it with every answer."""
        return {
            "x-ratelimit-limit": str(GITHUB_HOURLY),
            "x-ratelimit-remaining": str(self.left),
            "x-ratelimit-used": str(GITHUB_HOURLY - self.left),
            "x-ratelimit-reset": str(self.until),
            "x-ratelimit-resource": "core",
            **({"retry-after": str(math.ceil(self.wait))} if self.wait else {}),
        }


@dataclass
class Rates:
    """Remembers when calls came, and says how long the next one has to wait."""

    enabled: bool = False
    _past: dict[str, deque[float]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget every call."""
        self._past.clear()

    def slack(self, method: str, tier: int, channel: str, now: float) -> Answer | None:
        """The refusal of a call to Slack, if it comes too soon."""
        if not self.enabled:
            return None
        if tier:
            wait = self._take([(f"slack {method}", TIERS[tier], 60.0)], now)
        else:
            # One a second on average, and a few at once after a pause.
            wait = self._take([(f"slack {method} {channel}", POST_BURST, float(POST_BURST))], now)
        if not wait:
            return None
        headers = {"retry-after": str(math.ceil(wait))}
        return Answer(429, {"ok": False, "error": "ratelimited"}, headers, error="ratelimited")

    def jira(self, glance: Glance, incoming: Incoming, now: float) -> Answer | None:
        """The refusal of a call to Jira, if it comes too soon."""
        if not self.enabled:
            return None
        verb = incoming.method
        wait = self._take([(f"jira {glance.name}", BURSTS.get(verb, 50), 1.0)], now)
        reason = "jira-burst-based"
        issue = glance.request["params"].get("key", "").upper()
        if not wait and verb != "GET" and issue:
            windows = [(f"jira {issue} {span}", most, span) for span, most in ISSUE_WRITES.items()]
            wait = self._take(windows, now)
            reason = "jira-per-issue-on-write"
        if not wait:
            return None
        headers = {"retry-after": str(math.ceil(wait)), "ratelimit-reason": reason}
        text = "Rate limit exceeded."
        return Answer(429, {"errorMessages": [text], "errors": {}}, headers, error=text)

    def github(self, actor: str, now: float, *, writes: bool = False) -> HourlyQuota:
        """What a call leaves of the hour that began with the first one."""
        past = self._past.setdefault(f"github {actor}", deque())
        if past and past[0] <= now - _HOUR:
            past.clear()
        exceeded = self.enabled and len(past) >= GITHUB_HOURLY
        if not exceeded:
            past.append(now)
        left = max(GITHUB_HOURLY - len(past), 0)
        windows = [(f"github {actor} {span}", most, span) for span, most in GITHUB_WRITES.items()]
        counts = self.enabled and writes and not exceeded
        wait = self._take(windows, now) if counts else 0.0
        return HourlyQuota(left, int(past[0] + _HOUR), exceeded, wait)

    def _take(self, windows: list[tuple[str, int, float]], now: float) -> float:
        """Take a place in every window; the seconds to wait if one of them is full."""
        waits = [0.0]
        for key, most, span in windows:
            past = self._past.setdefault(key, deque())
            while past and past[0] <= now - span:
                past.popleft()
            if len(past) >= most:
                waits.append(max(past[len(past) - most] + span - now, 0.001))
        if max(waits) == 0.0:
            for key, _, _ in windows:
                self._past[key].append(now)
        return max(waits)
