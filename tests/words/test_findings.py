"""What every rule says of its bad example, as it is printed."""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from reconciler.check.check import judge
from reconciler.check.registry import RULES
from reconciler.check.rule import Example
from reconciler.check.rules.examples import LONG_AGO, NOW, files_of
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.finding import Finding
from reconciler.model.forge import Account
from reconciler.model.timeline import Arrival

GOLDEN = Path(__file__).parent / "golden" / "findings.txt"
BAD = Path(__file__).parent.parent / "examples" / "bad"


def findings_of(example: Example) -> tuple[Finding, ...]:
    loaded = load_snapshot(files_of(example))
    if loaded.snapshot is None:
        return loaded.findings
    base, known = None, {path: example.arrived.get(path, LONG_AGO) for path in example.also}
    if example.before is not None:
        base = load_snapshot(files_of(example, base=True)).snapshot
        known |= dict.fromkeys(example.before, LONG_AGO)
    arrivals = {path: Arrival("c" * 40, datetime.fromisoformat(at)) for path, at in known.items()}
    author = Account(7, example.author) if example.author else None
    now = datetime.fromisoformat(NOW)
    found = judge(loaded.snapshot, arrivals, now, base, loaded.sources, author)
    return (*loaded.findings, *found)


def _lines() -> Iterator[str]:
    for rule in RULES.values():
        yield f"## {rule.id}\n"
        yield from (_line(each) for each in findings_of(rule.bad))


def _line(found: Finding) -> str:
    return f"{found.position} {found.severity}: {found.message}\n    {found.remedy}\n"


def _file(name: str) -> tuple[Finding, ...]:
    files = [each for each in files_of(Example("")) if each.path.startswith("config/")]
    raw = RawFile("escalations/2026/DS-1042.yaml", (BAD / name).read_bytes())
    loaded = load_snapshot([*files, raw])
    now = datetime.fromisoformat(NOW)
    assert loaded.snapshot is not None
    return (*loaded.findings, *judge(loaded.snapshot, {}, now, None, loaded.sources, None))


def _without_overriders() -> tuple[Finding, ...]:
    """An override in a company whose policy names nobody for that."""
    rule = RULES["role-override"].bad
    files = [
        RawFile(each.path, re.sub(rb"\n +overriders: .*", b"", each.data))
        for each in files_of(rule)
    ]
    loaded = load_snapshot(files)
    assert loaded.snapshot is not None
    assert not any(desk.overriders for desk in loaded.snapshot.policy.desks.values())
    return judge(loaded.snapshot, {}, datetime.fromisoformat(NOW), None, loaded.sources, None)


def test_every_finding_reads_as_before():
    parts = [*_lines()]
    for path in sorted(BAD.iterdir()):
        parts.append(f"## {path.name}\n")
        parts += [_line(each) for each in _file(path.name)]
    parts.append("## An override where nobody may\n")
    parts += [_line(each) for each in _without_overriders()]
    text = "\n".join(parts)
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "UPDATE_GOLDENS=1 writes it anew"
