"""A run in a real repository: what history adds."""

import pytest
from company import Company, resolution
from repository import commit, escalate, git

from reconciler.reconcile.effective import recently_touched
from reconciler.services.git.main_line import arrivals
from reconciler.services.git.timeline import read_timeline

pytestmark = pytest.mark.usefixtures("screens")


@pytest.fixture
def repository(cloud: Company) -> Company:
    git(cloud, "init", "-b", "main")
    commit(cloud, "Begin")
    return cloud


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Escalate DS-1071 (#17)", 17),
        ("Merge pull request #18 from ledgerline/ds-1071", 18),
        ("Escalate DS-1071, see #19 for more", None),
    ],
)
def test_the_pull_request_is_bookmarked(repository: Company, subject: str, number: int | None):
    repository.write("DS-1071")
    commit(repository, subject)
    escalate(repository, "apply")
    titles = [each["title"] for each in repository.channel("DS-1071")["bookmarks"]]
    expected = ["Ticket DS-1071", "Escalation file"]
    assert titles == expected + ([f"Pull request #{number}"] if number else [])
    assert "Nothing to do" in escalate(repository, "plan", "--thorough").stdout
    slack = [call for call in repository.box.calls if call.service == "slack"]
    assert len(slack) <= 14 + 3 + 8


def test_status_tells_age_and_room(repository: Company):
    repository.write("DS-1071")
    commit(repository, "Escalate DS-1071 (#17)")
    repository.pass_time(hours=3)
    shown = escalate(repository, "status").stdout
    assert "3 hours" in shown
    assert "DS: 1/3 today, 1/5 active (Dev Support)" in shown


def test_an_old_ended_escalation_is_not_looked_at(repository: Company):
    repository.write("DS-1071")
    commit(repository, "Escalate DS-1071 (#17)")
    escalate(repository, "apply")
    repository.write("DS-1071", resolution=resolution())
    commit(repository, "Resolve DS-1071 (#18)")
    escalate(repository, "apply")
    repository.pass_time(days=20)
    for number in range(201):
        commit(repository, f"Something else {number}")
    assert recently_touched(read_timeline(repository.folder)) == frozenset()
    # Its channel is still open, so it is looked at until that is archived.
    escalate(repository, "apply")
    assert repository.channel("DS-1071")["archived"]
    repository.box.clear_calls()
    escalate(repository, "apply")
    assert sorted(call.name for call in repository.box.calls) == [
        "POST /search/jql",
        "auth.test",
        "users.conversations",
    ]


def test_arrivals_cannot_be_backdated(repository: Company):
    repository.write("DS-1071")
    commit(repository, "Escalate DS-1071")
    honest = repository.now
    repository.pass_time(days=-400)
    repository.write("DS-1072", assignee="nadia")
    commit(repository, "Escalate DS-1072, a year ago")
    found = arrivals(repository.folder, now=honest)
    assert {each.at for each in found.values()} == {honest}
