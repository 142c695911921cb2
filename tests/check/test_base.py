"""`escalate check --base`: what a pull request changes, judged by what it changes from."""

import pytest
from checking import ONE, TWO, Ran, escalate, standard
from repos import Repo

from reconciler.check.rules.examples import POLICY, RESOLUTION, ROSTER, WITHDRAWN

pytestmark = pytest.mark.usefixtures("screens")

PRIYA = "github: priya, team: client-success, role: manager"


@pytest.fixture
def branch(repo: Repo) -> Repo:
    """On the branch work, which departs from main."""
    repo.git("checkout", "-qb", "work")
    return repo


def check(repo: Repo) -> Ran:
    return escalate(
        *("check", "--repo", repo.path, "--base", "main", "--format", "json"),
        *("--now", repo.now.isoformat()),
    )


def test_nothing_changed_is_nothing_to_judge(branch: Repo) -> None:
    ran = check(branch)
    assert (ran.status, ran.data["files"]) == (0, 0)


def test_only_what_differs_is_judged(branch: Repo) -> None:
    branch.git("checkout", "-q", "main")
    branch.commit({TWO: standard("DS-1043", contact="ravi")})
    branch.git("checkout", "-qb", "later")
    branch.commit({"escalations/2026/DS-1044.yaml": standard("DS-1044", contact="hannah")})
    ran = check(branch)
    assert [finding["path"][-12:] for finding in ran.data["findings"]] == ["DS-1044.yaml"]
    assert ran.data["files"] == 1


def test_commits_on_main_after_the_branch_departed_are_not_ours(branch: Repo) -> None:
    branch.commit({TWO: standard("DS-1043")})
    branch.git("checkout", "-q", "main")
    branch.commit({"escalations/2026/DS-9.yaml": standard("DS-9")})
    branch.git("checkout", "-q", "work")
    assert check(branch).rules == []


def test_nobody_grants_themselves_rights(branch: Repo) -> None:
    roster = ROSTER.replace(
        "ravi, team: payments, role: engineer", "ravi, team: payments, role: lead"
    )
    assert roster != ROSTER
    branch.commit({"config/roster.yaml": roster, TWO: standard("DS-1043", initiator="ravi")})
    ran = check(branch)
    assert ran.rules == ["role-initiator"]
    assert ran.data["findings"][0]["path"] == TWO


def test_nobody_raises_a_limit_for_themselves(branch: Repo) -> None:
    branch.git("checkout", "-q", "main")
    for number in range(3):
        branch.commit({f"escalations/2026/DS-{number + 1}.yaml": standard(f"DS-{number + 1}")})
    branch.git("checkout", "-qb", "wide")
    wide = POLICY.replace("    normal_queue", "    limits: {per_day: 99}\n    normal_queue")
    branch.commit({"config/policy.yaml": wide, TWO: standard("DS-1043")})
    assert check(branch).rules == ["limit-per-day"]


def test_a_change_of_the_roster_is_judged_by_itself(branch: Repo) -> None:
    branch.commit({"config/roster.yaml": ROSTER.replace(PRIYA, PRIYA.replace("success", "sucess"))})
    ran = check(branch)
    assert set(ran.rules) == {"roster-reference"}
    assert ran.data["findings"][0]["path"] == "config/roster.yaml"


def test_whoever_is_still_needed_cannot_leave_the_roster(branch: Repo) -> None:
    lines = ROSTER.splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.startswith("  lena:"))
    branch.commit({"config/roster.yaml": "".join(lines[:at] + lines[at + 2 :])})
    ran = check(branch)
    assert set(ran.rules) == {"unknown-person"}
    assert {finding["path"] for finding in ran.data["findings"]} == {ONE}


def test_a_file_that_is_deleted_renamed_or_moved(branch: Repo) -> None:
    branch.git("mv", ONE, TWO)
    branch.commit()
    assert set(check(branch).rules) == {"file-renamed", "ticket-path"}
    branch.git("rm", "-q", TWO)
    branch.commit()
    ran = check(branch)
    assert ran.rules == ["file-deleted"]
    assert ran.data["findings"][0]["path"] == ONE


def test_a_file_that_became_unreadable_is_not_called_deleted(branch: Repo) -> None:
    branch.commit({ONE: "ticket: [\n"})
    assert check(branch).rules == ["yaml-syntax"]


def test_a_deleted_file_is_told_without_an_excerpt(branch: Repo) -> None:
    branch.git("rm", "-q", ONE)
    branch.commit()
    ran = escalate("check", "--repo", branch.path, "--base", "main")
    assert ran.status == 1
    assert f"{ONE}:1:1: error: file-deleted" in ran.out


