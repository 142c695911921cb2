"""`escalate setup github`: everything on GitHub that escalations need, by its API."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from reconciler.cli.answer_drafts import AnswerDraft, draft_of_setup
from reconciler.cli.blanks import Blank
from reconciler.cli.exits import Exit
from reconciler.cli.init_questions import LATER, QUESTIONS
from reconciler.cli.options import ask_option, repo_option, resume_option
from reconciler.cli.output_format import ALL, OutputFormat, format_option, write_data
from reconciler.cli.prompts import ask_always, asking, confirm, fill, show_kept_answers
from reconciler.cli.reconcile import refuse, reporting_errors
from reconciler.load.snapshot import load_snapshot
from reconciler.model.policy import Policy
from reconciler.model.repository_setup import DeploymentEnvironment, RepositorySetup
from reconciler.redaction import register_token
from reconciler.render.console import write_line
from reconciler.render.repository_setup import outcome_lines, planned_lines
from reconciler.render.setup_data import SetupGithubOutput, setup_github_output, setup_github_sheet
from reconciler.services.environment import variables
from reconciler.services.errors import SetupError
from reconciler.services.git.command import GitProblem
from reconciler.services.git.commits import head_commit
from reconciler.services.git.remote import Remote, choose_remote
from reconciler.services.git.remote_address import github_name, name_on_github
from reconciler.services.git.work_tree import read_worktree
from reconciler.services.github.setup_reads import CODE_OWNERS
from reconciler.services.github.setup_writes import SetupWrites, need_pynacl
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import (
    ForgeKind,
    GitHubSettings,
    read_forge_settings,
    read_timeout,
)
from reconciler.setup.apply import apply_setup
from reconciler.setup.code_owners import OWNER, lonely_paths
from reconciler.setup.plan import SetupTargets, owners_of, plan_setup
from reconciler.setup.wishes import (
    ENVIRONMENT,
    SEAL_KEY,
    VARIABLES,
    WORKFLOW,
    SetupWishes,
    needed_secrets,
    wanted_rulesets,
)

_RULESETS: Final = ("ruleset-main.json", "ruleset-audit.json", "ruleset-forms.json")
_MOST: Final = 64 * 1024
"""Bytes that a template or CODEOWNERS may have."""


class _OwnerParam(click.ParamType[str]):
    name = "owner"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The owner as CODEOWNERS writes it."""
        owner = f"@{str(value).strip().removeprefix('@')}"
        if OWNER.fullmatch(owner) is None:
            self.fail(f"{value!r} is no login, and no team such as company/dev-support", param, ctx)
        return owner


@click.command("github")
@repo_option
@click.option(
    "--code-owner",
    "owners",
    type=_OwnerParam(),
    metavar="NAME",
    multiple=True,
    help="A person or a team to add to CODEOWNERS: LOGIN or ORGANISATION/TEAM. Repeatable.",
)
@click.option(
    "--replace-secret",
    "replaced",
    metavar="NAME",
    multiple=True,
    help="Set this secret although it exists. GitHub shows no value, so the command cannot compare "
    "it. Repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Show the changes, and make none.")
@click.option("-y", "--yes", is_flag=True, help="Make the changes without asking.")
@resume_option
@ask_option
@format_option(*ALL)
@reporting_errors
def setup_github(  # noqa: PLR0913 - click passes the options by name
    *,
    repo: Path,
    owners: tuple[str, ...],
    replaced: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    resume: bool,
    ask: bool | None,
    style: OutputFormat,
) -> int:
    """Set up the repository on GitHub: settings, environment, secrets, labels, rulesets, first run.

    Reads what is there, shows the changes, and makes them after you agree. It changes only what is
    missing or differs, so you can repeat it. It creates the repository and pushes the main branch
    if GitHub has neither. The name of the repository comes from GITHUB_REPOSITORY, else from
    repository_url in the policy. GITHUB_TOKEN must be the token of an administrator. Values of
    secrets and variables come from the environment. In a terminal, the command asks for missing
    ones. It creates ESCALATE_SEAL_KEY itself if the environment does not have it.
    """
    ask_always(wanted=ask)
    if style is not OutputFormat.TEXT and not dry_run:
        raise click.UsageError("--format goes with --dry-run")
    policy = _policy(repo)
    need_pynacl()
    settings = _settings(policy)
    remote = _remote(repo, settings)
    with _connected(settings, policy) as github:
        found = github.reads.read(WORKFLOW)
        wishes = SetupWishes(
            repository=settings.repository,
            branch=policy.default_branch,
            rulesets=wanted_rulesets({name: _template(repo, name) for name in _RULESETS}, policy),
            local_commit=(head_commit(repo) or "") if remote else "",
            local_owners=_local(repo / CODE_OWNERS),
            more_owners=owners,
            replace=frozenset(replaced),
        )
        needed = needed_secrets(policy, found, variables())
        draft = draft_of_setup(repo, "setup github", resume=resume)
        wishes = _with_values(wishes, found, needed, draft if asking() and not dry_run else None)
        plan = plan_setup(wishes, found, needed)
        if style is not OutputFormat.TEXT:
            return _print_plan(setup_github_output(plan, settings.repository, found), style)
        _print(planned_lines(plan, settings.repository, found))
        if not plan.changes:
            return Exit.FAILURE if plan.obstacles else Exit.FINE
        if dry_run:
            write_line("Nothing was changed, because of --dry-run.")
            return Exit.FINE
        if not yes and not asking():
            return refuse(
                Exit.USAGE, "nothing was changed", "To make the changes without a terminal: --yes"
            )
        if not yes and not confirm("Make these changes?"):
            write_line("Nothing was changed.")
            show_kept_answers()
            return Exit.FINE
        targets = SetupTargets(github, lambda: _push(remote, wishes))
        failed = 0
        for outcome in apply_setup(plan, targets, found):
            failed += bool(outcome.error)
            _print(outcome_lines(outcome))
    status = _ended(len(plan.changes), failed, obstacles=bool(plan.obstacles))
    if status is Exit.FINE:
        draft.drop()
    else:
        show_kept_answers()
    return status


