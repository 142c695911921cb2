"""The door to git: nothing starts git beside it, and nothing that git starts inherits a secret."""

import ast
import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hub import Hub
from repos import START, Repo
from starts import starting, watched

from reconciler.services.environment import TOKEN_VARIABLES, begin, variables
from reconciler.services.git import command, commits, door, objects
from reconciler.services.git.audit_read import read_files
from reconciler.services.git.command import GitProblem, git
from reconciler.services.git.commits import commit_named, head_commit, resolve
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.main_line import arrivals
from reconciler.services.git.remote import Remote
from reconciler.services.git.timeline import read_timeline
from reconciler.services.settings import GitHubSettings

TOP = Path(__file__).parents[2]
ONE = "escalations/2026/DS-1.yaml"
BESIDE = {
    "reconciler/cli/own_github.py": "asks `gh` for its token",
    "reconciler/cli/sandbox_shell.py": "starts the shell of `escalate sandbox --open`",
    "reconciler/demo/child_process.py": "starts the commands of the demo in a clean environment",
    "reconciler/sandbox/github_git.py": "is the other side: the repository behind GitHub",
}
"""Modules that start programs without the door, and why they may."""
STARTS = re.compile(
    r"(\.|^)(Popen|check_output|check_call|getoutput|getstatusoutput|system|popen|fork|forkpty"
    r"|exec[lv]p?e?|spawn\w*|posix_spawnp?|create_subprocess_\w+)$|^subprocess\.(run|call)$"
)
HARMLESS = {"DEVNULL", "PIPE", "Popen", "TimeoutExpired"}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"config/policy.yaml": "p", ONE: "a"})
    return made


def starts_a_program(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and STARTS.search(ast.unparse(node.func)):
            return True
        if isinstance(node, ast.ImportFrom) and node.module in {"subprocess", "os", "pty"}:
            names = {each.name for each in node.names}
            if node.module == "subprocess" and not names <= HARMLESS:
                return True
            if any(STARTS.search(name) for name in names - HARMLESS):
                return True
    return False


def test_no_other_module_starts_a_program() -> None:
    found = {
        str(path.relative_to(TOP))
        for path in TOP.glob("reconciler/**/*.py")
        if starts_a_program(path.read_text(encoding="utf-8"))
    }
    assert found == set(BESIDE)


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess\nsubprocess.run(['git'])",
        "import subprocess as s\ns.Popen(['git'])",
        "from subprocess import run\nrun(['git'])",
        "import os\nos.execvp('git', [])",
        "from os import system\nsystem('git')",
    ],
)
def test_a_start_is_recognized(source: str) -> None:
    assert starts_a_program(source)


def test_git_is_started_through_the_door_alone(hub: Hub) -> None:
    number = hub.propose("DS-1071")
    hub.review(number)
    hub.merge(number)
    hub.pull_main()
    now = ("--now", hub.now.isoformat())
    for arguments in (
        ("plan", *now),
        ("apply", "--record", *now),
        ("history",),
        ("check", "--base", "HEAD~1"),
    ):
        said = watched(hub.folder, *arguments, **{**hub.env, "NO_PROXY": "127.0.0.1"})
        assert said.imported
        assert said.started > 1


def test_gitpython_is_imported_only_where_history_is_read(tmp_path: Path) -> None:
    for part in ("config", "escalations"):
        shutil.copytree(TOP / part, tmp_path / "plain" / part)
    for arguments in (("--help",), ("explain",), ("check",)):
        said = watched(tmp_path / "plain", *arguments)
        assert not said.imported
        assert said.started == 0
    Repo(tmp_path / "plain").commit()
    assert watched(tmp_path / "plain", "check").imported


# What children inherit


