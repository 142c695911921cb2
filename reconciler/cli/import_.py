"""`escalate import`: an escalation that people made by hand gets its file."""

from dataclasses import dataclass
from typing import Any

import click

from reconciler.cli.answer_drafts import draft_of
from reconciler.cli.completion import PERSON
from reconciler.cli.edit_session import base_of, open_pull_request
from reconciler.cli.exits import Exit
from reconciler.cli.files import Files, read_files, show_findings
from reconciler.cli.import_answers import imported_file
from reconciler.cli.options import Options, ask_option, resume_option
from reconciler.cli.prompts import ask_always, asking, confirm, show_kept_answers
from reconciler.cli.questions import impact_options, ticket_options
from reconciler.cli.reconcile import reconciling, refuse
from reconciler.cli.ticket_key import TICKET
from reconciler.edit.new import path_of
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.change import EscalationPlan
from reconciler.model.finding import Finding, Severity
from reconciler.model.manual_escalation import ManualEscalation
from reconciler.model.phase import phase
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.pull_requests.check_edit import Draft
from reconciler.pull_requests.check_files import judge_tree
from reconciler.pull_requests.open import LIMITS
from reconciler.reconcile.desired_states import DesiredStates
from reconciler.reconcile.effective import EffectiveEscalation
from reconciler.reconcile.engine.plan_one import replan
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.progress import Silent
from reconciler.reconcile.engine.request import Request
from reconciler.reconcile.facets.receipt import Remember
from reconciler.reconcile.inventory.manual import find_by_hand
from reconciler.reconcile.recall import as_posted
from reconciler.render.console import write_error, write_line, write_lines
from reconciler.render.escape import terminal
from reconciler.services.connect import Gateways, connect
from reconciler.services.environment import variables
from reconciler.services.errors import ServiceError, SetupError
from reconciler.services.git.work_tree import write_new
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import Settings, read_settings


@click.command("import")
@impact_options
@ticket_options
@click.option(
    "--assignee",
    type=PERSON,
    help="The engineer who works on it. Default: the assignee in Jira.",
)
@click.option(
    "--channel",
    metavar="NAME",
    default="",
    help="Name or id of the Slack channel. Default: the channel whose name begins with the ticket.",
)
@click.option(
    "--stakeholders/--no-stakeholders",
    default=True,
    show_default=True,
    help="Whether to list the channel's members from client-facing and product teams as "
    "stakeholders. No one is removed from the channel.",
)
@click.option(
    "--adopt/--no-adopt",
    default=True,
    show_default=True,
    help="Whether the bot joins the channel now and records on the ticket what people made.",
)
@click.option(
    "--pr",
    is_flag=True,
    help="Push a branch with the file and open a pull request. The branch starts at the "
    "remote's main branch; your folder stays unchanged.",
)
@click.option("-y", "--yes", is_flag=True, help="Write the file without asking.")
@resume_option
@ask_option
@click.argument("ticket", type=TICKET)
@reconciling
def import_(  # noqa: PLR0913 - click passes the options by name
    options: Options,
    *,
    ticket: str,
    channel: str,
    stakeholders: bool,
    adopt: bool,
    pr: bool,
    yes: bool,
    resume: bool,
    ask: bool | None,
    **given: Any,  # noqa: ANN401 - the answers, of several types
) -> int:
    """Write the file of an escalation that people started without the tool.

    Reads from Jira the summary, the reporter, the assignee and the comment that names the channel.
    Reads from Slack the channel, its members and the post in the desk's channel. Takes everything
    else from the options, or asks for it. Keeps what people made, and makes no second channel or
    post.
    """
    ask_always(wanted=ask)
    files = read_files(options)
    _refuse_known(files, ticket)
    draft = draft_of(options.repo, "import", ticket, resume=resume)
    base = base_of(options.repo, remote=True) if pr else None
    settings = read_settings(variables())
    with connect(settings, RetryPolicy(), options.workers) as gateways:
        found = find_by_hand(gateways, files.snapshot, ticket, channel, options.now)
        _print_observed(found, files.snapshot)
        path = path_of(ticket, options.now, files.snapshot.policy.zone)
        data = imported_file(found, files.main, path, given, draft, stakeholders=stakeholders)
        entry, findings = _judged(options, files, path, data)
        show_findings(findings, then="")
        if entry is None or any(_blocks(each) for each in findings):
            wrong = f"{path} would not pass `escalate check`"
            status = refuse(Exit.FAILURE, wrong, "Nothing was written.")
            if asking():
                show_kept_answers()
            return status
        write_lines(data.decode().rstrip("\n"))
        if base is not None and base.bytes_of(path):
            return refuse(
                Exit.FAILURE, f"the main branch already has {path}", "Get it with: git pull"
            )
        what = "Open a pull request with this file?" if pr else "Write this file?"
        if not yes and asking() and not confirm(what):
            write_line("Nothing was written.")
            show_kept_answers()
            return Exit.FINE
        if base is not None:
            subject = f"Escalate {ticket}, which people started without the tool"
            open_pull_request(options.now, base, Draft(path, data, subject), begins=True)
        else:
            write_new(options.repo / path, data)
            write_error(f"Wrote {path}.")
        draft.drop()
        if adopt:
            _adopt(_Imported(options, files, entry, found, gateways, settings))
    if base is None:
        write_error(
            "Next: commit the file on a branch and open a pull request. Or run the command "
            "with --pr."
        )
    return Exit.FINE


