"""GitHub: the repository, the rules of its branches, and whether the schedule is alive."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from reconciler.doctor.minutes import including_plan, minutes_a_month
from reconciler.edit.read_form import PREFIX
from reconciler.model.forge import BranchRules
from reconciler.model.policy import AcknowledgementMeans, MergeMeans, Policy
from reconciler.model.setup_check import SetupCheck, fine, unknown, wrong
from reconciler.services.errors import ServiceError
from reconciler.services.forge_protocol import Forge

_ENVIRONMENT: Final = "escalations"
"""The environment of the template's workflows."""
WORKFLOW: Final = "reconcile.yml"
CHECKS: Final = ("check", "escalations/ack")
_STALE: Final = timedelta(hours=6)
"""Outside of working hours, a run starts every two hours. Schedules run late, by hours at times."""
_MATRIX_FROM: Final = 20
"""From how many desks on one job for each desk is proposed."""
_UNREADABLE: Final = frozenset({"403", "404"})
_RIGHTS: Final = (
    "Set `rights: by-field` in config/policy.yaml, or choose `by-merge` there "
    "(docs/reference/owners.md)."
)
_IMPORT: Final = "Run: escalate setup github. Or import ruleset-main.json on GitHub."


def examine_github(forge: Forge, policy: Policy, now: datetime) -> Iterator[SetupCheck]:
    """Everything that protects the main branch and keeps runs going."""
    try:
        yield _default(forge.default_branch(), policy.default_branch)
        yield from _main(forge.rules(policy.default_branch), policy)
        yield _audit(forge.rules("audit"))
        yield _environment(forge, policy.default_branch)
        yield from _forms(forge, policy)
        yield from _runs(forge, policy, now)
    except ServiceError as error:
        yield plan_problem(error) or wrong(
            "GitHub", "answers", str(error), error.remedy or "Run the command again."
        )


def plan_problem(error: ServiceError) -> SetupCheck | None:
    """That the plan of GitHub is too small; None if the error says something else.

    Source: GitHub's answer for private repositories of the plan Free, "Upgrade to GitHub Pro or
    make this repository public to enable this feature."
    """
    if error.code != "403" or "upgrade to github" not in error.answer.lower():
        return None
    return wrong(
        "GitHub",
        "plan",
        "this plan has no rulesets for private repositories. Anyone with write access can merge "
        "without an approval",
        "Use the plan Pro, Team or Enterprise (docs/scale.md).",
    )


def _default(found: str, wanted: str) -> SetupCheck:
    if found == wanted:
        return fine("GitHub", "default branch", found)
    remedy = "Correct default_branch in config/policy.yaml, or the repository's settings."
    return wrong(
        "GitHub", "default branch", f"it is {found} on GitHub, but {wanted} in the policy", remedy
    )


def _main(rules: BranchRules, policy: Policy) -> Iterator[SetupCheck]:
    by_review = policy.acknowledgement is AcknowledgementMeans.REVIEW
    wanted = {
        "changes need a pull request": rules.pull_request,
        "code owners review": rules.code_owners,
        "no rebase merges": bool(rules.merge_methods) and "rebase" not in rules.merge_methods,
        "no force-push": rules.no_force_push,
        "no deletion": rules.no_deletion,
        **{
            f"check {name}": name in rules.checks
            for name in CHECKS
            if by_review or name == CHECKS[0]
        },
        **({} if policy.is_by_field else _guards(rules)),
    }
    lacking = [name for name, held in wanted.items() if not held]
    what = f"rules of {policy.default_branch}"
    if lacking:
        yield wrong("GitHub", what, f"missing: {', '.join(lacking)}", _IMPORT)
    else:
        yield fine("GitHub", what, f"all {len(wanted)} are set")
    if by_review:
        yield _rights(policy)
    if policy.is_by_field:
        yield _merges(rules, policy)


def _guards(rules: BranchRules) -> Mapping[str, bool]:
    """What GitHub has to guard where a merge decides what counts."""
    return {
        "one approval": rules.approvals >= 1,
        "a push dismisses approvals": rules.dismisses_stale,
        "another person approves the last push": rules.last_push_approved,
        "branches are up to date": rules.up_to_date,
    }


def _rights(policy: Policy) -> SetupCheck:
    """Whether a change needs the word of its field's owners."""
    if policy.is_by_field:
        return fine("GitHub", "rights", "a change counts if an owner of each field agreed")
    found = "each merged change counts, also without the word of an owner"
    if "rights" in policy.model_fields_set:
        return fine("GitHub", "rights", found)
    return wrong("GitHub", "rights", found, _RIGHTS)


