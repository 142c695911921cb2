"""The sandbox itself: its log, its clock, its snapshots, its limits, its control port."""

import gc
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from jira import JIRA
from sandbox.clients import BOT_TOKEN, JIRA_TOKEN, Rest, Slack, rest_client, slack_client
from slack_sdk.errors import SlackApiError

from reconciler.sandbox import Box, Fault, serve

MORNING = datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_starting_and_stopping_is_quick_and_clean() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with serve() as box:
            client = slack_client(box)
            client("auth.test")
            # A connection left open and an answer that never comes hold nothing up.
            rest = rest_client(box.jira_url)
            rest("GET", "myself")
            box.faults.add(Fault("hang", name="auth.test", seconds=60))
            hung = threading.Thread(target=swallow, args=(client,))
            hung.start()
            while len(box.calls) < 3:
                time.sleep(0.005)
            begun = time.monotonic()
        assert time.monotonic() - begun < 30  # the answer would come after 60
        hung.join(30)
        assert not hung.is_alive()
        rest.session.close()
        gc.collect()
    assert "sandbox" not in {thread.name for thread in threading.enumerate() if thread is hung}
    with pytest.raises(requests.ConnectionError):
        requests.get(box.control_url, timeout=1)


def swallow(client: Slack) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - whatever a cut connection turns into
        client("auth.test")


def test_two_sandboxes_know_nothing_of_each_other(box: Box, slack: Slack) -> None:
    with serve() as other:
        slack.channel("ds-1")
        assert slack_client(other).channel("ds-1")
    assert box.slack_url != other.slack_url


def test_ports_can_be_chosen(box: Box) -> None:
    taken = int(box.slack_url.split(":")[2].split("/")[0])
    with pytest.raises(OSError, match="in use"), serve(slack_port=taken):
        pass
    with serve() as free:
        port = int(free.jira_url.rsplit(":", 1)[1])
    with serve(jira_port=port) as chosen:
        assert chosen.jira_url == f"http://127.0.0.1:{port}"


def test_the_environment_points_here(box: Box) -> None:
    assert box.env() == {
        "JIRA_BASE_URL": box.jira_url,
        "JIRA_USER_EMAIL": "escalation-bot@ledgerline.example",
        "JIRA_API_TOKEN": JIRA_TOKEN,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": box.slack_url,
        "NO_PROXY": "127.0.0.1",
    }
    server = box.env(data_center=True)
    assert (server["JIRA_BASE_URL"], server["JIRA_PAT"]) == (box.jira_dc_url, JIRA_TOKEN)
    assert "JIRA_API_TOKEN" not in server


def test_the_log(box: Box, slack: Slack, jira: JIRA, rest_dc: Rest) -> None:
    slack.channel("ds-1")
    slack.code("conversations.create", name="ds-1")
    jira.issue("DS-1042", fields="labels")
    jira.add_comment("DS-1042", "x")
    rest_dc("GET", "issue/NO-1")
    found = [(c.number, c.service, c.name, c.status, c.error) for c in box.calls]
    assert found == [
        (1, "slack", "conversations.create", 200, ""),
        (2, "slack", "conversations.create", 200, "name_taken"),
        (3, "jira", "GET /issue/{key}", 200, ""),
        (4, "jira", "POST /issue/{key}/comment", 201, ""),
        (5, "jira-dc", "GET /issue/{key}", 404, box.calls[4].error),
    ]
    assert box.calls[0].request == {"name": "ds-1"}
    assert box.calls[2].request["params"] == {"key": "DS-1042"}
    assert box.calls[2].request["query"] == {"fields": "labels"}
    assert box.calls[3].request["body"] == {"body": "x"}
    # The one client opens a connection for each call, the other keeps its own.
    assert [call.new_connection for call in box.calls] == [True, True, True, False, True]
    assert {call.actor for call in box.calls} == {"escalation-bot"}
    text = repr(box.calls)
    assert BOT_TOKEN not in text
    assert JIRA_TOKEN not in text


