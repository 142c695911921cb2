"""The branch is written without a checkout, never over somebody else's lines, and loses none."""

import json
import threading
from pathlib import Path

import pytest
from audit_branch import AT, lines, put, run_of
from repos import Repo

from reconciler import redaction
from reconciler.services.git import audit_write as audit
from reconciler.services.git.audit_branch import SEEN
from reconciler.services.git.audit_write import record
from reconciler.services.git.command import GitProblem
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.git.remote_address import protocol_of

pytestmark = pytest.mark.usefixtures("screens")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit({"a": "a"})
    return repo


@pytest.fixture
def remote(repo: Repo) -> Path:
    path = repo.path.parent / "remote.git"
    repo.git("init", "--bare", "-q", str(path))
    repo.git("remote", "add", "origin", str(path))
    return path


def clone(repo: Repo, remote: Path, name: str) -> Repo:
    """Another clone of the remote, with the same commits."""
    repo.git("push", "-q", "origin", "main")
    other = Repo(repo.path.parent / name)
    other.git("remote", "add", "origin", str(remote))
    other.git("pull", "-q", "origin", "main")
    return other


def test_without_a_remote_the_branch_is_local(repo: Repo):
    assert put(repo, "1/1").lines == 2
    assert put(repo, "2/1", "DS-1071", "DS-9").lines == 4
    assert lines(repo.path) == ["1/1", "1/1", "2/1", "2/1"]
    assert (
        repo.git("log", "--format=%an %ae", "audit").splitlines()
        == ["escalation-as-code noreply@escalation-as-code.invalid"] * 2
    )
    assert repo.git("status", "--porcelain") == "", "nothing was checked out"
    assert repo.git("for-each-ref", "refs/escalate").split()[2:] == [SEEN]
    assert repo.git("rev-list", "--max-parents=0", "audit", "main").count("\n") == 1, "an orphan"


def test_a_run_is_recorded_once(repo: Repo):
    first = put(repo, "1/1")
    again = put(repo, "1/1")
    assert (again.lines, again.commit) == (0, first.commit)
    assert put(repo, "1/2").lines == 2, "another attempt is another run"


def test_the_work_tree_and_the_index_are_left_alone(repo: Repo):
    (repo.path / "a").write_text("changed")
    (repo.path / "b").write_text("new")
    repo.git("add", "b")
    before = repo.git("status", "--porcelain")
    put(repo, "1/1")
    assert repo.git("status", "--porcelain") == before
    assert repo.git("symbolic-ref", "HEAD") == "refs/heads/main"


def test_an_empty_remote_gets_the_branch(repo: Repo, remote: Path):
    assert put(repo, "1/1").problem == ""
    assert lines(remote) == ["1/1"] * 2
    with pytest.raises(Exception, match="audit"):
        repo.git("rev-parse", "--verify", "-q", "refs/heads/audit^{commit}")
    assert repo.git("rev-parse", SEEN) == repo.git("--git-dir", str(remote), "rev-parse", "audit")


def test_what_was_local_moves_to_a_new_remote(repo: Repo, tmp_path: Path):
    put(repo, "1/1")
    path = tmp_path / "late.git"
    repo.git("init", "--bare", "-q", str(path))
    repo.git("remote", "add", "origin", str(path))
    put(repo, "2/1")
    assert lines(path) == ["1/1", "1/1", "2/1", "2/1"]


def test_another_clone_goes_on_where_the_first_ended(repo: Repo, remote: Path):
    other = clone(repo, remote, "other")
    put(repo, "1/1")
    put(other, "2/1")
    put(repo, "3/1", "DS-9")
    put(other, "4/1")
    assert lines(remote) == ["1/1", "1/1", "2/1", "2/1", "4/1", "4/1"]
    assert lines(remote, ticket="DS-9") == ["3/1"] * 2


def test_who_comes_second_adds_to_the_new_tip(
    repo: Repo, remote: Path, monkeypatch: pytest.MonkeyPatch
):
    """Somebody else pushes between the look at the tip and the push, four times."""
    other = clone(repo, remote, "other")
    waits, left = [], [1, 2, 3, 4]

    push = Remote.push

    def overtaken(there: Remote, commit: str, ref: str) -> str | None:
        if left and threading.current_thread().name == "slow":
            number = left.pop()
            thread = threading.Thread(target=put, args=(other, f"other/{number}"), name="fast")
            thread.start()
            thread.join()
        return push(there, commit, ref)

    monkeypatch.setattr(Remote, "push", overtaken)
    slow = threading.Thread(
        target=put, args=(repo, "1/1"), kwargs={"sleep": waits.append}, name="slow"
    )
    slow.start()
    slow.join()
    assert (
        lines(remote) == [f"other/{each}" for each in (4, 3, 2, 1) for _ in range(2)] + ["1/1"] * 2
    )
    assert len(waits) == 4
    assert all(0 < each <= 3 for each in waits)
    assert waits[3] > waits[0]


