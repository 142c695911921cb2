"""What `escalate status` shows: the files, their history, and the services if tokens are set."""

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from reconciler.board.current import order_of_need
from reconciler.board.source import NO_AUDIT, CurrentSource
from reconciler.board.standings import Compared, standing_of, standing_of_proposal
from reconciler.cli.ask_forge import forge_answers
from reconciler.cli.failure_reports import WORKFLOW
from reconciler.cli.files import Files
from reconciler.cli.options import Options
from reconciler.cli.own_github import is_signed_in_by_gh
from reconciler.cli.planned_run import PlannedRun, planned_run
from reconciler.cli.proposal_waits import proposal_waits
from reconciler.cli.report_figures import recorded_history
from reconciler.history.admit_if_merged import of_folder
from reconciler.history.remaining_capacity import remaining_capacity
from reconciler.model.admission import Admissions
from reconciler.model.audit import AuditLine
from reconciler.model.change import EscalationPlan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.phase import Phase
from reconciler.model.snapshot import Snapshot
from reconciler.model.standing import (
    HELD,
    IN_SYNC,
    NOT_COMPARED,
    WAITS,
    DeskCapacity,
    Standing,
    Status,
)
from reconciler.model.timeline import Timeline
from reconciler.pull_requests.gather import Answers
from reconciler.pull_requests.in_force import agreed_entries
from reconciler.reconcile.desired_states import desire
from reconciler.reconcile.effective import EffectiveEscalation, judge_history
from reconciler.render.console import noting_delay
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.audit_branch import known_tip
from reconciler.services.git.audit_read import audit_lines
from reconciler.services.git.remote import choose_remote
from reconciler.services.git.run_log import known_runs

_TOKENS: Final = ("JIRA_API_TOKEN", "JIRA_PAT", "SLACK_BOT_TOKEN")
_UNREAD: Final = "Jira, Slack and open pull requests are not shown"
_NO_TOKENS: Final = f"{_UNREAD}, because no tokens of Jira and Slack are set."
_FORGE: Final = "forge.read"
_FORGE_ALONE: Final = "Jira and Slack are not shown, because no tokens of them are set."


@dataclass(frozen=True)
class StatusRead:
    """The status, and what could not be read for it."""

    status: Status
    diagnostics: tuple[Diagnostic, ...] = ()
    remedies: tuple[str, ...] = ()
    """What to do so that the missing parts are shown, too."""
    is_partial: bool = False
    """True if a service is set up and could not be read."""


def read_status(options: Options, files: Files, *, everything: bool) -> StatusRead:
    """The status by the services; by git alone if they are not set up or do not answer."""
    try:
        if not any(variables().get(name, "").strip() for name in _TOKENS):
            return _status_without_tokens(options, files, everything=everything)
        with planned_run(options, files) as seen:
            return _compared_status(options, seen, everything=everything)
    except (SetupError, ServiceError) as error:
        why = f"{_UNREAD}: {str(error).rstrip('.')}."
        found = _status_by_record(options, files, why, everything=everything)
        remedies = (error.remedy,) if error.remedy else ()
        return StatusRead(found, remedies=remedies, is_partial=True)


# By the services


def _compared_status(options: Options, seen: PlannedRun, *, everything: bool) -> StatusRead:
    plan, absent = seen.run.plan, seen.run.observer.survey.absent
    standings = [*_standings(options, seen, absent, everything=everything), *_proposals(seen)]
    unread = {f"{absent.lower()}.read": f"{absent} is not shown", _FORGE: ""}
    missing = [each for each in plan.diagnostics if each.facet in unread]
    status = Status(
        at=options.now,
        escalations=_in_order(standings),
        desks=tuple(_desks(options, seen.files.snapshot, seen.files.desks, seen.admissions)),
        last_good_run=_last_good_run(options, seen),
        missing=tuple(_missing(each, unread[each.facet]) for each in missing),
    )
    others = tuple(each for each in plan.diagnostics if each not in missing)
    return StatusRead(status, others, is_partial=bool(missing))


