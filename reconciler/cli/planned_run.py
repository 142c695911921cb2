"""A run as far as its plan: the files, the forge, Jira and Slack, put together."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.cli.consents import consent_source, reviewing_by
from reconciler.cli.files import Files
from reconciler.cli.garbage_collection import everything_read
from reconciler.cli.options import Options
from reconciler.cli.own_github import is_signed_in_by_gh, own_forge
from reconciler.model.acknowledgement import Unacknowledged
from reconciler.model.admission import Admissions
from reconciler.model.consent_line import ConsentLine
from reconciler.model.field_change import NotAgreed, OwnedField
from reconciler.model.known_receipts import NOTHING_KNOWN, KnownReceipts
from reconciler.model.policy import AcknowledgementMeans
from reconciler.pull_requests.gather import Answers, Question, ask
from reconciler.pull_requests.in_force import ConsentSource, InForce, in_force
from reconciler.pull_requests.merge_report import MergeReport
from reconciler.pull_requests.read_consents import PullRequestConsents
from reconciler.reconcile.desired_states import DesiredStates
from reconciler.reconcile.engine.plan_run import plan_run
from reconciler.reconcile.engine.request import Request, Run
from reconciler.reconcile.inventory.survey import start_reading
from reconciler.reconcile.wording.agreement import not_agreed
from reconciler.render.console import ShownProgress, showing_progress
from reconciler.services.connect import connect
from reconciler.services.connect_forge import ConnectedForge, connect_forge
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.git.remote import Remote
from reconciler.services.jira.tokens import expiry, without_browse_url
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import Settings, read_forge_settings, read_settings
from reconciler.services.time_budget import TimeBudget

_PATIENCE: Final = 10.0
_TRIES: Final = 2
"""Seconds for a call to GitHub, and how often it is tried, if no variable asks for GitHub."""


@dataclass(frozen=True)
class PlannedRun:
    """What a run has seen and planned."""

    run: Run
    files: Files
    answers: Answers
    connected: ConnectedForge | None
    progress: ShownProgress
    settings: Settings
    budget: TimeBudget = field(default_factory=TimeBudget)
    consents: PullRequestConsents | None = None
    read_anew: Callable[[], "PlannedRun"] | None = None
    """Reads everything again, and plans again."""
    merges: MergeReport = field(default_factory=MergeReport)
    """What was merged before, and what is agreed and was not merged."""

    def reread(self) -> "PlannedRun":
        """Read everything again, and plan again, because another run has changed something."""
        if self.read_anew is None:
            raise TypeError("this run cannot be read again")
        return self.read_anew()

    @property
    def consent_lines(self) -> tuple[ConsentLine, ...]:
        """What is to be remembered of who agreed to what."""
        if self.consents is None:
            return ()
        lacking = {each.commit for each in self.answers.not_agreed}
        for (_, commit), verdict in self.answers.verdicts.items():
            if isinstance(verdict, Unacknowledged):
                lacking.add(commit)
        return self.consents.lines(lacking)

    @property
    def admissions(self) -> Admissions | None:
        """Who is admitted; None where there is no history to tell."""
        return self.answers.admissions if self.files.timeline is not None else None


@contextmanager
def planned_run(
    options: Options,
    files: Files,
    *,
    previews: bool = False,
    found: Remote | None = None,
    receipts: Callable[[], KnownReceipts] = KnownReceipts,
) -> Iterator[PlannedRun]:
    """A run that has looked and planned. `previews` also plans what each proposal would do.

    `found` is a remote whose addresses are known already. `receipts` returns what is known of
    receipts before they are read.
    """
    settings = read_settings(variables())
    policy = files.snapshot.policy
    if lacking := without_browse_url(settings.jira, policy.jira.browse_url):
        raise SetupError(lacking.message, lacking.remedy)
    with showing_progress() as progress:
        budget = TimeBudget(
            options.budget or policy.time.run_minutes * 60.0,
            policy.time.waiting_minutes * 60.0,
            show=progress.note,
        )
        retries = RetryPolicy(budget=budget)
        with (
            forge_of(options, files, settings.timeout, retries, found) as connected,
            connect(settings, retries, options.workers) as gateways,
        ):
            jira, keyring = gateways.jira, settings.jira.keyring
            consents = consent_source(files.main, files.timeline, connected, keyring)

            def read() -> PlannedRun:
                if connected is not None and files.timeline is not None:
                    progress.stage(f"Asking {connected.forge.name}")
                standing = files_in_force(files, consents)
                agreed = files if standing is None else files.as_agreed(standing, options.desks)
                label = agreed.snapshot.policy.jira.label
                reads = start_reading(gateways, lambda: jira.search_labelled(label, agreed.desks))
                asked = question_of(
                    agreed, standing, consents, settings.jira.url, previews=previews
                )
                answers = ask(asked, connected) if asked else Answers(files.plain, Admissions())
                request = make_request(options, agreed, settings, answers, receipts())
                everything_read()
                run = plan_run(request, gateways, progress, reads)
                return PlannedRun(
                    run, agreed, answers, connected, progress, settings, budget, consents, read
                )

            yield read()


def forge_of(
    options: Options,
    files: Files,
    timeout: float,
    retries: RetryPolicy,
    found: Remote | None = None,
) -> AbstractContextManager[ConnectedForge | None]:
    """The forge that the environment and `--forge` name; None without one.

    A command of a person also uses the token of `gh`. It then does not wait long for GitHub.
    """
    if options.is_personal:
        kind, github = own_forge(options.repo, options.forge)
        if is_signed_in_by_gh():
            timeout, retries = min(timeout, _PATIENCE), replace(retries, attempts=_TRIES)
    else:
        kind, github = read_forge_settings(variables(), options.forge)
    branch = files.snapshot.policy.default_branch
    return connect_forge(kind, github, options.repo, branch, timeout, retries, found)


def files_in_force(files: Files, consents: ConsentSource | None) -> InForce | None:
    """What of the main branch is agreed; None where there is no history to tell."""
    if files.timeline is None:
        if files.snapshot.policy.acknowledgement is AcknowledgementMeans.REVIEW:
            raise SetupError(
                "config/policy.yaml has `acknowledgement: review`, and reviews can be read "
                "only in a git repository",
                "Run the command in a clone of the repository.",
            )
        return None
    return in_force(files.main, files.timeline, consents)


def question_of(
    files: Files,
    standing: InForce | None,
    consents: ConsentSource | None,
    jira_url: str,
    *,
    previews: bool = False,
) -> Question | None:
    """What the forge is asked; None where there is no history."""
    if standing is None:
        return None
    now, desks = files.main.now, frozenset(files.desks)
    reviewing = reviewing_by(files.snapshot, desks, now, consents) if consents else None
    return Question(
        desks=files.desks,
        jira_url=jira_url,
        in_force=standing,
        reviewing=reviewing,
        previews=previews,
    )


def _of_configuration(answers: Answers) -> list[NotAgreed]:
    changes = answers.not_agreed
    return [each for each in changes if each.change.field is OwnedField.CONFIGURATION]


def make_request(
    options: Options,
    files: Files,
    settings: Settings,
    answers: Answers,
    receipts: KnownReceipts = NOTHING_KNOWN,
) -> Request:
    """What a run is to do."""
    policy, roster = files.snapshot.policy, files.snapshot.roster
    escalations = [each for each in answers.escalations if each.escalation.desk in files.desks]
    return Request(
        desired=DesiredStates(
            files.snapshot, escalations, settings.jira.url, options.now, files.arrivals
        ),
        declared=files.declared,
        roster=roster,
        label=policy.jira.label,
        projects=files.desks,
        now=options.now,
        revision=files.revision,
        recent=files.recent,
        thorough=options.thorough,
        pull_requests=answers.pull_requests,
        previews={
            each.opened.pull_request.id: each.desired for each in answers.previews if each.desired
        },
        closed=answers.closed,
        announced_in=tuple(policy.desks[each].announce_in for each in files.desks),
        diagnostics=answers.diagnostics,
        notices=(
            *filter(None, [expiry(settings.jira, options.now.date())]),
            *not_agreed(_of_configuration(answers), roster),
        ),
        receipts=receipts,
    )
