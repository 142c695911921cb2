"""Whether Dev Support has acknowledged an escalation, as far as a forge shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.timeline import Timeline


@dataclass(frozen=True)
class Acknowledgement:
    """A valid approval: who, when, of which pull request."""

    by: str
    """Handle of the acknowledger."""
    at: datetime
    pull_request: str
    """Id of the pull request, such as `12`."""
    commit: str = ""
    """The commit that brought the escalation to the main branch; empty while none has."""
    ready_at: datetime | None = None
    """When the pull request was ready for review; the time to acknowledge starts then."""
    late: bool = False
    """Whether it came after the merge."""


@dataclass(frozen=True)
class Unacknowledged:
    """No acknowledger has approved it."""

    why: str
    silent: bool = False
    """True if there is no approval at all."""


@dataclass(frozen=True)
class Unread:
    """Unknown at this moment: the forge did not answer, or git lacks the commits."""

    diagnostic: Diagnostic


Verdict = Acknowledgement | Unacknowledged | Unread

Verdicts = dict[tuple[str, str], Verdict]
"""By ticket and by the commit that brought its episode to the main branch."""

Reviews = Callable[[Timeline], Mapping[tuple[str, str], Verdict]]
"""Asks for verdicts on what a history brought and needs a review, by ticket and commit."""
