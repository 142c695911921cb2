"""What it takes to read who agreed: the clone, the forge, and the moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.services.connect_forge import ConnectedForge
from reconciler.services.git.commits import known_commit


@dataclass(frozen=True)
class ReadingPlace:
    """What is read, and from where."""

    repo: Path
    main: str
    """The commit at the tip of the main branch."""
    now: datetime
    connected: ConnectedForge
    forms: frozenset[int] = frozenset()
    """Ids of all accounts that any policy named for forms. The policy in force decides."""

    def lacks(self, commit: str) -> bool:
        """True if this clone lacks the commit."""
        return known_commit(self.repo, commit) is None

    def fetch(self, names: Sequence[str]) -> None:
        """Fetch refs and commits, if there are any to fetch."""
        if names:
            self.connected.fetch_commits(names)