def _missing(each: Diagnostic, what: str) -> str:
    message = f"{what}: {each.message}" if what else each.message[:1].upper() + each.message[1:]
    return f"{message.rstrip('.')}."


def _standings(
    options: Options, seen: PlannedRun, absent: str, *, everything: bool
) -> Iterator[Standing]:
    files, answers = seen.files, seen.answers
    source = CurrentSource(
        now=options.now,
        timeline=files.timeline or Timeline(),
        policy=files.snapshot.policy,
        roster=files.snapshot.roster,
        admissions=answers.admissions,
        lines=_recorded_lines(options) if absent == "Slack" else (),
    )
    plans = {each.ticket: each for each in seen.run.plan.escalations}
    for effective in answers.escalations:
        each = plans.get(effective.escalation.ticket)
        if each is None:
            continue
        if everything or not each.phase.ended or each.changes or each.problems:
            compared = Compared(
                _sync(each, _waits(effective), absent),
                each.channel if each.channel_id else "",
                tuple(notice.message for notice in each.notices),
            )
            yield standing_of(source, effective, compared)


def _recorded_lines(options: Options) -> tuple[AuditLine, ...]:
    remote = choose_remote(options.repo, None)
    tip = known_tip(options.repo, remote.name if remote else None)
    return tuple(audit_lines(options.repo, tip)) if tip else ()


def _proposals(seen: PlannedRun) -> Iterator[Standing]:
    plans = {(each.pull_request, each.ticket): each for each in seen.run.plan.pull_requests}
    for preview in seen.answers.previews:
        name = preview.opened.pull_request.name
        for entry in preview.opened.brings:
            each = plans.get((name, entry.escalation.ticket))
            if each is not None and not each.phase.ended:
                compared = Compared(_sync(each), notes=(f"proposed in {name}",))
                roster = seen.files.snapshot.roster
                waits = proposal_waits(roster, preview, entry.escalation.desk)
                yield standing_of_proposal(roster, entry.escalation, each.phase, compared, waits)


def _last_good_run(options: Options, seen: PlannedRun) -> datetime | None:
    """By GitHub where the workflow runs, else by this clone; None if neither knows."""
    known = known_runs(options.repo).last_good
    if seen.connected is not None:
        with suppress(ServiceError):  # the token may not read it
            known = seen.connected.forge.run_history(WORKFLOW).last_good or known
    return known.astimezone(UTC) if known else None


def _waits(effective: EffectiveEscalation) -> str:
    """The state of one that the limits keep from being as its file says; empty for all others."""
    if effective.phase is Phase.HELD:
        return HELD
    return WAITS if effective.waits else ""


def _sync(each: EscalationPlan, waits: str = "", absent: str = "") -> str:
    """The state in a word or two; `waits` when there is nothing to do but to wait.

    `absent` is a service that could not be read.
    """
    if each.problems:
        return f"{len(each.problems)} to fix"
    if each.changes:
        drifted = any(change.why == "drift" for change in each.changes)
        return f"{len(each.changes)} {'drifted' if drifted else 'to do'}"
    return f"{absent} not read" if absent else waits or IN_SYNC


# By the forge alone


def _status_without_tokens(options: Options, files: Files, *, everything: bool) -> StatusRead:
    """The status by the forge if there is one, else by git alone.

    It is also by git alone if `gh` has a token, and GitHub cannot be read with it.
    """
    with noting_delay("Asking GitHub ...", seconds=3.0):
        asked = forge_answers(options, files)
    if asked is None:
        return StatusRead(_status_by_record(options, files, _NO_TOKENS, everything=everything))
    unread = tuple(_missing(each, "") for each in asked[1].diagnostics)
    if is_signed_in_by_gh() and any(each.facet == _FORGE for each in asked[1].diagnostics):
        why = " ".join((_FORGE_ALONE, *unread))
        return StatusRead(_status_by_record(options, files, why, everything=everything))
    files, answers = asked
    source = CurrentSource(
        now=options.now,
        timeline=files.timeline or Timeline(),
        policy=files.snapshot.policy,
        roster=files.snapshot.roster,
        admissions=answers.admissions,
        lines=_recorded_lines(options),
    )
    shown = [
        *_shown_by_record(source, answers.escalations, files.desks, everything=everything),
        *_forge_proposals(files, answers),
    ]
    status = _by_git(options, files, source, shown, (_FORGE_ALONE, *unread))
    return StatusRead(status, is_partial=bool(unread))


