"""`escalate check` as people and workflows run it."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from checking import ONE, TWO, escalate, standard
from repos import Repo

from reconciler.check.rules.examples import POLICY, RESOLUTION, ROSTER, WITHDRAWN

pytestmark = pytest.mark.usefixtures("screens")

ROOT = Path(__file__).resolve().parents[2]


def test_the_files_of_this_repository_have_nothing_to_mend(tmp_path: Path) -> None:
    for name in ("escalations", "config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    ran = escalate("check", "--repo", tmp_path)
    assert (ran.status, ran.out) == (0, "12 files, no problems found.\n")


def test_findings_have_status_1_and_are_told_with_place_and_remedy(repo: Repo) -> None:
    repo.write({ONE: standard(contact="ravi")})
    ran = escalate("check", "--repo", repo.path)
    assert ran.status == 1
    assert ran.out == GOLDEN


GOLDEN = """\
escalations/2026/DS-1042.yaml:10:10: error: role-contact
  │ ravi is not client-facing, so ravi cannot be the contact.
  │   10 │ contact: ravi
  │      │          ^^^^
  │ → Name a person from a client-facing team who stays reachable.

3 files, 1 error, 0 warnings.
More about a rule: escalate explain role-contact
"""


def test_a_warning_alone_has_status_0(repo: Repo) -> None:
    (repo.path / ONE).chmod(0o755)
    ran = escalate("check", "--repo", repo.path)
    assert ran.status == 0
    assert "file-executable" in ran.out


@pytest.mark.parametrize("arguments", [["--base", "nope"], ["--base=--all"]])
def test_an_unknown_base_is_wrong_usage(repo: Repo, arguments: list[str]) -> None:
    ran = escalate("check", "--repo", repo.path, *arguments)
    assert ran.status == 2
    assert "Fetch it" in ran.err


def test_a_folder_that_holds_nothing_is_wrong_usage(tmp_path: Path) -> None:
    ran = escalate("check", "--repo", tmp_path)
    assert ran.status == 2
    assert "--repo" in ran.err


def test_a_base_outside_git_is_wrong_usage(repo: Repo) -> None:
    shutil.rmtree(repo.path / ".git")
    assert escalate("check", "--repo", repo.path).status == 0
    ran = escalate("check", "--repo", repo.path, "--base", "main")
    assert ran.status == 2
    assert "not a git repository" in ran.err


def test_a_shallow_clone_is_wrong_usage(repo: Repo, tmp_path: Path) -> None:
    repo.commit({TWO: standard("DS-1043")})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    ran = escalate("check", "--repo", tmp_path / "shallow")
    assert ran.status == 2
    assert "--unshallow" in ran.err


def test_only_findings_of_the_named_paths_are_told(repo: Repo) -> None:
    repo.write({ONE: standard(contact="ravi"), TWO: standard("DS-1043", contact="hannah")})
    assert len(escalate("check", "--repo", repo.path, "--format=json").rules) == 2
    ran = escalate("check", "--repo", repo.path, "--format=json", repo.path / TWO)
    assert [finding["path"] for finding in ran.data["findings"]] == [TWO]
    folder = escalate("check", "--repo", repo.path, "--format=json", repo.path / "escalations")
    assert len(folder.rules) == 2
    assert escalate("check", "--repo", repo.path, repo.path / "config/policy.yaml").status == 0


@pytest.mark.parametrize("path", ["README.md", "../outside", "config/other.yaml"])
def test_a_path_that_is_not_ours_is_wrong_usage(repo: Repo, path: str) -> None:
    assert escalate("check", "--repo", repo.path, repo.path / path).status == 2


def test_json_has_a_shape_that_stays(repo: Repo) -> None:
    repo.write({ONE: standard(contact="ravi")})
    assert escalate("check", "--repo", repo.path, "--format=json").data == {
        "version": 1,
        "files": 3,
        "errors": 1,
        "warnings": 0,
        "findings": [
            {
                "rule": "role-contact",
                "severity": "error",
                "path": ONE,
                "line": 10,
                "column": 10,
                "length": 4,
                "message": "ravi is not client-facing, so ravi cannot be the contact.",
                "remedy": "Name a person from a client-facing team who stays reachable.",
            }
        ],
    }


def test_the_day_is_counted_by_arrival_at_the_given_time(repo: Repo) -> None:
    for number in range(1, 4):
        repo.commit({f"escalations/2026/DS-{number}.yaml": standard(f"DS-{number}")})
        repo.commit({f"escalations/2026/DS-{number}.yaml": standard(f"DS-{number}") + WITHDRAWN})
    repo.write({TWO: standard("DS-1043")})
    today = ["--format=json", "--now", repo.now.isoformat()]
    tomorrow = ["--format=json", "--now", (repo.now + timedelta(days=1)).isoformat()]
    ran = escalate("check", "--repo", repo.path, *today)
    assert ran.rules == ["limit-per-day"]
    assert ran.data["findings"][0]["path"] == TWO
    assert escalate("check", "--repo", repo.path, *tomorrow).rules == []


def test_the_day_ends_at_midnight_of_the_policy_and_not_of_utc(repo: Repo) -> None:
    # 15:00 UTC is 10:00 in New York; at 04:30 UTC it is still the same day there.
    for number in range(1, 4):
        repo.commit({f"escalations/2026/DS-{number}.yaml": standard(f"DS-{number}")})
        repo.commit({f"escalations/2026/DS-{number}.yaml": standard(f"DS-{number}") + WITHDRAWN})
    repo.write({TWO: standard("DS-1043")})
    late = repo.now.replace(hour=4, minute=30) + timedelta(days=1)
    after = late + timedelta(hours=1)
    ask = ["check", "--repo", repo.path, "--format=json", "--now"]
    assert escalate(*ask, late.isoformat()).rules == ["limit-per-day"]
    assert escalate(*ask, after.isoformat()).rules == []


def test_colour_is_for_terminals_only(repo: Repo) -> None:
    repo.write({ONE: standard(contact="ravi")})
    assert "\x1b" not in escalate("check", "--repo", repo.path).out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal_unless_told_not_to(
    repo: Repo, variables: dict[str, str], *, coloured: bool
) -> None:
    import pty  # noqa: PLC0415 - not everywhere

    repo.write({ONE: standard(contact="ravi")})
    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "TERM"}}
    done = subprocess.run(
        [Path(sys.executable).parent / "escalate", "check", "--repo", repo.path],
        stdout=theirs,
        env=environment | {"TERM": "xterm"} | variables,
        check=False,
    )
    os.close(theirs)
    text = os.read(ours, 100_000)
    os.close(ours)
    assert done.returncode == 1
    assert (b"\x1b[31m" in text) is coloured


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    for name in ("escalations", "config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    code = (
        "import sys; from reconciler.cli.main import cli;"
        f"cli(['check', '--repo', {str(tmp_path)!r}], standalone_mode=False);"
        "print([n for n in ('rich', 'git', 'jira', 'slack_sdk', 'requests', 'uvicorn')"
        " if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_policy_and_roster_are_judged_when_there_is_no_base(repo: Repo) -> None:
    repo.write({"config/policy.yaml": POLICY + "always_include: [nobody]\n"})
    ran = escalate("check", "--repo", repo.path, "--format=json")
    assert ran.rules == ["policy-reference"]
    assert ran.data["findings"][0]["line"] == POLICY.count("\n") + 1


def test_a_broken_policy_is_told_and_so_are_broken_escalations(repo: Repo) -> None:
    repo.write({"config/policy.yaml": "version: 1\n", ONE: "ticket: DS-1042\nnope: 1\n"})
    rules = set(escalate("check", "--repo", repo.path, "--format=json").rules)
    assert rules == {"missing-key", "unknown-key"}


def test_what_is_over_is_not_judged_by_the_roster_of_today(repo: Repo) -> None:
    ended = standard("DS-1043").replace("priya", "hannah") + WITHDRAWN.replace("priya", "hannah")
    repo.commit({TWO: ended + "assignee: dmitri\n"})
    gone = "".join(line for line in ROSTER.splitlines(keepends=True) if "dmitri" not in line)
    gone = gone.replace("lead: dmitri", "lead: hannah").replace("\n  dmitri:", "")
    repo.write({"config/roster.yaml": gone})
    assert escalate("check", "--repo", repo.path, "--format=json").rules == []
    repo.write(
        {TWO: ended.replace(WITHDRAWN.replace("priya", "hannah"), "") + "assignee: dmitri\n"}
    )
    assert escalate("check", "--repo", repo.path, "--format=json").rules == ["unknown-person"]


def test_resolving_in_the_working_tree_is_fine(repo: Repo) -> None:
    repo.write({ONE: standard() + "assignee: dmitri\n" + RESOLUTION})
    assert escalate("check", "--repo", repo.path).status == 0
