"""What a new file says: what was observed, what was given, and what has to be asked for."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.cli.answer_check import AnswerCheck
from reconciler.cli.answer_drafts import AnswerDraft
from reconciler.cli.people import handles, initiators
from reconciler.cli.prompts import fill
from reconciler.cli.questions import PLACES, all_questions, as_texts, escalation_of
from reconciler.edit.new import new_file
from reconciler.model.manual_escalation import ManualEscalation
from reconciler.model.roster import TeamKind
from reconciler.model.snapshot import Snapshot
from reconciler.pull_requests.open import Main
from reconciler.reconcile.wording.escape import one_line
from reconciler.services.errors import SetupError

_TITLE: Final = 160


def imported_file(  # noqa: PLR0913 - what was observed, what was given, and where it goes
    found: ManualEscalation,
    main: Main,
    path: str,
    given: Mapping[str, Any],
    draft: AnswerDraft,
    *,
    stakeholders: bool,
) -> bytes:
    """The new file; asks for what can't be observed and was not given.

    Raises UsageError that names the options which are missing.
    """
    snapshot = main.loaded.snapshot
    if snapshot is None:
        raise SetupError("the policy or the roster can't be read", "Run: escalate check")
    observed = {name: each for name, each in _observed(found, snapshot).items() if each}
    options = {name: each for name, each in as_texts(given).items() if each is not None}
    if name := options.get("--assignee"):
        (options["--assignee"],) = handles(snapshot, "--assignee", [name])

    def build(said: Mapping[str, str]) -> bytes:
        values = escalation_of(
            found.ticket.key,
            said,
            stakeholders=_stakeholders(found, snapshot, said) if stakeholders else {},
            assignee=said.get("--assignee"),
            adopted=dict(_adopted(found)),
        )
        return new_file(values)

    questions = all_questions(snapshot, reporter=found.reporter or "")
    check = AnswerCheck(main.raws, main.loaded, main.now, path, build, PLACES, questions)
    return build(fill(options, questions, draft, check.wrong, found=observed))


def _observed(found: ManualEscalation, snapshot: Snapshot) -> Mapping[str, str | None]:
    """What Jira and Slack tell, by the options that would."""
    return {
        "--title": one_line(found.ticket.summary, _TITLE),
        "--reporter": found.reporter,
        "--assignee": found.assignee,
        "--initiator": found.announcer if found.announcer in initiators(snapshot) else None,
    }


def _stakeholders(
    found: ManualEscalation, snapshot: Snapshot, said: Mapping[str, str]
) -> dict[str, list[str]]:
    """Members of the channel who hold no role, by the side that they are on."""
    roster = snapshot.roster
    roles = {said.get(f"--{each}") for each in ("initiator", "contact", "reporter", "assignee")}
    roles |= {person for each in snapshot.policy.always_include for person in roster.members(each)}
    sides: dict[str, list[str]] = {"client_facing": [], "product_engineering": []}
    for handle in found.members:
        if handle in roles:
            continue
        if roster.is_client_facing(handle):
            sides["client_facing"].append(handle)
        elif roster.kind_of(handle) is TeamKind.PRODUCT_ENGINEERING:
            sides["product_engineering"].append(handle)
    return {side: handles for side, handles in sides.items() if handles}


def _adopted(found: ManualEscalation) -> Iterator[tuple[str, str]]:
    """What people made, so that it is not made again."""
    if found.channel is not None:
        yield "channel", found.channel.id
    if found.announcement is not None:
        yield "announcement", found.announcement.id
    if found.comment is not None:
        yield "comment", found.comment.id
