"""The workflows, run here step by step: whatever events come, the end is the same."""

import subprocess
from pathlib import Path

import pytest
from company import escalation
from forms import (
    ACCOUNT,
    body,
    comments,
    file_of,
    pulls,
    reactions,
    say,
    send,
    with_account,
)

from workflows.act import PINS, TOP
from workflows.office import Office

ONE = "DS-1071"
Happening = tuple[str, str]
OPENED: Happening = ("pull_request", "opened")
REVIEWED: Happening = ("pull_request_review", "submitted")
PUSHED: Happening = ("push", "")
CLOSED: Happening = ("pull_request", "closed")
SCHEDULED: Happening = ("schedule", "7,22,37,52 7-18 * * 1-5")

LIVES: dict[str, list[list[Happening]]] = {
    "every event once": [[OPENED], [REVIEWED], [PUSHED, CLOSED]],
    "each twice": [[OPENED, OPENED], [REVIEWED, REVIEWED], [PUSHED, PUSHED]],
    "all but the last lost": [[], [], [PUSHED]],
    "only the schedule": [[SCHEDULED], [SCHEDULED], [SCHEDULED]],
    "late and out of order": [[], [OPENED], [CLOSED, PUSHED, REVIEWED, OPENED]],
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("life", LIVES)
def test_a_pull_request_from_opened_to_merged(office: Office, life: str):
    hub = office.hub
    number = hub.propose(ONE)
    for change, events in zip((None, hub.review, hub.merge), LIVES[life], strict=True):
        if change is not None:
            change(number)
        for event, action in events:
            ran = office.happens(event, action, number)
            assert ran.status == 0, ran.log
    (message,) = hub.announcements(ONE)
    assert "Dmitri Sokolov is on it in" in message["text"]
    assert "ESCALATION" in hub.ticket(ONE)["labels"]
    assert hub.ticket(ONE)["priority"] == "Highest"
    assert hub.channel(ONE)["name"] == "ds-1071-something-fails-in-ds-1071"
    kinds = [each["metadata"]["event_payload"]["kind"] for each in hub.replies(ONE)]
    assert len(kinds) == len(set(kinds)), "nothing was said twice"
    assert "assigned-dmitri" in kinds
    comments = [each["body"] for each in hub.ticket(ONE)["comments"]]
    assert len(comments) == 1
    hub.git("fetch", "--quiet", "origin", "audit")
    assert f"audit/2026/{ONE}.jsonl" in hub.git("ls-tree", "-r", "--name-only", "FETCH_HEAD")


def test_a_merge_starts_one_run(office: Office):
    """Its push starts the run. Its `closed` starts nothing, but that of a declined one does."""
    hub = office.hub
    merged, declined = hub.propose(ONE), hub.propose("DS-1072")
    hub.review(merged)
    hub.merge(merged)
    ran = office.happens(*CLOSED, merged)
    assert ran.status == 0, ran.log
    assert "escalate apply" not in ran.log
    assert hub.announcements(ONE) == []
    office.happens(*PUSHED)
    assert hub.announcements(ONE)
    assert hub.announcements("DS-1072")
    hub.close(declined)
    office.happens(*CLOSED, declined)
    assert "declined" in str(hub.announcements("DS-1072"))


def test_the_status_follows_the_reviews(office: Office):
    hub = office.hub
    number = hub.propose(ONE)
    assert office.acknowledge().status == 0
    assert office.statuses(number)[-1][0] == "pending"
    hub.review(number)
    assert office.acknowledge(number).status == 0
    assert office.statuses(number)[-1] == ("success", "acknowledged by Hannah Weiss")
    hub.review(number, event="REQUEST_CHANGES", body="No.")
    ran = office.happens(*SCHEDULED)
    assert ran.status == 0, "the run that reconciles heals what an event that was lost left"
    assert office.statuses(number)[-1] == ("pending", "hannah-weiss asks for changes in #1")


def test_the_check_judges_by_the_base_and_annotates(office: Office):
    hub = office.hub
    number = hub.propose(ONE, who="lena", initiator="lena", contact="ravi")
    ran = office.check(number)
    assert ran.status == 1
    for rule in ("role-initiator", "role-contact"):
        assert rule in ran.log


def test_a_pull_request_that_brings_its_own_judge_is_judged_by_ours(office: Office):
    """It replaces the tool by one that finds nothing wrong."""
    hub = office.hub
    fake = (
        "name: x\ndescription: x\nruns: {using: composite, steps: [{shell: bash, run: exit 0}]}\n"
    )
    files = {"action.yml": fake, f"escalations/2026/{ONE}.yaml": escalation(ONE, contact="ravi")}
    hub.push("evil", files)
    number = hub.open("evil", "Harmless")
    ran = office.check(number)
    assert ran.status == 1
    assert "role-contact" in ran.log


def test_a_form_from_sent_to_announced(office: Office):
    """Without an account for forms, a click is left to whoever sent it."""
    hub = office.hub
    number = send(hub, body(ticket=ONE, why_can_it="$(touch gotcha) ::error::gotcha"))
    ran = office.form(number, "priya-raman")
    assert ran.status == 0, ran.log
    assert "gotcha" not in ran.log
    (comment,) = comments(hub, number)
    branch = comment.partition("compare/main...")[2].partition("?")[0]
    pull = hub.open(branch, f"Escalate {ONE}")
    ran = office.happens(*OPENED, pull)
    assert ran.status == 0, ran.log
    (message,) = hub.announcements(ONE)
    assert "proposed in" in message["text"]


def test_a_form_becomes_a_pull_request_of_the_account_for_forms(office: Office):
    hub = with_account(office.hub)
    number = send(hub, body(ticket=ONE))
    ran = office.form(number, "priya-raman", ESCALATE_FORM_TOKEN=f"ghp-{ACCOUNT}-with-more-letters")
    assert ran.status == 1, "GitHub knows no such token"
    office.act.set("ESCALATE_GITHUB_LOGIN", ACCOUNT)
    ran = office.form(number, "priya-raman", ESCALATE_FORM_TOKEN=f"ghp-{ACCOUNT}")
    assert ran.status == 0, ran.log
    (pull,) = pulls(hub)
    assert pull["user"]["login"] == ACCOUNT
    checked = office.check(pull["number"])
    assert checked.status == 0, checked.log


def test_an_issue_that_is_no_form_starts_nothing(office: Office):
    number = send(office.hub, body(), label="bug")
    ran = office.form(number, "priya-raman")
    assert ran.status == 0, ran.log
    assert "Answer" not in ran.log
    assert comments(office.hub, number) == []


def test_a_command_in_a_comment_from_written_to_done(office: Office):
    hub = with_account(office.hub)
    number = hub.propose(ONE, assignee=None)
    office.act.set("ESCALATE_GITHUB_LOGIN", ACCOUNT)
    comment = say(hub, number, "/assign nadia")
    ran = office.comment(comment, "hannah-weiss", ESCALATE_FORM_TOKEN=f"ghp-{ACCOUNT}")
    assert ran.status == 0, ran.log
    assert reactions(hub, comment) == ["+1"]
    (pull,) = pulls(hub)
    assert file_of(hub, pull, f"escalations/2026/{ONE}.yaml")["assignee"] == "nadia"


def test_a_comment_that_is_no_command_starts_nothing(office: Office):
    number = office.hub.propose(ONE)
    comment = say(office.hub, number, "Looks good. /assign nadia")
    ran = office.comment(comment, "hannah-weiss")
    assert ran.status == 0, ran.log
    assert "Answer" not in ran.log


def test_the_projects_own_check(office: Office):
    """Here only that it is what runs; what it does is what runs this test."""
    hub = office.hub
    script = "#!/bin/sh\nset -e\ngit rev-parse --verify HEAD\necho everything is checked\n"
    hub.push("main", {".ci/run": script}, who="hannah", executable=".ci/run")
    office.act.job("test")
    for event in ("push", "pull_request"):
        ran = office.ci(event)
        assert ran.status == 0, ran.log
        assert ran.log.count("everything is checked") >= 4, "on each version of Python"


def with_the_real_action(office: Office) -> None:
    """Push this commit with its own action.yml, without the example company."""
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    wanted = {
        name: (TOP / name).read_bytes()
        for name in files
        if name.startswith(("reconciler/", "escalations/", "requirements/", "schemas/"))
        or name in {"action.yml", "pyproject.toml", "README.md", "LICENSE"}
    }
    office.hub.push("main", wanted, who="hannah")


@pytest.mark.sampled(0)
def test_the_real_action_installs_this_commit(office: Office):
    """The one thing that the other runs leave out, because it takes the longest.

    It builds the package, and installs the locked versions from the package registry. The working
    folder holds files that Python and uv would obey if they looked there.
    """
    with_the_real_action(office)
    evil = "raise SystemExit('a file of the working folder was run')\n"
    hostile = {"pip.py": evil, "venv.py": evil, "hashlib.py": evil, "uv.toml": "no such setting"}
    office.hub.push("main", hostile, who="hannah")
    ran = office.happens("schedule", "7,22,37,52 7-18 * * 1-5")
    assert ran.status == 0, ran.log
    assert "Install escalate" in ran.log
    assert "a file of the working folder" not in ran.log
    for name in ("cache", "setup-python"):
        assert PINS[name].partition("@")[0] in ran.log
    assert "Escalations reconciled" in ran.log, "the summary of the job"
    assert "it is not acknowledged" in ran.log, "the example's escalations came without a review"


def test_the_real_action_takes_an_installation_from_the_cache(office: Office, tmp_path: Path):
    with_the_real_action(office)
    cached = tmp_path / "cached" / "bin"
    cached.mkdir(parents=True)
    command = cached / "escalate"
    command.write_text(
        f'#!/bin/sh\necho from the cache >&2\nexec "{office.act.tool}/escalate" "$@"\n'
    )
    command.chmod(0o755)
    office.act.set("STUB_CACHE", str(cached.parent))
    ran = office.happens("schedule", "7,22,37,52 7-18 * * 1-5")
    assert ran.status == 0, ran.log
    assert "from the cache" in ran.log
    assert "Install escalate" not in ran.log
    assert "Escalations reconciled" in ran.log