def listening(folder: Path, then: str) -> tuple[Path, str]:
    """A `git` that writes down its arguments and environment; where to, and the PATH for it."""
    folder.mkdir()
    heard = folder / "heard"
    program = folder / "git"
    program.write_text(f'#!/bin/sh\n(printf "ARGUMENT %s\\n" "$@"; env) >> "{heard}"\n{then}\n')
    program.chmod(0o755)
    return heard, os.pathsep.join([str(folder), os.environ["PATH"]])


SURROUNDING = {
    "GIT_DIR": "/nowhere/SURROUNDING",
    "GIT_INDEX_FILE": "/nowhere/SURROUNDING",
    "GIT_SSH_COMMAND": "SURROUNDING",
    "GIT_PYTHON_GIT_EXECUTABLE": "/nowhere/SURROUNDING",
}
OURS = {
    *door.ENVIRONMENT,
    "GIT_PYTHON_REFRESH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_TERMINAL_PROMPT",
}


def test_no_child_inherits_a_token_or_a_surrounding_git(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = hub.propose("DS-1071")
    hub.review(number)
    hub.merge(number)
    remote = Path(str(hub.box.github.remote))
    hook = remote / "hooks" / "post-receive"
    ours = hook.read_text("ascii")
    hook.write_text(f'#!/bin/sh\nenv > "{tmp_path / "pushed"}"\n')
    hub.pull_main()
    heard, path = listening(tmp_path / "bin", f'exec "{shutil.which("git")}" "$@"')
    env = {**hub.env, **SURROUNDING, "PATH": path}
    tokens = {value for name, value in env.items() if name in TOKEN_VARIABLES}
    assert len(tokens) >= 3
    monkeypatch.setattr(type(hub), "env", env)
    try:
        hub.escalate("apply", "--record", fresh=False)
    finally:
        hook.write_text(ours)  # all tests of a process share the sandbox
    children = heard.read_text("utf-8")
    assert "ARGUMENT push" in children
    assert "ARGUMENT log" in children
    assert set(re.findall(r"^(GIT_\w+)=", children, re.MULTILINE)) <= OURS
    for told in (children, (tmp_path / "pushed").read_text("utf-8")):
        assert "SURROUNDING" not in told
        for token in tokens:
            assert token not in told
            assert base64.b64encode(token.encode()).decode().rstrip("=") not in told


SERVER = GitHubSettings("https://api.github.com", "acme/x", "https://github.com", "", "ghs_secret")
PAIR = base64.b64encode(b"x-access-token:ghs_secret").decode()


def settings_read(remote: Remote) -> str:
    asked = ("config", "--get-urlmatch", "http.extraheader", "https://github.com/acme/x")
    return git(remote.repo, *asked, settings=remote.settings)[1].decode().strip()


@pytest.mark.parametrize("in_memory", [True, False])
def test_git_is_given_the_token_in_an_open_file(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    repo.git("remote", "add", "origin", "https://github.com/acme/x")
    remote = Remote(repo.path, "origin", SERVER)
    assert settings_read(remote) == f"AUTHORIZATION: basic {PAIR}"
    heard, path = listening(tmp_path / "bin", "echo fatal: no network >&2; exit 128")
    monkeypatch.setenv("PATH", path)
    with pytest.raises(GitProblem, match="origin can't be reached: no network"):
        remote.refs()
    told = heard.read_text("utf-8")
    assert "ARGUMENT include.path=/" in told
    assert "ghs_secret" not in told
    assert PAIR not in told


def test_what_git_starts_can_read_the_settings_too(repo: Repo) -> None:
    """As the program does that talks to the server."""
    repo.git("remote", "add", "origin", "https://github.com/acme/x")
    remote = Remote(repo.path, "origin", SERVER)
    asked = "git config --get-urlmatch http.extraheader https://github.com/acme/x; env >&2"
    _, out, err = git(repo.path, "-c", f"alias.child=!{asked}", "child", settings=remote.settings)
    assert out.decode().strip() == f"AUTHORIZATION: basic {PAIR}"
    assert PAIR not in err.decode()


@pytest.mark.parametrize(
    "server", ['https://git"hub.com', "https://git\\hub.com", "https://g\nh.com"]
)
def test_an_odd_address_adds_no_settings(repo: Repo, server: str) -> None:
    repo.git("remote", "add", "origin", server)
    odd = GitHubSettings("https://api.github.com", "acme/x", server, "", "ghs_secret")
    assert Remote(repo.path, "origin", odd).settings == ""


def test_tokens_leave_the_environment_and_stay_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    begin()
    assert not {"SLACK_BOT_TOKEN", "GIT_DIR"} & os.environ.keys()
    assert os.environ["GIT_CONFIG_GLOBAL"] == os.devnull
    assert variables()["SLACK_BOT_TOKEN"] == "xoxb-1"
    assert "GIT_DIR" not in variables()
    begin()
    assert "SLACK_BOT_TOKEN" not in variables(), "that was another command's"


# GitPython's own ways


def test_whatever_gitpython_starts_is_given_the_safe_options(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, path = listening(tmp_path / "bin", f'exec "{shutil.which("git")}" "$@"')
    monkeypatch.setenv("PATH", path)
    with door.Repository(repo.path) as opened:
        assert opened.head.commit.tree["config/policy.yaml"].data_stream.read() == b"p"
        assert opened.git.rev_parse("HEAD") == opened.head.commit.hexsha
        assert opened.is_ancestor("HEAD", "HEAD")
    told = heard.read_text("utf-8")
    commands = told.count("GIT_OPTIONAL_LOCKS=0")
    assert commands >= 3
    for option in ("core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never"):
        assert told.count(f"ARGUMENT {option}\n") == commands
    for option in ("--no-pager", "--no-replace-objects", "--literal-pathspecs"):
        assert told.count(f"ARGUMENT {option}\n") == commands
    assert told.count("GIT_NO_LAZY_FETCH=1") == commands


def test_no_file_that_a_configuration_includes_is_opened(repo: Repo, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # opening it would wait for ever
    repo.git("config", "include.path", str(pipe))
    assert not door.Repository(repo.path).bare


def test_a_bare_repository_and_a_work_tree_beside_it(repo: Repo, tmp_path: Path) -> None:
    head = repo.git("rev-parse", "HEAD")
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare"))
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
    for name in ("bare", "beside"):
        folder = tmp_path / name
        assert resolve(folder, "HEAD") == head
        assert head_commit(folder) == head
        assert [raw.path for raw in read_revision(folder, "HEAD")] == ["config/policy.yaml", ONE]
    assert door.repository(str(tmp_path / "bare")).bare
    assert not door.repository(str(tmp_path / "beside")).bare


def test_a_repository_with_sha256(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.mkdir()
    repo = Repo.__new__(Repo)
    repo.path, repo.now = path, START
    repo.git("init", "-q", "-b", "main", "--object-format=sha256")
    repo.git("config", "user.name", "T")
    repo.git("config", "user.email", "t@t.example")
    head = repo.commit({ONE: "a"})
    assert len(head) == 64
    assert resolve(path, "HEAD") == head
    assert [raw.data for raw in read_revision(path, "HEAD")] == [b"a"]
    assert set(arrivals(path)) == {ONE}


@pytest.mark.parametrize("ask", [head_commit, lambda folder: resolve(folder, "HEAD")])
def test_somebody_elses_repository(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Path], object]
) -> None:
    real = f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "{shutil.which("git")}" "$@"'
    monkeypatch.setenv("PATH", listening(tmp_path / "bin", real)[1])
    with pytest.raises(GitProblem, match="another user owns it"):
        ask(repo.path)


def test_without_git(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitProblem, match=r"^git is not installed\. Install it"):
        resolve(repo.path, "HEAD")


def test_without_git_when_gitpython_is_imported(repo: Repo, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "check", "--base", "HEAD"],
        cwd=repo.path,
        env={"PATH": str(tmp_path), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = "escalate check: git is not installed. Install it, then run the command again.\n"
    assert done.stderr == told


def test_a_git_that_does_not_work_when_gitpython_is_imported(repo: Repo, tmp_path: Path) -> None:
    _, path = listening(tmp_path / "bin", "exit 69")
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "check", "--base", "HEAD"],
        cwd=repo.path,
        env={"PATH": path, "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = "escalate check: git does not work. Run `git version` to see the error.\n"
    assert done.stderr == told


def test_a_command_that_takes_too_long(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = listening(tmp_path / "bin", "sleep 60 >&2 & exec sleep 60")
    monkeypatch.setenv("PATH", path)
    for module in (command, commits):
        monkeypatch.setattr(module, "PATIENCE", 1)
    with pytest.raises(GitProblem, match="took more than 1 seconds"):
        resolve(repo.path, "HEAD")


def test_many_complaints_do_not_stop_an_answer(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = listening(tmp_path / "bin", "yes 'warning: old' | head -c 3000000 >&2; echo answer")
    monkeypatch.setenv("PATH", path)
    code, out, err = git(repo.path, "rev-parse")
    assert (code, out) == (0, b"answer\n")
    assert err.startswith(b"warning: old\n")


@pytest.mark.parametrize("read", [read_revision, lambda path, _: read_files(path, "HEAD", [ONE])])
def test_a_missing_file_is_named_with_a_remedy(
    repo: Repo, read: Callable[[Path, str], object]
) -> None:
    name = repo.git("rev-parse", f"HEAD:{ONE}")
    (repo.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(GitProblem, match=f"lacks object {name}. Fetch it"):
        read(repo.path, "HEAD")


def test_nothing_of_gitpythons_own_is_left_running(repo: Repo) -> None:
    assert read_revision(repo.path, "HEAD")
    assert read_timeline(repo.path)
    opened = door.repository(str(repo.path)).git
    assert (opened.cat_file_all, opened.cat_file_header) == (None, None)


# What names stand for


def test_names_are_looked_up_without_a_start(repo: Repo) -> None:
    first = commit_named(repo.path, "HEAD")
    second = repo.commit({ONE: "b"})
    assert first != second
    with starting() as programs:
        assert commit_named(repo.path, "HEAD") == second
        assert commit_named(repo.path, "main~1") == first
        assert commit_named(repo.path, f"{first}") == first
        assert resolve(repo.path, "main") == second
        assert head_commit(repo.path) == second
        assert commit_named(repo.path, "nowhere") == ""
        assert commit_named(repo.path, f"HEAD:{ONE}") == "", "it is no commit"
    assert programs == []


@pytest.mark.parametrize(
    "name", ["HEAD\nHEAD", "HEAD\n", "HEAD\0x", f"{'a' * 40} commit", "", " ", "-h"]
)
def test_no_name_is_answered_with_another_names_commit(repo: Repo, name: str) -> None:
    assert not commit_named(repo.path, name)
    assert commit_named(repo.path, "HEAD") == repo.git("rev-parse", "HEAD")


def test_a_folder_made_anew_is_another_one(repo: Repo) -> None:
    before = commit_named(repo.path, "HEAD")
    shutil.rmtree(repo.path)
    again = Repo(repo.path)
    again.commit({ONE: "of another repository"})
    after = commit_named(repo.path, "HEAD")
    assert after == again.git("rev-parse", "HEAD")
    assert after != before


def test_whoever_looks_up_names_may_be_ended(repo: Repo) -> None:
    head = commit_named(repo.path, "HEAD")
    for each in objects._processes._open.values():  # noqa: SLF001 - nobody else knows the pid
        each._started.process.kill()  # noqa: SLF001 - as above
    assert resolve(repo.path, "main") == head
    assert commit_named(repo.path, "main") == head
