"""What is said where git, a clone or a remote can't give what is needed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audit_branch import put
from goldens import hold
from repos import START, Repo

from reconciler.doctor.files import examine_files
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.forge import CheckState, CommitStatus, PullRequest
from reconciler.services.connect_forge import ConnectedForge, connect_forge
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.blob_contents import contents
from reconciler.services.git.branches_as_pull_requests import GitForge
from reconciler.services.git.command import GitProblem, complaint
from reconciler.services.git.commits import merge_base, resolve
from reconciler.services.git.fetch_pull_requests import fetch_heads
from reconciler.services.git.main_line import refuse_rewritten
from reconciler.services.git.new_commit import push_new_branch
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import ForgeKind

GOLDEN = Path(__file__).parent / "golden" / "git.txt"
ONE = "escalations/2026/DS-1.yaml"
DUBIOUS = b"fatal: detected dubious ownership in repository at '/srv/escalations'\n"


def _told(attempt: Callable[[], object]) -> str:
    """What came of it in words: an answer, or what was raised."""
    try:
        said = str(attempt())
    except (ServiceError, SetupError) as error:
        said = f"{error}\n    {error.remedy}".rstrip()
    except GitProblem as problem:
        said = str(problem)
    return re.sub(r"\b[0-9a-f]{7,40}\b", "COMMIT", said)


def _program(folder: Path, script: str) -> str:
    """A PATH on which git is this program and nothing else."""
    folder.mkdir()
    (folder / "git").write_text(script, "utf-8")
    (folder / "git").chmod(0o755)
    return str(folder)


def _programs(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine whose git is missing, no program, or ends too early."""
    top = repo.path.parent
    for name, script in (
        ("bin-none", None),
        ("bin-text", "\x7fELF"),
        ("bin-silent", "#!/bin/sh\nexit 1\n"),
    ):
        path = str(top) if script is None else _program(top / name, script)
        monkeypatch.setenv("PATH", path)
        yield _told(lambda: list(contents(repo.path, ["0" * 40], 10)))
    cut = _program(top / "bin-cut", f"#!/bin/sh\nread name\necho '{'0' * 40} blob 100'\n")
    monkeypatch.setenv("PATH", cut)
    yield _told(lambda: list(contents(repo.path, ["0" * 40], 1000)))
    monkeypatch.undo()


def _clones(repo: Repo) -> Iterator[str]:
    """Histories that can't be judged, or are not what they were."""
    yield complaint(DUBIOUS)
    yield complaint(b"")
    first = repo.git("rev-parse", "HEAD")
    repo.commit({ONE: "a"})
    newer = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit()
    yield _told(lambda: merge_base(repo.path, "main", "other"))
    yield _told(lambda: refuse_rewritten(repo.path, newer))
    repo.git("checkout", "-q", first)
    yield _told(lambda: refuse_rewritten(repo.path, newer))
    yield _told(lambda: list(contents(repo.path, ["0" * 39 + "1"], 10)))
    yield _told(lambda: resolve(repo.path, "nowhere"))
    repo.git("checkout", "-q", "main")


def _examined(repo: Repo) -> Iterator[str]:
    """Of the clone, for `escalate doctor`."""
    nothing = load_snapshot([])
    for folder in (_empty(repo), repo.path):
        yield from _lines(folder, nothing)
    (repo.path / ONE).write_text("b", "utf-8")
    yield from _lines(repo.path, nothing)
    repo.git("checkout", "-q", "--", ONE)


def _empty(repo: Repo) -> Path:
    folder = repo.path.parent / "empty"
    folder.mkdir()
    return folder


def _lines(folder: Path, loaded: Loaded) -> Iterator[str]:
    for each in examine_files(folder, loaded, [], START):
        yield f"{each.area} {each.what}: {each.message}\n    {each.remedy}".rstrip()


def _remotes(repo: Repo) -> Iterator[str]:
    """A remote that is missing, has no address, is not there, or refuses."""
    yield _told(lambda: choose_remote(repo.path, "there"))
    pull_request = PullRequest("12", "T", "", "refs/heads/escalate/x", "a" * 40, "main", None)
    repo.git("remote", "add", "origin", "ext::sh")
    yield _told(connect_forge(ForgeKind.GIT, None, repo.path, "main", 1.0, RetryPolicy()).__enter__)
    repo.git("remote", "set-url", "origin", str(repo.path.parent / "remote.git"))
    remote = Remote(repo.path, "origin")
    forge = GitForge(remote, "main")
    yield _told(forge.pull_requests)
    yield _told(lambda: ConnectedForge(forge, None).fetch([pull_request]))
    yield _told(lambda: fetch_heads(remote, [pull_request]))
    yield _told(lambda: forge.comment("12", "", ""))
    yield _told(lambda: forge.set_status("a" * 40, CommitStatus("x", CheckState.SUCCESS, "", "")))
    repo.git("init", "-q", "--bare", str(repo.path.parent / "remote.git"))
    repo.git("push", "-q", "origin", "main:escalate/x")
    yield _told(lambda: fetch_heads(remote, [pull_request]))


def _pushes(repo: Repo) -> Iterator[str]:
    """What cannot be recorded or proposed, and what is."""
    there = repo.path.parent / "remote.git"
    put(repo, "1/1")
    yield _told(lambda: repo.git("--git-dir", str(there), "log", "--format=%B", "audit"))
    head = repo.git("rev-parse", "main")
    repo.git("--git-dir", str(there), "update-ref", "refs/heads/audit", head)
    yield _told(lambda: put(repo, "2/1").warning)
    locked = there / "refs" / "heads" / "audit.lock"
    locked.touch()
    yield _told(lambda: put(repo, "3/1", sleep=lambda _: None).problem)
    locked.unlink()
    hook = there / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    remote = Remote(repo.path, "origin")
    yield _told(
        lambda: push_new_branch(
            remote, "escalate/y", tip=head, files={ONE: b"c"}, message="M\n", at=START
        )
    )
    kept = repo.path / ".git" / "escalate"
    (kept / "unrecorded.jsonl").unlink()
    kept.rmdir()
    kept.symlink_to(kept.with_name("gone"))
    yield _told(lambda: put(repo, "4/1").problem)


def test_what_is_said_of_git_reads_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    repo = Repo(tmp_path / "repo")
    repo.commit({"config/policy.yaml": "p"})
    parts = {
        "Programs": list(_programs(repo, monkeypatch)),
        "Clones": list(_clones(repo)),
        "For the doctor": list(_examined(repo)),
        "Remotes": list(_remotes(repo)),
        "Pushes": list(_pushes(repo)),
    }
    text = "\n".join(f"## {title}\n\n" + "\n".join(said) + "\n" for title, said in parts.items())
    hold(GOLDEN, text.replace(f"{tmp_path}/", ""))
