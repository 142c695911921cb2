"""Why a file can't be edited, as people are told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml
from company import escalation
from goldens import hold

from reconciler.check.view import Nowhere
from reconciler.edit import changes
from reconciler.edit.splice import EditRefusedError, with_value
from reconciler.load.source import FileSource
from reconciler.load.version import read_escalation
from reconciler.model.escalation import Escalation
from reconciler.model.snapshot import Entry

GOLDEN = Path(__file__).parent / "golden" / "edits.txt"
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


def _file(data: bytes) -> FileSource:
    return FileSource("escalations/2026/DS-1.yaml", data)


def _kept_lines() -> Entry:
    """A file whose last text keeps the empty line at its end."""
    said = yaml.safe_load(yaml.dump(escalation("DS-1")))
    del said["reason"]
    text = yaml.safe_dump(said) + "reason: |+\n  They can't pay.\n\n"
    found = read_escalation("escalations/2026/DS-1.yaml", text.encode())
    assert found is not None
    return Entry(found, _file(text.encode()))


def _refused() -> Iterator[str]:
    written = _file(b"impact:\n  level: high\n")
    nowhere = Entry(Escalation.model_validate(escalation("DS-1")), Nowhere(written.path))
    attempts: tuple[Callable[[], bytes], ...] = (
        lambda: with_value(written, ("reporter",), "person", "lena"),
        lambda: with_value(_file(b"# nothing\n"), (), "contact", "lena"),
        lambda: with_value(written, (), "impact", {"level": "low"}),
        lambda: changes.assigned(nowhere, "dmitri"),
        lambda: changes.updated(_kept_lines(), AT, "mei", "It is slow."),
    )
    for attempt in attempts:
        try:
            attempt()
        except EditRefusedError as refused:
            yield f"{refused}\n"


def test_why_it_is_refused_reads_as_before():
    hold(GOLDEN, "".join(_refused()))
