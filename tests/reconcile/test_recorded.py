"""This version reads what the version before wrote: receipts, messages, comments, audit lines.

`recorded/README.md` lists the recorded escalations, each at another stage.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from company import TOP, resolution
from recordings import NAMES, Recording, load, receipts

from reconciler.cli.history import history
from reconciler.cli.report import report
from reconciler.model.audit import ChangeRecord
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.receipt import VERSION, Receipt
from reconciler.model.receipt_form import as_property, read_receipt
from reconciler.sandbox import Box

NEW_WORDS = {
    "cloud": {
        ("DS-987", "slack.announcement"),
        ("DS-987", "slack.reminder"),
        ("DS-987", "slack.summary"),
        ("DS-987", "slack.thread"),
        ("DS-1018", "slack.announcement"),
        ("DS-1018", "slack.brief"),
        ("DS-1029", "slack.announcement"),
        ("DS-1029", "slack.reminder"),
        ("DS-1029", "slack.thread"),
        ("DS-1035", "slack.announcement"),
        ("DS-1042", "jira.comment"),
        ("DS-1042", "slack.announcement"),
        ("DS-1042", "slack.brief"),
        ("DS-1057", "slack.announcement"),
        ("DS-1063", "slack.announcement"),
        ("DS-1063", "slack.reminder"),
        ("DS-1071", "slack.announcement"),
        ("DS-1071", "slack.reminder"),
        ("DS-1073", "slack.announcement"),
        ("DS-1074", "jira.comment"),
        ("DS-1074", "slack.announcement"),
        ("DS-1074", "slack.brief"),
        ("PLAT-305", "jira.comment"),
        ("PLAT-305", "slack.announcement"),
        ("PLAT-305", "slack.brief"),
        ("PLAT-311", "slack.announcement"),
        ("PLAT-311", "slack.reminder"),
        ("PLAT-318", "slack.announcement"),
    },
    "data-center": {
        ("DS-987", "slack.announcement"),
        ("DS-987", "slack.summary"),
        ("DS-987", "slack.thread"),
        ("DS-1042", "slack.announcement"),
        ("DS-1042", "slack.brief"),
        ("DS-1071", "slack.announcement"),
        ("DS-1074", "slack.announcement"),
        ("DS-1074", "slack.brief"),
    },
}
"""Ticket and facet of each sticky message whose text has changed since the recording.

The first run edits these messages and changes nothing else.
"""
ANSWER = ("DS-1073", "slack.thread")
"""The pull request #22 is over a limit. The first run answers its author, in one reply."""
ANSWERED = {"cloud": Counter({"#sre-escalations DS-1073 refused-22": 1}), "data-center": Counter()}
PHASES = {
    "cloud": {
        "DS-987": "resolved",
        "DS-1018": "assigned",
        "DS-1029": "resolved",
        "DS-1035": "withdrawn",
        "DS-1042": "assigned",
        "DS-1057": "held",
        "DS-1063": "acknowledged",
        "DS-1071": "proposed",
        "DS-1072": "assigned",
        "DS-1073": "proposed",
        "DS-1074": "assigned",
        "PLAT-305": "assigned",
        "PLAT-311": "acknowledged",
        "PLAT-318": "held",
    },
    "data-center": {
        "DS-987": "resolved",
        "DS-1042": "assigned",
        "DS-1071": "proposed",
        "DS-1074": "assigned",
    },
}
RECEIPTS = list(receipts())
REMINDER = re.compile(r"#\S+ (\S+ remind-\S+)")
UPDATE = re.compile(r"update-\d+(?:-e(\d+))?")


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def recording(name: str, box: Box, tmp_path: Path) -> Recording:
    return load(name, box, tmp_path / "repo")


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def in_version_3(old: dict[str, Any]) -> dict[str, Any]:
    """A receipt of version 1 in version 3, as docs/reference/receipt.md describes it.

    Updates are counted, not listed. No recording has a gap between its updates. Who acknowledged is
    no part of the receipt any more.
    """
    new = {key: each for key, each in old.items() if key != "acknowledged"} | {"v": VERSION}
    posted: dict[str, dict[str, Any]] = {}
    commented: Counter[str] = Counter()
    for kind, each in old.get("posts", {}).items():
        if found := UPDATE.fullmatch(kind):
            mark = posted.setdefault(found[1] or "1", {"count": 0, "ts": "0.0"})
            mark["count"] += 1
            mark["ts"] = max(mark["ts"], each["ts"], key=float)
    commented.update(
        found[1] or "1" for kind in old.get("comments", []) if (found := UPDATE.fullmatch(kind))
    )
    if posted:
        listed = {kind: each for kind, each in old["posts"].items() if not UPDATE.fullmatch(kind)}
        new |= {"posts": listed, "updates_posted": posted}
    if commented:
        listed_comments = [kind for kind in old["comments"] if not UPDATE.fullmatch(kind)]
        new |= {"comments": listed_comments, "updates_commented": dict(commented)}
    return new


