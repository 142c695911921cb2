"""One step of a live check: make something harmless, look at it, remove it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from reconciler.doctor.live.site import LiveSite
from reconciler.model.live_check import LiveAnswer, LiveQuestion


class LiveStep(ABC):
    """What a step makes is found again by its name or mark alone, also by a later run.

    Each method raises ServiceError or GitProblem.
    """

    title: str
    keeps_notes = False
    """True if the removal of other things needs what this step made."""
    questions: tuple[LiveQuestion, ...]

    def lacks(self, site: LiveSite) -> str:
        """Why the step cannot begin; empty if it can."""
        del site
        return ""

    def make(self, site: LiveSite) -> int:
        """Make what is missing. Returns how many things were made or changed."""
        del site
        return 0

    @abstractmethod
    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """What the services show of it."""

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Remove what this run or an earlier one made. Returns the names of what was removed."""
        del site
        return ()
