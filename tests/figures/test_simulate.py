"""`escalate simulate` over a real history, in every format."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from figures.test_report import MONDAY, History

from reconciler.cli.simulate import simulate
from reconciler.model.audit import AdmissionRecord, AdmissionState
from reconciler.model.simulation import Simulation

pytestmark = pytest.mark.usefixtures("screens")
NOW = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four escalations in a day, of which DS-3 waits in truth and one ends early."""
    made = History(tmp_path_factory.mktemp("simulate") / "repo")
    at = MONDAY
    made.at(at)
    made.declare("DS-1")
    made.declare("DS-2", assignee="mei")
    made.declare("DS-3")  # dmitri is busy
    made.declare("DS-2", assignee="mei", withdrawn={"by": "priya", "reason": "A mistake."})
    made.later(days=2)
    made.declare("DS-1", withdrawn={"by": "priya", "reason": "A mistake."})
    made.record(
        AdmissionRecord(
            at=made.now,
            run="1/1",
            commit="c" * 40,
            ticket="DS-1",
            state=AdmissionState.ADMITTED,
            since=made.now,
        )
    )
    return made.path


def run(folder: Path, *arguments: str, status: int = 0) -> str:
    given = ["--repo", str(folder), "--now", NOW.isoformat(), *arguments]
    done = CliRunner().invoke(simulate, given, standalone_mode=False)
    assert done.exception is None, done.output
    assert done.return_value == status
    return done.stdout


@pytest.mark.parametrize("style", ["text", "markdown", "csv"])
def test_other_limits(history: Path, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = run(history, "--active", "1", "--desk", "DS", "--format", style)
    assert max(len(line) for line in text.splitlines()) <= (80 if style == "text" else 300)


def test_json_is_of_its_schema(history: Path) -> None:
    made = json.loads(run(history, "--per-day", "1", "--per-assignee", "2", "--format", "json"))
    schema = Simulation.model_json_schema(mode="serialization")
    jsonschema.Draft202012Validator(schema).validate(made)
    assert made["version"] == 1
    assert Simulation.model_validate(made).escalated == 3


def test_limits_that_change_nothing(history: Path) -> None:
    assert "no wait" not in run(history, "--per-day", "30")


def test_what_is_not_given_or_not_known(tmp_path: Path) -> None:
    for words in ([], ["--per-day", "1", "--desk", "OPS"], ["--per-day", "-1"]):
        folder = tmp_path / "empty"
        History(folder) if not folder.exists() else None
        done = CliRunner().invoke(simulate, ["--repo", str(folder), *words])
        assert done.exit_code == 2


def test_no_repository(tmp_path: Path) -> None:
    run(tmp_path, "--per-day", "1", status=2)
