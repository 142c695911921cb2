"""The part of a plan comment that shows what other limits would have done."""

from typing import Final

from reconciler.cli.planned_run import PlannedRun
from reconciler.history.simulation import changed_limits, simulate
from reconciler.load.raw import POLICY_PATH
from reconciler.load.version import read_policy
from reconciler.model.policy import Policy
from reconciler.pull_requests.gather import Preview
from reconciler.render.simulation_data import limits_comment

_LONGEST: Final = 65_500
"""A little below GitHub's limit of 65,536 characters."""


def with_limits_part(seen: PlannedRun, preview: Preview, comment: str) -> str:
    """A comment, with this part at its end if the pull request changes limits.

    The replay ends at the latest commit of the main branch, so the part stays the same until the
    next one. It is left out if it would make the comment too long for GitHub.
    """
    after, timeline = _proposed_policy(preview), seen.files.timeline
    if after is None or timeline is None or not timeline.policies:
        return comment
    others = changed_limits(seen.files.snapshot.policy, after)
    if not others:
        return comment
    until = timeline.commits[-1].at
    part = limits_comment(simulate(timeline, until, others, seen.answers.verdicts))
    whole = f"{comment}\n{part}"
    return whole if len(whole) <= _LONGEST else comment


def _proposed_policy(preview: Preview) -> Policy | None:
    """The policy that a pull request brings; None if it brings none that can be read."""
    onto_main = preview.opened.onto_main
    file = onto_main.files.get(POLICY_PATH) if onto_main else None
    return read_policy(POLICY_PATH, file.data) if file is not None else None
