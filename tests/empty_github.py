"""A company that has an organisation on GitHub and nothing in it, and a folder of `init`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import forked
from commands import Said, surroundings

from reconciler.sandbox import Box
from reconciler.sandbox.answer import JsonObject

ADMIN = "yusuf-demir"
SLACK, JIRA, KEY = "xoxb-sandbox-bot", "sandbox-jira-token", "5ea1" * 16
ANSWERS = {
    "--desk": "DS",
    "--desk-name": "Dev Support",
    "--announce-in": "sre-escalations",
    "--time-zone": "America/New_York",
    "--repository-url": "https://github.com/ledgerline/escalations",
    "--lead": "hannah",
    "--lead-name": "Hannah Weiss",
    "--lead-email": "hannah.weiss@ledgerline.example",
    "--lead-github": "hannah-weiss",
    "--action": f"ledgerline/escalation-as-code@{'a' * 40}",
}


@dataclass
class EmptyGitHub:
    """The folder, and the sandbox that it is set up on."""

    folder: Path
    box: Box

    def begin(self) -> None:
        """Create the files and commit them. The remote is there, and empty."""
        self.box.world.github.exists = False
        words = [word for pair in ANSWERS.items() for word in pair]
        assert self.escalate("init", ".", *words).status == 0
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.box.github.remote))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Begin")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=surroundings({}),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    @property
    def env(self) -> dict[str, str]:
        found = self.box.env(github=True) | {"GITHUB_TOKEN": f"ghp-{ADMIN}"}
        del found["GITHUB_REPOSITORY"]
        return found | {"ESCALATE_SEAL_KEY": KEY}

    def escalate(self, *arguments: str, **env: str) -> Said:
        done = forked.run(
            list(arguments), cwd=self.folder, env=surroundings({**self.env, **env}), timeout=60
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def setup(self, *arguments: str, **env: str) -> Said:
        return self.escalate("setup", "github", *arguments, **env)

    @property
    def state(self) -> JsonObject:
        return dict(self.box.state()["github"])

    @property
    def changes(self) -> list[str]:
        """The calls that change something on GitHub."""
        found = (each for each in self.box.calls if each.service == "github")
        return [each.name for each in found if not each.name.startswith("GET ")]
