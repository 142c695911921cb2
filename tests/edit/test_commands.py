"""The commands that edit files, as their users call them."""

import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from commands import Said, commit_all, escalate, surroundings
from company import NOW, TOP, escalation, resolution
from hub import Hub
from merge_policy import use_merge_policy
from signed_in import signed_in
from terminals import Terminal

from reconciler.cli.own_github import name_at
from reconciler.sandbox import Fault

pytestmark = pytest.mark.usefixtures("screens")

ASKED = (
    *("--title", "Cards fail", "--level", "high", "--who", "Payers", "--how-many", "40"),
    *("--symptom", "An error page.", "--reason", "Four in ten fail.", "--initiator", "priya"),
    *("--contact", "lena", "--reporter", "lena", "--findings", "Only 3-D Secure."),
    *("--blocked-because", "We see no logs."),
)
RESOLVED = (
    *("--root-cause", "A retired host.", "--mitigation", "It is out."),
    *("--follow-ups", "PAY-1, PAY-2", "--owner", "lena", "--state", "drafted"),
)
FILE = Path("escalations/2026/DS-2000.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with the example's policy and roster, and two escalations."""
    shutil.copytree(TOP / "config", tmp_path / "config")
    use_merge_policy(tmp_path)
    for name in ("DS-1018", "DS-1057"):
        path = tmp_path / f"escalations/2026/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / f"escalations/2026/{name}.yaml", path)
    commit_all(tmp_path)
    return tmp_path


def at(folder: Path, *arguments: str) -> Said:
    late = NOW.replace(day=NOW.day + 1).isoformat()
    return escalate(folder, {}, *arguments, "--now", late)


def test_a_ticket_is_escalated_by_options(folder: Path) -> None:
    said = at(folder, "open", "ds-2000", *ASKED)
    assert said.status == 0, said.told
    assert "+  how_many: 40" in said.out
    assert f"Wrote {FILE}." in said.out
    assert at(folder, "check").status == 0
    again = at(folder, "open", "DS-2000", *ASKED)
    assert again.status == 2
    assert "escalate reopen DS-2000" in again.told


def test_all_that_is_missing_is_said_at_once(folder: Path) -> None:
    said = at(folder, "open", "DS-2000", "--title", "Cards fail", "--level", "high")
    assert said.status == 2
    for option in ("--who", "--reason", "--contact", "--findings", "--blocked-because"):
        assert option in said.told
    assert "--title," not in said.told


def test_what_breaks_a_rule_is_not_written(folder: Path) -> None:
    wrong = [each if each != "lena" else "ravi" for each in ASKED]
    said = at(folder, "open", "DS-2000", *wrong[:-1], "It must work by Friday.")
    assert said.status == 1
    assert "role-contact" in said.told
    assert "text-promise" not in said.told
    assert "Nothing was written." in said.told
    assert not (folder / FILE).exists()
    assert not [each for each in folder.rglob("*") if each.name.startswith(".DS-")]


def test_a_promise_of_dev_support_is_not_written(folder: Path) -> None:
    before = (folder / "escalations/2026/DS-1057.yaml").read_bytes()
    said = at(folder, "update", "DS-1057", "--by", "mei", "Fixed by Friday.")
    assert said.status == 1
    assert "text-promise" in said.told
    assert (folder / "escalations/2026/DS-1057.yaml").read_bytes() == before


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    said = at(folder, "open", "DS-2000", *ASKED, "--dry-run")
    assert said.status == 0
    assert "+ticket: DS-2000" in said.out
    assert not (folder / FILE).exists()


def test_a_whole_life_by_commands(folder: Path) -> None:
    news = "Two hosts are slow."
    for arguments in (
        ("open", "DS-2000", *ASKED),
        ("assign", "DS-2000", "dmitri"),
        ("handover", "DS-2000", "owen"),
        ("handover", "DS-2000", "jun", "--at", "2026-12-01T09:00:00-05:00"),
        ("update", "DS-2000", news, "--by", "dmitri"),
        ("update", "DS-2000", "The pool is too small.", "--assessment"),
        ("resolve", "DS-2000", *RESOLVED),
        ("resolve", "DS-2000", "--state", "sent"),
    ):
        said = at(folder, *arguments)
        assert said.status == 0, said.told
        commit_all(folder, arguments[0])
    told = yaml.safe_load((folder / FILE).read_text())
    assert (told["contact"], told["assignee"]) == ("owen", "dmitri")
    assert told["handovers"][0]["to"] == "jun"
    assert told["updates"][0]["text"] == news
    assert told["resolution"]["follow_ups"] == ["PAY-1", "PAY-2"]
    assert told["resolution"]["customer_communication"]["state"] == "sent"
    for arguments in (("assign", "DS-2000", "mei"), ("update", "DS-2000", "x", "--by", "mei")):
        assert "escalate reopen DS-2000" in at(folder, *arguments).told
    again = at(folder, "reopen", "DS-2000", *ASKED[2:16])
    assert again.status == 0, again.told
    commit_all(folder, "reopen")
    said = at(folder, "withdraw", "DS-2000", "--by", "priya", "--reason", "It was a test.")
    assert said.status == 0, said.told
    assert at(folder, "check", "--base", "HEAD").status == 0


def test_whom_git_knows_is_taken_for_the_author(folder: Path) -> None:
    config = folder / ".git" / "config"
    config.write_text(f"{config.read_text()}[user]\n\temail = Mei.Zhang@ledgerline.example\n")
    said = at(folder, "update", "DS-1057", "The pool is small.")
    assert said.status == 0, said.told
    assert "by: mei" in said.out


def test_nothing_is_written_over_a_link(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "escalations" / "2027").symlink_to(elsewhere)
    said = escalate(folder, {}, "open", "DS-2000", *ASKED, "--now", "2027-01-05T10:00:00-05:00")
    assert said.status != 0
    assert not [*elsewhere.iterdir()]


def test_hostile_words_obey_no_terminal(folder: Path) -> None:
    said = at(folder, "update", "DS-1057", "\x1b]0;gotcha\x07 \u202edesrever", "--by", "mei")
    assert said.status == 1
    assert "\x1b]0;" not in said.out + said.err
    assert "text-invisible-character" in said.told


# In a terminal


def test_everything_is_asked_for(folder: Path) -> None:
    terminal = Terminal(folder, {}, "open", "DS-2000", "--now", "2026-12-05T10:00:00-05:00")
    terminal.answer("What is wrong, in one line?", "Cards fail")
    terminal.answer("How severe is the impact?", "high")
    terminal.answer("Who is affected?", "All payers")
    terminal.answer("About how many are affected?", "4O")
    terminal.answer("Write a number: your best estimate.", "\x7f0")
    terminal.answer("What do the affected people see?", "An error page.")
    terminal.answer("Why must the ticket be escalated?", "Four in ten fail.")
    terminal.answer("Who escalates (a manager or lead)?", "priya")
    terminal.answer("Who is the contact (client-facing, stays reachable)?", "ravi")
    terminal.answer("cannot be the contact", "\x7f\x7f\x7f\x7flena")
    terminal.answer("Who reported the problem?", "lena")
    terminal.answer("What did the reporter find out?", "Only 3-D Secure.")
    terminal.answer("Why can't the reporter continue without Dev Support?", "No logs.")
    terminal.answer("Write this change?", "y")
    assert terminal.end() == 0, terminal.screen
    told = yaml.safe_load((folder / FILE).read_text())
    assert told["impact"]["how_many"] == 40
    assert told["contact"] == "lena"


def test_no_means_no(folder: Path) -> None:
    before = (folder / "escalations/2026/DS-1057.yaml").read_bytes()
    terminal = Terminal(folder, {}, "assign", "DS-1057", "--now", NOW.isoformat())
    terminal.answer("Which engineer works on it?", "mei")
    terminal.answer("Write this change?", "n")
    assert terminal.end() == 0
    assert "Nothing was written." in terminal.screen
    terminal = Terminal(folder, {}, "update", "DS-1057", "--assessment", "--now", NOW.isoformat())
    terminal.answer("What do you think is wrong?", "A slow host.")
    terminal.answer("Write this change?", "n")
    assert terminal.end() == 0
    assert (folder / "escalations/2026/DS-1057.yaml").read_bytes() == before


def test_interrupted_nothing_is_written(folder: Path) -> None:
    terminal = Terminal(folder, {}, "assign", "DS-1057", "--now", NOW.isoformat())
    terminal.wait_for("Which engineer works on it?")
    terminal.press("\x03")
    assert terminal.end() == 128 + signal.SIGINT
    assert "interrupted. Nothing was written or changed." in terminal.screen


# With pull requests


def test_a_pull_request_is_made_and_the_folder_left_alone(hub: Hub) -> None:
    note = hub.folder / "escalations" / "2026" / "note.txt"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text("mine")
    before = hub.git("status", "--porcelain", "--branch")
    arguments = ("open", "DS-1042", *ASKED, "--pr")
    said = escalate(hub.folder, hub.env, *arguments, "--now", hub.now.isoformat())
    assert said.status == 0, said.told
    assert "Pull request: " in said.out
    assert hub.git("status", "--porcelain", "--branch") == before
    pulls = hub.call("priya", "GET", "pulls")
    assert [each["title"] for each in pulls] == ["Escalate DS-1042: Cards fail"]
    files = hub.call("priya", "GET", f"pulls/{pulls[0]['number']}/files")
    assert [each["filename"] for each in files] == ["escalations/2026/DS-1042.yaml"]
    again = escalate(hub.folder, hub.env, *arguments, "--now", hub.now.isoformat())
    assert again.status == 0, again.told
    assert len(hub.call("priya", "GET", "pulls")) == 1
    assert not hub.git("for-each-ref", "refs/escalate")


def test_each_edit_gives_its_pull_request_a_title(hub: Hub) -> None:
    told = {"DS-1": {"assignee": None}, "DS-2": {}, "DS-3": {"resolution": resolution()}}
    files = {f"escalations/2026/{key}.yaml": escalation(key, **said) for key, said in told.items()}
    hub.push("main", files, who="hannah")
    hub.pull_main()
    late = ("--pr", "--yes", "--now", hub.now.isoformat())
    for arguments in (
        ("assign", "DS-1", "nadia"),
        ("handover", "DS-2", "owen"),
        ("update", "DS-2", "Two hosts are slow.", "--by", "dmitri"),
        ("update", "DS-2", "The pool is too small.", "--assessment"),
        ("resolve", "DS-2", *RESOLVED),
        ("resolve", "DS-3", "--state", "sent"),
        ("reopen", "DS-3", *ASKED[2:16]),
        ("withdraw", "DS-1", "--by", "priya", "--reason", "It was a test."),
    ):
        said = escalate(hub.folder, hub.env, *arguments, *late)
        assert said.status == 0, said.told
    assert len(hub.call("priya", "GET", "pulls")) == 8
    terminal = Terminal(hub.folder, hub.env, "assign", "DS-1", "mei", "--pr", *late[2:])
    terminal.answer("Open a pull request with this change?", "n")
    assert terminal.end() == 0


def test_a_lost_answer_makes_no_second_pull_request(hub: Hub) -> None:
    lost = Fault("drop", name="POST /repos/{owner}/{repo}/pulls", when="after")
    hub.box.faults.add(lost)
    said = escalate(
        hub.folder, hub.env, "open", "DS-1042", *ASKED, "--pr", "--now", hub.now.isoformat()
    )
    assert said.status == 0, said.told
    assert lost.hit.is_set()
    assert len(hub.call("priya", "GET", "pulls")) == 1


def test_without_a_forge_it_says_where_to_open_it(hub: Hub) -> None:
    env = {name: value for name, value in hub.env.items() if not name.startswith("GITHUB_")}
    said = escalate(
        hub.folder, env, "open", "DS-1042", *ASKED, "--pr", "--now", hub.now.isoformat()
    )
    assert said.status == 0, said.told
    assert "compare/main...escalate/ds-1042-" in said.told


def test_the_token_of_gh_opens_the_pull_request(hub: Hub, tmp_path: Path) -> None:
    person = signed_in(hub, tmp_path)
    said = opened(hub, person.env)
    assert said.status == 0, said.told
    (pull,) = hub.call("priya", "GET", "pulls")
    assert pull["user"]["login"] == "priya-raman"
    assert "ghp-" not in said.told
    assert "ghp-" not in person.calls


def opened(hub: Hub, env: dict[str, str]) -> Said:
    late = ("--pr", "--now", hub.now.isoformat())
    return escalate(hub.folder, env, "open", "DS-1042", *ASKED, *late)


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho 'no token'\n", "no"])
def test_without_a_token_of_gh_it_says_where_to_open_it(
    hub: Hub, tmp_path: Path, script: str
) -> None:
    said = opened(hub, signed_in(hub, tmp_path, script).env)
    assert said.status == 0, said.told
    assert "compare/main...escalate/ds-1042-" in said.told


def test_a_program_of_the_folder_is_not_asked_for_a_token(hub: Hub, tmp_path: Path) -> None:
    person = signed_in(hub, tmp_path)
    person.gh.rename(hub.folder / "gh")
    assert opened(hub, person.env | {"PATH": f".:{person.env['PATH']}"}).status == 0
    assert not (hub.folder / "gh.log").exists()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/acme/escalations.git", "acme/escalations"),
        ("https://x:y@github.com/acme/escalations/", "acme/escalations"),
        ("git@github.com:acme/escalations.git", "acme/escalations"),
        ("ssh://git@github.com:22/acme/escalations", "acme/escalations"),
        ("https://evil.example/github.com/acme/escalations", ""),
        ("https://github.com.evil.example/acme/escalations", ""),
        ("https://github.com@evil.example/acme/escalations", ""),
        ("git@evil.example:github.com/acme", ""),
        ("/srv/git/github.com/acme/escalations", ""),
    ],
)
def test_the_name_of_the_repository_comes_from_origin(address: str, name: str) -> None:
    assert name_at(address, "github.com") == name


def test_title_and_reporter_come_from_jira(hub: Hub) -> None:
    few = [*ASKED[2:16], *ASKED[18:]]
    said = escalate(
        hub.folder, hub.env, "open", "DS-1042", *few, "--dry-run", "--now", hub.now.isoformat()
    )
    assert said.status == 0, said.told
    assert "+title: " in said.out
    missing = escalate(hub.folder, hub.env, "open", "DS-999999", *few)
    assert missing.status == 2
    assert "Jira shows no ticket DS-999999" in missing.told
    hub.box.faults.add(Fault("status", "jira", name="GET /issue/{key}", status=403))
    silent = escalate(hub.folder, hub.env, "open", "DS-1042", *few)
    assert "Jira could not be asked for DS-1042" in silent.told


def test_on_a_full_disk_the_old_file_stays(folder: Path) -> None:
    path = folder / "escalations/2026/DS-1057.yaml"
    before = path.read_bytes()
    arguments = ("assign", "DS-1057", "mei", "--now", NOW.isoformat())
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *arguments],
        cwd=folder,
        env=surroundings({"PYTHONDONTWRITEBYTECODE": "1"}),
        # No file may grow beyond this: the nearest to a full disk that one process can have.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []
