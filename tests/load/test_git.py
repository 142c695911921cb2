"""What git tells, in real repositories with real traps."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from repos import START, Repo

from reconciler.load.raw import EXECUTABLE, SUBMODULE, SYMLINK
from reconciler.reconcile.effective import recently_touched
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit, merge_base, resolve
from reconciler.services.git.committed_files import is_dirty, read_revision
from reconciler.services.git.main_line import arrivals
from reconciler.services.git.timeline import read_timeline

pytestmark = pytest.mark.usefixtures("screens")

ONE = "escalations/2026/DS-1.yaml"
TWO = "escalations/2026/DS-2.yaml"
LATER = START + timedelta(days=300)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"config/policy.yaml": "p", "other": "x"})
    return made


def times(repo: Repo, now: datetime = LATER) -> dict[str, datetime]:
    return {path: arrival.at for path, arrival in arrivals(repo.path, now=now).items()}


def test_a_file_arrives_with_its_first_commit(repo: Repo) -> None:
    first = repo.commit({ONE: "a"})
    repo.commit({ONE: "b", TWO: "c"})
    found = arrivals(repo.path, now=LATER)
    assert found[ONE].commit == first
    assert found[ONE].at == START + timedelta(hours=2)
    assert found[TWO].at == START + timedelta(hours=3)


def test_a_merge_is_the_arrival_and_not_the_commits_of_the_branch(repo: Repo) -> None:
    repo.git("checkout", "-qb", "work")
    repo.commit({ONE: "a"}, at=START - timedelta(days=30))
    repo.git("checkout", "-q", "main")
    repo.commit({"other": "y"})
    merged = repo.merge("work")
    assert arrivals(repo.path, now=LATER)[ONE][:2] == (merged, repo.now)


def test_a_date_before_its_predecessor_counts_with_the_next_commit(repo: Repo) -> None:
    repo.commit({ONE: "a"}, at=START - timedelta(days=365))
    assert times(repo) == {ONE: LATER}
    repo.commit({TWO: "b"})
    assert times(repo) == {ONE: repo.now, TWO: repo.now}


def test_a_date_in_the_future_does_not_push_its_followers_there(repo: Repo) -> None:
    repo.commit({ONE: "a"}, at=LATER + timedelta(days=365))
    assert times(repo) == {ONE: LATER}
    repo.commit({TWO: "b"})
    assert times(repo) == {ONE: repo.now, TWO: repo.now}


def test_deleting_and_adding_again_does_not_reset_the_arrival(repo: Repo) -> None:
    first = repo.commit({ONE: "a"})
    (repo.path / ONE).unlink()
    repo.commit()
    repo.commit({ONE: "a"})
    assert arrivals(repo.path, now=LATER)[ONE].commit == first


def test_a_rename_is_an_arrival_of_the_new_name(repo: Repo) -> None:
    repo.commit({ONE: "a" * 200})
    repo.git("mv", ONE, TWO)
    second = repo.commit()
    assert arrivals(repo.path, now=LATER)[TWO].commit == second


def test_only_escalations_arrive(repo: Repo) -> None:
    repo.commit({"escalations/README.md": "a", "escalations/2026/a\nb.yaml": "b", ONE: "c"})
    assert set(arrivals(repo.path, now=LATER)) == {ONE}


def test_another_revision_can_be_asked_about(repo: Repo) -> None:
    base = repo.commit({ONE: "a"})
    repo.commit({TWO: "b"})
    assert set(arrivals(repo.path, base, LATER)) == {ONE}


def test_outside_git_and_before_the_first_commit_nothing_arrived(tmp_path: Path) -> None:
    empty = Repo(tmp_path / "empty")
    plain = tmp_path / "plain"
    plain.mkdir()
    for folder in (empty.path, plain):
        assert arrivals(folder) == {}
        assert head_commit(folder) is None


def test_a_shallow_clone_is_refused_with_the_cure(repo: Repo, tmp_path: Path) -> None:
    repo.commit({ONE: "a"})
    url = f"file://{repo.path}"
    repo.git("clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    with pytest.raises(GitProblem, match="fetch --unshallow"):
        arrivals(tmp_path / "shallow")
    with pytest.raises(GitProblem, match="fetch-depth: 0"):
        merge_base(tmp_path / "shallow", "HEAD")


def test_recent_changes_are_those_of_the_latest_commits(repo: Repo) -> None:
    repo.commit({ONE: "a"})
    repo.commit({TWO: "b"})
    repo.commit({TWO: "c"})
    timeline = read_timeline(repo.path)
    assert recently_touched(timeline, 2) == {TWO}
    assert recently_touched(timeline) == {ONE, TWO}


def test_a_revision_is_read_as_committed(repo: Repo) -> None:
    repo.commit({ONE: "a", TWO: "b", "README.md": "r"})
    repo.write({ONE: "changed"})
    read = {raw.path: raw.data for raw in read_revision(repo.path, "HEAD")}
    assert read == {"config/policy.yaml": b"p", ONE: b"a", TWO: b"b"}


def test_modes_and_sizes_come_from_the_tree(repo: Repo) -> None:
    repo.write({TWO: "b", "escalations/2026/DS-4.yaml": "x" * 70_000})
    (repo.path / TWO).chmod(0o755)
    (repo.path / "escalations/2026/DS-3.yaml").symlink_to("/etc/passwd")
    commit = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},escalations/2026/DS-5.yaml")
    repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},escalations/2026/DS-5.yaml")
    repo.git("commit", "-q", "-m", "submodule")
    read = {raw.path[-9:]: raw for raw in read_revision(repo.path, "HEAD")}
    assert read["DS-2.yaml"].mode == EXECUTABLE
    assert (read["DS-3.yaml"].mode, read["DS-3.yaml"].data) == (SYMLINK, b"")
    assert (read["DS-4.yaml"].data, read["DS-4.yaml"].bytes) == (b"", 70_000)
    assert read["DS-5.yaml"].mode == SUBMODULE


@pytest.mark.parametrize("name", ["a\nb", "a\tb", '"q"', "é", "::error::", "\x01x"])
def test_odd_names_do_not_confuse(repo: Repo, name: str) -> None:
    path = f"escalations/2026/{name}.yaml"
    repo.commit({path: "odd", ONE: "a"})
    read = {raw.path: raw.data for raw in read_revision(repo.path, "HEAD")}
    assert read[path] == b"odd"
    assert set(arrivals(repo.path, now=LATER)) == {ONE}


@pytest.mark.parametrize("ref", ["nope", "--output=x", "-n", "HEAD~99", "HEAD:other", "", "a..b"])
def test_an_unknown_revision_is_named_with_a_cure(repo: Repo, ref: str) -> None:
    with pytest.raises(GitProblem, match="has no revision"):
        resolve(repo.path, ref)
    assert not (repo.path / "x").exists()


def test_a_folder_outside_git_has_no_revisions(tmp_path: Path) -> None:
    with pytest.raises(GitProblem, match="not a git repository"):
        resolve(tmp_path, "HEAD")
    with pytest.raises(GitProblem, match="not a folder"):
        resolve(tmp_path / "nowhere", "HEAD")


def test_the_base_is_where_the_branch_departed(repo: Repo) -> None:
    base = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-qb", "work")
    repo.commit({ONE: "a"})
    repo.git("checkout", "-q", "main")
    repo.commit({TWO: "b"})
    repo.git("checkout", "-q", "work")
    assert merge_base(repo.path, "main") == base


def test_no_program_of_the_repository_is_run(repo: Repo, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    program.chmod(0o755)
    repo.commit({ONE: "a", ".gitattributes": "*.yaml diff=evil filter=evil\n"})
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "gpg.program",
        "core.sshCommand",
    ):
        repo.git("config", key, str(program))
    repo.git("config", "log.showSignature", "true")
    (repo.path / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (repo.path / ".git/hooks" / hook).write_bytes(program.read_bytes())
        (repo.path / ".git/hooks" / hook).chmod(0o755)
    repo.write({ONE: "b"})
    assert is_dirty(repo.path)
    assert arrivals(repo.path, now=LATER)
    assert recently_touched(read_timeline(repo.path))
    assert read_revision(repo.path, "HEAD")
    assert head_commit(repo.path)
    assert not marker.exists()


def test_replaced_objects_are_not_believed(repo: Repo) -> None:
    repo.commit({ONE: "true"})
    real = repo.git("rev-parse", f"HEAD:{ONE}")
    repo.write({"forged": "forged"})
    forged = repo.git("hash-object", "-w", "forged")
    repo.git("replace", real, forged)
    assert {raw.data for raw in read_revision(repo.path, "HEAD") if raw.path == ONE} == {b"true"}


def test_what_a_surrounding_git_says_is_ignored(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo(tmp_path / "other")
    other.commit({TWO: "b"})
    repo.commit({ONE: "a"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    assert set(arrivals(repo.path, now=LATER)) == {ONE}


def test_dirty_means_that_our_files_differ(repo: Repo) -> None:
    repo.commit({ONE: "a\n"})
    repo.write({"other": "changed", "new": "n"})
    assert not is_dirty(repo.path)
    repo.write({ONE: "a\r\n"})
    assert not is_dirty(repo.path)
    repo.write({ONE: "b\n"})
    assert is_dirty(repo.path)
    repo.write({ONE: "a\n", TWO: "n"})
    assert is_dirty(repo.path)
    (repo.path / TWO).unlink()
    (repo.path / ONE).unlink()
    assert is_dirty(repo.path)


def test_a_folder_in_a_repository_is_a_repository_of_its_own_paths(repo: Repo) -> None:
    repo.commit({f"sub/{ONE}": "a", TWO: "b"})
    sub = repo.path / "sub"
    assert [raw.path for raw in read_revision(sub, "HEAD")] == [ONE]
    assert set(arrivals(sub, now=LATER)) == {ONE}


def test_thousands_of_commits_cost_one_call(repo: Repo, tmp_path: Path) -> None:
    log = tmp_path / "log"
    wrapper = tmp_path / "bin"
    wrapper.mkdir()
    real = next(
        Path(folder, "git")
        for folder in os.environ["PATH"].split(":")
        if Path(folder, "git").exists()
    )
    (wrapper / "git").write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {real} "$@"\n')
    (wrapper / "git").chmod(0o755)
    for number in range(1, 31):
        repo.commit({f"escalations/2026/DS-{number}.yaml": "a"})
    old = os.environ["PATH"]
    os.environ["PATH"] = f"{wrapper}:{old}"
    try:
        assert len(arrivals(repo.path, now=LATER)) == 30
    finally:
        os.environ["PATH"] = old
    calls = log.read_text().splitlines()
    assert len(calls) == 2
    assert sum(" log " in call for call in calls) == 1