def test_the_clock(box: Box, slack: Slack, rest: Rest) -> None:
    box.clock.set(MORNING)
    channel = slack.channel()
    assert slack("conversations.info", channel=channel)["channel"]["created"] == 1772463600
    box.clock.advance(3600)
    comment = rest.json("POST", "issue/DS-1042/comment", {"body": "x"})
    assert comment["created"] == "2026-03-02T16:00:00.000+0000"
    box.clock.set(None)
    assert abs(box.clock.now() - datetime.now(UTC)).total_seconds() < 5
    with pytest.raises(ValueError, match="time zone"):
        box.clock.set(datetime(2026, 3, 2))  # noqa: DTZ001


def test_going_back(box: Box, slack: Slack, rest: Rest) -> None:
    box.clock.set(MORNING)
    channel = slack.channel()
    snapshot = box.snapshot()
    state = box.state()
    box.clock.advance(60)
    slack.post(channel)
    rest.json("PUT", "issue/DS-1042", {"update": {"labels": [{"add": "x"}]}})
    box.faults.add(Fault("drop", times=None))
    box.restore(snapshot)
    assert box.state() == state
    assert box.clock.now() == MORNING
    assert (box.calls, box.faults.waiting) == ([], [])
    # A snapshot stays good however often it is used.
    slack.post(channel)
    assert box.calls[0].number == 1
    box.restore(snapshot)
    assert box.state() == state
    box.reset()
    assert "ds-1042-checkout" not in {one.name for one in box.world.slack.channels.values()}


def test_what_hung_before_has_no_effect_after_going_back(box: Box, slack: Slack) -> None:
    snapshot = box.snapshot()
    name = "conversations.create"
    fault = box.faults.add(Fault("hang", name=name, when="before", seconds=0.2))
    outcome = []

    def call() -> None:
        try:
            outcome.append(slack.channel("ds-1"))
        except (OSError, SlackApiError) as error:
            outcome.append(type(error).__name__)

    thread = threading.Thread(target=call)
    thread.start()
    assert fault.hit.wait(5)
    box.restore(snapshot)
    thread.join()
    assert outcome == ["RemoteDisconnected"]
    assert "ds-1" not in {one.name for one in box.world.slack.channels.values()}


def test_answers_on_an_open_connection_are_not_held_back(rest: Rest) -> None:
    rest("GET", "myself")
    spans = []
    for _ in range(25):
        begun = time.monotonic()
        rest("GET", "myself")
        spans.append(time.monotonic() - begun)
    # Nagle's algorithm would make each of them wait for 40 ms; a busy machine slows some.
    assert min(spans) < 0.035


