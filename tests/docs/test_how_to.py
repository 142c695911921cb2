"""The file that a manager is given to paste is one that passes."""

import re
from datetime import UTC, datetime
from pathlib import Path

from company import TOP

from reconciler.check.check import judge
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot

PAGE = (TOP / "docs" / "how-to" / "initiator.md").read_text()


def test_the_file_to_paste_passes() -> None:
    block = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    text = re.sub(r"^   ", "", block[1], flags=re.MULTILINE)
    config = [RawFile(path, Path(TOP, path).read_bytes()) for path in (POLICY_PATH, ROSTER_PATH)]
    loaded = load_snapshot([*config, RawFile("escalations/2026/DS-1234.yaml", text.encode())])
    assert loaded.findings == ()
    assert loaded.snapshot is not None
    assert judge(loaded.snapshot, None, datetime(2026, 11, 23, tzinfo=UTC), loaded.snapshot) == ()
    new = judge(loaded.snapshot, {}, datetime(2026, 11, 23, tzinfo=UTC), sources=loaded.sources)
    assert [each for each in new if each.position.path.endswith("DS-1234.yaml")] == []