def test_the_local_branch_is_compared_and_swapped(repo: Repo, monkeypatch: pytest.MonkeyPatch):
    done: list[bool] = []
    waits: list[float] = []
    grown = audit.grown

    def overtaken(*arguments: object) -> dict[str, bytes]:
        if not done:
            done.append(True)
            put(repo, "other/1")
        return grown(*arguments)

    monkeypatch.setattr(audit, "grown", overtaken)
    put(repo, "1/1", sleep=waits.append)
    assert lines(repo.path) == ["other/1"] * 2 + ["1/1"] * 2
    assert len(waits) == 1


def test_a_commit_that_is_still_being_fetched_is_waited_for(repo: Repo, remote: Path):
    """git writes a commit before its trees; another run of the clone can see it in between."""
    put(repo, "1/1")
    tree = repo.git("--git-dir", str(remote), "rev-parse", "audit^{tree}")
    written = repo.path / ".git" / "objects" / tree[:2] / tree[2:]
    away = written.rename(repo.path / "not-yet")
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            away.rename(written)

    assert put(repo, "2/1", sleep=sleep).lines == 2
    assert lines(remote) == ["1/1", "1/1", "2/1", "2/1"]
    assert len(waits) == 2


def test_what_cannot_be_pushed_is_kept_for_the_next_run(repo: Repo, remote: Path):
    put(repo, "1/1")
    away = remote.with_name("away.git")
    remote.rename(away)
    for run in ("2/1", "3/1"):
        failed = put(repo, run)
        assert "origin can't be reached" in failed.problem
        assert failed.kept_in == repo.path / ".git" / "escalate" / "unrecorded.jsonl"
    assert failed.lines == 4
    kept = [json.loads(line) for line in failed.kept_in.read_text().splitlines()]
    assert [each["record"]["run"] for each in kept] == ["2/1", "2/1", "3/1", "3/1"]
    away.rename(remote)
    assert put(repo, "4/1").lines == 6
    assert lines(remote) == [f"{each}/1" for each in (1, 2, 3, 4) for _ in range(2)]
    late = repo.git("--git-dir", str(remote), "show", "audit:audit/2026/DS-1071.jsonl")
    assert late.count('"late":true') == 4
    assert not failed.kept_in.exists()
    assert put(repo, "4/1").lines == 0