def _forge_proposals(files: Files, answers: Answers) -> Iterator[Standing]:
    roster = files.snapshot.roster
    for preview in answers.previews:
        name = preview.opened.pull_request.name
        for each in (entry.escalation for entry in preview.opened.brings):
            if each.desk in files.desks:
                compared = Compared(NOT_COMPARED, notes=(f"proposed in {name}",))
                waits = proposal_waits(roster, preview, each.desk)
                yield standing_of_proposal(roster, each, Phase.PROPOSED, compared, waits)


# By git alone


def _status_by_record(options: Options, files: Files, why: str, *, everything: bool) -> Status:
    with noting_delay("Reading what runs recorded ..."):
        source, escalations, remarks = _recorded(options, files)
    shown = _shown_by_record(source, escalations, files.desks, everything=everything)
    return _by_git(options, files, source, shown, (why, *remarks))


def _shown_by_record(
    source: CurrentSource,
    escalations: Iterable[EffectiveEscalation],
    desks: Container[str],
    *,
    everything: bool,
) -> list[Standing]:
    return [
        _by_record(source, each)
        for each in escalations
        if each.escalation.desk in desks and (everything or not each.phase.ended)
    ]


def _by_git(
    options: Options,
    files: Files,
    source: CurrentSource,
    shown: Iterable[Standing],
    missing: tuple[str, ...],
) -> Status:
    judged = source.admissions if files.timeline else None
    known = known_runs(options.repo).last_good
    return Status(
        at=options.now,
        escalations=_in_order(shown),
        desks=tuple(_desks(options, files.snapshot, files.desks, judged)),
        last_good_run=known.astimezone(UTC) if known else None,
        missing=missing,
    )


def _recorded(
    options: Options, files: Files
) -> tuple[CurrentSource, tuple[EffectiveEscalation, ...], tuple[str, ...]]:
    """The escalations by what runs recorded, and remarks on what no run recorded."""
    source = CurrentSource(
        now=options.now,
        timeline=files.timeline or Timeline(),
        policy=files.snapshot.policy,
        roster=files.snapshot.roster,
        admissions=Admissions(),
    )
    if files.timeline is None:
        return source, files.plain, ()
    remote = choose_remote(options.repo, None)
    recorded = recorded_history(options.repo, remote, files.timeline, options.now)
    entries = agreed_entries(files.main.loaded, files.timeline, recorded.timeline)
    escalations, admissions = judge_history(
        replace(files.snapshot, entries=entries),
        recorded.timeline,
        files.main.loaded.sources,
        options.now,
        recorded.verdicts,
    )
    source = replace(
        source, timeline=recorded.timeline, admissions=admissions, lines=recorded.lines
    )
    remarks = recorded.remarks if recorded.has_audit else (NO_AUDIT, *recorded.remarks)
    return source, escalations, remarks


def _by_record(source: CurrentSource, effective: EffectiveEscalation) -> Standing:
    snapshot = Snapshot(source.policy, source.roster, ())
    url = source.policy.jira.browse_url or ""
    known = desire(snapshot, [effective], url, source.now, source.timeline.arrivals)
    notes = tuple(notice.message for each in known for notice in each.notices)
    return standing_of(source, effective, Compared(_waits(effective) or NOT_COMPARED, notes=notes))


# By both


def _in_order(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Those that have not ended first, in the order of need."""
    return tuple(sorted(standings, key=lambda each: (each.phase.ended, *order_of_need(each))))


def _desks(
    options: Options, snapshot: Snapshot, desks: Iterable[str], admitted: Admissions | None
) -> Iterator[DeskCapacity]:
    if admitted is None:
        admitted = of_folder(snapshot, options.now)
    policy = snapshot.policy
    for key in desks:
        used = remaining_capacity(policy, key, admitted)
        yield DeskCapacity(desk=key, name=policy.desks[key].name, **used._asdict())
