"""A plain git remote: everything but reviews and comments. And how git signs in to GitHub."""

import base64
import os
from pathlib import Path

import forked
import pytest
from hub import Hub
from repos import Repo

from reconciler.services.git.command import git
from reconciler.services.git.remote import Remote
from reconciler.services.git.remote_address import github_name
from reconciler.services.settings import GitHubSettings

pytestmark = pytest.mark.usefixtures("screens")

ONE = "DS-1071"


@pytest.fixture
def plain(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The same company without GitHub: merging acknowledges, branches propose."""
    env = {key: each for key, each in hub.env.items() if "GITHUB" not in key}
    monkeypatch.setattr(type(hub), "env", {**env, "ESCALATE_FORGE": "git"})
    hub.set_policy(acknowledgement="merge")
    hub.commit("Merging acknowledges", author="hannah")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    return hub


def said(hub: Hub) -> str:
    (message,) = hub.announcements(ONE)
    return str(message["text"])


def push(hub: Hub) -> None:
    hub.pull_main()
    hub.write(ONE)
    hub.git("checkout", "--quiet", "-b", "work")
    hub.commit(f"Escalate {ONE}")
    hub.git("push", "--quiet", "origin", f"work:refs/heads/escalate/{ONE.lower()}")
    hub.git("checkout", "--quiet", "main")


def test_a_branch_proposes_and_a_merge_reconciles(plain: Hub):
    push(plain)
    plain.reconcile()
    assert "proposed in escalate/ds-1071" in said(plain)
    (reply,) = plain.replies(ONE)
    assert "<@U0HANNAH1>" in reply["text"]
    plain.reconcile()
    assert len(plain.replies(ONE)) == 1
    plain.git("merge", "--quiet", "--ff-only", "work")
    plain.git("push", "--quiet", "origin", "main")
    plain.reconcile()
    assert "Dmitri Sokolov is on it" in said(plain)


def test_a_branch_that_is_deleted_is_declined(plain: Hub):
    push(plain)
    plain.reconcile()
    plain.git("push", "--quiet", "origin", "--delete", "escalate/ds-1071")
    plain.reconcile()
    assert "declined: escalate/ds-1071" in said(plain)


def test_a_policy_that_asks_for_reviews_needs_some(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    number = hub.propose(ONE)
    hub.merge(number)
    for forge in ("git", "none"):
        env = {key: each for key, each in hub.env.items() if "GITHUB" not in key}
        monkeypatch.setattr(type(hub), "env", {**env, "ESCALATE_FORGE": forge})
        done = hub.escalate("plan", status=1)
        assert "a review acknowledges what is on the main branch" in done.stderr
        assert "Set GITHUB_TOKEN and GITHUB_REPOSITORY" in done.stderr
        monkeypatch.undo()


def test_without_an_origin(plain: Hub):
    plain.pull_main()
    plain.git("remote", "remove", "origin")
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | plain.env
    done = forked.run(["plan"], cwd=plain.folder, env=env)
    assert done.returncode == 1
    assert "git remote add origin" in done.stderr


SERVER = GitHubSettings("https://api.github.com", "acme/x", "https://github.com", "", "ghs_secret")


def header(repo: Repo) -> str:
    """What git would send to the origin for signing in."""
    remote = Remote(repo.path, "origin", SERVER)
    _, out, _ = git(
        repo.path,
        "config",
        "--get-urlmatch",
        "http.extraheader",
        "https://github.com/acme/x",
        settings=remote.settings,
    )
    return out.decode().strip()


@pytest.mark.parametrize(
    "url", ["https://github.com/acme/x", "https://x-access-token@github.com/acme/x.git"]
)
def test_git_signs_in_where_the_repository_is(tmp_path: Path, url: str):
    repo = Repo(tmp_path / "r")
    repo.git("remote", "add", "origin", url)
    pair = base64.b64encode(b"x-access-token:ghs_secret").decode()
    assert header(repo) == f"AUTHORIZATION: basic {pair}"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com.evil.example/acme/x",
        "http://github.com/acme/x",
        "git@github.com:acme/x",
        "https://evil.example/github.com/",
        "file:///tmp/x",
        "https://github.com@evil.example/x",
    ],
)
def test_git_signs_in_nowhere_else(tmp_path: Path, url: str):
    repo = Repo(tmp_path / "r")
    repo.git("remote", "add", "origin", url)
    assert header(repo) == ""


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/tool.git", "acme/tool"),
        ("git@github.com:acme/tool", "acme/tool"),
        ("https://github.example/acme/tool/", "acme/tool"),
        ("https://gitlab.com/acme/tool", None),
        ("/srv/git/tool.git", None),
    ],
)
def test_the_name_of_a_repository_on_github(tmp_path: Path, url: str, name: str | None):
    repo = Repo(tmp_path / "r")
    repo.git("remote", "add", "origin", url)
    assert github_name(repo.path) == name