@pytest.mark.parametrize(
    "old", [each for _, _, each in RECEIPTS], ids=[f"{name}-{key}" for name, key, _ in RECEIPTS]
)
def test_a_receipt_is_read_whole_and_written_in_this_version(old: dict[str, Any]):
    found = read_receipt(old)
    assert isinstance(found, Receipt)
    assert found.model_extra == {}
    assert set(found.posts) == set(old.get("posts", {}))
    assert list(found.comments) == old.get("comments", [])
    written = as_property(found)
    assert canonical(written) == canonical(in_version_3(old))
    again = read_receipt(json.loads(json.dumps(written)))
    assert isinstance(again, Receipt)
    assert json.dumps(as_property(again)) == json.dumps(written)


def sealing(name: str) -> Iterator[tuple[str, str]]:
    """What the first run does because the recorded receipts have no seal.

    Each escalation is read back, and its receipt written. The link to the channel is set again.
    Only the receipt knew the earlier channel of DS-1018.
    """
    yield from ((ticket, "jira.receipt") for where, ticket, _ in RECEIPTS if where == name)
    for where, ticket, old in RECEIPTS:
        if where == name and "remote_link" in old and ticket not in {"DS-1029", "DS-1072"}:
            yield ticket, "jira.remote_link"
    if name == "cloud":
        yield "DS-1018", "jira.comment"


def test_nothing_is_planned_but_new_words_and_seals(recording: Recording, name: str):
    with recording.working() as worker:
        plans = [worker.look(thorough=thorough).plan for thorough in (False, True)]
    for plan in plans:
        changes = {(each.ticket, it.facet) for each in plan.blocks for it in each.changes}
        answers = {ANSWER} if ANSWERED[name] else set()
        assert changes == NEW_WORDS[name] | set(sealing(name)) | answers
        actions = {
            it.action
            for each in plan.blocks
            for it in each.changes
            if it.facet not in {"jira.receipt", "jira.remote_link"}
            and (each.ticket, it.facet) not in answers
        }
        assert actions <= {Action.CHANGE}
        assert [it for each in plan.blocks for it in each.problems] == []
        assert (plan.notices, plan.diagnostics) == ((), ())
    assert {each.ticket: str(each.phase) for each in plans[1].blocks} == PHASES[name]


def people_chose(recording: Recording) -> dict[str, tuple[object, ...]]:
    """Label, priority and assignee of each ticket. People changed some of them."""
    issues = recording.box.world.jira.issues.items()
    return {key: (tuple(each.labels), each.priority, each.assignee) for key, each in issues}


@pytest.mark.sampled(1)
def test_nothing_is_posted_again(recording: Recording, name: str):
    """The first run seals the receipts and answers, and the second one changes nothing."""
    before, chosen = recording.posted(), people_chose(recording)
    for expected in ({Result.DONE}, set()):
        with recording.working() as worker:
            assert {each.result for each in worker.run()} == expected
        assert recording.posted() == before + ANSWERED[name]
        assert people_chose(recording) == chosen
    for thorough in (False, True):
        with recording.working() as worker:
            assert worker.look(thorough=thorough).plan.blocks == () or not [
                it
                for each in worker.look(thorough=thorough).plan.blocks
                for it in (*each.changes, *each.notices)
                if it.facet == "jira.receipt"
            ]


def test_what_is_read_back_is_what_was_recorded(recording: Recording, name: str):
    """Of each receipt all but what only it knows, such as replies of earlier episodes.

    DS-1072 was imported: people said what its receipt has as replies.
    """
    with recording.working() as worker:
        worker.run()
    issues, only_there = (
        recording.box.world.jira.issues,
        {
            "v",
            "invited",
            "earlier_channels",
            "acknowledged",
        },
    )
    for where, ticket, old in RECEIPTS:
        if where != name or old.get("archived"):
            continue  # nothing is left to do for an archived channel, and Slack does not list it
        found, known = issues[ticket].properties["escalation"], in_version_3(old)
        assert found.get("priority", {}).get("previous_id") == known.get("priority", {}).get(
            "previous_id"
        ), ticket
        parts = {"labelled", "assignee", "channel", "pinned"}
        if PHASES[name][ticket] in {"acknowledged", "assigned"}:
            parts |= {"acknowledged"}  # after the end, nothing depends on it
        for part in known.keys() & parts:
            assert found[part] == known[part], (ticket, part)
        for part in ("posts", "announcements", "bookmarks", "updates_posted"):
            assert found.get(part, {}).keys() >= known.get(part, {}).keys(), (ticket, part)
        latest = max(known.get("announcements", {}), key=len, default="").removeprefix(
            "announcement"
        )
        said = {kind for kind in known.get("replies", {}) if kind.endswith(latest)}
        assert ticket == "DS-1072" or found.get("replies", {}).keys() >= said, ticket
        imported = {"comments", "replies"} if ticket == "DS-1072" else set()
        assert not (known.keys() - found.keys() - only_there - imported), ticket


