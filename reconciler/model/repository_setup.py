"""How a repository on GitHub is set up: what GitHub shows, and what became of each change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class DeploymentEnvironment:
    """An environment of a repository."""

    only_listed_branches: bool = False
    """True if only the branches of its own list may use it."""
    branches: frozenset[str] = frozenset()
    """Branches and patterns of that list."""
    protection: Json = field(default_factory=dict)
    """Its other rules, such as reviewers, as a change of the environment has to repeat them."""
    secrets: frozenset[str] = frozenset()
    """Names of its secrets; GitHub shows no value."""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RepositorySetup:
    """What GitHub shows of a repository. The defaults are those of a repository that is missing."""

    exists: bool = False
    private: bool = True
    organisation: bool = True
    """True if an organisation owns it."""
    settings: Mapping[str, bool] = field(default_factory=dict)
    """Its switches, by GitHub's names."""
    main: str = ""
    """The commit of the main branch; empty without one."""
    workflow_token: Mapping[str, str | bool] = field(default_factory=dict)
    """What the token of workflows may do, by GitHub's names."""
    environment: DeploymentEnvironment | None = None
    labels: frozenset[str] = frozenset()
    """Names in small letters, because GitHub does not tell letters apart by their case."""
    code_owners: str | None = None
    """CODEOWNERS of the main branch; None without one."""
    owner_errors: tuple[str, ...] = ()
    """What GitHub finds wrong in it, such as an owner who may not write."""
    rulesets: tuple[Json, ...] = ()
    """As GitHub shows them, with their rules."""
    ran: bool = False
    """True if the workflow has a run."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Parts that GitHub refused to show, with its answer."""
