"""`escalate report` over real histories: what counts, when, and what is unknown."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from company import TOP, escalation, resolution
from merge_policy import merge_policy
from repos import Repo

from reconciler.cli.report import report
from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    AdmissionState,
    FiledRecord,
    Record,
)
from reconciler.model.policy import AcknowledgementMeans
from reconciler.services.environment import begin
from reconciler.services.git.audit_write import record

pytestmark = pytest.mark.usefixtures("screens")

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)  # ten in the morning in New York
WITHDRAWN = {"by": "priya", "reason": "A mistake."}
EPISODE = {
    key: escalation("DS-1")[key] for key in ("impact", "reason", "initiator", "contact", "assignee")
}


class History(Repo):
    """The example company's repository, told what happens when."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.at(MONDAY - timedelta(days=3))
        self.set_policy()
        self.at(MONDAY)

    def at(self, moment: datetime) -> None:
        self.now = moment - timedelta(hours=1)

    def later(self, **span: float) -> None:
        """The next commit comes so much after the last."""
        self.now += timedelta(**span) - timedelta(hours=1)

    def set_policy(self, **changes: Any) -> None:
        config = {
            name: Path(TOP, f"config/{name}.yaml").read_text() for name in ("policy", "roster")
        }
        config["policy"] = yaml.safe_dump(yaml.safe_load(merge_policy()) | changes)
        self.commit({f"config/{name}.yaml": text for name, text in config.items()})

    def declare(self, *tickets: str, **changes: Any) -> str:
        files = {
            f"escalations/2026/{each}.yaml": yaml.safe_dump(
                json.loads(json.dumps(escalation(each, **changes)))
            )
            for each in tickets
        }
        return self.commit(files)

    def record(self, *records: Record) -> None:
        entries = [FiledRecord(f"audit/2026/{each.ticket}.jsonl", each) for each in records]
        assert not record(self.path, entries, None, self.now).problem

    def run(self, *arguments: str, days: float = 9, status: int = 0) -> Result:
        now = (self.now + timedelta(days=days)).isoformat()
        given = ["--repo", str(self.path), "--now", now, *arguments]
        begin()
        done = CliRunner().invoke(report, given, standalone_mode=False)
        assert done.exception is None, done.output
        assert done.return_value == status, done.output
        return done

    def told(self, *arguments: str, **more: Any) -> dict[str, Any]:
        return dict(json.loads(self.run("--json", *arguments, **more).stdout))

    def total(self, *arguments: str, **more: Any) -> dict[str, Any]:
        return dict(self.told(*arguments, **more)["total"])


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "repo")


