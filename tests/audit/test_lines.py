"""Lines are only ever added, and none twice."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    ChangeRecord,
    FiledRecord,
    OutcomeRecord,
    Record,
)
from reconciler.model.audit_branch import grown, line_of, path_of, read_lines
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.model.policy import AcknowledgementMeans

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PATH = "audit/2026/DS-1071.jsonl"
COMMIT = "a" * 40


def shared(run: str = "1/1", **more: Any) -> dict[str, Any]:
    return {"at": AT, "run": run, "commit": COMMIT, "ticket": "DS-1071"} | more


def admission(run: str, state: AdmissionState = AdmissionState.ADMITTED, **more: Any) -> Record:
    return AdmissionRecord(**shared(run), state=state, since=AT, **more)


def change(run: str, after: str = "ESCALATION", **more: Any) -> Record:
    facts: dict[str, Any] = {"action": Action.ADD, "after": after, "result": Result.DONE} | more
    return ChangeRecord(**shared(run), facet="jira.label", **facts)


def problem(run: str, *problems: str, **counts: int) -> Record:
    return OutcomeRecord(**shared(run), phase=Phase.ASSIGNED, problems=problems, **counts)


def add(old: bytes, *records: Record) -> bytes:
    files = {PATH: old} if old else {}
    return grown(files, [FiledRecord(PATH, each) for each in records]).get(PATH, old)


def told(content: bytes) -> list[str]:
    return [line.record.kind if line.record else "?" for line in read_lines(PATH, content)]


def test_a_line_is_ascii_and_reads_back():
    record = change("1/1", "caf\u00e9 \u2028 \u202e", answer="line\nbreak")
    line = line_of(record)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert [each.record for each in read_lines(PATH, line)] == [record]
    assert list(json.loads(line))[:6] == ["v", "at", "run", "commit", "ticket", "kind"]


def test_a_record_is_closed():
    with pytest.raises(ValidationError):
        ChangeRecord(**shared(), facet="jira.label", action="add", result="done", text="prose")
    with pytest.raises(ValidationError):
        OutcomeRecord(**shared(run="a b"), phase="assigned")


def test_what_is_there_stays_and_nothing_is_told_twice():
    once = add(b"", admission("1/1"), change("1/1"), problem("1/1", done=1))
    assert add(once, admission("1/1"), change("1/1"), problem("1/1", done=1)) == once
    twice = add(once, admission("2/1"), change("2/1", "x"), problem("2/1", done=1))
    assert twice.startswith(once)
    assert told(twice) == ["admission", "change", "outcome", "change", "outcome"]


def test_an_admission_is_told_when_it_is_new():
    held = {"state": AdmissionState.HELD, "reason": "DS has taken 3 of 3 escalations today"}
    content = add(b"", admission("1/1", **held))
    content = add(content, admission("2/1", **held))
    content = add(content, admission("3/1"))
    content = add(content, admission("4/1"), admission("5/1", override="hanna"))
    states = [line.record.state for line in read_lines(PATH, content)]  # type: ignore[union-attr]
    assert states == ["held", "admitted", "admitted"]


def test_a_problem_that_stays_is_told_once():
    content = add(b"", problem("1/1", "jira.ticket: gone"))
    assert add(content, problem("2/1", "jira.ticket: gone")) == content
    assert told(add(content, problem("3/1", "jira.ticket: moved"))) == ["outcome"] * 2


def test_an_acknowledgement_of_a_later_episode_is_told():
    first = AcknowledgementRecord(**shared(), means=AcknowledgementMeans.MERGE, brought_by=COMMIT)
    later = AcknowledgementRecord(
        **shared("2/1"), means=AcknowledgementMeans.MERGE, brought_by="b" * 40
    )
    again = AcknowledgementRecord(
        **shared("3/1"), means=AcknowledgementMeans.MERGE, brought_by="b" * 40
    )
    assert told(add(add(add(b"", first), later), again)) == ["acknowledgement"] * 2


def test_a_late_line_is_the_same_line():
    late = change("1/1").model_copy(update={"late": True})
    on_time = add(b"", change("1/1"))
    assert add(on_time, late) == on_time
    assert b'"late":true' in add(b"", late)


def test_unreadable_lines_stay():
    broken = b'{"v":9}\nnonsense'
    content = add(broken, change("1/1"))
    assert content.startswith(broken + b"\n")
    assert told(content) == ["?", "?", "change"]


def test_the_file_is_in_the_folder_of_the_escalations_year():
    assert path_of("escalations/2025/DS-9.yaml", "DS-9", 2026) == "audit/2025/DS-9.jsonl"
    assert path_of("elsewhere.yaml", "DS-9", 2026) == "audit/2026/DS-9.jsonl"


def test_seconds_are_enough():
    record = change("1/1").model_copy(update={"at": AT + timedelta(microseconds=5)})
    assert b"15:00:00+00:00" in line_of(record)
