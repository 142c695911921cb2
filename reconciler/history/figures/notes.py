"""What a reader should know about the figures of a report."""

from collections.abc import Iterator, Sequence

from reconciler.history.figures.evidence import unreadable
from reconciler.history.figures.period import Period
from reconciler.history.figures.report import Known
from reconciler.history.figures.tally import to_acknowledge
from reconciler.model.audit import AuditLine
from reconciler.model.episode_history import EpisodeHistory
from reconciler.model.timeline import Timeline

_NO_OPENING = (
    "The merge acknowledged {0} of them. How long that took is unknown, because git does "
    "not record when a pull request was opened."
)
_NO_BRANCH = (
    "This clone has no branch `audit`, which records how long an acknowledgement took. If "
    "the remote has the branch, run: git fetch origin audit"
)


def notes(
    timeline: Timeline, lines: Sequence[AuditLine] | None, mine: Known, period: Period
) -> Iterator[str]:
    """Notes on what is unknown; no lines means that there is no audit branch."""
    if not timeline.policies:
        yield "The main branch never had a policy that can be read, so nothing can be counted."
    acknowledged = [each for each in mine.episodes if _is_unknown(each, period)]
    merged = sum(not each.by_review for each in acknowledged)
    if merged:
        yield _NO_OPENING.format(merged)
    if lines is None and len(acknowledged) > merged:
        yield _NO_BRANCH
    strangers = [each for each in mine.episodes if (each.ticket, each.episode) not in mine.teams]
    if strangers:
        yield (
            f"The team of {len(strangers)} is unknown: the roster of the time can't be read or"
            " does not have who escalated."
        )
    if broken := unreadable(timeline):
        yield f"{broken} file(s) could never be read and are not counted. Run: escalate check"
    if bad := sum(each.record is None for each in lines or ()):
        yield f"{bad} line(s) of the audit branch can't be read. Run: escalate history --verify"


def _is_unknown(episode: EpisodeHistory, period: Period) -> bool:
    """Whether it was acknowledged in the period, and nobody knows how long that took."""
    return episode.is_dated and episode.acknowledged in period and to_acknowledge(episode) is None
