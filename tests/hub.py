"""The example company on GitHub: people push, open, review, merge; runs use a clone of main."""

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import forked
import pushing
import requests
import yaml
from company import NOW, TOP, Company, escalation
from repos import NO_UPKEEP, head_of

from reconciler.sandbox import Box
from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_git import LOGIN

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


class Hub(Company):
    """A company whose folder is a clone of the sandbox's repository, with main checked out."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.api = f"{self.box.github_url}/repos/{self.box.github.repository}"
        self.set_policy(acknowledgement="review")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.box.github.remote))
        self.commit("Begin", author="hannah")
        self.git("push", "--quiet", "origin", "main")

    # git

    def git(
        self,
        *arguments: str,
        folder: Path | None = None,
        who: str = "priya",
        pusher: str = "",
    ) -> str:
        """Run git; `who` commits, and `pusher` or they push."""
        date = self.now.isoformat()
        names = {
            "GIT_AUTHOR_NAME": who,
            "GIT_AUTHOR_EMAIL": f"{who}@ledgerline.example",
            "GIT_COMMITTER_NAME": who,
            "GIT_COMMITTER_EMAIL": f"{who}@ledgerline.example",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
            LOGIN: login_of(pusher or who),
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder or self.folder,
            env={**_plain_git(), **names},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, subject: str, *, author: str = "priya", folder: Path | None = None) -> str:
        self.git("add", "--all", folder=folder, who=author)
        self.git("commit", "--quiet", "--allow-empty", "-m", subject, folder=folder, who=author)
        return head_of(folder or self.folder)

    def pull_main(self) -> None:
        """Bring the clone to the tip of main, as a checkout does."""
        tip = self.box.world.bare.refs()["refs/heads/main"]
        if head_of(self.folder) != tip:
            self.git("fetch", "--quiet", "origin", "main")
        self.git("reset", "--quiet", "--hard", tip)

    def push(  # noqa: PLR0913 - what to push, where, and by whom
        self,
        branch: str,
        files: dict[str, Any],
        *,
        who: str = "priya",
        base: str = "main",
        force: bool = False,
        executable: str = "",
        pusher: str = "",
    ) -> str:
        """Push a commit that writes files (text, a mapping, or None to remove) to a branch.

        `who` is its author, and pushes unless there is a `pusher`. One git writes the commit where
        a push would have put it, because a clone and a push start a dozen.
        """
        written = {name: _bytes(content) for name, content in files.items()}
        commit = pushing.Commit(branch, base, who, self.now, written, executable)
        options = ["--force"] if force else []
        bare, login = self.box.github.remote, login_of(pusher or who)
        status, head, errors = pushing.push(bare, commit, login, _plain_git(), *options)
        assert status == 0, errors
        with self.box.lock:
            self.box.world.notice_pushes()
        return head

    # GitHub

    def call(
        self, who: str, method: str, path: str, body: Any = None, status: int | None = None
    ) -> Any:
        """A call to the API by a person, given by handle or login."""
        login = login_of(who)
        response = requests.request(
            method,
            f"{self.api}/{path}" if path else self.api,
            json=body,
            headers={"Authorization": f"Bearer ghp-{login}"},
            timeout=10,
        )
        assert response.ok if status is None else response.status_code == status, response.text
        return response.json() if response.content else None

    def propose(
        self,
        ticket: str,
        *,
        who: str = "priya",
        draft: bool = False,
        title: str = "",
        branch: str = "",
        **changes: Any,
    ) -> int:
        """Open a pull request that adds an escalation; its number."""
        name = branch or f"escalate/{ticket.lower()}"
        self.push(name, {_path(ticket): escalation(ticket, **changes)}, who=who)
        return self.open(name, title or f"Escalate {ticket}", who=who, draft=draft)

    def open(self, branch: str, title: str, *, who: str = "priya", draft: bool = False) -> int:
        body = {"title": title, "head": branch, "base": "main", "draft": draft}
        return int(self.call(who, "POST", "pulls", body, 201)["number"])

    def review(
        self, number: int, who: str = "hannah", event: str = "APPROVE", **more: Any
    ) -> JsonObject:
        return dict(self.call(who, "POST", f"pulls/{number}/reviews", {"event": event, **more}))

    def merge(self, number: int, who: str = "priya", method: str = "squash") -> str:
        answer = self.call(who, "PUT", f"pulls/{number}/merge", {"merge_method": method})
        return str(answer["sha"])

    def close(self, number: int, who: str = "priya") -> None:
        self.call(who, "PATCH", f"pulls/{number}", {"state": "closed"})

    def begin(self, ticket: str, *options: str, **changes: Any) -> None:
        """An escalation that is proposed, acknowledged, merged and reconciled."""
        number = self.propose(ticket, **changes)
        self.review(number)
        self.merge(number)
        self.reconcile(*options)

    def change(self, ticket: str, branch: str, **changes: Any) -> None:
        """Its file says something else on main, everybody agrees, and a run has seen that."""
        self.push(branch, {_path(ticket): escalation(ticket, **changes)})
        number = self.open(branch, branch.capitalize())
        self.agree(number)
        self.merge(number)
        self.reconcile()

    def configure(self) -> None:
        """An acknowledger brings the policy and the roster of the folder to main."""
        texts = {
            name: (self.folder / name).read_text()
            for name in ("config/policy.yaml", "config/roster.yaml")
        }
        branch = f"configure-{len(self.state()['github']['pulls'])}"
        self.push(branch, texts, who="ines")
        self.merge(self.open(branch, "Configure", who="ines"), who="ines")
        self.pull_main()

    def agree(self, number: int) -> None:
        """Everybody approves a pull request who owns anything in the example files."""
        for who in ("hannah", "dmitri", "nadia", "lena", "owen"):
            self.review(number, who)

    # Runs

    @property
    def env(self) -> dict[str, str]:
        return self.box.env(data_center=self.data_center, github=True) | self.more_env

    def escalate(
        self, *arguments: str, status: int | None = 0, now: bool = True, fresh: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """A command as CI runs it: on the tip of main, or on a clone that is not `fresh`."""
        if fresh:
            self.pull_main()
        late = ["--now", self.now.isoformat()] if now else []
        kept = {
            key: each for key, each in os.environ.items() if not key.startswith(("GIT_", "GITHUB_"))
        }
        done = forked.run(
            [*arguments, *late],
            cwd=self.folder,
            env={**kept, **_GIT, "PYTHONPATH": str(TOP), "NO_PROXY": "127.0.0.1", **self.env},
        )
        assert status is None or done.returncode == status, done.stdout + done.stderr
        return done

    def reconcile(self, *arguments: str, status: int | None = 0) -> str:
        done = self.escalate("apply", "--comment", *arguments, status=status)
        return done.stdout + done.stderr

    # What is there

    def announcements(self, ticket: str, channel: str = "sre-escalations") -> list[JsonObject]:
        """Our messages about a ticket in the desk's channel, threads aside."""
        return [each for each in self._ours(ticket, channel) if _is_parent(each)]

    def replies(self, ticket: str, channel: str = "sre-escalations") -> list[JsonObject]:
        return [each for each in self._ours(ticket, channel) if not _is_parent(each)]

    def _ours(self, ticket: str, channel: str) -> list[JsonObject]:
        return [
            each
            for each in self.named(channel)["messages"]
            if (each.get("metadata") or {}).get("event_payload", {}).get("ticket") == ticket
        ]

    def plan_comments(self, number: int) -> list[JsonObject]:
        return [
            each
            for each in self.state()["github"]["comments"]
            if each["number"] == number and each["author"] == "github-actions[bot]"
        ]


def _plain_git() -> dict[str, str]:
    """An environment in which git has no settings but those of the tests."""
    kept = {key: each for key, each in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, **_GIT, **NO_UPKEEP}


@cache
def _people() -> dict[str, Any]:
    return dict(yaml.safe_load((TOP / "config" / "roster.yaml").read_text())["people"])


def login_of(who: str) -> str:
    """The login of somebody who is given by handle or login."""
    return str(_people()[who]["github"]) if who in _people() else who


class _Plain(yaml.SafeDumper):
    """Writes everything out: an alias is a finding."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library asks for each
        return True


def _is_parent(message: JsonObject) -> bool:
    return message.get("thread_ts") in {"", message["ts"]}


def _path(ticket: str) -> str:
    return f"escalations/2026/{ticket}.yaml"


def _yaml(content: Any) -> str:
    return yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True)


def _bytes(content: Any) -> bytes | None:
    if content is None or isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else _yaml(content)).encode()


__all__ = ["NOW", "Box", "Hub"]
