"""The name of the main branch, from the policy that is checked out."""

from pathlib import Path

from reconciler.load.raw import POLICY_PATH
from reconciler.load.snapshot import CONFIG_EVENTS
from reconciler.load.strict_yaml import parse
from reconciler.services.git.committed_files import file_at


def main_branch(repo: Path) -> str:
    """The branch whose files count, by the policy that is checked out."""
    data = file_at(repo, "HEAD", POLICY_PATH)
    said = parse(POLICY_PATH, data, CONFIG_EVENTS).value if data is not None else None
    branch = said.get("default_branch") if isinstance(said, dict) else None
    return branch if isinstance(branch, str) else "main"
