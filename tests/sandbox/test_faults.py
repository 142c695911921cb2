"""What goes wrong on order, seen through the real clients."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
import requests
from jira import JIRA, JIRAError
from sandbox.clients import BOT_TOKEN, Rest, Slack
from slack_sdk.errors import SlackApiError

from reconciler.sandbox import Box, Fault

NAME = "conversations.create"


def made(box: Box, name: str = "ds-1") -> bool:
    with box.lock:
        return any(one.name == name for one in box.world.slack.channels.values())


@pytest.mark.parametrize(("when", "effect"), [("before", False), ("after", True)])
def test_a_dropped_connection(box: Box, slack: Slack, when: str, effect: bool) -> None:
    fault = box.faults.add(Fault("drop", service="slack", name=NAME, when=when))  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        slack("conversations.create", name="ds-1")
    assert fault.hit.is_set()
    assert made(box) is effect
    [call] = box.calls
    assert (call.name, call.status, call.error) == (NAME, 0, "connection cut")
    # It struck once; the next call gets through.
    assert slack("auth.test")["ok"]
    assert slack.channel("ds-2")


@pytest.mark.parametrize(("when", "effect"), [("before", False), ("after", True)])
def test_a_dropped_connection_to_jira(box: Box, jira: JIRA, when: str, effect: bool) -> None:
    name = "POST /issue/{key}/comment"
    box.faults.add(Fault("drop", name=name, when=when))  # type: ignore[arg-type]
    with pytest.raises(requests.ConnectionError):
        jira.add_comment("DS-1057", "once")
    assert len(box.world.jira.issues["DS-1057"].comments) == int(effect)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_status(box: Box, slack: Slack, jira: JIRA, status: int) -> None:
    box.faults.add(Fault("status", service="slack", status=status, retry_after=7))
    with pytest.raises(SlackApiError) as caught:
        slack("conversations.create", name="ds-1")
    assert caught.value.response.status_code == status
    headers = {name.lower(): value for name, value in caught.value.response.headers.items()}
    assert headers["retry-after"] == "7"
    assert not made(box)
    box.faults.add(Fault("status", service="jira", status=status, retry_after="soon"))
    with pytest.raises(JIRAError) as refused:
        jira.issue("DS-1042")
    assert refused.value.status_code == status
    assert refused.value.response.headers["Retry-After"] == "soon"


def test_a_status_after_the_effect(box: Box, slack: Slack) -> None:
    box.faults.add(Fault("status", name=NAME, status=500, when="after"))
    with pytest.raises(SlackApiError):
        slack("conversations.create", name="ds-1")
    assert made(box)


def test_an_error_of_slack_s_after_the_effect(box: Box, slack: Slack) -> None:
    box.faults.add(Fault("slack_error", name=NAME, when="after"))
    assert slack.code("conversations.create", name="ds-1") == "fatal_error"
    assert made(box)
    box.faults.add(Fault("slack_error", name=NAME, error="internal_error"))
    assert slack.code("conversations.create", name="ds-2") == "internal_error"
    assert not made(box, "ds-2")


@pytest.mark.parametrize("body", ["html", "truncated"])
def test_garbage(box: Box, slack: Slack, jira: JIRA, body: str) -> None:
    box.faults.add(Fault("garbage", name=NAME, body=body, when="after"))  # type: ignore[arg-type]
    with pytest.raises(SlackApiError, match="non-JSON"):
        slack("conversations.create", name="ds-1")
    assert made(box)
    box.faults.add(Fault("garbage", service="jira", body=body))  # type: ignore[arg-type]
    with pytest.raises(ValueError):  # noqa: PT011 - each version of requests has its own
        jira.issue("DS-1042")


def test_an_answer_without_a_body(box: Box, slack: Slack, rest: Rest) -> None:
    box.faults.add(Fault("garbage", name=NAME, body="empty", when="after"))
    with pytest.raises(SlackApiError):
        slack("conversations.create", name="ds-1")
    assert made(box)
    box.faults.add(Fault("garbage", service="jira", body="empty"))
    answer = rest("GET", "issue/DS-1042")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_proxy_s_page_with_a_status_of_its_own(box: Box, rest: Rest) -> None:
    box.faults.add(Fault("garbage", service="jira", status=502))
    answer = rest("GET", "issue/DS-1042")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text


@pytest.mark.parametrize("wait", [0, 2.5, "Mon, 23 Nov 2026 15:01:30 GMT"])
def test_a_refusal_says_when_to_come_back(box: Box, rest: Rest, wait: float | str) -> None:
    box.faults.add(Fault("status", service="jira", status=429, retry_after=wait))
    assert rest("GET", "issue/DS-1042").headers["Retry-After"] == str(wait)


def test_a_request_that_the_network_delivers_twice(box: Box, slack: Slack) -> None:
    fault = box.faults.add(Fault("twice", name=NAME))
    assert slack.code("conversations.create", name="ds-1") == "name_taken"
    assert made(box)
    assert fault.hit.is_set()
    channel = slack.channel("ds-2")
    box.faults.add(Fault("twice", name="chat.postMessage"))
    first = slack("chat.postMessage", channel=channel, text="Once")["ts"]
    sent = slack("conversations.history", channel=channel)["messages"]
    assert [each["text"] for each in sent].count("Once") == 2
    assert sent[0]["ts"] == first, "the answer is that to the second"


def test_an_answer_that_comes_byte_by_byte(box: Box, slack: Slack) -> None:
    whole = slack("auth.test")
    box.faults.add(Fault("slow", name="auth.test", seconds=0.002))
    begun = time.monotonic()
    assert slack("auth.test") == whole
    assert time.monotonic() - begun >= 0.2
    box.faults.add(Fault("slow", name=NAME, seconds=10))
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    with pytest.raises(requests.RequestException):
        requests.post(box.slack_url + NAME, {"name": "ds-1"}, headers=headers, timeout=0.2)
    assert made(box), "slow is the answer, not the effect"


def test_a_read_that_is_answered_as_of_an_earlier_time(box: Box, slack: Slack) -> None:
    channel = slack.channel("ds-1")
    slack("chat.postMessage", channel=channel, text="First")
    box.faults.add(Fault("stale", service="slack", name="conversations.history", times=None))
    slack("chat.postMessage", channel=channel, text="Second")
    assert texts(slack, channel) == ["First"]
    slack("chat.postMessage", channel=channel, text="Third")
    assert texts(slack, channel) == ["First"]
    box.faults.clear()
    assert texts(slack, channel) == ["Third", "Second", "First"], "nothing was lost"


def test_answers_are_stale_as_of_any_snapshot(box: Box, slack: Slack) -> None:
    channel = slack.channel("ds-1")
    before = box.snapshot()
    slack("chat.postMessage", channel=channel, text="First")
    box.faults.add(Fault("stale", times=2, world=before))
    slack("chat.postMessage", channel=channel, text="Second")  # is no read, and is not counted
    assert texts(slack, channel) == []
    assert texts(slack, channel) == []
    assert texts(slack, channel) == ["Second", "First"]


def texts(slack: Slack, channel: str) -> list[str]:
    messages = slack("conversations.history", channel=channel)["messages"]
    return [each["text"] for each in messages if "subtype" not in each]


@pytest.mark.parametrize("name", ["chat.postMessage", "PUT /issue/{key}", "POST /issue/{key}/x"])
def test_only_what_reads_can_be_stale(name: str) -> None:
    with pytest.raises(ValueError, match="no call that reads"):
        Fault("stale", name=name)


@pytest.mark.parametrize(("when", "effect"), [("before", False), ("after", True)])
def test_a_hang_that_the_client_does_not_survive(
    box: Box,
    when: str,
    effect: bool,
) -> None:
    fault = box.faults.add(Fault("hang", name=NAME, when=when, seconds=30))  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(box.slack_url + NAME, {"name": "ds-1"}, headers=headers, timeout=0.2)
    assert fault.hit.is_set()
    # The client is gone, and with it the effect that was still to come.
    soon(lambda: box.calls[-1].error == "connection cut")
    assert made(box) is effect


def test_a_client_killed_while_it_waits(box: Box) -> None:
    fault = box.faults.add(Fault("hang", name=NAME, when="after", seconds=60))
    program = (
        "import sys; from slack_sdk import WebClient;"
        "WebClient(token=sys.argv[1], base_url=sys.argv[2]).conversations_create(name='ds-1')"
    )
    arguments = [sys.executable, "-c", program, BOT_TOKEN, box.slack_url]
    with subprocess.Popen(arguments) as process:
        assert fault.hit.wait(10)
        process.kill()
    assert made(box)
    soon(lambda: box.calls[-1].error == "connection cut")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hang_holds_one_answer_and_stops_no_other(box: Box, slack: Slack, when: str) -> None:
    box.faults.add(Fault("hang", name=NAME, when=when, seconds=0.3))  # type: ignore[arg-type]
    begun = time.monotonic()
    slow = threading.Thread(target=slack.channel, args=("ds-1",))
    slow.start()
    soon(lambda: bool(box.calls))
    assert slack("auth.test")["ok"]
    assert slow.is_alive()
    slow.join()
    assert time.monotonic() - begun >= 0.3
    assert made(box)


def soon(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "never happened"
        time.sleep(0.005)


def test_faults_count_matching_calls(box: Box, slack: Slack) -> None:
    box.faults.add(Fault("slack_error", name="auth.test", nth=2, times=2))
    outcomes = []
    for _ in range(5):
        try:
            slack("auth.test")
            outcomes.append("ok")
        except SlackApiError as error:
            outcomes.append(error.response["error"])
        slack("conversations.list")
    assert outcomes == ["ok", "fatal_error", "fatal_error", "ok", "ok"]


def test_a_fault_without_an_end_and_the_end_of_all_faults(box: Box, slack: Slack) -> None:
    box.faults.add(Fault("slack_error", service="slack", times=None))
    assert [slack.code("auth.test") for _ in range(3)] == ["fatal_error"] * 3
    box.faults.clear()
    assert slack("auth.test")["ok"]


def test_faults_keep_to_their_service(box: Box, slack: Slack, rest: Rest, rest_dc: Rest) -> None:
    box.faults.add(Fault("status", service="jira-dc", times=None))
    assert slack("auth.test")["ok"]
    assert rest("GET", "myself").status_code == 200
    assert rest_dc("GET", "myself").status_code == 500


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"nth": 0}, {"times": 0}, {"when": "now"}])
def test_faults_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fault|count"):
        Fault(**{"kind": "drop", **wrong})  # type: ignore[arg-type]