def test_a_client_that_leaves_in_the_middle_of_a_request(box: Box, slack: Slack) -> None:
    port = int(box.slack_url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /api/auth.test HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")
    assert slack("auth.test")["ok"]
    assert len(box.calls) == 1


def test_latency_slows_calls_and_new_connections(box: Box, slack: Slack, rest: Rest) -> None:
    rest("GET", "myself")
    box.latency(per_call=0.05, per_connection=0.3)

    def timed(method: str) -> float:
        begun = time.monotonic()
        slack(method) if "." in method else rest("GET", method)
        return time.monotonic() - begun

    assert timed("auth.test") >= 0.35
    spans = [timed("myself") for _ in range(5)]
    assert 0.05 <= min(spans) < 0.3  # the connection is open; a busy machine slows some
    begun = time.monotonic()
    threads = [threading.Thread(target=slack, args=("auth.test",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The calls wait side by side: one after the other they would take 7 seconds.
    assert time.monotonic() - begun < 5


@pytest.fixture(scope="module")
def limited() -> Iterator[Box]:
    with serve(rate_limits=True) as box:
        yield box


def until_limited(slack: Slack, method: str, **arguments: object) -> tuple[int, int]:
    """How many calls get through, and how long Slack wants to wait then."""
    passed = 0
    while passed < 200:
        try:
            slack(method, **arguments)
        except SlackApiError as error:
            refusal = error.response
            break
        passed += 1
    assert (refusal.status_code, refusal["error"]) == (429, "ratelimited")
    return passed, int(refusal.headers["Retry-After"])


def test_slack_s_tiers(limited: Box) -> None:
    limited.reset()
    limited.clock.set(MORNING)
    slack = slack_client(limited)
    channel = slack.channel()
    assert until_limited(slack, "conversations.list") == (20, 60)
    assert until_limited(slack, "conversations.info", channel=channel) == (50, 60)
    assert until_limited(slack, "conversations.members", channel=channel) == (100, 60)
    limited.clock.advance(59)
    assert slack.code("conversations.list") == "ratelimited"
    limited.clock.advance(1)
    assert until_limited(slack, "conversations.list") == (20, 60)


def test_slack_takes_a_post_a_second_and_channel(limited: Box) -> None:
    limited.reset()
    limited.clock.set(MORNING)
    slack = slack_client(limited)
    first, second = slack.channel("ds-1"), slack.channel("ds-2")
    assert until_limited(slack, "chat.postMessage", channel=first, text="x")[0] == 5
    assert until_limited(slack, "chat.postMessage", channel=second, text="x")[0] == 5
    limited.clock.advance(5)
    slack.post(first)


def test_jira_limits_bursts_and_writes_to_one_issue(limited: Box) -> None:
    limited.reset()
    limited.clock.set(MORNING)
    rest = rest_client(limited.jira_url)
    label = {"update": {"labels": [{"add": "x"}]}}
    answers = [rest("PUT", "issue/DS-1042", label) for _ in range(21)]
    assert [one.status_code for one in answers] == [204] * 20 + [429]
    assert answers[-1].headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert answers[-1].headers["Retry-After"] == "2"
    assert rest("PUT", "issue/DS-1057", label).status_code == 204
    limited.clock.advance(2)
    assert rest("PUT", "issue/DS-1042", label).status_code == 204
    reads = [rest("GET", "myself") for _ in range(101)]
    assert [one.status_code for one in reads] == [200] * 100 + [429]
    assert reads[-1].headers["RateLimit-Reason"] == "jira-burst-based"
    rest.session.close()


def test_without_rate_limits_nothing_is_refused(slack: Slack) -> None:
    for _ in range(25):
        slack("conversations.list")


def test_the_control_port(box: Box, slack: Slack) -> None:
    def post(path: str, body: object) -> requests.Response:
        return requests.post(f"{box.control_url}/{path}", json=body, timeout=5)

    fault = {"kind": "slack_error", "name": "auth.test", "error": "internal_error"}
    assert post("faults", fault).status_code == 200
    assert slack.code("auth.test") == "internal_error"
    assert requests.get(f"{box.control_url}/faults", timeout=5).json()[0]["hit"]
    assert requests.delete(f"{box.control_url}/faults", timeout=5).ok
    assert box.faults.waiting == []
    moment = post("clock", {"set": "2026-03-02T15:00:00Z", "advance": 60}).json()
    assert moment == {"now": "2026-03-02T15:01:00+00:00"}
    assert post("latency", {"per_call": 0.01}).ok
    calls = requests.get(f"{box.control_url}/calls", timeout=5).json()
    assert [(one["name"], one["error"]) for one in calls] == [("auth.test", "internal_error")]
    slack.channel("ds-1")
    state = requests.get(f"{box.control_url}/state", timeout=5).json()
    assert "ds-1" in {one["name"] for one in state["slack"]["channels"].values()}
    assert state["jira"]["issues"]["DS-1042"]["priority"] == "Medium"
    assert state == box.state()
    assert post("reset", {}).ok
    assert box.calls == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"kind": "explode"}),
        ("faults", {"colour": "red"}),
        ("faults", []),
        ("clock", {"set": "tomorrow"}),
        ("clock", {"hour": 3}),
        ("latency", {"per_minute": 1}),
    ],
)
def test_the_control_port_refuses_nonsense(box: Box, path: str, body: object) -> None:
    answer = requests.post(f"{box.control_url}/{path}", json=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_control_port_says_what_it_can_do(box: Box) -> None:
    answer = requests.get(f"{box.control_url}/", timeout=5)
    assert answer.status_code == 404
    assert "GET /state" in answer.json()["try"]
