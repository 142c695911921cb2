"""How long a service asks to wait: the three services' answers, whatever the header holds."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.utils import formatdate

import pytest
from clocks import Time
from strangers import Answer, Asked, Page, stranger

from reconciler.services.connect import jira_gateway
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.jira.wire import JiraWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.retry_after import reset_after, retry_after
from reconciler.services.settings import GitHubSettings, JiraSettings, SlackSettings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.wire import SlackWire
from reconciler.services.time_budget import TimeBudget, TimeSource

JSON = "application/json"
NONSENSE = ("-inf", "nan", "-7", "", "soon", "7,5", "Mon, 99 Foo 2026 99:99:99 GMT")
Ask = Callable[[str, RetryPolicy], object]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_no_wish(text: str):
    assert retry_after({"Retry-After": text}) is None
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("text", "wait"),
    [("0", 0.0), ("7", 7.0), (" 1.5 ", 1.5), ("1e300", 86400), ("inf", 86400), ("1e999", 86400)],
)
def test_seconds_are_bounded(text: str, wait: float):
    assert retry_after({"rEtRy-aFtEr": text}) == wait


def test_a_date_is_a_time_from_now():
    soon = formatdate(time.time() + 90, usegmt=True)
    assert retry_after({"Retry-After": soon}) == pytest.approx(90, abs=2)
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
    assert retry_after({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}) == 86_400


@pytest.mark.parametrize("text", ["-inf", "nan", "never", ""])
def test_a_moment_that_makes_no_sense(text: str):
    assert reset_after({"X-RateLimit-Reset": text}) is None


def test_a_moment_is_a_time_from_now():
    moment = str(int(time.time()) + 50)
    assert reset_after({"X-RateLimit-Reset": moment}) == pytest.approx(50, abs=2)
    assert reset_after({"X-RateLimit-Reset": "-1"}) == 0.0
    assert reset_after({"X-RateLimit-Reset": "1e300"}) == 86_400


def _slack(url: str, retries: RetryPolicy) -> object:
    settings = SlackSettings(f"{url}/api/", "xoxb-1")
    return SlackGateway(SlackWire(settings, 5.0, retries)).identify()


def _jira(url: str, retries: RetryPolicy) -> object:
    with ThreadPoolExecutor(1) as pool:
        gateway = jira_gateway(JiraSettings(url, "bot@x.example", "token"), 5.0, retries, pool)
        with closing(gateway):
            return gateway.account()


def _github(url: str, retries: RetryPolicy) -> object:
    settings = GitHubSettings(url, "o/r", url, token="t0ken")
    return GitHubWire(settings, 5.0, retries).get("repos/o/r")


ASKS: dict[str, Ask] = {"slack": _slack, "jira": _jira, "github": _github}


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture(params=NONSENSE)
def limited(request: pytest.FixtureRequest) -> Iterator[str]:
    headers = {
        "Retry-After": request.param,
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": request.param,
    }
    body = '{"ok": false, "error": "ratelimited", "message": "slow down"}'
    with stranger(lambda _: Page(429, body, JSON, headers)) as url:
        yield url


@pytest.mark.parametrize("service", ASKS)
def test_nonsense_ends_in_a_refusal_and_a_bounded_wait(
    limited: str, pauses: list[float], service: str
):
    retries = RetryPolicy(
        attempts=1, budget=TimeBudget(waiting=120.0, clock=TimeSource(sleep=pauses.append))
    )
    with pytest.raises(ServiceError) as failed:
        ASKS[service](limited, retries)
    assert "HTTP 429" in failed.value.answer or "too many requests" in failed.value.answer
    assert pauses
    assert all(0 <= each <= 120 for each in pauses)


def _send_slack(url: str, retries: RetryPolicy, kind: str) -> object:
    wire = SlackWire(SlackSettings(f"{url}/api/", "xoxb-1"), 5.0, retries)
    return wire.call(
        "pins.add", lambda slack: slack.api_call("pins.add"), repeatable=kind != "post"
    )


def _send_jira(url: str, retries: RetryPolicy, kind: str) -> object:
    wire = JiraWire(JiraSettings(url, "bot@x.example", "token"), 5.0, retries)
    method = {"read": "GET", "change": "PUT", "post": "POST"}[kind]
    with closing(wire):
        return wire.send(method, "issue/DS-1", repeatable=kind != "post", body=None)


def _send_github(url: str, retries: RetryPolicy, kind: str) -> object:
    wire = GitHubWire(GitHubSettings(url, "o/r", url, token="t0ken"), 5.0, retries)
    if kind == "read":
        return wire.get("repos/o/r")
    return wire.send("PUT" if kind == "change" else "POST", "x", {}, repeatable=kind == "change")


SENDS = {"slack": _send_slack, "jira": _send_jira, "github": _send_github}
KINDS = ("read", "change", "post")
SOON = "a date in 90 s"
NONE = "no such header"
LIMITS: dict[str, tuple[list[float], list[float]]] = {
    NONE: ([0.5], [0.5, 1, 2, 4, 8, 8, 8]),
    "0": ([0.5], [0.5, 1, 2, 4, 8, 8, 8]),
    "2.5": ([2.5], [2.5] * 7),
    "60": ([60], [60] * 5),
    SOON: ([90], [90] * 3),
    "86400": ([], []),
    "inf": ([], []),
}
"""By `Retry-After`: the pauses if one request is refused, and the first ones if all are."""
UNTOLD = {"github": ([60.0], [60.0] * 5)}
"""The same without that header, of a service whose documentation names a pause."""


def _pauses(service: str, text: str) -> tuple[list[float], list[float]]:
    return UNTOLD.get(service, LIMITS[text]) if text == NONE else LIMITS[text]


def _limits(text: str, most: int, asked: list[str]) -> Answer:
    """Refuse the first requests, and accept the others."""

    def answer(_: Asked) -> Page:
        asked.append(text)
        if len(asked) > most:
            return Page(200, '{"ok": true}', JSON)
        wait = formatdate(time.time() + 90, usegmt=True) if text == SOON else text
        body = '{"ok": false, "error": "ratelimited", "message": "slow down"}'
        return Page(429, body, JSON, {} if text == NONE else {"Retry-After": wait})

    return answer


@pytest.mark.sampled(21)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", LIMITS)
@pytest.mark.parametrize("service", SENDS)
def test_one_refusal(service: str, text: str, kind: str):
    asked: list[str] = []
    passing, (pauses, _) = Time(), _pauses(service, text)
    retries = RetryPolicy(budget=TimeBudget(clock=passing.clock))
    with stranger(_limits(text, 1, asked)) as url:
        if pauses:
            assert SENDS[service](url, retries, kind)
        else:
            with pytest.raises(ServiceError, match="asks for a pause of 24 h") as failed:
                SENDS[service](url, retries, kind)
            assert failed.value.effect is Effect.NONE
            assert failed.value.remedy
    assert passing.pauses == pytest.approx(pauses, abs=2 if text == SOON else 0.001)
    assert len(asked) == 1 + len(pauses)


@pytest.mark.sampled(21)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", LIMITS)
@pytest.mark.parametrize("service", SENDS)
def test_nothing_but_refusals(service: str, text: str, kind: str):
    """The pauses are no longer than the budget, however often the calls are made."""
    asked: list[str] = []
    passing, (_, first) = Time(), _pauses(service, text)
    retries = RetryPolicy(budget=TimeBudget(clock=passing.clock))
    with stranger(_limits(text, 10_000, asked)) as url:
        for _ in range(3):
            with pytest.raises(ServiceError) as failed:
                SENDS[service](url, retries, kind)
            assert failed.value.effect is Effect.NONE
    found = passing.pauses[: len(first)]
    assert found == pytest.approx(first, abs=2 if text == SOON else 0.001)
    assert sum(passing.pauses) <= 300
    assert len(asked) <= len(passing.pauses) + 3