def test_an_answer_that_is_lost_doubles_nothing(
    repo: Repo, remote: Path, monkeypatch: pytest.MonkeyPatch
):
    push = Remote.push

    def lost(there: Remote, commit: str, ref: str) -> str | None:
        push(there, commit, ref)
        raise GitProblem("origin can't be reached: the remote end hung up unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(Remote, "push", lost)
        assert put(repo, "1/1").kept_in is not None
    assert put(repo, "2/1").lines == 2
    assert lines(remote) == ["1/1", "1/1", "2/1", "2/1"]


def test_a_rule_on_signed_commits_is_named(repo: Repo, remote: Path):
    """As GitHub answers to a push that a ruleset refuses."""
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    lines = (
        "error: GH013: Repository rule violations found for refs/heads/audit.",
        "Review all repository rules at https://github.example/ledgerline/escalations/rules",
        "",
        "- Commits must have verified signatures.",
    )
    said = "\n".join(f"echo '{each}' >&2" for each in lines)
    hook.write_text(f"#!/bin/sh\n{said}\nexit 1\n")
    hook.chmod(0o755)
    failed = put(repo, "1/1")
    assert "a rule requires signed commits" in failed.problem
    assert "Exclude the branch audit from that rule" in failed.problem
    hook.unlink()
    assert put(repo, "2/1").lines == 4


def test_a_refusal_is_told_in_the_remotes_words(repo: Repo, remote: Path):
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    failed = put(repo, "1/1")
    assert "origin refuses the audit branch" in failed.problem
    assert "hook declined" in failed.problem
    hook.unlink()
    assert put(repo, "2/1").lines == 4


def test_lines_cut_off_by_a_crash_do_not_stop_the_next_run(repo: Repo):
    kept = repo.path / ".git" / "escalate" / "unrecorded.jsonl"
    kept.parent.mkdir()
    kept.write_text('{"path":"audit/2026/DS-1071.jsonl","record":{"v":1,"at"')
    assert put(repo, "1/1").lines == 2
    assert not kept.exists()


def test_a_rewritten_branch_is_told_and_not_forgotten(repo: Repo, remote: Path):
    put(repo, "1/1")
    seen = put(repo, "2/1").commit
    repo.git("--git-dir", str(remote), "update-ref", "refs/heads/audit", f"{seen}~1")
    warned = put(repo, "3/1")
    assert "lacks commits that this clone has seen" in warned.warning
    assert lines(remote) == ["1/1", "1/1", "3/1", "3/1"], "the run is recorded all the same"
    assert repo.git("rev-parse", SEEN) == seen


def test_no_token_is_written(repo: Repo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(redaction, "_tokens", set())
    redaction.register_token("MARKED-0123456789")
    head = repo.git("rev-parse", "HEAD")
    entries = run_of("1/1", head)
    told = entries[0].record.model_copy(update={"answer": "bad MARKED-0123456789"})
    entries[0] = type(entries[0])(entries[0].path, told)
    record(repo.path, entries, None, AT)
    content = repo.git("show", "audit:audit/2026/DS-1071.jsonl")
    assert "MARKED" not in content
    assert "[token]" in content


def test_nothing_of_the_repositorys_own_is_run(repo: Repo, remote: Path, tmp_path: Path):
    """Hooks, a pager, signing, other programs for the other side: as configured by an attacker."""
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 $* >> {ran}\nexit 1\n")
    program.chmod(0o755)
    hooks = repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("pre-push", "reference-transaction", "post-commit", "pre-auto-gc"):
        (hooks / hook).symlink_to(program)
    for key in (
        *("remote.origin.receivepack", "remote.origin.uploadpack", "gpg.program"),
        *("core.fsmonitor", "core.pager", "core.gitProxy", "core.alternateRefsCommand"),
    ):
        repo.git("config", key, str(program))
    for key in ("push.gpgSign", "commit.gpgSign", "push.followTags", "fetch.prune"):
        repo.git("config", key, "true")
    repo.git("config", "push.pushOption", "x")
    put(repo, "1/1")
    other = clone_of(remote, tmp_path)
    put(other, "2/1")
    assert put(repo, "3/1").problem == ""
    assert lines(remote) == ["1/1", "1/1", "2/1", "2/1", "3/1", "3/1"]
    assert not ran.exists(), ran.read_text()


def clone_of(remote: Path, tmp_path: Path) -> Repo:
    other = Repo(tmp_path / "other")
    other.commit({"a": "a"})
    other.git("remote", "add", "origin", str(remote))
    return other


@pytest.mark.parametrize(
    ("url", "protocol"),
    [
        ("/srv/x.git", "file"),
        ("../x.git", "file"),
        ("file:///srv/x.git", "file"),
        ("https://token@forge.example/x.git", "https"),
        ("HTTPS://forge.example/x.git", "https"),
        ("git@forge.example:x.git", "ssh"),
        ("ssh://git@forge.example/x.git", "ssh"),
        ("git+ssh://git@forge.example/x.git", "ssh"),
        ("git://forge.example/x.git", "git"),
        ("ext::sh -c whoami", ""),
    ],
)
def test_the_protocol_is_that_of_the_address(url: str, protocol: str):
    assert protocol_of(url) == protocol


def test_an_address_that_runs_a_program_is_refused(repo: Repo, tmp_path: Path):
    ran = tmp_path / "ran"
    repo.git("remote", "add", "origin", f"ext::touch {ran}")
    with pytest.raises(GitProblem, match="needs an address of the kind"):
        choose_remote(repo.path, None)
    assert not ran.exists()


@pytest.mark.usefixtures("remote")
def test_which_remote(repo: Repo):
    assert choose_remote(repo.path, None) is not None
    with pytest.raises(GitProblem, match="There is no remote upstream"):
        choose_remote(repo.path, "upstream")
    with pytest.raises(GitProblem, match="name"):
        choose_remote(repo.path, "--upload-pack=touch")
    repo.git("remote", "rename", "origin", "upstream")
    assert choose_remote(repo.path, None) is None
    found = choose_remote(repo.path, "upstream")
    assert found is not None
    assert found.name == "upstream"


def test_an_address_is_never_told(repo: Repo):
    repo.git("remote", "add", "origin", "git://user:SECRET@forge.example/x.git")
    with pytest.raises(GitProblem) as told:
        choose_remote(repo.path, None)
    assert "SECRET" not in str(told.value)


def test_from_a_folder_inside_the_repository(repo: Repo, remote: Path):
    """The files may be in a folder of a larger repository; the branch's paths do not change."""
    folder = repo.path / "support"
    folder.mkdir()
    entries = run_of("1/1", repo.git("rev-parse", "HEAD"))
    for _ in range(2):
        assert record(folder, entries, choose_remote(folder, None), AT).problem == ""
    assert lines(remote) == ["1/1"] * 2
    assert list(folder.iterdir()) == []
