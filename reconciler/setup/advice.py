"""What to do about a refusal of GitHub, by the part that it refused.

Sources: https://docs.github.com/en/get-started/learning-about-github/githubs-plans (what the plans
of private repositories include); GitHub's page of each endpoint (permissions of a fine-grained
token); answers of GitHub that other people report.
"""

import re
from typing import Final

from reconciler.model.repository_setup import RepositorySetup

_PLAN: Final = re.compile(r"upgrade to github|billing plan|current plan", re.IGNORECASE)
_PERMISSION: Final = {
    "repository": "Administration: write, and in an organisation the right to create repositories",
    "settings": "Administration: write",
    "workflow token": "Administration: write",
    "environment": "Administration: write, Environments: write",
    "branches": "Administration: write",
    "variables": "Environments: write",
    "secrets": "Environments: write",
    "main branch": "Contents: write, Workflows: write",
    "labels": "Issues: write",
    "code owners": "Contents: write",
    "rulesets": "Administration: write",
    "first run": "Actions: write",
}
_BY_PULL_REQUEST: Final = (
    "Rules of the main branch refuse the commit. Change .github/CODEOWNERS by a pull request, and "
    "run the command again after the merge."
)
_NOT_KNOWN_YET: Final = "GitHub may not know the workflow yet. Run the command again in a minute."
_BY_ANSWER: Final = {
    ("code owners", "409"): _BY_PULL_REQUEST,
    ("code owners", "422"): _BY_PULL_REQUEST,
    ("workflow token", "409"): "The organisation sets this. Ask its owner: Settings, Actions, "
    "General.",
    ("rulesets", "owners"): "Correct the names in .github/CODEOWNERS. Each owner needs write "
    "access to the repository, and a team must be visible.",
    ("first run", "404"): _NOT_KNOWN_YET,
    ("first run", "422"): _NOT_KNOWN_YET,
}
"""Answers that have one reason, by part and code."""
_ENVIRONMENT_PARTS: Final = {"environment", "branches", "variables", "secrets"}
_NO_RULESETS: Final = (
    "GitHub has rulesets for private repositories only in the plans Pro, Team and Enterprise. "
    "Choose one of these plans. Without it, people can merge escalations without an approval."
)
_NO_ENVIRONMENTS: Final = (
    "GitHub has environments for private repositories only in the plans Pro, Team and Enterprise. "
    "Choose one of these plans. Without it, nothing keeps a branch from reading the tokens."
)


def advice(part: str, code: str, answer: str, found: RepositorySetup) -> str:
    """What to do about an answer to a request for a part."""
    if (known := _BY_ANSWER.get((part, code))) is not None:
        return known
    plan = ""
    if part == "rulesets" or part in _ENVIRONMENT_PARTS:
        plan = _NO_RULESETS if part == "rulesets" else _NO_ENVIRONMENTS
    if plan and _PLAN.search(answer):
        return plan
    if code == "401":
        return "Renew GITHUB_TOKEN."
    if code not in {"403", "404"}:
        return "Run the command again. It repeats only what is missing."
    needed = f"Give the token the permission {_PERMISSION.get(part, 'Administration: write')}."
    return f"{needed} {plan}" if plan and found.private else needed