def known(*seconds: int) -> dict[str, Any]:
    ordered = sorted(seconds)
    middle = ordered[(len(ordered) - 1) // 2]
    high = ordered[-(-len(ordered) * 9 // 10) - 1]
    return {
        "known": len(seconds),
        "unknown": 0,
        "median_seconds": middle,
        "p90_seconds": high,
    }


HOUR = 3600


def test_a_life_is_timed_from_the_commit_that_brought_it(history: History):
    history.declare("DS-1", assignee=None)
    history.later(hours=2)
    history.declare("DS-1")
    history.later(hours=3)
    history.declare("DS-1", assignee="nadia")
    history.later(hours=5)
    history.declare("DS-1", assignee="nadia", resolution=resolution())
    total = history.total()
    assert (total["escalated"], total["resolved"], total["open"]) == (1, 1, 0)
    assert total["to_assign"] == known(2 * HOUR)
    assert total["to_resolve"] == known(10 * HOUR)
    assert total["to_acknowledge"]["unknown"] == 1


def test_everything_counts_in_the_month_in_which_it_happens(history: History):
    history.at(datetime(2026, 11, 1, 3, 30, tzinfo=UTC))  # still October in New York
    history.declare("DS-1")
    history.at(datetime(2026, 11, 1, 4, 30, tzinfo=UTC))
    history.declare("DS-2", assignee="nadia")
    history.declare("DS-1", resolution=resolution())
    told = {each["key"]: each["figures"] for each in history.told()["by_month"]}
    assert list(told) == ["2026-10", "2026-11"]
    october, november = told.values()
    assert (october["escalated"], october["resolved"], october["open"]) == (1, 0, 1)
    assert (november["escalated"], november["resolved"], november["open"]) == (1, 1, 1)
    assert october["to_resolve"]["known"] == 0
    assert november["to_resolve"] == known(2 * HOUR)


def test_a_month_that_is_over_keeps_its_figures(history: History):
    history.declare("DS-1")
    before = history.told("--month", "2026-11", days=40)
    history.later(days=45)
    history.declare("DS-1", resolution=resolution())
    history.declare("DS-2")
    after = history.told("--month", "2026-11", days=1)
    assert after["total"] == before["total"]
    assert history.told("--month", "2026-12", days=1)["month_before"] == before["total"]


def test_the_day_s_limit_is_met_once_however_long_it_holds(history: History):
    for number, person in enumerate(["dmitri", "nadia", "felix", "mei"], 1):
        history.declare(f"DS-{number}", assignee=person)
    told = history.told(days=0.1)
    assert told["total"]["limits"] == {"day": 1, "active": 0, "assignee": 0, "impact": 0}
    assert [(each["ticket"], each["what"]) for each in told["limits_met"]] == [("DS-4", "day")]
    assert told["total"]["to_assign"]["known"] == 3, "what is held is nobody's yet"
    # It is admitted, and assigned, at midnight in New York: 18:00 UTC to 05:00 UTC.
    assert history.total()["to_assign"] == known(0, 0, 0, 11 * HOUR)


def test_a_busy_assignee_is_a_limit(history: History):
    history.declare("DS-1")
    history.declare("DS-2", assignee=None)
    history.later(hours=2)
    history.declare("DS-2")
    history.later(hours=4)
    history.declare("DS-1", resolution=resolution())
    total = history.total()
    assert total["limits"]["assignee"] == 1
    assert total["to_assign"] == known(0, 6 * HOUR), "it counts once the first is resolved"


def test_an_override_counts_if_its_giver_may_and_shows_what_it_overrode(history: History):
    history.declare("DS-1")
    history.declare("DS-2", override={"by": "hannah", "reason": "Payroll."})
    history.declare("DS-3", assignee="nadia", override={"by": "priya", "reason": "Please."})
    told = history.told()
    assert told["total"]["overrides"] == 1
    assert [(each["ticket"], each["what"]) for each in told["overrides"]] == [("DS-2", "hannah")]
    assert told["total"]["limits"]["assignee"] == 1
    assert told["total"]["to_assign"]["known"] == 3


def test_low_impact_is_a_limit(history: History):
    impact = {**escalation("DS-1")["impact"], "level": "low"}
    history.declare("DS-1", impact=impact)
    assert history.total()["limits"]["impact"] == 1


@pytest.mark.parametrize("over", [{"resolution": resolution()}, {"withdrawn": WITHDRAWN}])
def test_a_reopened_one_counts_again(history: History, over: dict[str, Any]):
    history.declare("DS-1")
    history.declare("DS-1", **over)
    history.later(days=2)
    history.declare("DS-1", **over, episodes=[EPISODE])
    told = history.told()
    assert (told["total"]["escalated"], told["total"]["reopened"], told["total"]["open"]) == (
        2,
        1,
        1,
    )
    assert [each["ticket"] for each in told["reopenings"]] == ["DS-1"]
    assert told["total"]["resolved"] + told["total"]["withdrawn"] == 1


def test_resolved_and_reopened_in_one_commit(history: History):
    history.declare("DS-1")
    history.declare("DS-1", resolution=resolution(), episodes=[EPISODE])
    total = history.total()
    assert (total["resolved"], total["reopened"], total["open"]) == (1, 1, 1)


def test_assigned_and_resolved_in_one_commit(history: History):
    history.declare("DS-1", assignee=None)
    history.declare("DS-1", resolution=resolution())
    total = history.total()
    assert total["to_assign"] == total["to_resolve"] == known(HOUR)


def test_a_file_that_goes_is_neither_resolved_nor_withdrawn(history: History):
    history.declare("DS-1")
    history.git("rm", "-q", "escalations/2026/DS-1.yaml")
    history.commit()
    total = history.total()
    assert (total["dropped"], total["resolved"], total["withdrawn"], total["open"]) == (1, 0, 0, 0)


def test_a_file_that_moves_goes_on(history: History):
    history.declare("DS-1")
    (history.path / "escalations/2025").mkdir()
    history.git("mv", "escalations/2026/DS-1.yaml", "escalations/2025/DS-1.yaml")
    history.commit()
    total = history.total()
    assert (total["escalated"], total["reopened"], total["dropped"], total["open"]) == (1, 0, 0, 1)


def test_what_came_already_over_is_unknown_and_counted_nowhere_else(history: History):
    history.declare("DS-1", resolution=resolution())
    history.declare("DS-2", withdrawn=WITHDRAWN, episodes=[EPISODE | {"withdrawn": WITHDRAWN}])
    history.declare("DS-1", resolution=resolution(mitigation="It was renewed."))
    total = history.total()
    assert total["already_over"] == 3
    assert [total[name] for name in ("escalated", "resolved", "withdrawn", "open")] == [0, 0, 0, 0]
    assert total["to_resolve"] == {
        "known": 0,
        "unknown": 0,
        "median_seconds": None,
        "p90_seconds": None,
    }
    assert "Already ended" in history.run().stdout


def test_a_file_that_breaks_goes_on_and_one_never_readable_is_told(history: History):
    history.declare("DS-1")
    history.commit({"escalations/2026/DS-1.yaml": "ticket: ["})
    history.commit({"escalations/2026/DS-2.yaml": "ticket: ["})
    told = history.told()
    assert (told["total"]["escalated"], told["total"]["open"]) == (1, 1)
    assert any("1 file(s) could never be read" in each for each in told["notes"])


def test_a_forged_date_earns_nothing(history: History):
    history.declare("DS-1")
    history.later(hours=2)
    files = {
        "escalations/2026/DS-1.yaml": yaml.safe_dump(escalation("DS-1", resolution=resolution()))
    }
    history.commit(files, at=MONDAY - timedelta(days=400))
    history.later(hours=3)
    history.commit()
    assert history.total()["to_resolve"] == known(5 * HOUR), "timed by the next honest commit"


# Teams


def test_the_team_is_that_of_the_roster_of_the_time(history: History):
    path = "config/roster.yaml"
    before = (history.path / path).read_text()
    history.declare("DS-1")
    roster = yaml.safe_load(before)
    roster["people"]["priya"]["team"] = "payments"
    history.commit({path: yaml.safe_dump(roster)})
    history.declare("DS-2", assignee="nadia")
    del roster["people"]["priya"]
    history.commit({path: yaml.safe_dump(roster)})
    history.declare("DS-3", assignee="felix")
    history.commit({path: "people: ["})
    history.declare("PLAT-4", assignee="yusuf")
    told = history.told()
    found = {each["key"]: each["figures"]["escalated"] for each in told["by_team"]}
    assert found == {"client-success": 1, "payments": 1, None: 2}
    assert any("The team of 2 is unknown" in each for each in told["notes"])
    assert "(unknown)" in history.run().stdout
    assert "(unknown)" in history.run("--markdown").stdout


# Acknowledgements


def acknowledged(ticket: str, commit: str, ready: datetime | None, at: datetime) -> Record:
    return AcknowledgementRecord(
        at=at,
        run="1/1",
        commit=commit,
        ticket=ticket,
        means=AcknowledgementMeans.REVIEW,
        by="hannah",
        pull_request=1,
        brought_by=commit,
        acknowledged_at=at,
        ready_at=ready,
    )


def test_how_long_an_acknowledgement_took_comes_from_the_audit_branch(history: History):
    history.set_policy(acknowledgement="review")
    history.at(MONDAY)
    one, two = history.declare("DS-1"), history.declare("DS-2", assignee="nadia")
    three = history.declare("DS-3", assignee="felix")
    history.record(
        acknowledged("DS-1", one, MONDAY - timedelta(minutes=12), MONDAY),
        acknowledged("DS-2", two, None, MONDAY),
        acknowledged("DS-3", three, MONDAY + timedelta(hours=9), MONDAY),
    )
    told = history.told()
    assert told["total"]["to_acknowledge"] == known(12 * 60) | {"unknown": 2}


def test_without_the_audit_branch_it_is_unknown_and_the_reader_told(history: History):
    history.set_policy(acknowledgement="review")
    history.declare("DS-1")
    told = history.told()
    assert told["total"]["to_acknowledge"]["unknown"] == 1
    assert any("git fetch origin audit" in each for each in told["notes"])


@pytest.mark.parametrize("state", AdmissionState)
def test_nobody_acknowledged_what_is_recorded_as_held_for_it(
    history: History, state: AdmissionState
):
    history.set_policy(acknowledgement="review")
    commit = history.declare("DS-1")
    why = "it is not acknowledged: nobody has" if state is AdmissionState.HELD else ""
    history.record(
        AdmissionRecord(
            at=history.now,
            run="1/1",
            commit=commit,
            ticket="DS-1",
            state=state,
            since=history.now,
            reason=why,
        )
    )
    total = history.total()
    is_held = state is AdmissionState.HELD
    assert total["to_acknowledge"]["unknown"] == (0 if is_held else 1)
    assert total["to_assign"]["known"] == (0 if is_held else 1)
    assert total["open"] == 1


def test_lines_that_cannot_be_read_are_told(history: History):
    history.record(acknowledged("DS-1", history.declare("DS-1"), None, MONDAY))
    history.git("checkout", "-q", "audit")
    path = history.path / "audit/2026/DS-1.jsonl"
    history.commit({"audit/2026/DS-1.jsonl": path.read_text() + "nonsense\n"})
    history.git("checkout", "-q", "main")
    assert any("1 line(s) of the audit branch" in each for each in history.told()["notes"])


# Asking


def test_desks_and_days(history: History):
    history.declare("DS-1")
    history.declare("PLAT-2", assignee="yusuf")
    assert [each["key"] for each in history.told()["by_desk"]] == ["DS", "PLAT"]
    assert history.total("--desk", "PLAT")["escalated"] == 1
    assert history.total("--desk", "PLAT", "--desk", "DS")["escalated"] == 2
    assert history.total("--since", "2026-11-02", "--until", "2026-11-02")["escalated"] == 2
    assert history.total("--since", "2026-11-03")["escalated"] == 0
    assert history.total("--until", "2026-11-01")["escalated"] == 0
    assert history.told("--month", "last", days=30)["month"] == "2026-11"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--desk", "PLATT"), "Did you mean PLAT?"),
        (("--desk", "\x1b[31m"), "has a desk"),
        (("--month", "November"), "no month such as 2026-11"),
        (("--month", "2026-11", "--since", "2026-11-02"), "Give --month"),
        (("--since", "2026-11-05", "--until", "2026-11-01"), "is after the last day"),
        (("--since", "yesterday"), "does not match the format"),
    ],
)
def test_wrong_usage(history: History, arguments: tuple[str, ...], message: str):
    given = ["--repo", str(history.path), *arguments]
    done = CliRunner().invoke(report, given)
    assert done.exit_code == 2
    assert message in " ".join(done.output.split())
    assert "\x1b" not in done.output


def test_a_repository_without_a_policy(tmp_path: Path):
    repo = History.__new__(History)
    Repo.__init__(repo, tmp_path / "repo")
    repo.declare("DS-1")
    told = repo.told()
    assert told["total"]["escalated"] == 0
    assert told["time_zone"] == "UTC"
    assert any("never had a policy" in each for each in told["notes"])


def test_outside_of_git_and_in_a_shallow_clone(history: History, tmp_path: Path):
    outside = History.__new__(History)
    outside.path, outside.now = tmp_path, MONDAY
    assert "git" in outside.run(status=2).stderr
    clone = History.__new__(History)
    clone.path, clone.now = tmp_path / "clone", MONDAY
    history.git("clone", "-q", "--depth", "1", f"file://{history.path}", str(clone.path))
    assert "shallow" in clone.run(status=2).stderr


def test_every_form_says_the_same(history: History):
    history.declare("DS-1")
    history.declare("DS-1", resolution=resolution())
    history.declare("PLAT-2", assignee="yusuf")
    told = history.told()
    rows = list(csv.DictReader(io.StringIO(history.run("--csv").stdout)))
    assert [rows[0]["by"], rows[0]["escalated"], rows[0]["to_resolve_median_seconds"]] == [
        "all",
        str(told["total"]["escalated"]),
        str(told["total"]["to_resolve"]["median_seconds"]),
    ]
    assert rows[0]["to_acknowledge_median_seconds"] == "", "unknown is empty, not nought"
    named = {(each["by"], each["key"]) for each in rows}
    for name in ("month", "desk", "team", "impact"):
        assert {key for by, key in named if by == name} == {
            each["key"] for each in told[f"by_{name}"]
        }
    assert "Escalated 2" in " ".join(history.run().stdout.split())
    assert "| Escalated | 2 |" in history.run("--markdown").stdout
