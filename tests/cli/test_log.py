"""`-v` and `--log-format json`: what operators see of calls and waits. stdout stays as it is."""

import json
import re
from pathlib import Path

import pytest
from goldens import hold
from hub import TOP, Hub

from reconciler.cli.main import cli
from reconciler.sandbox import Fault

GOLDEN = Path(__file__).parent / "golden"
TICKET = "DS-1071"
UPDATE = {"at": "2026-11-23T15:00:00Z", "by": "hannah", "text": "The gateway is being restarted."}
CALL = re.compile(
    r"\d\d:\d\d:\d\d\.\d{3} (Jira|Slack|GitHub|git) (\S+|[A-Z]+ \S+): "
    r"([\w ]+), \d+ ms, attempt (\d+)(, request id [\w./:-]+)?"
)


@pytest.fixture
def updated(hub: Hub) -> Hub:
    """An escalation that is reconciled; an update of it is merged."""
    hub.begin(TICKET)
    number = hub.propose(TICKET, branch="update", title="Update", updates=[UPDATE])
    hub.agree(number)
    hub.merge(number)
    return hub


def normal(text: str) -> str:
    """Lines without what differs between two runs, sorted: calls run side by side."""
    for pattern, shown in (
        (r"\d\d:\d\d:\d\d\.\d{3}", "HH:MM:SS.mmm"),
        (r"\d+ ms", "N ms"),
        (r"sandbox-\d+", "sandbox-N"),
        (r"after [\d.]+ s", "after N s"),
        (r"(?:\d+ (?:h|min|s) )+of the run left", "TIME of the run left"),
        (r"[0-9a-f]{40}", "c" * 40),
        (r"\b[CU]0[A-Z0-9]{6,}\b", "ID"),
    ):
        text = re.sub(pattern, shown, text)
    return "".join(sorted(f"{line}\n" for line in text.splitlines()))


def calls(err: str) -> list[re.Match[str]]:
    return [found for line in err.splitlines() if (found := CALL.fullmatch(line))]


def objects(err: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in err.splitlines()]


WRITE = "PUT /issue/{key}/properties/{property}"


def test_a_line_for_each_call_and_each_wait(updated: Hub):
    updated.box.faults.add(Fault("status", name="chat.postMessage", status=429, retry_after=2))
    updated.box.faults.add(Fault("status", service="jira", name=WRITE, status=503))
    before = len(updated.box.calls)
    done = updated.escalate("apply", "--comment", "-v", "--workers", "1")
    sent = len(updated.box.calls) - before
    shown = calls(done.stderr)
    assert len([each for each in shown if each[1] != "git"]) == sent
    assert all(each[5] for each in shown if each[1] != "git")
    assert {each[4] for each in shown} == {"1", "2"}
    hold(GOLDEN / "calls.txt", normal(done.stderr))


def test_stdout_stays_as_it_is(updated: Hub):
    plain = updated.escalate("status")
    assert updated.escalate("status", "-v").stdout == plain.stdout
    told = updated.escalate("status", "-vv", "--log-format", "json")
    assert told.stdout == plain.stdout


def test_each_line_is_an_object(updated: Hub):
    updated.box.faults.add(Fault("status", service="jira", times=None, status=503))
    done = updated.escalate("apply", "-v", "--log-format", "json", "--budget", "1m", status=None)
    lines = objects(done.stderr)
    assert {each["version"] for each in lines} == {1}
    assert {"call", "wait", "message", "end"} <= {str(each["event"]) for each in lines}
    end = lines[-1]
    assert (end["event"], end["exit"]) == ("end", done.returncode)
    keys = sorted({(str(each["event"]), *each) for each in lines})
    page = (TOP / "docs/reference/logs.md").read_text("utf-8")
    assert [each for line in keys for each in line if f"`{each}`" not in page] == []
    hold(GOLDEN / "keys.txt", "".join(f"{' '.join(each)}\n" for each in keys))


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "arguments",
    [("doctor",), ("acknowledge", "--all"), ("form", "99"), ("plan",), ("status",), ("desks",)],
)
def test_every_command_takes_it(updated: Hub, arguments: tuple[str, ...]):
    now = arguments[0] != "desks"
    done = updated.escalate(*arguments, "-v", status=None, now=now)
    assert done.stderr.splitlines()[-1].partition(" ")[2].startswith("exit status "), done.stderr
    assert bool(calls(done.stderr)) == (arguments[0] != "desks")


def test_no_command_is_without_the_options():
    for name in cli.list_commands(None):  # type: ignore[arg-type]
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        names = [each.name for each in command.params]
        assert names.count("verbose") == names.count("log_format") == 1, name


def test_a_status_is_shown_once(updated: Hub):
    """The sandbox's text of a 503 is the status again, as that of some proxies is."""
    updated.box.faults.add(Fault("status", service="jira", times=None, status=503))
    done = updated.escalate("apply", "--budget", "1m", status=6)
    assert "HTTP 503" in done.stderr
    assert "HTTP 503: HTTP 503" not in done.stdout + done.stderr


def test_incomplete_is_not_called_applied(updated: Hub):
    """Status 6 may come with no change at all, so its words promise none."""
    updated.box.faults.add(Fault("status", service="slack", times=None, status=503))
    done = updated.escalate("apply", "--budget", "1m", status=6)
    text = done.stdout + done.stderr + updated.escalate("--help", now=False).stdout
    assert "in part" not in text
    assert "Nothing was done" not in text


def test_usage_errors_are_objects_as_well(hub: Hub):
    done = hub.escalate("apply", "--log-format", "json", "--cap", "x=1", status=2)
    assert [each["event"] for each in objects(done.stderr)][-2:] == ["message", "end"]


def test_actions_can_ask_for_more(updated: Hub, monkeypatch: pytest.MonkeyPatch):
    """GitHub sets RUNNER_DEBUG if somebody repeats a run with debug logging."""
    monkeypatch.setenv("RUNNER_DEBUG", "1")
    assert calls(updated.escalate("status").stderr)
