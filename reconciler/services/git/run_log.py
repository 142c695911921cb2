"""When runs of this clone last succeeded, kept in its git directory."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.model.standstill import RunHistory
from reconciler.services.git.command import GitProblem
from reconciler.services.git.local_lock import state_folder

_FILE: Final = "runs.json"


def known_runs(repo: Path) -> RunHistory:
    """What this clone knows; nothing if it is new."""
    with suppress(OSError, ValueError, KeyError, TypeError, GitProblem):
        found = json.loads((state_folder(repo) / _FILE).read_text("utf-8"))
        good = found["last_good"]
        moment = datetime.fromisoformat(good) if good else None
        if moment is None or moment.tzinfo is not None:
            return RunHistory(moment, int(found["failures"]))
    return RunHistory()


def note_run(repo: Path, history: RunHistory) -> None:
    """Remember how runs ended; in silence where nothing can be written."""
    with suppress(OSError, GitProblem):
        folder = state_folder(repo)
        folder.mkdir(parents=True, exist_ok=True)
        good = history.last_good.isoformat() if history.last_good else None
        draft = folder / f"{_FILE}.new"
        draft.write_text(json.dumps({"last_good": good, "failures": history.failures}), "utf-8")
        draft.replace(folder / _FILE)
