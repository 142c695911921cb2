"""The seals of the audit branch: what is forged there is found, with the line and the file."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from audit_branch import AT, path_of, run_of, two_escalations
from click.testing import CliRunner
from company import Company
from repos import Repo
from repository import escalate, git

from reconciler.audit.seals import SealState, seal_states
from reconciler.cli.history import history
from reconciler.model.audit_seal import AuditCommit, digest, sealed_message, trailer
from reconciler.model.keyring import Keyring
from reconciler.services.git.audit_read import audit_commits
from reconciler.services.git.audit_write import record
from reconciler.services.git.remote import choose_remote

KEY, NEXT, THEIRS = ("k" * 40, "n" * 40, "x" * 40)
NO_KEY = dict.fromkeys(
    ("ESCALATE_SEAL_KEY", "ESCALATE_SEAL_KEY_BEFORE", "JIRA_API_TOKEN", "JIRA_PAT"), ""
)
"""Also hides what an earlier test in this process left behind."""
FILE, OTHER = path_of("DS-1071"), path_of("DS-9")


def put(repo: Repo, run: str, *tickets: str, hours: int, keyring: Keyring | None = None) -> None:
    at = AT + timedelta(hours=hours)
    entries = run_of(run, repo.git("rev-parse", "main"), *tickets, at=at)
    remote = choose_remote(repo.path, None)
    done = record(repo.path, entries, remote, at, keyring=keyring or Keyring(KEY))
    assert done.commit, done.problem


def verify(repo: Repo, key: str = KEY, former: str = "") -> tuple[list[tuple[str, str]], list[str]]:
    """The findings about seals with their places, and the notes."""
    now = (AT + timedelta(days=9)).isoformat()
    arguments = ["--repo", str(repo.path), "--verify", "--json", "--now", now]
    env = NO_KEY | {"ESCALATE_SEAL_KEY": key, "ESCALATE_SEAL_KEY_BEFORE": former}
    done = CliRunner().invoke(history, arguments, standalone_mode=False, env=env)
    assert done.exception is None, done.output
    found = json.loads(done.stdout)
    assert (done.return_value == 1) == bool(found["findings"])
    ours = {"audit-seal", "audit-unsealed"}
    about_seals = [
        (each["rule"], each["where"]) for each in found["findings"] if each["rule"] in ours
    ]
    return about_seals, found["notes"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two escalations and three sealed runs."""
    repo = two_escalations(tmp_path)
    put(repo, "1/1", hours=0)
    put(repo, "2/1", "DS-1071", "DS-9", hours=1)
    put(repo, "3/1", hours=2)
    return repo


def forge(repo: Repo, write: Callable[[Repo], None]) -> None:
    """Change the branch by hand and force it onto the remote."""
    hand = Repo.__new__(Repo)
    hand.path, hand.now = repo.path.parent / "hand", AT
    url = repo.git("remote", "get-url", "origin")
    repo.git("clone", "-q", "-b", "audit", url, str(hand.path))
    hand.git("config", "user.name", "H")
    hand.git("config", "user.email", "h@h.example")
    write(hand)
    hand.git("push", "-q", "--force", "origin", "HEAD:audit")


def message(hand: Repo, ref: str = "HEAD") -> str:
    return hand.git("log", "-1", "--format=%B", ref)


def append(hand: Repo, path: str, line: str, text: str = "Record run 9/1") -> None:
    with (hand.path / path).open("a") as file:
        file.write(line + "\n")
    hand.git("add", "-A")
    hand.git("commit", "-q", "-m", text)


def last_line(hand: Repo, path: str = FILE) -> str:
    return (hand.path / path).read_text().splitlines()[-1]


def test_honest_runs_pass_and_say_what_was_checked(repo: Repo):
    assert verify(repo) == ([], [])
    found, notes = verify(repo, key="")
    assert found == []
    assert "the seals of 3 commit(s) were not checked" in notes[0]


def a_copied_line_with_another_name(hand: Repo) -> None:
    append(hand, FILE, last_line(hand).replace("3/1", "4/1"))


def a_copied_seal(hand: Repo) -> None:
    append(hand, FILE, last_line(hand).replace("3/1", "4/1"), message(hand))


