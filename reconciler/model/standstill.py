"""A standstill: runs fail, so that people must do by hand what the tool does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class NotDone(StrEnum):
    """What a run could not do."""

    ALL = "New pull requests are not announced. Tickets and channels stay as they are."
    SLACK = "New pull requests are not announced. Channels stay as they are."
    JIRA = "New pull requests are not announced. Tickets stay as they are."
    PULL_REQUESTS = "New pull requests are not announced."


@dataclass(frozen=True)
class FailureCause:
    """Why a run failed."""

    message: str
    remedy: str
    not_done: NotDone
    passing: bool
    """True if the next run may succeed without anyone's help."""


@dataclass(frozen=True)
class RunHistory:
    """How the runs before this one ended, as far as that is known."""

    last_good: datetime | None = None
    failures: int = 0
    """Failed runs since the last good one, without this one."""


def must_be_reported(
    causes: Sequence[FailureCause], history: RunHistory, now: datetime, after: timedelta
) -> bool:
    """Whether people have to hear of a failed run.

    A failure that may pass is reported if the run before failed, too, and the last good run is
    longer ago than `after`. Any other failure is reported at once.
    """
    if not all(each.passing for each in causes) or history.last_good is None:
        return True
    return history.failures > 0 and now - history.last_good >= after
