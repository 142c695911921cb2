"""That Dev Support has acknowledged an escalation, as far as a forge can tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.timeline import Timeline


@dataclass(frozen=True)
class Acknowledgement:
    """A valid approval: who, when, of which proposal."""

    by: str
    """Handle of the acknowledger."""
    at: datetime
    pull_request: str
    """Id of the proposal, such as `12`."""
    commit: str = ""
    """The commit that brought the escalation to the main branch; empty while none has."""
    ready_at: datetime | None = None
    """When the proposal was ready for review; the time to acknowledge runs from then."""
    late: bool = False
    """Whether it came after the merge."""
    seal: str = ""
    """By which a later run knows that it verified this itself; empty while it is not sealed."""


@dataclass(frozen=True)
class Unacknowledged:
    """Nobody who may has acknowledged it."""

    why: str
    silent: bool = False
    """Whether that is all there is to say: nobody has tried."""


@dataclass(frozen=True)
class Unread:
    """Nobody can tell at this moment: the forge did not answer, or git lacks the commits."""

    diagnostic: Diagnostic


Verdict = Acknowledgement | Unacknowledged | Unread

Verdicts = dict[tuple[str, str], Verdict]
"""By ticket and by the commit that brought its episode to the main branch."""

Reviews = Callable[[Timeline], Mapping[tuple[str, str], Verdict]]
"""Asks for verdicts on what a history brought and needs a review, by ticket and commit."""