def carry_on(recording: Recording, *, thorough: bool = False) -> Counter[str]:
    """Apply what is left to do; the messages and comments that this posted."""
    before = recording.posted()
    with recording.working(thorough=thorough) as worker:
        assert {each.result for each in worker.run()} == {Result.DONE}
        left, _ = worker.left(thorough=False)
        assert left + worker.left(thorough=True)[0] == []
    assert before - recording.posted() == Counter()
    return recording.posted() - before - ANSWERED["cloud"]


@pytest.mark.sampled(1)
def test_a_lost_receipt_posts_nothing_again(recording: Recording, name: str):
    recording.lose_receipts()
    assert carry_on(recording, thorough=True) == {}
    tickets = {ticket for where, ticket, _ in RECEIPTS if where == name}
    issues = recording.box.world.jira.issues
    assert {key for key, each in issues.items() if "escalation" in each.properties} == tickets


@pytest.mark.sampled(1)
def test_an_assigned_escalation_is_carried_to_its_end(recording: Recording):
    ticket, channel = "DS-1074", "#ds-1074-something-fails-in-ds-1074"
    recording.declare(ticket, resolution=resolution(follow_ups=["PAY-641"]))
    assert carry_on(recording) == {
        f"{channel} {ticket} summary": 1,
        f"#sre-escalations {ticket} resolved": 1,
        f"{ticket} summary": 1,
    }
    issue = recording.box.world.jira.issues[ticket]
    assert (issue.labels, issue.priority) == ([], "Medium")
    assert issue.properties["escalation"]["v"] == VERSION


@pytest.mark.sampled(0)
@pytest.mark.parametrize("name", ["cloud"], indirect=True)
def test_a_pull_request_is_carried_to_an_acknowledged_escalation(recording: Recording):
    recording.merge("escalate/ds-1071", "hannah-weiss")
    assert carry_on(recording) == {
        "#sre-escalations DS-1071 acknowledged": 1,
        "DS-1071 acknowledged": 1,
    }


@pytest.mark.sampled(0)
@pytest.mark.parametrize("name", ["cloud"], indirect=True)
def test_a_reminder_stays_in_the_thread_where_it_was_posted(recording: Recording):
    """A day later, each reminder of either version is in one place."""
    recording.pass_time(days=1)
    before = Counter(REMINDER.findall("\n".join(recording.posted())))
    posted = carry_on(recording)
    found = Counter(REMINDER.findall("\n".join(recording.posted())))
    assert before
    assert found - before
    assert set(found.values()) == {1}
    assert any(each.startswith("#ds-1074") for each in posted if "remind-update" in each)


def run_json(command: Any, recording: Recording, *arguments: str) -> Any:
    given = ["--repo", str(recording.folder), "--now", recording.now.isoformat(), "--json"]
    done = CliRunner().invoke(command, [*given, *arguments], standalone_mode=False)
    assert done.exception is None, done.output
    assert not done.return_value, done.output
    return json.loads(done.stdout)


def test_the_audit_branch_passes_its_verification(recording: Recording):
    assert run_json(history, recording, "--verify")["findings"] == []


def test_each_audit_line_is_read_and_its_facet_is_explained(recording: Recording):
    page = (TOP / "docs" / "how-to" / "read-a-plan.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`((?:jira|slack)\.[a-z_]+)`", page))
    records = [each.record for each in recording.audit_lines()]
    assert records
    assert None not in records
    facets = {each.facet for each in records if isinstance(each, ChangeRecord)}
    assert len(facets) > 15
    assert facets - explained == set()


def test_history_has_a_moment_for_each_recorded_run(recording: Recording, name: str):
    runs: dict[str, set[str]] = {}
    for line in recording.audit_lines():
        assert line.record is not None
        runs.setdefault(line.record.ticket, set()).add(line.record.run)
    assert set(runs) <= set(PHASES[name])
    for ticket in ("DS-987", "DS-1042", "DS-1074"):
        shown = run_json(history, recording, ticket)
        sources = Counter(each["source"] for each in shown["moments"])
        assert (shown["state"], sources["audit"]) == (PHASES[name][ticket], len(runs[ticket]))


def test_report_counts_what_was_recorded(recording: Recording, name: str):
    total = run_json(report, recording)["total"]
    kinds = ("escalated", "reopened", "resolved", "withdrawn", "open")
    expected = {"cloud": [14, 2, 4, 1, 9], "data-center": [4, 1, 2, 0, 2]}
    assert [total[each] for each in kinds] == expected[name]
    reviewed = {"cloud": 13, "data-center": 0}
    assert total["to_acknowledge"]["known"] == reviewed[name]
