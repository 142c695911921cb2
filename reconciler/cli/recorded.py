"""What runs recorded of who agreed, for commands that ask no service."""

from pathlib import Path
from typing import Final

from reconciler.audit.consent_lines import ConsentMemory, proposers
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.recorded_agreement import RecordedAgreement, recorded_agreement
from reconciler.services.environment import variables
from reconciler.services.git.audit_read import consent_files
from reconciler.services.settings import read_seal_keyring

NO_MARKS: Final = "Changes that are not agreed have no mark, because ESCALATE_SEAL_KEY is not set."
NO_JUDGEMENT: Final = (
    "Changes that are not agreed are counted too, because ESCALATE_SEAL_KEY is not set."
)


def proposers_by_record(repo: Path, tip: str | None) -> dict[str, str]:
    """By commit of the main line, the login of the account that proposed it. Raises GitProblem."""
    return proposers(consent_files(repo, tip), read_seal_keyring(variables()))


def agreement_by_record(
    repo: Path, tip: str | None, timeline: Timeline, without_key: str
) -> tuple[RecordedAgreement | None, tuple[str, ...]]:
    """What is agreed, and the note `without_key` if it cannot be known. Raises GitProblem."""
    keyring = read_seal_keyring(variables())
    if keyring is not None:
        memory = ConsentMemory(consent_files(repo, tip), keyring)
        return recorded_agreement(repo, timeline, memory), ()
    owned = any(policy.is_by_field for _, policy in timeline.policies)
    return None, (without_key,) if owned else ()