def a_seal_of_another_key(hand: Repo) -> None:
    content = (hand.path / FILE).read_bytes() + b"{}\n"
    tip = hand.git("rev-parse", "HEAD")
    append(hand, FILE, "{}", sealed_message(Keyring(THEIRS), tip, {FILE: content}, "Record"))


def a_claim_to_hand_over(hand: Repo) -> None:
    content = (hand.path / FILE).read_bytes() + b"{}\n"
    tip = hand.git("rev-parse", "HEAD")
    text = sealed_message(Keyring(THEIRS, KEY[::-1]), tip, {FILE: content}, "Record")
    said = trailer(text)
    assert said is not None
    append(hand, FILE, "{}", text.replace(said.former, Keyring(KEY).fingerprint))


def a_line_moved_to_another_file(hand: Repo) -> None:
    append(hand, FILE, last_line(hand, OTHER))


def another_message(hand: Repo) -> None:
    hand.git("commit", "-q", "--amend", "-m", message(hand).replace("3/1", "7/1"))


def other_lines_in_the_last_commit(hand: Repo) -> None:
    file = hand.path / FILE
    *before, change, outcome = file.read_text().splitlines()
    lines = [*before, change.replace("jira.label", "jira.other"), outcome]
    file.write_text("\n".join(lines) + "\n")
    hand.git("commit", "-q", "--all", "--amend", "--no-edit")


def another_reconciled_commit(hand: Repo) -> None:
    append(hand, FILE, "{}", f"Record run 9/1\n\n1 line(s), reconciled at {'a' * 40}.")


def a_commit_left_out(hand: Repo) -> None:
    hand.git("rebase", "-q", "--onto", "HEAD~2", "HEAD~1", "-X", "theirs")


def the_first_commits_joined(hand: Repo) -> None:
    tree, text = hand.git("rev-parse", "HEAD~1^{tree}"), message(hand, "HEAD~1")
    base = hand.git("commit-tree", tree, "-m", text)
    hand.git("rebase", "-q", "--onto", base, "HEAD~1")


def the_last_run_twice(hand: Repo) -> None:
    lines = (hand.path / FILE).read_text().splitlines()[-2:]
    append(hand, FILE, "\n".join(lines), message(hand))


def an_edited_line(hand: Repo) -> None:
    file = hand.path / FILE
    file.write_text(file.read_text().replace("jira.label", "jira.other"))
    hand.git("commit", "-qam", message(hand))


def a_file_of_its_own(hand: Repo) -> None:
    append(hand, "notes.txt", "x")


def a_lease_for_ever(hand: Repo) -> None:
    (hand.path / "leases").mkdir()
    append(hand, "leases/DS.json", "{}")


FORGED = [
    (a_copied_line_with_another_name, "audit-unsealed", f"{FILE}:7"),
    (a_copied_seal, "audit-seal", f"{FILE}:7"),
    (a_seal_of_another_key, "audit-seal", f"{FILE}:7"),
    (a_claim_to_hand_over, "audit-seal", f"{FILE}:7"),
    (a_line_moved_to_another_file, "audit-unsealed", f"{FILE}:7"),
    (another_message, "audit-seal", f"{FILE}:5"),
    (other_lines_in_the_last_commit, "audit-seal", f"{FILE}:5"),
    (another_reconciled_commit, "audit-unsealed", f"{FILE}:7"),
    (a_commit_left_out, "audit-seal", None),
    (the_first_commits_joined, "audit-seal", f"{FILE}:1"),
    (the_last_run_twice, "audit-seal", f"{FILE}:7"),
    (an_edited_line, "audit-seal", f"{FILE}:1"),
    (a_file_of_its_own, "audit-unsealed", None),
    (a_lease_for_ever, "audit-unsealed", "leases/DS.json:1"),
]


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("write", "rule", "where"), FORGED, ids=[each.__name__ for each, _, _ in FORGED]
)
def test_what_is_forged_is_found(
    repo: Repo, write: Callable[[Repo], None], rule: str, where: str | None
):
    forge(repo, write)
    found, _ = verify(repo)
    assert rule in {each for each, _ in found}
    assert where is None or (rule, where) in found
    # A run appends to it all the same, and its own lines have a seal.
    put(repo, "5/1", "DS-9", hours=5)
    after, _ = verify(repo)
    assert after == found


