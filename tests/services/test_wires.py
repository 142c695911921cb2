"""What each of the three wires sends, what it holds back, and what it says of an odd answer."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from clocks import at_once
from words.canned import Answer, Canned, canned

from reconciler.services.errors import ServiceError
from reconciler.services.github.wire import GitHubWire
from reconciler.services.jira.calls import JiraCalls
from reconciler.services.jira.wire import JiraWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings, JiraSettings, SlackSettings
from reconciler.services.slack.wire import SlackWire, is_read
from reconciler.services.time_budget import TimeBudget, TimeSource

LIMITED = Answer({}, 429, (("Retry-After", "7"),))
FINE = Answer({"ok": True})
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def server() -> Iterator[Canned]:
    with canned() as found:
        yield found


def slack(url: str, retries: RetryPolicy) -> SlackWire:
    return SlackWire(SlackSettings(f"{url}/api/", "xoxb-1"), 5.0, retries)


def jira(url: str, retries: RetryPolicy) -> JiraWire:
    return JiraWire(JiraSettings(url, "bot@x.example", "t"), 5.0, retries)


def github(url: str, retries: RetryPolicy) -> GitHubWire:
    return GitHubWire(GitHubSettings(url, "o/r", url, token="t"), 5.0, retries)


def counting(pauses: list[float]) -> RetryPolicy:
    clock = TimeSource(sleep=pauses.append)
    return RetryPolicy(attempts=2, budget=TimeBudget(waiting=90.0, clock=clock))


READS = {
    *("auth.test", "bookmarks.list", "conversations.history", "conversations.info"),
    *("conversations.list", "conversations.members", "conversations.replies", "pins.list"),
    *("users.conversations", "users.info", "users.lookupByEmail", "usergroups.list"),
}
CHANGES = {
    *("bookmarks.add", "chat.delete", "chat.postMessage", "chat.update", "conversations.archive"),
    *("conversations.create", "conversations.invite", "conversations.setTopic", "pins.add"),
}


def test_which_methods_of_slack_change_nothing() -> None:
    assert {each for each in READS | CHANGES if is_read(each)} == READS


def _slack_call(method: str, url: str) -> Callable[[int], object]:
    wire = slack(url, at_once(1))
    return lambda _: wire.call(
        method, lambda client: client.api_call(method, params={}), repeatable=True
    )


def _jira_call(method: str, path: str, url: str) -> Callable[[int], object]:
    wire, body = jira(url, at_once(1)), None if method == "GET" else {}
    return lambda _: wire.send(method, path, body=body, repeatable=True)


def _github_call(url: str) -> Callable[[int], object]:
    wire = github(url, at_once(1))
    return lambda _: wire.get("pulls/1")


WAYS: dict[str, tuple[Callable[[str], Callable[[int], object]], int]] = {
    "slack reads": (partial(_slack_call, "auth.test"), 2),
    "slack changes": (partial(_slack_call, "pins.add"), 5),
    "jira reads": (partial(_jira_call, "GET", "issue/DS-1"), 1),
    "jira reads with a body": (partial(_jira_call, "POST", "issue/bulkfetch"), 1),
    "jira changes": (partial(_jira_call, "PUT", "issue/DS-1"), 2),
    "github": (_github_call, 1),
}


@pytest.mark.parametrize("way", WAYS)
def test_how_many_calls_a_service_gets_at_once(server: Canned, way: str) -> None:
    make, most = WAYS[way]
    together, now, guard = [0], [0], threading.Lock()

    class Slow(dict[str, Any]):
        def items(self) -> Any:  # asked for while the answer is written
            with guard:
                now[0] += 1
                together[0] = max(together[0], now[0])
            time.sleep(0.3)
            with guard:
                now[0] -= 1
            return super().items()

    answer = {"ok": True, "user_id": "U1", "url": "https://x.example/", "issues": []}
    answer |= {"key": "DS-1", "fields": {}}
    server.answers = {"*": [Answer(Slow(answer))]}
    call = make(server.url)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert together[0] == most


@pytest.mark.parametrize(
    ("ask", "variable"),
    [
        (partial(_slack_call, "auth.test"), "SLACK_API_URL"),
        (partial(_jira_call, "GET", "issue/DS-1"), "JIRA_BASE_URL"),
        (_github_call, "GITHUB_API_URL"),
    ],
)
def test_an_address_without_a_service_names_its_variable(
    ask: Callable[[str], Callable[[int], object]], variable: str
) -> None:
    call = ask(NOWHERE)
    with pytest.raises(ServiceError) as caught:
        call(0)
    assert caught.value.code == "unreachable"
    assert caught.value.remedy.startswith(f"Check {variable} ")


def test_what_github_is_asked(server: Canned) -> None:
    server.answers = {"*": [FINE]}
    github(server.url, at_once(1)).get("pulls/1", {"state": "open"})
    ((asked, headers),) = server.asked
    assert asked == "GET /pulls/1?state=open"
    assert headers["User-Agent"] == "escalation-as-code"


@pytest.mark.parametrize("make", [github, jira])
def test_a_body_says_that_it_is_json(
    server: Canned, make: Callable[[str, RetryPolicy], GitHubWire | JiraWire]
) -> None:
    server.answers = {"*": [Answer({"id": 1})]}
    make(server.url, at_once(1)).send("POST", "statuses/1", body={"a": 1}, repeatable=True)
    ((_, headers),) = server.asked
    assert headers["Content-Type"] == "application/json"


def test_every_reason_of_github_is_told(server: Canned) -> None:
    reasons = {"message": "No.", "errors": [{"message": "Too long."}, {"code": "x"}]}
    server.answers = {"*": [Answer(reasons, 422)]}
    with pytest.raises(ServiceError) as caught:
        github(server.url, at_once(1)).get("pulls/1")
    assert caught.value.answer == "HTTP 422: No.; Too long."


def test_a_limit_of_github_on_changes_does_not_hold_reads(server: Canned) -> None:
    pauses: list[float] = []
    wire = github(server.url, counting(pauses))
    server.answers = {"*": [LIMITED]}
    with pytest.raises(ServiceError):
        wire.send("POST", "issues/1/comments", {}, repeatable=False)
    server.answers, waited = {"*": [FINE]}, len(pauses)
    wire.get("pulls/1")
    assert len(pauses) == waited
    wire.send("POST", "issues/2/comments", {}, repeatable=False)
    assert len(pauses) == waited + 1


def test_a_limit_of_jira_holds_the_same_call_for_any_ticket(server: Canned) -> None:
    pauses: list[float] = []
    calls = JiraCalls(jira(server.url, counting(pauses)))
    server.answers = {"*": [LIMITED]}
    with pytest.raises(ServiceError):
        calls.set_property("DS-1", "escalation", {})
    server.answers, waited = {"*": [FINE]}, len(pauses)
    calls.set_property("DS-2", "escalation", {})
    assert len(pauses) == waited + 1


@pytest.mark.parametrize(
    ("code", "told"), [("x" * 59, "x" * 59), ("x" * 60, "not-slack"), ("<b>", "not-slack")]
)
def test_only_a_code_that_can_be_one_of_slack_is_repeated(
    server: Canned, code: str, told: str
) -> None:
    server.answers = {"*": [Answer({"ok": False, "error": code})]}
    with pytest.raises(ServiceError) as caught:
        slack(server.url, at_once(1)).call("auth.test", lambda c: c.auth_test(), repeatable=True)
    assert caught.value.code == told


def test_an_odd_answer_of_slack_names_its_method(server: Canned) -> None:
    server.answers = {"*": [Answer([1])]}
    with pytest.raises(ServiceError) as caught:
        slack(server.url, at_once(1)).call("auth.test", lambda c: c.auth_test(), repeatable=True)
    assert "auth.test" in str(caught.value)
