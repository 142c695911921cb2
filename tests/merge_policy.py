"""The example company's policy as most tests use it: the merge acknowledges, and people merge.

The example itself asks for reviews, lets runs merge, and reminds people. Tests of these set them.
"""

import re
from pathlib import Path

from reconciler.load.raw import POLICY_PATH

TOP = Path(__file__).parent.parent
_REMINDERS = re.compile(r"(?:^#.*\n)*^reminders:\n(?:^ .*\n)+\n?", re.MULTILINE)
_MERGE = re.compile(r"\n(?:^#.*\n)*^merge: .*\n", re.MULTILINE)


def merge_policy() -> str:
    """The text of the policy."""
    text = (TOP / POLICY_PATH).read_text(encoding="utf-8")
    text = _MERGE.sub("", _REMINDERS.sub("", text))
    return text.replace("acknowledgement: review", "acknowledgement: merge")


def use_merge_policy(folder: Path) -> None:
    """Write it into a copy of the example."""
    (folder / POLICY_PATH).write_text(merge_policy(), encoding="utf-8")
