"""What runs remember of merged pull requests, on the audit branch."""

import json
from typing import Any

from hub import Hub

TICKET, OTHER = "DS-1071", "DS-1072"
FILE = "consents/2026.jsonl"


def lines(hub: Hub) -> list[dict[str, Any]]:
    hub.git("fetch", "--quiet", "origin", "+audit:refs/remotes/origin/audit")
    listed = hub.git("ls-tree", "--name-only", "origin/audit", FILE)
    text = hub.git("show", f"origin/audit:{FILE}") if listed else ""
    return [json.loads(each) for each in text.splitlines()]


def asked(hub: Hub) -> list[str]:
    return [each.name for each in hub.box.calls if each.service == "github"]


def merged(hub: Hub, ticket: str = TICKET, *, approved: bool = True) -> int:
    number = hub.propose(ticket)
    if approved:
        hub.review(number)
    hub.merge(number)
    return number


def run(hub: Hub, status: int = 0) -> str:
    """A run on a clone that has fetched everything, as the workflow's has."""
    hub.git("fetch", "--quiet", "origin")
    hub.box.clear_calls()
    return hub.reconcile("--record", status=status)


def test_a_merged_pull_request_is_read_once(hub: Hub):
    number = merged(hub)
    run(hub)
    (line,) = lines(hub)
    assert (line["pull_request"], "lacks" in line) == (str(number), False)
    assert len([each for each in asked(hub) if "/issues/" in each or "activity" in each]) == 2
    subject = hub.git("log", "-1", "--format=%s", "origin/audit")
    assert subject.startswith("Record run")
    assert "Nothing to do" in run(hub)
    assert asked(hub) == ["GET /repos/{owner}/{repo}/pulls"]
    assert len(lines(hub)) == 1
    assert hub.escalate("history", "--verify").returncode == 0


def test_a_run_with_only_that_to_remember_records_it(hub: Hub):
    merged(hub)
    run(hub)
    hub.pass_time(minutes=5)
    hub.push("roster", {"config/roster.yaml": roster(hub) + "# The end.\n"})
    number = hub.open("roster", "Say where it ends")
    hub.review(number, "ines")
    hub.merge(number)
    run(hub)
    assert [each["pull_request"] for each in lines(hub)] == ["1", str(number)]
    run(hub)
    assert asked(hub) == ["GET /repos/{owner}/{repo}/pulls"]


def rewrite(hub: Hub, written: list[dict[str, Any]]) -> None:
    """Somebody who may push to the branch writes these lines."""
    text = "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in written)
    hub.push("audit", {FILE: text}, base="audit", who="owen")


def roster(hub: Hub) -> str:
    return hub.git("show", "HEAD:config/roster.yaml") + "\n"


def test_what_lacks_a_word_says_so_until_it_has_it(hub: Hub):
    number = merged(hub, approved=False)
    run(hub)
    assert hub.channels(TICKET) == []
    assert [each.get("lacks") for each in lines(hub)] == [True]
    hub.pass_time(hours=1)
    run(hub)
    assert len(lines(hub)) == 1, "nothing has changed"
    assert len(asked(hub)) == 2, "the open ones, and the timeline of this one"
    hub.review(number)
    run(hub)
    assert len(hub.channels(TICKET)) == 1
    assert [each.get("lacks") for each in lines(hub)] == [True, None]
    run(hub)
    assert asked(hub) == ["GET /repos/{owner}/{repo}/pulls"]
    assert hub.escalate("history", "--verify").returncode == 0


def test_a_line_that_somebody_wrote_is_ignored(hub: Hub):
    number = merged(hub, approved=False)
    run(hub)
    (line,) = lines(hub)
    words = {"account": 4011, "login": "hannah-weiss", "at": line["merged_at"], "approved": True}
    forged = {**line, "answered": [words], "read_at": "2027-01-01T00:00:00Z"}
    rewrite(hub, [line, forged])
    run(hub)
    assert hub.channels(TICKET) == []
    rewrite(hub, [{**forged, "seal": "0" * 64}])
    run(hub)
    assert hub.channels(TICKET) == []
    assert "GET /repos/{owner}/{repo}/activity" in asked(hub), "it was read anew"
    hub.review(number)
    run(hub)
    assert len(hub.channels(TICKET)) == 1
