"""The audit branch of a company's remote: its leases and records, and what others push there."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

from company import Company
from runs import held_at, running

from reconciler.model.keyring import Keyring
from reconciler.model.lease import Lease, lease_bytes, lease_path, read_lease
from reconciler.services.git.audit_write import Edit, publish
from reconciler.services.git.remote import choose_remote

MINUTE = timedelta(minutes=1)


def sealed(company: Company, lease: Lease) -> bytes:
    """The file of a lease as a run of the company writes it."""
    return lease_bytes(lease, keys_of(company))


def keys_of(company: Company) -> Keyring:
    return company.settings.jira.keyring


def push(
    company: Company,
    content: bytes,
    desk: str = "DS",
    message: str = "x",
    keyring: Keyring | None = None,
) -> None:
    """Put the file of a lease on the branch, as anyone can who may push.

    The commit has a seal only with `keyring`.
    """
    put(company, lease_path(desk), content, message, keyring)


def put(
    company: Company,
    path: str,
    content: bytes,
    message: str = "x",
    keyring: Keyring | None = None,
) -> None:
    """Put a file on the branch."""
    repo = company.folder
    edit = Edit({path: content}, message)
    publish(repo, choose_remote(repo, None), lambda _: edit, company.now, keyring=keyring)


def others(desk: str = "DS", since: timedelta = -5 * MINUTE, **changes: object) -> Lease:
    """A lease of a run elsewhere, taken five minutes ago."""
    now = datetime.now(UTC)
    values = {"desk": desk, "run": "123/1", "token": "0" * 32, "place": "b" * 32, "at": now}
    times = {"since": now + since, "until": now + since + 20 * MINUTE}
    return Lease.model_validate(values | times | changes)


def audited(company: Company, path: str) -> bytes:
    """A file of the audit branch on the remote."""
    remote = company.folder.parent / "remote.git"
    folder = remote if remote.exists() else company.folder
    show = ["git", "show", f"refs/heads/audit:{path}"]
    return subprocess.run(show, cwd=folder, check=True, capture_output=True).stdout


def records(company: Company, ticket: str = "DS-1071") -> list[dict[str, Any]]:
    text = audited(company, f"audit/2026/{ticket}.jsonl")
    return [json.loads(line) for line in text.splitlines()]


def lease_of(company: Company, desk: str = "DS") -> Lease:
    content = audited(company, lease_path(desk))
    found = read_lease(desk, content, datetime.now(UTC), keys_of(company))
    assert found.lease is not None, found.problem
    return found.lease


def rewrite(company: Company, **changes: object) -> None:
    """Change the lease that is on the branch."""
    push(company, sealed(company, lease_of(company).model_copy(update=changes)))


def pushes(company: Company) -> int:
    """How many commits the remote's audit branch has: each came with a push of its own."""
    remote = company.folder.parent / "remote.git"
    count = ["git", "rev-list", "--count", "refs/heads/audit"]
    done = subprocess.run(count, cwd=remote, check=False, capture_output=True, text=True)
    return int(done.stdout or 0)


def kill_at(company: Company, nth: int, *options: str) -> None:
    """A run that is killed while it waits for the answer to a call."""
    with (
        running(company, *options, "--workers", "1", run="1/1") as run,
        held_at(company, nth) as fault,
    ):
        assert fault.hit.wait(30)
        run.kill()
