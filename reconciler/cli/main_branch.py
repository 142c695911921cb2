"""What must be known of the policy that is checked out, before it is loaded."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.load.raw import POLICY_PATH
from reconciler.load.snapshot import CONFIG_EVENTS
from reconciler.load.strict_yaml import parse
from reconciler.services.git.committed_files import file_at


def main_branch(repo: Path) -> str:
    """The branch whose files count, by the policy that is checked out."""
    return _word(repo, "default_branch") or "main"


def time_zone(repo: Path) -> ZoneInfo:
    """The zone in which a day begins, by the policy that is checked out; UTC if it has none."""
    try:
        return ZoneInfo(_word(repo, "time_zone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _word(repo: Path, key: str) -> str:
    data = file_at(repo, "HEAD", POLICY_PATH)
    said = parse(POLICY_PATH, data, CONFIG_EVENTS).value if data is not None else None
    word = said.get(key) if isinstance(said, dict) else None
    return word if isinstance(word, str) else ""
