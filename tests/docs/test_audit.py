"""The reference of the audit branch is complete."""

import re
from pathlib import Path

from reconciler.model.audit import (
    AcknowledgementRecord,
    AdmissionRecord,
    ChangeRecord,
    OutcomeRecord,
)

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "reference" / "audit.md").read_text(encoding="utf-8")
KINDS = (AdmissionRecord, AcknowledgementRecord, ChangeRecord, OutcomeRecord)


def test_every_key_of_every_record_is_explained() -> None:
    keys = {name for kind in KINDS for name in kind.model_fields}
    assert [name for name in sorted(keys) if f"`{name}`" not in PAGE] == []


def test_every_finding_is_explained_and_no_other() -> None:
    code = (path.read_text(encoding="utf-8") for path in (TOP / "reconciler/audit").glob("*.py"))
    found = {each for text in code for each in re.findall(r'"(audit-[a-z]+)"', text)}
    assert set(re.findall(r"`(audit-[a-z]+)`", PAGE)) == found
