"""Repositories with an audit branch, and entries to put there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from company import TOP, escalation
from merge_policy import merge_policy
from repos import Repo

from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.audit import AuditLine, ChangeRecord, FiledRecord, OutcomeRecord, Record
from reconciler.model.audit_branch import read_lines
from reconciler.model.change import Action
from reconciler.model.outcome import Result
from reconciler.model.phase import Phase
from reconciler.services.git.audit_write import Recorded, record
from reconciler.services.git.remote import choose_remote

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def company_at(folder: Path) -> Repo:
    """A repository with policy and roster, the day before `AT`."""
    repo = Repo(folder)
    repo.now = AT - timedelta(days=1)
    repo.write({POLICY_PATH: merge_policy()})
    repo.write({ROSTER_PATH: (TOP / ROSTER_PATH).read_text(encoding="utf-8")})
    repo.commit()
    return repo


def declare(repo: Repo, ticket: str, **changes: Any) -> None:
    """Commit an escalation."""
    text = yaml.safe_dump(escalation(ticket, **changes))
    repo.commit({f"escalations/2026/{ticket}.yaml": text})


def two_escalations(folder: Path) -> Repo:
    """A repository with two escalations and a bare remote."""
    repo = company_at(folder / "repo")
    declare(repo, "DS-1071", assignee="dmitri")
    declare(repo, "DS-9", assignee="nadia")
    remote = folder / "remote.git"
    repo.git("init", "--bare", "-q", "-b", "main", str(remote))
    repo.git("remote", "add", "origin", str(remote))
    repo.git("push", "-q", "origin", "main")
    return repo


def path_of(ticket: str) -> str:
    return f"audit/2026/{ticket}.jsonl"


def run_of(run: str, commit: str, *tickets: str, at: datetime = AT) -> list[FiledRecord]:
    """What a run of one change for each ticket leaves."""
    entries: list[FiledRecord] = []
    for ticket in tickets or ("DS-1071",):
        shared = {"at": at, "run": run, "commit": commit, "ticket": ticket}
        records: list[Record] = [
            ChangeRecord(
                **shared, facet="jira.label", action=Action.ADD, after=run, result=Result.DONE
            ),
            OutcomeRecord(**shared, phase=Phase.ASSIGNED, done=1),
        ]
        entries += [FiledRecord(path_of(ticket), each) for each in records]
    return entries


def never(seconds: float) -> None:
    raise AssertionError(f"waited for {seconds}")


def put(repo: Repo, run: str, *tickets: str, hours: int = 0, sleep=never) -> Recorded:
    """Record a run in a repository, on its remote if it has one."""
    at = AT + timedelta(hours=hours)
    entries = run_of(run, repo.git("rev-parse", "HEAD"), *tickets, at=at)
    return record(repo.path, entries, choose_remote(repo.path, None), at, sleep)


def lines(folder: Path | str, ref: str = "refs/heads/audit", ticket: str = "DS-1071") -> list[str]:
    """The runs whose lines a branch has, one for each line, each of them readable."""
    repo = Repo.__new__(Repo)
    repo.path, repo.now = Path(folder), AT
    content = repo.git("show", f"{ref}:{path_of(ticket)}") + "\n"
    read: list[AuditLine] = list(read_lines(path_of(ticket), content.encode()))
    assert all(each.record for each in read), content
    return [each.record.run for each in read if each.record]
