"""What differs between what a repository needs and what GitHub shows, in the order to change it.

Secrets and the environment come before the first push: a workflow that names an environment
which is missing creates it, without its branch rule. Rulesets come last, because they keep even an
administrator from pushing to the main branch.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.repository_setup import DeploymentEnvironment, RepositorySetup
from reconciler.services.github.setup_writes import SetupWrites
from reconciler.setup.code_owners import lonely_paths, owned, owned_paths, with_owners
from reconciler.setup.rulesets import lacking, merged
from reconciler.setup.wishes import (
    ENVIRONMENT,
    LABELS,
    MERGES,
    SWITCHES,
    WORKFLOW,
    WORKFLOW_TOKEN,
    SetupWishes,
)

PUSH: Final = "main branch"
_PROTECTED: Final = ("repository", "environment", "branches")
_NEW: Final = "as in a new repository"
_WORDS: Final = {
    "allow_merge_commit": "merge commits",
    "allow_squash_merge": "squash merges",
    "allow_rebase_merge": "rebase merges",
    "has_issues": "issues",
    "default_workflow_permissions": "permissions",
    "can_approve_pull_request_reviews": "approves pull requests",
}


@dataclass(frozen=True)
class SetupTargets:
    """What changes go to."""

    github: SetupWrites
    push: Callable[[], None]
    """Pushes the commit of the folder as the main branch."""


@dataclass(frozen=True)
class SetupChange:
    """One thing that differs, and the request that changes it."""

    part: str
    what: str
    before: str
    after: str
    act: Callable[["SetupTargets"], None] = field(repr=False, compare=False)
    needs: tuple[str, ...] = ("repository",)
    """Parts that must have worked before."""


@dataclass(frozen=True)
class SetupObstacle:
    """What can't be set up yet, why, and what to do."""

    part: str
    message: str
    remedy: str


@dataclass(frozen=True)
class SetupPlan:
    """Everything that is to be done, and what can't be."""

    changes: tuple[SetupChange, ...]
    obstacles: tuple[SetupObstacle, ...]


Line = SetupChange | SetupObstacle


def plan_setup(
    wishes: SetupWishes, found: RepositorySetup, secrets: Mapping[str, str]
) -> SetupPlan:
    """What to change. `secrets` names those that are needed, each with what it is."""
    lines = [
        *_repository(wishes, found),
        *_workflow_token(found),
        *_environment(wishes, found),
        *_variables(wishes, found.environment or DeploymentEnvironment()),
        *_secrets(wishes, found.environment or DeploymentEnvironment(), secrets),
        *_main(wishes, found),
        *_labels(found),
        *_code_owners(wishes, found),
        *_rulesets(wishes, found),
        *_first_run(found),
    ]
    parts = {each.part for each in lines} & found.unread.keys()
    obstacles = [SetupObstacle(part, found.unread[part], "") for part in found.unread]
    return SetupPlan(
        tuple(each for each in lines if isinstance(each, SetupChange) and each.part not in parts),
        (*obstacles, *(each for each in lines if isinstance(each, SetupObstacle))),
    )


def _repository(wishes: SetupWishes, found: RepositorySetup) -> Iterator[Line]:
    if not found.exists:
        organisation = found.organisation
        yield SetupChange(
            "repository",
            f"repository {wishes.repository}",
            "missing",
            "private",
            lambda to: to.github.create_repository(organisation=organisation),
            needs=(),
        )
    wanted = dict(SWITCHES)
    if found.exists and not any(found.settings.get(name) for name in MERGES):
        wanted[MERGES[0]] = True
    wrong = {name: each for name, each in wanted.items() if found.settings.get(name) != each}
    if wrong:
        yield SetupChange(
            "settings",
            "repository settings",
            _said({name: found.settings.get(name) for name in wrong}) if found.exists else _NEW,
            _said(wrong),
            lambda to: to.github.change_settings(wrong),
        )


def _workflow_token(found: RepositorySetup) -> Iterator[Line]:
    there = {name: found.workflow_token.get(name) for name in WORKFLOW_TOKEN}
    if there != WORKFLOW_TOKEN:
        yield SetupChange(
            "workflow token",
            "token of workflows",
            _said(there) if found.exists else _NEW,
            _said(WORKFLOW_TOKEN),
            lambda to: to.github.set_workflow_token(WORKFLOW_TOKEN),
        )


def _environment(wishes: SetupWishes, found: RepositorySetup) -> Iterator[Line]:
    there, branch = found.environment, wishes.branch
    kept = there.protection if there else {}
    if there is None or not there.only_listed_branches:
        yield SetupChange(
            "environment",
            f"environment {ENVIRONMENT}",
            "missing" if there is None else "any branch",
            "only branches of a list",
            lambda to: to.github.put_environment(kept),
        )
    branches = there.branches if there and there.only_listed_branches else frozenset()
    if branches != {branch}:
        yield SetupChange(
            "branches",
            f"branches that may use {ENVIRONMENT}",
            ", ".join(sorted(branches)) or "none",
            branch,
            lambda to: to.github.allow_only(branch),
            needs=("repository", "environment"),
        )


def _variables(wishes: SetupWishes, there: DeploymentEnvironment) -> Iterator[Line]:
    for name, value in wishes.variables.items():
        before = there.variables.get(name)
        if value and before != value:
            yield _variable(name, before, value)
        elif not value and before is None:
            yield SetupObstacle("variables", f"there is no value for {name}", _set(name))


