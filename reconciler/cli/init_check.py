"""Answers to `escalate init`, checked one by one by the rules of the files that they give."""

from collections.abc import Mapping
from typing import Final

from reconciler.cli.answer_check import Places, option_at, stand_ins
from reconciler.cli.init_questions import LATER, QUESTIONS, name_of
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.finding import Severity
from reconciler.render.template import InitAnswers, laid_down

_ANY_YEAR: Final = 2026


def init_answers(said: Mapping[str, str], normal_queue: str) -> InitAnswers:
    """The answers by option as one value."""
    answers = {name_of(option): text for option, text in said.items()}
    other = answers.pop("code_owner")
    owners = [answers["lead_github"], *([] if other == LATER else [other])]
    code_owners = " ".join(f"@{each}" for each in dict.fromkeys(owners))
    return InitAnswers(**answers, normal_queue=normal_queue, code_owners=code_owners)


def init_problems(said: Mapping[str, str], normal_queue: str) -> dict[str, str]:
    """Why answers can't be, by option. Answers that are missing count as right."""
    answers = {**stand_ins(QUESTIONS), **said}
    written = laid_down(init_answers(answers, normal_queue), _ANY_YEAR, ())
    loaded = load_snapshot(
        RawFile(path, written[path].encode()) for path in (POLICY_PATH, ROSTER_PATH)
    )
    wrong: dict[str, str] = {}
    for finding in loaded.findings:
        path = finding.position.path
        option = option_at(finding, loaded.sources[path], _places(path, answers))
        if option in said and finding.severity is Severity.ERROR:
            wrong.setdefault(option, f"{finding.message} {finding.remedy}")
    return wrong


def _places(path: str, answers: Mapping[str, str]) -> Places:
    """Where a file has each answer; the place of a part comes before that of the whole."""
    if path == ROSTER_PATH:
        person = ("people", answers["--lead"])
        return {
            "--lead-name": (*person, "name"),
            "--lead-email": (*person, "email"),
            "--lead-github": (*person, "github"),
            "--lead": ("people",),
        }
    desk = ("desks", answers["--desk"])
    return {
        "--time-zone": ("time_zone",),
        "--repository-url": ("repository_url",),
        "--desk-name": (*desk, "name"),
        "--announce-in": (*desk, "announce_in"),
        "--lead": (*desk, "acknowledgers"),
        "--normal-queue": (*desk, "normal_queue"),
        "--desk": ("desks",),
    }