def _merges(rules: BranchRules, policy: Policy) -> SetupCheck:
    """Whether the rules let an agreed pull request be merged; each difference with its effect."""
    effects = {
        f"required approvals: {rules.approvals}, so the change of an owner waits for another "
        "person": rules.approvals > 0,
        "a push dismisses approvals, also of what did not change": rules.dismisses_stale,
        "another person must approve the last push, also of what is approved": (
            rules.last_push_approved
        ),
        "branches must be up to date, so each merge outdates all others": rules.up_to_date,
    }
    found = [name for name, held in effects.items() if held]
    what = "merges"
    if not found:
        return fine("GitHub", what, "no rule asks for more than the policy")
    if policy.merge is MergeMeans.BY_HAND:
        return fine("GitHub", what, f"people merge; {'; '.join(found)}")
    return wrong("GitHub", what, "; ".join(found), _IMPORT)


def _audit(rules: BranchRules) -> SetupCheck:
    if rules.no_force_push and rules.no_deletion:
        return fine("GitHub", "rules of audit", "no one can rewrite or delete it")
    remedy = "Run: escalate setup github. Or import ruleset-audit.json on GitHub."
    return wrong("GitHub", "rules of audit", "people can rewrite or delete it", remedy)


def _environment(forge: Forge, main: str) -> SetupCheck:
    """Whether only the main branch can use the tokens.

    GitHub creates an environment without rules if a workflow names one that does not exist.
    """
    what, remedy = f"environment {_ENVIRONMENT}", "Run: escalate setup github."
    try:
        branches = forge.environment_branches(_ENVIRONMENT)
    except ServiceError as error:
        if error.code not in _UNREADABLE:
            raise
        grant = "Give the token `actions: read`."
        return plan_problem(error) or unknown("GitHub", what, "the token may not see it", grant)
    if branches is None:
        return wrong("GitHub", what, "there is none; GitHub creates one without rules", remedy)
    others = sorted(branches - {main})
    if others:
        names = "every branch" if "*" in others else ", ".join(others)
        return wrong("GitHub", what, f"{names} can use the tokens in it", remedy)
    return fine("GitHub", what, f"only {main} can use the tokens in it")


def _forms(forge: Forge, policy: Policy) -> Iterator[SetupCheck]:
    """Whether nobody else can speak as the account that opens pull requests out of forms."""
    forms = policy.forms
    if forms is None:
        return
    found = forge.user(forms.account)
    if found is not None and found.id == forms.account_id:
        yield fine("GitHub", "account for forms", forms.account)
    else:
        message = "GitHub has no such account" if found is None else f"its id is {found.id}"
        remedy = "Correct `forms` in config/policy.yaml."
        yield wrong("GitHub", "account for forms", f"{forms.account}: {message}", remedy)
    if forge.rules(f"{PREFIX}1").restricted:
        yield fine("GitHub", "rules of forms", "only the account can create their branches")
    else:
        remedy = "Run: escalate setup github. For an app, import ruleset-forms.json on GitHub."
        message = "anyone with write access can change its pull requests"
        yield wrong("GitHub", "rules of forms", message, remedy)


def _runs(forge: Forge, policy: Policy, now: datetime) -> Iterator[SetupCheck]:
    """Whether runs start and succeed, and how many minutes they use."""
    try:
        yield _schedule(forge, now)
        yield _last_good(forge, policy, now)
    except ServiceError as error:
        if error.code not in _UNREADABLE:
            raise
        remedy = "Give the token `actions: read`, and check .github/workflows/reconcile.yml."
        yield unknown("GitHub", "runs", "the token may not see the runs of the workflow", remedy)
    yield _minutes(len(policy.desks))


def _last_good(forge: Forge, policy: Policy, now: datetime) -> SetupCheck:
    found = forge.run_history(WORKFLOW)
    remedy = "See the log of the latest run under Actions."
    if found.last_good is None:
        return wrong("GitHub", "last good run", f"no run of {WORKFLOW} succeeded lately", remedy)
    when = f"{found.last_good:%Y-%m-%d %H:%M} UTC"
    after = timedelta(minutes=policy.time.report_after_minutes)
    if found.failures and now - found.last_good >= after:
        message = f"{when}; {found.failures} runs have failed since"
        return wrong("GitHub", "last good run", message, remedy)
    return fine("GitHub", "last good run", when)


def _minutes(desks: int) -> SetupCheck:
    minutes = minutes_a_month(desks)
    plan = including_plan(minutes)
    message = (
        f"about {minutes:,} a month in a private repository, which the plan {plan} includes"
        if plan
        else f"about {minutes:,} a month in a private repository, more than any plan includes"
    )
    if desks >= _MATRIX_FROM:
        message += f"; with {desks} desks, one job for each desk can be faster (docs/scale.md)"
    return fine("GitHub", "minutes", message)


def _schedule(forge: Forge, now: datetime) -> SetupCheck:
    last = forge.last_run(WORKFLOW, "schedule")
    remedy = "See under Actions why it fails. You can also enable a disabled schedule there."
    if last is None:
        return wrong("GitHub", "schedule", f"{WORKFLOW} never succeeded on its schedule", remedy)
    when = f"{last:%Y-%m-%d %H:%M} UTC"
    if now - last > _STALE:
        return wrong("GitHub", "schedule", f"{WORKFLOW} last succeeded at {when}", remedy)
    return fine("GitHub", "schedule", f"last at {when}")
