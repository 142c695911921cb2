"""`escalate check` where a limit depends on who acknowledged what is merged."""

import json
from typing import Any

import pytest
from company import escalation
from hub import Hub

from reconciler.sandbox import Fault

FULL = ("DS-1071", "DS-1072", "DS-1073")
NEW = "DS-1062"
PEOPLE = ("dmitri", "nadia", "felix")


def full(hub: Hub, *, reviewed: bool) -> None:
    """As many as the desk takes in a day are merged; the last with an approval or without."""
    for ticket, person in zip(FULL, PEOPLE, strict=True):
        number = hub.propose(ticket, assignee=person)
        if reviewed or ticket != FULL[-1]:
            hub.review(number)
        hub.merge(number)


def check(hub: Hub, *options: str, status: int, **changes: Any) -> list[dict[str, Any]]:
    """The findings of a check of one more, which is proposed on a branch."""
    hub.pull_main()
    base = hub.git("rev-parse", "HEAD")
    hub.propose(NEW, assignee=None, **changes)
    hub.git("fetch", "--quiet", "origin", f"escalate/{NEW.lower()}")
    hub.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    hub.box.calls.clear()
    words = ("check", "--base", base, "--author", "priya-raman", "--format", "json", *options)
    done = hub.escalate(*words, status=status, fresh=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def asked(hub: Hub) -> list[str]:
    return [call.name for call in hub.box.calls if call.name.startswith("GET /repos")]


def test_one_too_many_is_refused_because_github_says_what_is_acknowledged(hub: Hub):
    full(hub, reviewed=True)
    (finding,) = check(hub, status=1)
    assert (finding["rule"], finding["severity"]) == ("limit-per-day", "error")
    assert "DS has taken 3 of 3 escalations today" in finding["message"]
    assert len(asked(hub)) <= 3 * len(FULL)


def test_what_nobody_acknowledged_takes_no_place(hub: Hub):
    full(hub, reviewed=False)
    assert check(hub, status=0) == []


def test_without_github_it_is_a_warning_that_says_how_to_know(hub: Hub):
    full(hub, reviewed=True)
    (finding,) = check(hub, "--forge", "none", status=0)
    assert (finding["rule"], finding["severity"]) == ("limit-per-day", "warning")
    assert "this depends on reviews that the check could not read" in finding["message"]
    assert "GITHUB_TOKEN" in finding["remedy"]
    assert asked(hub) == []


@pytest.mark.parametrize("kind", ["status", "garbage"])
def test_so_it_is_while_github_cannot_tell(hub: Hub, kind: str):
    full(hub, reviewed=True)
    name = "GET /repos/{owner}/{repo}/issues/{number}/timeline"
    hub.box.faults.add(Fault(kind, name=name, times=None, status=404))  # type: ignore[arg-type]
    (finding,) = check(hub, status=0)
    assert finding["severity"] == "warning"


def test_github_is_not_asked_while_no_limit_depends_on_it(hub: Hub):
    assert check(hub, status=0) == []
    assert asked(hub) == []


def test_github_is_not_asked_what_files_alone_can_tell(hub: Hub):
    full(hub, reviewed=True)
    low = {**escalation(NEW)["impact"], "level": "low", "how_many": 1}
    findings = check(hub, status=1, impact=low)
    assert "limit-impact" in {each["rule"] for each in findings if each["severity"] == "error"}
    assert asked(hub) == []
