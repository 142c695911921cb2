"""Which key the seals are made with, by its fingerprint."""

from collections.abc import Iterator

from reconciler.model.setup_check import Health, SetupCheck, fine
from reconciler.services.settings import FORMER_SEAL_KEY, SEAL_KEY, JiraSettings


def examine_seals(settings: JiraSettings) -> Iterator[SetupCheck]:
    """The present key, and the former one while it is still accepted."""
    keyring = settings.keyring
    if settings.seal_key:
        yield fine("Jira", "seals", f"made with {SEAL_KEY}, fingerprint {keyring.fingerprint}")
    else:
        yield SetupCheck(
            "Jira",
            "seals",
            Health.FINE,
            f"made with Jira's token, fingerprint {keyring.fingerprint}",
            f"Better: set the secret {SEAL_KEY} to the output of `openssl rand -hex 32`, and"
            f" {FORMER_SEAL_KEY} to Jira's token. Then a new token breaks no seal.",
        )
    if keyring.former:
        yield SetupCheck(
            "Jira",
            "former seals",
            Health.FINE,
            f"those made with {FORMER_SEAL_KEY} are accepted, fingerprint {keyring.former}",
            f"Remove {FORMER_SEAL_KEY} when `escalate plan` shows no receipt to seal again.",
        )