def show(repo: Repo, *options: str, key: str = KEY) -> str:
    now = (AT + timedelta(days=9)).isoformat()
    arguments = ["--repo", str(repo.path), "DS-1071", *options, "--now", now]
    env = NO_KEY | {"ESCALATE_SEAL_KEY": key}
    done = CliRunner().invoke(history, arguments, standalone_mode=False, env=env)
    assert done.exception is None, done.output
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("key", [KEY, ""])
def test_history_marks_lines_without_a_seal_and_they_decide_nothing(repo: Repo, key: str):
    line = {
        **json.loads(repo.git("show", f"refs/escalate/audit-seen:{FILE}").splitlines()[-1]),
        "kind": "admission",
        "state": "held",
        "since": "2026-11-23T15:00:00+00:00",
        "reason": "too many",
    }
    for name in ("phase", "done"):
        line.pop(name)
    assert "without a valid seal" not in show(repo, key=key)
    forge(repo, lambda hand: append(hand, FILE, json.dumps(line)))
    repo.git("fetch", "-q", "origin", "+audit:refs/remotes/origin/audit")
    shown = show(repo, key=key)
    assert "3/1, without a valid seal" in shown
    assert "1 line(s) of the audit branch have no valid seal" in shown
    assert "without a valid seal" in show(repo, "--markdown", key=key)
    assert json.loads(show(repo, "--json", key=key))["state"] != "held"


def test_commits_before_the_first_seal_are_told_apart(repo: Repo):
    repo.git("push", "-q", "origin", "--delete", "audit")
    repo.git("update-ref", "-d", "refs/escalate/audit-seen")
    entries = run_of("1/1", repo.git("rev-parse", "main"))
    record(repo.path, entries, choose_remote(repo.path, None), AT)
    put(repo, "2/1", hours=1)
    found, notes = verify(repo)
    assert found == []
    assert notes == ["1 commit(s) are older than the first seal and have none"]


def test_a_key_hands_over_to_the_next_one(repo: Repo):
    put(repo, "4/1", hours=4, keyring=Keyring(NEXT, KEY))
    put(repo, "5/1", hours=5, keyring=Keyring(NEXT))
    assert verify(repo, NEXT, KEY) == ([], [])
    found, notes = verify(repo, NEXT)
    assert found == []
    assert "3 commit(s) were not checked: their key handed over to the present one" in notes[0]
    # Who found the former key after that gains nothing with it.
    put(repo, "6/1", hours=6, keyring=Keyring(KEY))
    for former in (KEY, ""):
        found, _ = verify(repo, NEXT, former)
        assert {rule for rule, _ in found} == {"audit-seal"}
        assert found[0][1] == f"{FILE}:11"


def test_a_key_that_did_not_hand_over_is_unknown(repo: Repo):
    put(repo, "4/1", hours=4, keyring=Keyring(NEXT))
    found, _ = verify(repo, NEXT)
    assert {where for _, where in found} >= {f"{FILE}:1", f"{OTHER}:1"}


class _Claiming(Keyring):
    """The present key, which claims that another one handed over to it."""

    @property
    def former(self) -> str:
        return Keyring(KEY).fingerprint


def test_a_handover_has_the_seal_of_the_former_key():
    text = sealed_message(_Claiming(NEXT, THEIRS), "", {FILE: b"{}"}, "Record")
    commit = AuditCommit("c" * 40, "", text, {FILE: digest(b"{}")})
    assert seal_states([commit], Keyring(NEXT, KEY)) == {commit.commit: SealState.BROKEN}
    text = sealed_message(Keyring(NEXT, KEY), "", {FILE: b"{}"}, "Record")
    commit = commit._replace(message=text)
    assert seal_states([commit], Keyring(NEXT, KEY)) == {commit.commit: SealState.SEALED}


def test_a_recorded_run_seals_its_commits(shared: Company):
    escalate(shared, "apply", "--record")
    done = escalate(shared, "history", "--verify")
    assert "note" not in done.stdout
    git(shared, "fetch", "-q", "origin", "audit:audit")
    states = seal_states(
        audit_commits(shared.folder, "audit"), Keyring(shared.env["JIRA_API_TOKEN"])
    )
    assert len(states) >= 2
    assert set(states.values()) == {SealState.SEALED}
