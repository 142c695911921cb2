"""Who is admitted and who is held: the limits, judged again for what is really on the main line.

Two pull requests can both keep a limit when they are checked and break it when both are merged.
So admission is played through from the first commit to the present, in first-parent order, each
moment by the policy that was in force. It follows from the history and the clock alone: two runs
at the same time come to the same answer, and losing everything else loses nothing. Where the policy
asks for a review, what the forge says of the approvals is the third thing that it follows from.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from reconciler.history.admission_replay import Play
from reconciler.model.acknowledgement import Verdict
from reconciler.model.admission import Admissions, Arrived
from reconciler.model.episode_history import EpisodeHistory
from reconciler.model.policy import AcknowledgementMeans
from reconciler.model.timeline import Timeline

_LATELY: Final = timedelta(hours=48)
"""Long enough to hold today in any time zone: what ended before counts for nothing any more."""


def admissions(
    timeline: Timeline,
    now: datetime,
    verdicts: Mapping[tuple[str, str], Verdict] | None = None,
    otherwise: Verdict | None = None,
) -> Admissions:
    """Play the history through up to `now`.

    `verdicts` tell by ticket and commit who acknowledged what that commit brought. `otherwise` is
    the verdict on what is committed and has none; without one, that counts as acknowledged: it
    ended long ago.
    """
    if not timeline.policies:
        return Admissions()
    play = Play(timeline, verdicts or {}, otherwise)
    play.through(now)
    return play.answer(now)


def to_acknowledge(timeline: Timeline, now: datetime) -> tuple[Arrived, ...]:
    """What needs an acknowledgement by review and still counts for something, oldest first."""
    if all(
        each.acknowledgement is not AcknowledgementMeans.REVIEW for _, each in timeline.policies
    ):
        return ()
    play = Play(timeline, {})
    play.through(now)
    return tuple(play.reviewed(now - _LATELY))


def episode_histories(
    timeline: Timeline,
    now: datetime,
    verdicts: Mapping[tuple[str, str], Verdict] | None = None,
) -> tuple[EpisodeHistory, ...]:
    """How every episode went up to `now`, in order of arrival. See `admissions` for `verdicts`."""
    if not timeline.policies:
        return ()
    play = Play(timeline, verdicts or {})
    play.through(now)
    return tuple(play.episode_histories(now))


def admissions_and_histories(
    timeline: Timeline, now: datetime, verdicts: Mapping[tuple[str, str], Verdict]
) -> tuple[Admissions, tuple[EpisodeHistory, ...]]:
    """Both from one replay. See `admissions` for `verdicts`."""
    if not timeline.policies:
        return Admissions(), ()
    play = Play(timeline, verdicts)
    play.through(now)
    return play.answer(now), tuple(play.episode_histories(now))