def _refuse_known(files: Files, ticket: str) -> None:
    desk = ticket.rpartition("-")[0]
    if desk not in files.snapshot.policy.desks:
        desks = ", ".join(files.snapshot.policy.desks)
        raise click.UsageError(
            f"{terminal(ticket)} is not a ticket of a desk. The desks are: {desks}."
        )
    if ticket in files.declared:
        raise click.UsageError(
            f"{terminal(ticket)} already has a file. To escalate the ticket again: "
            f"escalate reopen {terminal(ticket)}"
        )


def _print_observed(found: ManualEscalation, snapshot: Snapshot) -> None:
    """Print what Jira and Slack show, and what they do not show."""
    ticket, channel, post = found.ticket, found.channel, found.announcement
    desk = snapshot.policy.desks[ticket.key.rpartition("-")[0]]
    lines = [f"{ticket.key}: {ticket.summary}"]
    if snapshot.policy.jira.label not in ticket.labels:
        lines.append(f"The ticket does not have the label {snapshot.policy.jira.label} yet.")
    for role, account, handle in (
        ("reporter", ticket.reporter, found.reporter),
        ("assignee", ticket.assignee, found.assignee),
    ):
        if account is not None and handle is None:
            lines.append(
                f"The {role} of the ticket, {account.name or account.id}, is not on the roster."
            )
    if channel is None:
        lines.append("The ticket has no public channel. The tool creates one after the merge.")
    else:
        more = f", {found.strangers} not on it" if found.strangers else ""
        lines.append(
            f"Members of channel #{channel.name}: {len(found.members)} on the roster{more}."
        )
        subject = "names" if found.comment else "No comment names"
        lines.append(f"{'A comment ' if found.comment else ''}{subject} the channel on the ticket.")
    by = f" by {found.announcer}" if found.announcer else ""
    where = f"#{desk.announce_in}"
    if post:
        lines.append(f"The announcement is a post{by} in {where}.")
    elif found.announcements_read:
        lines.append(
            f"There is no post about the ticket in {where}. The tool announces it after the merge."
        )
    else:
        lines.append(
            f"{where} cannot be read, because the bot is not a member. If the ticket was "
            "announced there, invite the bot and run this command again. Otherwise the "
            "tool announces the ticket a second time."
        )
    for line in lines:
        write_error(line)


def _judged(
    options: Options, files: Files, path: str, data: bytes
) -> tuple[Entry | None, tuple[Finding, ...]]:
    """The new file as it will be read, and what is wrong with it."""
    raws = [*files.main.raws, RawFile(path, data)]
    loaded = load_snapshot(raws)
    findings = judge_tree(options.repo, options.now, loaded, raws)
    entry = next((each for each in loaded.entries if each.source.path == path), None)
    return entry, tuple(each for each in findings if each.position.path == path)


def _blocks(finding: Finding) -> bool:
    """True if it must be corrected first. Over a limit, it is held until the desk has capacity."""
    return finding.severity is Severity.ERROR and not finding.rule.startswith(LIMITS)


@dataclass(frozen=True)
class _Imported:
    """The new file, and everything that it is about."""

    options: Options
    files: Files
    entry: Entry
    found: ManualEscalation
    gateways: Gateways
    settings: Settings


def _adopt(taken: _Imported) -> None:
    """Join the channel and write the receipt, so that nothing is left to do but what is new."""
    try:
        left = _remember(taken)
    except (ServiceError, SetupError) as error:
        write_error(f"escalate: not recorded on the ticket yet: {error}")
        write_error("  → The run after the merge records it.")
        return
    write_error("Recorded on the ticket what people made.")
    for each in left.problems:
        write_error(f"To fix: {each.message}. {each.remedy}")
    for change in left.changes:
        if not isinstance(change.op, Remember):
            what = " → ".join(part for part in (change.before, change.after) if part)
            write_error(f"After the merge: {change.facet}: {what}")


def _remember(taken: _Imported) -> EscalationPlan:
    files, entry, found, gateways = taken.files, taken.entry, taken.found, taken.gateways
    if found.channel is not None and not found.channel.bot_is_member:
        gateways.slack.join(found.channel.id)
        write_error(f"The bot joined #{found.channel.name}.")
    effective = EffectiveEscalation(entry.escalation, entry.source, phase(entry.escalation))
    states = DesiredStates(files.snapshot, [effective], taken.settings.jira.url, files.main.now)
    desired = states.of(*states.declared)
    request = Request(
        desired=states,
        declared=files.declared | {desired.ticket},
        roster=files.snapshot.roster,
        label=files.snapshot.policy.jira.label,
        projects=(desired.desk,),
        now=taken.options.now,
    )
    run = plan_run(request, gateways, Silent())
    ready = run.planned.get(desired.ticket)
    if ready is None:
        (failed,) = run.plan.escalations
        raise SetupError(failed.problems[0].message, failed.problems[0].remedy)
    gateways.jira.remember(desired.ticket, as_posted(desired, ready.planned.receipt))
    return replan(run, desired).planned.plan
