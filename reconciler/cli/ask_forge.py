"""What the forge shows of what is merged and proposed, without Jira and Slack."""

from reconciler.cli.consents import consent_source
from reconciler.cli.files import Files
from reconciler.cli.options import Options
from reconciler.cli.planned_run import files_in_force, forge_of, question_of
from reconciler.pull_requests.gather import Answers, ask
from reconciler.services.environment import variables
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import read_seal_keyring, read_timeout
from reconciler.services.time_budget import TimeBudget


def forge_answers(options: Options, files: Files) -> tuple[Files, Answers] | None:
    """The files as far as they are agreed, and the answers; None without a forge or a history.

    Raises SetupError, ServiceError or GitProblem.
    """
    policy = files.snapshot.policy
    seconds = options.budget or policy.time.run_minutes * 60.0
    retries = RetryPolicy(budget=TimeBudget(seconds, policy.time.waiting_minutes * 60.0))
    with forge_of(options, files, read_timeout(variables()), retries) as connected:
        if connected is None or files.timeline is None:
            return None
        keyring = read_seal_keyring(variables())
        consents = consent_source(files.main, files.timeline, connected, keyring)
        standing = files_in_force(files, consents)
        agreed = files if standing is None else files.as_agreed(standing, options.desks)
        question = question_of(agreed, standing, consents, policy.jira.browse_url or "")
        return None if question is None else (agreed, ask(question, connected))