def _ended(changes: int, failed: int, *, obstacles: bool) -> Exit:
    done = changes - failed
    write_line("")
    if not failed and not obstacles:
        write_line(f"Done: {done} of {changes}. To check everything: escalate doctor")
        return Exit.FINE
    write_line(
        f"Done: {done} of {changes}. Correct what is marked with ✗, and run the command again. "
        "It repeats only what is missing."
    )
    return Exit.PARTIAL if done else Exit.FAILURE


def _print_plan(planned: SetupGithubOutput, style: OutputFormat) -> int:
    write_data(planned, setup_github_sheet(planned), style)
    return Exit.FAILURE if planned.obstacles and not planned.changes else Exit.FINE


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        write_line(line)


def _policy(repo: Path) -> Policy:
    policy = load_snapshot(read_worktree(repo)).policy
    if policy is None:
        raise SetupError(
            f"{repo} has no policy that can be read",
            "Run the command in the folder that `escalate init` created, or give --repo.",
        )
    return policy


def _settings(policy: Policy) -> GitHubSettings:
    environment = dict(variables())
    if not environment.get("GITHUB_TOKEN", "").strip():
        raise SetupError(
            "GITHUB_TOKEN is not set",
            "Create a token of an administrator of the repository (docs/how-to/set-up-github.md "
            "lists its permissions), and export it as GITHUB_TOKEN.",
        )
    if not environment.get("GITHUB_REPOSITORY", "").strip():
        environment["GITHUB_REPOSITORY"] = name_on_github(policy.repository_url or "") or ""
    _, settings = read_forge_settings(environment, ForgeKind.GITHUB)
    if settings is None:
        raise SetupError("GitHub is not set up in the environment", "Set GITHUB_TOKEN.")
    return settings


@contextmanager
def _connected(settings: GitHubSettings, policy: Policy) -> Iterator[SetupWrites]:
    with closing(GitHubWire(settings, read_timeout(variables()), RetryPolicy())) as wire:
        yield SetupWrites(wire, settings, policy.default_branch, ENVIRONMENT)


def _remote(repo: Path, settings: GitHubSettings) -> Remote | None:
    try:
        remote = choose_remote(repo, None, settings)
        name = github_name(repo) if remote else None
    except GitProblem as problem:
        raise SetupError(
            str(problem), "Correct the remote: git remote set-url origin ADDRESS"
        ) from problem
    if name is not None and name.casefold() != settings.repository.casefold():
        raise SetupError(
            f"the remote origin is {name}, but the repository to set up is {settings.repository}",
            "Correct the remote, repository_url in config/policy.yaml, or GITHUB_REPOSITORY.",
        )
    return remote


def _push(remote: Remote | None, wishes: SetupWishes) -> None:
    if remote is None:
        raise GitProblem("there is no remote origin")
    refusal = remote.push(wishes.local_commit, f"refs/heads/{wishes.branch}")
    if refusal is not None:
        raise GitProblem(f"the remote refuses the branch: {refusal[:200]}")


def _template(repo: Path, name: str) -> str:
    """A ruleset of the folder; if it has none, that of this program."""
    text = _local(repo / name)
    return text or (files("reconciler") / "template" / name).read_text(encoding="utf-8")


def _local(path: Path) -> str | None:
    try:
        with path.open("rb") as opened:
            return opened.read(_MOST).decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _with_values(
    wishes: SetupWishes,
    found: RepositorySetup,
    needed: Mapping[str, str],
    draft: AnswerDraft | None,
) -> SetupWishes:
    """The wishes with the values of variables and secrets, and with a second code owner.

    Asks for missing ones if there is a draft.
    """
    there = found.environment or DeploymentEnvironment()
    environment = variables()
    plain = {name: environment.get(name, "").strip() for name in VARIABLES}
    secret = {
        name: environment.get(name, "").strip()
        for name in needed
        if name not in there.secrets or name in wishes.replace
    }
    if secret.get(SEAL_KEY) == "":
        secret[SEAL_KEY] = secrets.token_hex(32)
    owners = wishes.more_owners
    if draft is not None:
        lonely = not owners and bool(lonely_paths(owners_of(wishes, found)))
        answers = fill({}, _blanks(needed, plain, secret, there, lonely=lonely), draft)
        plain |= {name: text for name, text in answers.items() if name in plain}
        secret |= {name: text for name, text in answers.items() if name in secret}
        if answers.get(_OWNER, LATER) != LATER:
            owners = (f"@{answers[_OWNER]}",)
    for value in secret.values():
        register_token(value)
    return replace(wishes, variables=plain, secrets=secret, more_owners=owners)


def _blanks(
    needed: Mapping[str, str],
    plain: Mapping[str, str],
    secret: Mapping[str, str],
    there: DeploymentEnvironment,
    *,
    lonely: bool,
) -> Iterator[Blank]:
    """The values that neither GitHub nor the environment has."""
    for name, words in VARIABLES.items():
        if not plain[name] and name not in there.variables:
            yield Blank(name, f"{words} ({name})")
    for name, words in needed.items():
        if secret.get(name) == "":
            yield Blank(name, f"{words} ({name})", hidden=True)
    if lonely:
        yield next(each for each in QUESTIONS if each.option == _OWNER)


_OWNER: Final = "--code-owner"
