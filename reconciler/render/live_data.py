"""What `escalate doctor --live` found, for programs and spreadsheets."""

from collections.abc import Sequence

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.live_check import LiveAnswer, Verdict
from reconciler.model.output import Output
from reconciler.render.sheet import Sheet


class ShownAnswer(Value):
    """What a service did, in words out of a closed list."""

    key: str = Field(description="Name of the question, as in the file of `--answers`.")
    area: str = Field(description="Jira, Slack, GitHub or the second pass.")
    what: str = Field(description="The question.")
    answer: str = Field(description="The answer, as in the file of `--answers`.")
    meaning: str = Field(description="What the answer means.")
    verdict: Verdict = Field(description="How it compares with the vendor's documents.")
    blocks: bool = Field(description="True if the tool relies on another answer.")


class DoctorLiveOutput(Output):
    """What the services do, tried out on test tickets."""

    answers: tuple[ShownAnswer, ...] = Field(description="An answer to each question.")
    left: tuple[str, ...] = Field(description="What could not be removed, and why.")


def live_output(answers: Sequence[LiveAnswer], left: Sequence[str]) -> DoctorLiveOutput:
    """The answers for programs."""
    return DoctorLiveOutput(answers=tuple(map(_shown, answers)), left=tuple(left))


def _shown(answer: LiveAnswer) -> ShownAnswer:
    question = answer.question
    return ShownAnswer(
        key=question.key,
        area=question.area,
        what=question.what,
        answer=answer.value,
        meaning=question.words(answer.value),
        verdict=answer.verdict,
        blocks=answer.blocks,
    )


def live_sheet(found: DoctorLiveOutput) -> Sheet:
    """A row for each answer, then one for each thing that could not be removed."""
    rows: list[tuple[str, ...]] = [
        (each.area, each.what, each.answer, each.meaning, each.verdict, str(each.blocks).lower())
        for each in found.answers
    ]
    rows += [("left behind", each, "", "", "", "true") for each in found.left]
    return Sheet(("area", "what", "answer", "meaning", "verdict", "blocks"), tuple(rows))
