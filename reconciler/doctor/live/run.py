"""All steps, twice, and the removal of everything that they made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from reconciler.doctor.live.branch import BranchStep
from reconciler.doctor.live.github import RepositoryStep
from reconciler.doctor.live.jira_account import JiraAccountStep
from reconciler.doctor.live.jira_comment import ClosedTicketStep, CommentStep
from reconciler.doctor.live.jira_fields import LabelStep, PriorityStep, PropertyStep
from reconciler.doctor.live.jira_remote_link import RemoteLinkStep
from reconciler.doctor.live.site import LiveSite
from reconciler.doctor.live.slack_channel import ChannelStep
from reconciler.doctor.live.slack_guest import GuestStep
from reconciler.doctor.live.slack_marks import MarksStep
from reconciler.doctor.live.slack_posts import PostsStep
from reconciler.doctor.live.step import LiveStep
from reconciler.model.live_check import FAILED, SKIPPED, LiveAnswer
from reconciler.model.live_questions import AGAIN, QUESTIONS
from reconciler.services.errors import ServiceError
from reconciler.services.git.command import GitProblem

_PASSES: Final = (1, 2)


class LiveProgress(Protocol):
    """Shows what happens while it happens."""

    def begin(self, title: str) -> None:
        """A step begins, or the removal."""

    def answered(self, answer: LiveAnswer) -> None:
        """An answer of the first pass, or one that the second pass changed."""

    def note(self, text: str) -> None:
        """Something else to know."""


@dataclass
class LiveResult:
    """What a live check found."""

    answers: dict[str, LiveAnswer] = field(default_factory=dict)
    changed_again: list[str] = field(default_factory=list)
    """Titles of the steps that changed something in the second pass."""
    left: list[str] = field(default_factory=list)
    """What could not be removed, and why."""

    @property
    def every(self) -> tuple[LiveAnswer, ...]:
        """An answer to each question, in order."""
        return tuple(self.answers.get(each.key, LiveAnswer(each, SKIPPED)) for each in QUESTIONS)

    @property
    def fine(self) -> bool:
        """True if nothing that the tool relies on differs, and nothing is left behind."""
        return not self.left and not any(each.blocks for each in self.every)


def all_steps() -> tuple[LiveStep, ...]:
    """The steps in their order: some use what earlier ones made."""
    return (
        *(JiraAccountStep(), PropertyStep(), LabelStep(), PriorityStep()),
        *(CommentStep(), RemoteLinkStep(), ClosedTicketStep()),
        *(ChannelStep(), GuestStep(), PostsStep(), MarksStep()),
        *(RepositoryStep(), BranchStep()),
    )


def run_live(site: LiveSite, progress: LiveProgress, result: LiveResult) -> None:
    """Remove what an earlier run left, take all steps twice, and remove everything again.

    The removal also happens after an interruption, which then continues to the caller. It looks for
    everything by name, so that it also finds what a lost answer hides.
    """
    steps = all_steps()
    remove_leftovers(site, progress, result)
    try:
        for number in _PASSES:
            for step in steps:
                _take(step, number, site, progress, result)
        value = "changes" if result.changed_again else "nothing"
        answer = LiveAnswer(AGAIN, value, ", ".join(result.changed_again))
        result.answers[AGAIN.key] = answer
        progress.begin("Second pass")
        progress.answered(answer)
    finally:
        result.left.clear()
        _remove_all(site, steps, progress, "Removing everything", result)


def remove_leftovers(site: LiveSite, progress: LiveProgress, result: LiveResult) -> None:
    """Remove what an earlier run left, which could not end."""
    _remove_all(site, all_steps(), progress, "Looking for what an earlier run left", result)


def _take(
    step: LiveStep, number: int, site: LiveSite, progress: LiveProgress, result: LiveResult
) -> None:
    progress.begin(step.title if number == 1 else f"Again: {step.title}")
    try:
        if why := step.lacks(site):
            _fill(step, SKIPPED, why, progress, result)
            return
        made = step.make(site)
        if made and number > 1:
            result.changed_again.append(step.title)
        for answer in step.check(site):
            known = result.answers.get(answer.question.key)
            if known != answer and not (known and known.blocks):
                result.answers[answer.question.key] = answer
                progress.answered(answer)
    except (ServiceError, GitProblem) as error:
        _fill(step, FAILED, str(error), progress, result)
        if isinstance(error, ServiceError) and error.remedy:
            progress.note(error.remedy)


def _fill(step: LiveStep, value: str, why: str, progress: LiveProgress, result: LiveResult) -> None:
    """Give the questions of a step an answer that it could not find, the first one with why."""
    for question in step.questions:
        known = result.answers.get(question.key)
        if known is None or (value == FAILED and known.value != FAILED):
            answer, why = LiveAnswer(question, value, why), ""
            result.answers[question.key] = answer
            progress.answered(answer)


def _remove_all(
    site: LiveSite,
    steps: Sequence[LiveStep],
    progress: LiveProgress,
    title: str,
    result: LiveResult,
) -> None:
    """Let each step remove what is there, the last one first. A failure stops no other step."""
    progress.begin(title)
    for step in reversed(steps):
        if step.keeps_notes and result.left:
            continue
        try:
            for name in step.remove(site):
                progress.note(f"removed: {name}")
        except (ServiceError, GitProblem) as error:
            result.left.append(f"{step.title}: {error}")
            progress.note(f"not removed: {step.title}: {error}")