def _variable(name: str, before: str | None, value: str) -> SetupChange:
    return SetupChange(
        "variables",
        f"variable {name}",
        before if before is not None else "missing",
        value,
        lambda to: to.github.set_variable(name, value, there=before is not None),
        needs=_PROTECTED,
    )


def _secrets(
    wishes: SetupWishes, there: DeploymentEnvironment, needed: Mapping[str, str]
) -> Iterator[Line]:
    for name in needed:
        known = name in there.secrets
        if known and name not in wishes.replace:
            continue
        value = wishes.secrets.get(name, "")
        if value:
            yield _secret(name, value, known=known)
        else:
            yield SetupObstacle("secrets", f"there is no value for {name}", _set(name))


def _secret(name: str, value: str, *, known: bool) -> SetupChange:
    return SetupChange(
        "secrets",
        f"secret {name}",
        "another value" if known else "missing",
        "set",
        lambda to: to.github.set_secret(name, value),
        needs=_PROTECTED,
    )


def _set(name: str) -> str:
    return f"Set {name} in the environment of this command, or run the command in a terminal."


def _main(wishes: SetupWishes, found: RepositorySetup) -> Iterator[Line]:
    if found.main:
        return
    if not wishes.local_commit:
        yield SetupObstacle(
            PUSH,
            f"GitHub has no branch {wishes.branch}, and this folder has no commit to push",
            "Commit the files: git add -A, git commit -m Begin. Add the remote origin.",
        )
        return
    yield SetupChange(
        PUSH,
        f"branch {wishes.branch}",
        "missing",
        f"commit {wishes.local_commit[:7]} of this folder",
        lambda to: to.push(),
        needs=_PROTECTED,
    )


def _labels(found: RepositorySetup) -> Iterator[Line]:
    for name, words in LABELS.items():
        if name not in found.labels:
            yield _label(name, words)


def _label(name: str, words: str) -> SetupChange:
    return SetupChange(
        "labels",
        f"label {name}",
        "missing",
        words,
        lambda to: to.github.create_label(name, words),
    )


def _code_owners(wishes: SetupWishes, found: RepositorySetup) -> Iterator[Line]:
    before = owners_of(wishes, found)
    after = with_owners(before, wishes.more_owners)
    lonely = lonely_paths(after)
    if after != before and not lonely:
        message = f"Add {', '.join(wishes.more_owners)} to the code owners"
        yield SetupChange(
            "code owners",
            "CODEOWNERS",
            _owners(before),
            _owners(after),
            lambda to: to.github.write_code_owners(after, message),
            needs=("repository", PUSH),
        )


def owners_of(wishes: SetupWishes, found: RepositorySetup) -> str:
    """CODEOWNERS as it is, on GitHub's main branch or in the folder that will be pushed."""
    return (found.code_owners if found.main else wishes.local_owners) or ""


def _owners(text: str) -> str:
    names = {owner for each in owned_paths(text) for owner in each.owners}
    return ", ".join(sorted(names)) or "no one"


def _rulesets(wishes: SetupWishes, found: RepositorySetup) -> Iterator[Line]:
    wrong = [each for one in wishes.rulesets if (each := _ruleset(one, found))]
    if not wrong:
        return
    before = owners_of(wishes, found)
    owners = with_owners(before, wishes.more_owners)
    if lonely := lonely_paths(owners):
        names = ", ".join(sorted({name for each in lonely for name in each.owners}))
        paths = ", ".join(each.pattern for each in lonely)
        yield SetupObstacle(
            "rulesets",
            f"CODEOWNERS names {names} alone for {paths}. With the rulesets, no one could approve "
            "a pull request of that person",
            "Name a second person or a team: --code-owner LOGIN or --code-owner ORGANISATION/TEAM",
        )
    elif not owned(owners):
        yield SetupObstacle(
            "rulesets",
            "CODEOWNERS names no one, so a change needs no review of an owner",
            "Name two people or a team: --code-owner LOGIN or --code-owner ORGANISATION/TEAM",
        )
    elif found.owner_errors and owners == before:
        yield SetupObstacle(
            "rulesets",
            f"GitHub finds errors in CODEOWNERS: {'; '.join(found.owner_errors)}",
            "Correct the names. Each owner needs write access to the repository, and a team must "
            "be visible.",
        )
    else:
        yield from wrong


def _ruleset(wanted: Mapping[str, object], found: RepositorySetup) -> SetupChange | None:
    there = next((each for each in found.rulesets if each["name"] == wanted["name"]), None)
    missing = lacking(there, wanted)
    if not missing:
        return None
    number = None if there is None else int(there["id"])
    whole = merged(there, wanted)
    return SetupChange(
        "rulesets",
        f"ruleset {wanted['name']}",
        "missing" if there is None else f"without {', '.join(missing)}",
        "active",
        lambda to: to.github.put_ruleset(whole, number),
        needs=("repository", PUSH, "code owners"),
    )


def _first_run(found: RepositorySetup) -> Iterator[Line]:
    if not found.ran:
        yield SetupChange(
            "first run",
            f"workflow {WORKFLOW}",
            "never ran",
            "started",
            lambda to: to.github.start(WORKFLOW),
            needs=(*_PROTECTED, PUSH, "variables", "secrets"),
        )


def _said(values: Mapping[str, object]) -> str:
    """Settings by the words of GitHub's pages."""
    return ", ".join(f"{_WORDS[name]} {_word(value)}" for name, value in values.items())


def _word(value: object) -> str:
    if value is None:
        return "not set"
    return str(value) if not isinstance(value, bool) else "on" if value else "off"
