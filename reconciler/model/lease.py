"""A lease: which run may change a desk, until when, and what it is about to do.

A file of the audit branch for each desk holds it. Anyone who can push to the branch can write one,
so a lease carries a seal, and is bounded in time and size. One without a valid seal counts as none.
"""

import json
import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AwareDatetime, StringConstraints, ValidationError

from reconciler.model.audit import MERGE, RunId, Sha, Short
from reconciler.model.audit_branch import PATH as AUDIT_PATH
from reconciler.model.base import DeskKey, TicketKey, Value
from reconciler.model.change import Action
from reconciler.model.keyring import Keyring, Purpose, Seal
from reconciler.model.phase import Phase
from reconciler.model.receipt import Counter

FOLDER: Final = "leases"
PATH: Final = re.compile(r"leases/(?P<desk>[A-Z][A-Z0-9_]{1,9})\.json")
LONGEST: Final = timedelta(minutes=30)
"""A lease that ends later than this is not believed."""
LARGEST: Final = 1024 * 1024
"""Bytes of the file of a lease."""
LONGEST_NAME: Final = 80
"""Characters of the name of a pull request, which is a branch where there is no forge."""
WIDEST_MARGIN: Final = timedelta(seconds=30)
_SHARE: Final = 10
_KEY: Final = "key"
"""The fingerprint of the key that made the seal. It proves nothing, and only explains."""
_SEAL: Final = "seal"
_NO_LEASE: Final = "it is not a lease"

Token = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]


class IntendedChange(Value):
    """A change that a run is about to make, as the audit branch records it."""

    key: Annotated[str, StringConstraints(max_length=300)]
    """The key of the change in its plan."""
    facet: Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=60)]
    action: Action
    before: Short = ""
    after: Short = ""


class TicketIntents(Value):
    """What a run is about to change for one escalation."""

    ticket: TicketKey
    path: Annotated[str, StringConstraints(pattern=rf"^{AUDIT_PATH.pattern}$")]
    """The audit file of the escalation."""
    file: Annotated[str, StringConstraints(max_length=200)]
    """The escalation's own file."""
    phase: Phase
    pull_request: Annotated[str, StringConstraints(max_length=LONGEST_NAME)] = ""
    """Name of the pull request that it is about.

    Changes of its announcement are not recorded, and its merge is.
    """
    changes: tuple[IntendedChange, ...]

    @property
    def is_merge(self) -> bool:
        """True if the run is about to merge that pull request."""
        return any(each.facet == MERGE for each in self.changes)


class Lease(Value):
    """Who may change a desk."""

    v: Literal[1] = 1
    desk: DeskKey
    run: RunId
    token: Token
    """Chosen by chance for each process: two of the same run are not the same holder."""
    place: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,64}$")] = ""
    """Identifies the clone that the holder works in."""
    commit: Sha | None = None
    """The commit of the main branch that is reconciled."""
    at: AwareDatetime
    """When the run began, as its records give it."""
    since: AwareDatetime
    until: AwareDatetime
    """From then on the holder changes nothing."""
    recorded: bool = False
    """True if the run records what it did, so its intents need an outcome."""
    intents: tuple[TicketIntents, ...] = ()
    receipts: dict[TicketKey, Counter] = {}  # noqa: RUF012 - pydantic copies it
    """By ticket, the counter of the last receipt that a run is known to have written."""
    unsure: dict[TicketKey, Counter] = {}  # noqa: RUF012 - as above
    """By ticket, the counter of a later one. The answer to its write was lost."""
    ended: AwareDatetime | None = None
    """When the holder released it."""

    @property
    def margin(self) -> timedelta:
        """How much later another run may take it, and how much earlier the holder stops.

        It covers clocks that differ, and a call that was sent just before the end.
        """
        return min(WIDEST_MARGIN, (self.until - self.since) / _SHARE)

    @property
    def free_from(self) -> datetime:
        """When another run may take it, if it is not released before."""
        return self.until + self.margin


class LeaseFile(NamedTuple):
    """What the file of a desk's lease holds; without a lease if that cannot be believed."""

    lease: Lease | None = None
    problem: str = ""
    """Why it is not believed; empty if there is no file."""


def lease_path(desk: str) -> str:
    """The file of a desk's lease."""
    return f"{FOLDER}/{desk}.json"


def lease_bytes(lease: Lease, keyring: Keyring) -> bytes:
    """A lease as the content of its file, sealed. The seal covers the desk, too."""
    shown = {"v": lease.v, **lease.model_dump(mode="json", exclude_defaults=True)}
    content = shown | {_KEY: keyring.fingerprint}
    seal = keyring.seal(Purpose.LEASE, content)
    return json.dumps(content | {_SEAL: seal}, indent=1).encode("ascii") + b"\n"


def read_lease(desk: str, content: bytes | None, now: datetime, keyring: Keyring) -> LeaseFile:
    """The lease of a desk as its file has it, if it can be one and its seal is valid."""
    parts = _parts(content)
    if isinstance(parts, LeaseFile):
        return parts
    sealed = {key: each for key, each in parts.items() if key != _SEAL}
    if keyring.check(Purpose.LEASE, sealed, parts.get(_SEAL)) is Seal.BROKEN:
        return LeaseFile(problem=_why(parts, keyring))
    return _lease(desk, parts, now)


def parse_lease(desk: str, content: bytes | None, now: datetime) -> LeaseFile:
    """The same without a look at the seal of the file, for a commit that has one of its own."""
    parts = _parts(content)
    return parts if isinstance(parts, LeaseFile) else _lease(desk, parts, now)


def _parts(content: bytes | None) -> dict[str, Any] | LeaseFile:
    """The JSON of a file, or why it can be no lease."""
    if content is None:
        return LeaseFile()
    if len(content) > LARGEST:
        return LeaseFile(problem=f"it has more than {LARGEST:,} bytes")
    try:
        parts = json.loads(content)
    except (ValueError, RecursionError):
        return LeaseFile(problem=_NO_LEASE)
    return parts if isinstance(parts, dict) else LeaseFile(problem=_NO_LEASE)


def _why(parts: dict[str, Any], keyring: Keyring) -> str:
    """Why the seal of a file does not count."""
    if _SEAL not in parts:
        return "it has no seal, so an earlier version wrote it, or a person"
    named, ours = parts.get(_KEY), keyring.fingerprint
    if not isinstance(named, str) or named in {ours, keyring.former}:
        return "its seal is not valid, so no run wrote it like this"
    return f"it was sealed with the key {named[: len(ours)]!r}, and the present key is {ours}"


def _lease(desk: str, parts: dict[str, Any], now: datetime) -> LeaseFile:
    content = {key: each for key, each in parts.items() if key not in {_KEY, _SEAL}}
    try:
        lease = Lease.model_validate(content)
    except ValidationError:
        return LeaseFile(problem=_NO_LEASE)
    problem = _doubt(lease, desk, now)
    return LeaseFile(problem=problem) if problem else LeaseFile(lease)


def _doubt(lease: Lease, desk: str, now: datetime) -> str:
    """Why no run can have written a lease; empty if one can."""
    if lease.desk != desk:
        return f"it is a lease of {lease.desk}"
    if any(not each.path.endswith(f"/{each.ticket}.jsonl") for each in lease.intents):
        return "it names an audit file of another escalation"
    if not timedelta() < lease.until - lease.since <= LONGEST:
        return "it lasts longer than a lease can"
    if lease.ended is None and lease.until > now + LONGEST + lease.margin:
        return "it ends later than a lease can"
    return ""
