"""The seal of a commit of the audit branch: the last lines of its message.

The seal covers the message, the files that the commit writes, and the commit before. So a sealed
line can't be copied to another file, and no commit can be changed, moved or left out before a
sealed one.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final, NamedTuple

from reconciler.model.keyring import Keyring, Purpose, Seal

_TRAILER: Final = re.compile(
    r"(?P<message>.*)\n\n"
    r"(?:Former-Key: (?P<former>[0-9a-f]{8}) (?P<proof>[0-9a-f]{64})\n)?"
    r"Seal: (?P<key>[0-9a-f]{8}) (?P<seal>[0-9a-f]{64})\n*",
    re.DOTALL,
)


class AuditCommit(NamedTuple):
    """A commit of the audit branch, as far as a seal covers it."""

    commit: str
    parent: str
    """The commit before; empty for the first one."""
    message: str
    digests: Mapping[str, str]
    """SHA-256 of each file that the commit writes, by path."""


class Trailer(NamedTuple):
    """What the message of a sealed commit ends with."""

    message: str
    """The message without the seal."""
    key: str
    """The fingerprint of the key."""
    seal: str
    former: str
    """The fingerprint of the former key, which hands over to this one; empty if none does."""
    proof: str
    """The seal of the former key on the fingerprint of this one."""


def sealed_message(keyring: Keyring, parent: str, files: Mapping[str, bytes], message: str) -> str:
    """A message with a seal. While a former key is known, it also hands over to the present one."""
    text = message.rstrip("\n")
    handover = ""
    if keyring.former:
        proof = keyring.seal_with_former(Purpose.AUDIT, _handover(keyring.fingerprint, parent))
        handover = f"Former-Key: {keyring.former} {proof}\n"
    digests = {path: digest(content) for path, content in files.items()}
    payload = _payload(parent, digests, text, keyring.fingerprint, keyring.former)
    return f"{text}\n\n{handover}Seal: {keyring.fingerprint} {_seal(keyring, payload)}\n"


def _seal(keyring: Keyring, payload: Mapping[str, object]) -> str:
    return keyring.seal(Purpose.AUDIT, payload)


def trailer(message: str) -> Trailer | None:
    """The seal that a message ends with; None if there is none."""
    found = _TRAILER.fullmatch(message)
    if found is None:
        return None
    return Trailer(
        found["message"], found["key"], found["seal"], found["former"] or "", found["proof"] or ""
    )


def check_commit(keyring: Keyring, commit: AuditCommit, said: Trailer) -> Seal:
    """Whether the seal of a commit is valid, and with which key."""
    payload = _payload(commit.parent, commit.digests, said.message, said.key, said.former)
    made = keyring.check(Purpose.AUDIT, payload, said.seal)
    expected = {Seal.CURRENT: keyring.fingerprint, Seal.PREVIOUS: keyring.former}
    return made if expected.get(made) == said.key else Seal.BROKEN


def is_sealed(keyring: Keyring, commit: AuditCommit) -> bool:
    """True if a commit has a valid seal of the present or the former key."""
    said = trailer(commit.message)
    return said is not None and check_commit(keyring, commit, said) is not Seal.BROKEN


def check_handover(keyring: Keyring, commit: AuditCommit, said: Trailer) -> Seal:
    """Whether the former key really handed over, and whether that key is known here."""
    return keyring.check(Purpose.AUDIT, _handover(said.key, commit.parent), said.proof)


def digest(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return sha256(content).hexdigest()


def _payload(
    parent: str, digests: Mapping[str, str], message: str, key: str, former: str
) -> dict[str, object]:
    return {
        "parent": parent,
        "files": dict(digests),
        "message": message,
        "key": key,
        "former": former,
    }


def _handover(key: str, parent: str) -> dict[str, object]:
    return {"hands_over_to": key, "parent": parent}
