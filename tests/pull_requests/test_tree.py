"""Whatever judges files goes by the history on which they stand, as the reconciler does."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from checking import escalate, standard
from repos import Repo

from reconciler.check.rules.examples import POLICY, ROSTER, WITHDRAWN
from reconciler.pull_requests.check_edit import Draft, new_findings, read_base

NOON = datetime(2026, 11, 17, 12, tzinfo=ZoneInfo("America/New_York"))


def path_of(number: int) -> str:
    return f"escalations/2026/DS-{number}.yaml"


def bring(repo: Repo, *numbers: int, at: datetime, end: str = "") -> None:
    files = {path_of(number): standard(f"DS-{number}") + end for number in numbers}
    repo.commit(files, at=at)


@pytest.fixture
def line(tmp_path: Path) -> Repo:
    """Yesterday a fourth was held and withdrawn, so it took no place; today two came."""
    repo = Repo(tmp_path / "repo")
    config = {"config/policy.yaml": POLICY, "config/roster.yaml": ROSTER}
    repo.commit(config, at=NOON - timedelta(days=2))
    yesterday = NOON - timedelta(days=1)
    bring(repo, 1, 2, 3, 4, at=yesterday)
    bring(repo, 1, 2, 3, 4, at=yesterday + timedelta(hours=1), end=WITHDRAWN)
    bring(repo, 5, 6, at=NOON)
    return repo


def rules_of_edit(repo: Repo, number: int) -> list[str]:
    draft = Draft(path_of(number), standard(f"DS-{number}").encode(), "Escalate")
    base = read_base(repo.path, remote=False)
    found = new_findings(repo.path, NOON + timedelta(hours=1), base, draft)
    return [each.rule for each in found.findings]


def test_an_edit_is_judged_by_who_was_admitted(line: Repo) -> None:
    assert rules_of_edit(line, 7) == []
    bring(line, 7, at=NOON + timedelta(minutes=10))
    assert rules_of_edit(line, 8) == ["limit-per-day"]


def test_an_edit_sees_what_is_not_committed_yet(line: Repo) -> None:
    line.write({path_of(7): standard("DS-7")})
    assert rules_of_edit(line, 8) == ["limit-per-day"]


def test_the_doctor_and_check_say_the_same(line: Repo) -> None:
    for last, status in ((7, 0), (8, 1)):
        line.write({path_of(last): standard(f"DS-{last}")})
        now = (NOON + timedelta(hours=1)).isoformat()
        checked = escalate("check", "--repo", line.path, "--now", now)
        doctored = escalate("doctor", "--repo", line.path, "--now", now)
        assert checked.status == status, checked.out
        assert ("no problems found" in doctored.out) is (status == 0), doctored.out
