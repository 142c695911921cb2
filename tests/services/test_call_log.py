"""Nothing of a service's own words gets into a record of a call."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from reconciler.cli.log_options import LOG, JsonLines, LogFormat
from reconciler.redaction import register_token
from reconciler.services.call_log import CALLS, LoggedCall, log_event, log_wait
from reconciler.services.errors import ServiceError
from reconciler.services.retry import Retrier, RetryPolicy, TransientError
from reconciler.services.time_budget import TimeBudget, TimeSource

HOSTILE = "\x1b[2J::error::xoxb-hostile-token pwned"


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    LOG.begin()
    LOG.set_verbose(2)
    yield capsys
    LOG.begin()


def error(answer: str, code: str = "") -> ServiceError:
    return ServiceError("Jira", "GET myself", answer, code=code)


@pytest.mark.parametrize(
    ("status", "answer", "code", "shown"),
    [
        (503, f"HTTP 503: {HOSTILE}", "503", "HTTP 503"),
        (200, "channel_not_found", "channel_not_found", "channel_not_found"),
        (200, HOSTILE, HOSTILE, "refused"),
        (200, HOSTILE, "", "refused"),
        (None, "no answer in time", "", "no answer in time"),
        (None, "no connection: https://jira.example", "unreachable", "no connection"),
        (None, HOSTILE, HOSTILE, "failed"),
    ],
)
def test_results_are_words_of_ours(status: int | None, answer: str, code: str, shown: str):
    call = LoggedCall("Jira", "GET myself", 1, status)
    call.failed(error(answer, code))
    assert call.result == shown


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"X-AREQUESTID": "8d2f/1x2"}, "8d2f/1x2"),
        ({"x-slack-req-id": "abc"}, "abc"),
        ({"X-GitHub-Request-Id": "C0DE:1:2"}, "C0DE:1:2"),
        ({"x-slack-req-id": HOSTILE}, ""),
        ({"x-slack-req-id": "a" * 500}, ""),
        ({}, ""),
    ],
)
def test_ids_of_requests(headers: dict[str, str], shown: str):
    call = LoggedCall("Jira", "GET myself", 1)
    call.answered(200, headers)
    assert call.request_id == shown


@pytest.mark.parametrize("style", list(LogFormat))
def test_what_is_logged_is_harmless(stderr: pytest.CaptureFixture[str], style: LogFormat):
    LOG.set_style(style)
    register_token("s3cr3t-of-ours")
    log_event("call", f"{HOSTILE} s3cr3t-of-ours", {"call": f"{HOSTILE} s3cr3t-of-ours"})
    log_wait("Jira", HOSTILE, 2.0, f"Jira: {HOSTILE}")
    cause = ValueError(f"{HOSTILE}\n{HOSTILE} s3cr3t-of-ours")
    logging.getLogger("reconciler.services").debug("malformed", exc_info=cause)
    text = stderr.readouterr().err
    assert "pwned" in text
    for each in ("\x1b", "\n::", "xoxb-hostile", "s3cr3t"):
        assert each not in text


def test_lines_become_objects_however_they_are_written():
    stream = StringIO()
    lines = JsonLines(stream)
    for each in ("escalate: a", " b\n  → do c\n", "\n", "rest \x1b xoxb-hostile-token"):
        lines.write(each)
    lines.finish()
    found = [json.loads(each) for each in stream.getvalue().splitlines()]
    assert [(each["event"], each["text"]) for each in found] == [
        ("message", "escalate: a b"),
        ("remedy", "do c"),
        ("message", "rest \x1b [token]"),
    ]
    assert "\x1b" not in stream.getvalue()


def test_each_attempt_is_one_call(stderr: pytest.CaptureFixture[str]):
    failures = [TransientError(error("HTTP 503: x", "503"), rejected=False)] * 2

    def send() -> str:
        if failures:
            raise failures.pop()
        return "done"

    before = CALLS.counts["Jira"]
    assert Retrier("Jira", RetryPolicy()).call("GET myself", send, repeatable=True) == "done"
    assert CALLS.counts["Jira"] - before == 3
    lines = [line.partition(" ")[2] for line in stderr.readouterr().err.splitlines()]
    assert [line.rpartition(" ")[2] for line in lines if "attempt" in line] == ["1", "2", "3"]
    assert len([line for line in lines if "Pause" in line]) == 2


def test_waits_side_by_side_are_one_line(stderr: pytest.CaptureFixture[str]):
    now = 0.0
    shown: list[str] = []
    budget = TimeBudget(clock=TimeSource(lambda: now, lambda _: None), show=shown.append)
    for service, reason, seconds in (
        ("Jira", "HTTP 503", 2.0),
        ("Jira", "HTTP 503", 2.5),
        ("Jira", "HTTP 502", 0.5),
        ("Slack", "HTTP 503", 0.5),
    ):
        budget.pause(service, reason, seconds, repeatable=True)
    now = 3.0
    budget.pause("Jira", "HTTP 503", 0.5, repeatable=True)
    lines = stderr.readouterr().err.splitlines()
    kinds = [line.partition(" ")[2].partition(". Pause")[0] for line in lines]
    assert kinds == ["Jira: HTTP 503", "Jira: HTTP 502", "Slack: HTTP 503", "Jira: HTTP 503"]
    assert shown == [], "a wait that the log shows is not shown twice"
