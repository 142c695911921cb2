"""Whole files, good and bad, judged with the policy and roster of this repository.

A bad file is named after the one rule that it breaks; what follows two hyphens only tells such
files apart.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.check.check import judge
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests/examples"
CONFIG = [
    RawFile(f"config/{name}.yaml", (ROOT / f"config/{name}.yaml").read_bytes())
    for name in ("policy", "roster")
]


def rules(path: Path) -> set[str]:
    data = path.read_bytes()
    ticket = re.search(rb"\bticket: ([A-Z]+-[0-9]+)\b", data)
    name = ticket.group(1).decode() if ticket else "DS-1"
    loaded = load_snapshot([*CONFIG, RawFile(f"escalations/2026/{name}.yaml", data)])
    assert loaded.snapshot is not None
    found = judge(loaded.snapshot, {}, datetime(2026, 11, 20, tzinfo=UTC), sources=loaded.sources)
    return {finding.rule for finding in (*loaded.findings, *found)}


@pytest.mark.parametrize("path", sorted((EXAMPLES / "good").glob("*.yaml")), ids=lambda p: p.stem)
def test_a_good_file_breaks_no_rule(path: Path) -> None:
    assert rules(path) == set()


@pytest.mark.parametrize("path", sorted((EXAMPLES / "bad").glob("*.yaml")), ids=lambda p: p.stem)
def test_a_bad_file_breaks_the_rule_that_it_is_named_after(path: Path) -> None:
    assert rules(path) == {path.stem.partition("--")[0]}


def test_there_are_examples() -> None:
    assert len(list((EXAMPLES / "good").glob("*.yaml"))) >= 5
    assert len(list((EXAMPLES / "bad").glob("*.yaml"))) >= 10
