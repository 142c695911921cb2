"""Reads of a repository that only `escalate doctor --live` makes. They need no administrator.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28.
"""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from reconciler.services.errors import ServiceError, reading_answer
from reconciler.services.github.branch_rules import branch_rules
from reconciler.services.github.wire import GitHubWire
from reconciler.services.settings import GitHubSettings

NOT_SHOWN: Final = "not-shown"
_UPGRADE: Final = re.compile(r"upgrade to github", re.IGNORECASE)
_REFUSED: Final = "403"


class GitHubCanary:
    """Each method answers with one word, and raises ServiceError."""

    def __init__(self, wire: GitHubWire, settings: GitHubSettings, branch: str) -> None:
        """Send through `wire`; `branch` is the main branch."""
        self._wire = wire
        self._repo = f"repos/{settings.repository}"
        self._branch = branch

    @reading_answer("GitHub", "answer")
    def environment(self, name: str) -> str:
        """Whether only chosen branches may use an environment: limited, open or missing."""
        found = self._shown(lambda: self._wire.get(f"{self._repo}/environments/{quote(name)}"))
        if found == NOT_SHOWN or found is None:
            return NOT_SHOWN if found else "missing"
        return "limited" if found.get("deployment_branch_policy") else "open"

    @reading_answer("GitHub", "answer")
    def plan(self) -> str:
        """Whether the plan has rulesets for this repository: rules or no rules."""
        try:
            found = self._wire.get(f"{self._repo}/rulesets", {"per_page": "1"})
        except ServiceError as error:
            if error.code != _REFUSED:
                raise
            return "no-rules" if _UPGRADE.search(error.answer) else NOT_SHOWN
        return NOT_SHOWN if found is None else "rules"

    @reading_answer("GitHub", "answer")
    def code_owners(self) -> str:
        """What GitHub finds in CODEOWNERS: known, errors or missing."""
        path = f"{self._repo}/codeowners/errors"
        found = self._shown(lambda: self._wire.get(path, {"ref": self._branch}))
        if found == NOT_SHOWN or found is None:
            return NOT_SHOWN if found else "missing"
        return "errors" if found["errors"] else "known"

    @reading_answer("GitHub", "answer")
    def rules(self) -> str:
        """Whether a change of the main branch needs a review or its status: reviewed or open."""
        path = f"{self._repo}/rules/branches/{quote(self._branch)}"
        rules = branch_rules(self._wire.pages(path))
        guarded = rules.approvals or (rules.code_owners and rules.checks)
        return "reviewed" if rules.pull_request and guarded else "open"

    @staticmethod
    def _shown(read: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        try:
            return read()
        except ServiceError as error:
            if error.code != _REFUSED:
                raise
            return NOT_SHOWN