NEWS = "updates:\n  - {at: 2026-11-01T10:00:00Z, by: dmitri, text: First.}\n"
MORE = "  - {at: 2026-11-01T11:00:00Z, by: dmitri, text: Second.}\n"


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        (NEWS, NEWS + MORE, []),
        (NEWS + MORE, NEWS, ["update-rewritten"]),
        (NEWS, "", ["update-rewritten"]),
        (NEWS + MORE, NEWS + MORE.replace("Second", "Another"), ["update-rewritten"]),
        (NEWS, NEWS.replace("dmitri", "hannah"), ["update-rewritten"]),
        ("", "assignee: dmitri\n" + RESOLUTION, []),
        ("assignee: dmitri\n" + RESOLUTION, "assignee: dmitri\n", ["resolution-rewritten"]),
        (WITHDRAWN, "", ["withdrawal-rewritten"]),
        (WITHDRAWN, WITHDRAWN.replace("mistake", "error"), ["withdrawal-rewritten"]),
        ("assignee: dmitri\n", "assignee: nadia\n", []),
        ("assignee: dmitri\n" + WITHDRAWN, "assignee: nadia\n" + WITHDRAWN, ["episode-rewritten"]),
    ],
)
def test_history_is_only_added_to(branch: Repo, before: str, after: str, rules: list[str]) -> None:
    branch.git("checkout", "-q", "main")
    branch.commit({ONE: standard() + before})
    branch.git("checkout", "-qb", "next")
    branch.commit({ONE: standard() + after})
    assert check(branch).rules == rules


def test_the_state_of_the_communication_moves_on(branch: Repo) -> None:
    solved = standard() + "assignee: dmitri\n" + RESOLUTION.replace("sent", "drafted")
    branch.git("checkout", "-q", "main")
    branch.commit({ONE: solved})
    branch.git("checkout", "-qb", "next")
    branch.commit({ONE: solved.replace("drafted", "sent")})
    assert check(branch).rules == []


def test_an_old_promise_does_not_stop_new_work(branch: Repo) -> None:
    promise = "  - {at: 2026-11-01T10:00:00Z, by: dmitri, text: Will be fixed by Friday.}\n"
    branch.git("checkout", "-q", "main")
    branch.commit({ONE: standard() + "updates:\n" + promise})
    branch.git("checkout", "-qb", "next")
    branch.commit({ONE: standard() + "updates:\n" + promise + MORE})
    assert check(branch).rules == []
    branch.commit({ONE: standard() + "updates:\n" + promise + MORE.replace("Second", "ETA 5 pm")})
    assert check(branch).rules == ["text-promise"]


def test_an_initiator_who_was_demoted_since_does_not_stop_new_work(branch: Repo) -> None:
    branch.git("checkout", "-q", "main")
    branch.commit({"config/roster.yaml": ROSTER.replace(PRIYA, PRIYA.replace("manager", "writer"))})
    branch.git("checkout", "-qb", "next")
    branch.commit({ONE: standard() + NEWS})
    assert check(branch).rules == []
    branch.commit({TWO: standard("DS-1043")})
    assert check(branch).rules == ["role-initiator"]


def test_the_newcomer_is_over_the_limit_and_not_who_was_there(branch: Repo) -> None:
    branch.git("checkout", "-q", "main")
    branch.commit({ONE: standard() + WITHDRAWN})
    for number in range(1, 6):
        branch.commit({f"escalations/2026/DS-{number}.yaml": standard(f"DS-{number}")})
    branch.now = branch.now.replace(day=28)
    branch.git("checkout", "-qb", "next")
    again = standard().partition("title:")[2].partition("reporter:")[0].partition("\n")[2]
    episode = "episodes:\n  - " + again.replace("\n", "\n    ").rstrip() + "\n"
    branch.commit({ONE: standard() + WITHDRAWN + episode})
    ran = check(branch)
    assert ran.rules == ["limit-active"]
    assert ran.data["findings"][0]["path"] == ONE


def test_the_first_change_is_judged_by_its_own_policy(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    repo = Repo(tmp_path_factory.mktemp("first") / "repo")
    repo.commit({"README.md": "x"})
    repo.git("checkout", "-qb", "work")
    repo.commit(
        {
            "config/policy.yaml": POLICY,
            "config/roster.yaml": ROSTER,
            ONE: standard(contact="ravi"),
        }
    )
    assert check(repo).rules == ["role-contact"]


def test_uncommitted_changes_are_judged_as_well(branch: Repo) -> None:
    branch.write({ONE: standard(contact="ravi")})
    assert check(branch).rules == ["role-contact"]
