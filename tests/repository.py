"""A company's folder as a real git repository, and the real command run in it."""

import os
import subprocess

import forked
from company import Company
from repos import NO_UPKEEP

_SETTINGS = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Priya",
    "GIT_AUTHOR_EMAIL": "priya@ledgerline.example",
    "GIT_COMMITTER_NAME": "GitHub",
    "GIT_COMMITTER_EMAIL": "noreply@github.example",
}


def git(company: Company, *arguments: str) -> None:
    date = company.now.isoformat()
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    subprocess.run(
        ["git", *arguments],
        cwd=company.folder,
        env={**os.environ, **_SETTINGS, **NO_UPKEEP, **dates},
        check=True,
        capture_output=True,
    )


def commit(company: Company, subject: str) -> None:
    git(company, "add", "-A")
    git(company, "commit", "--allow-empty", "-m", subject)


def escalate(
    company: Company, *arguments: str, status: int | None = 0
) -> subprocess.CompletedProcess[str]:
    done = forked.run(
        [*arguments, "--now", company.now.isoformat()],
        cwd=company.folder,
        env={**os.environ, **company.env},
    )
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done
