"""Receipts as the tool seals them, for tests that put one onto a ticket."""

from typing import Any

from company import Company

from reconciler.model.keyring import Keyring, Purpose
from reconciler.model.receipt import PROPERTY

SEAL, KEY = "seal", "key"


def sealed(value: dict[str, Any], keyring: Keyring, site: str) -> dict[str, Any]:
    """The property with a valid seal, whatever it holds."""
    content = {key: each for key, each in value.items() if key not in {SEAL, KEY}}
    content[KEY] = keyring.fingerprint
    payload = {"site": site, "property": PROPERTY, "receipt": content}
    return content | {SEAL: keyring.seal(Purpose.RECEIPT, payload)}


def sealed_for(company: Company, value: dict[str, Any]) -> dict[str, Any]:
    """The property as the tool of this company seals it."""
    jira = company.settings.jira
    return sealed(value, jira.keyring, jira.site)
