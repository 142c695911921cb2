"""What a repository for escalations needs on GitHub."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.edit.form_verbs import VERBS
from reconciler.model.policy import Policy
from reconciler.model.repository_setup import RepositorySetup

ENVIRONMENT: Final = "escalations"
WORKFLOW: Final = "reconcile.yml"
SEAL_KEY: Final = "ESCALATE_SEAL_KEY"
FORM_TOKEN: Final = "ESCALATE_FORM_TOKEN"  # noqa: S105 - the name of a secret
SECRETS: Final = {
    "JIRA_API_TOKEN": "API token of the Jira account",
    "SLACK_BOT_TOKEN": "Bot token of the Slack app",
    SEAL_KEY: "Key for seals",
}
VARIABLES: Final = {
    "JIRA_BASE_URL": "Address of Jira",
    "JIRA_USER_EMAIL": "E-mail address of the Jira account",
}
LABELS: Final = {each.label: each.purpose for each in VERBS.values()}
SWITCHES: Final = {"allow_rebase_merge": False, "has_issues": True}
"""Rebased commits have no signature of GitHub; the forms are issues."""
MERGES: Final = ("allow_squash_merge", "allow_merge_commit")
"""Ways to merge, of which one is enough; if none is on, the first one is wanted."""
WORKFLOW_TOKEN: Final[Mapping[str, str | bool]] = {
    "default_workflow_permissions": "read",
    "can_approve_pull_request_reviews": False,
}

GUARDED: Final[Mapping[str, Mapping[str, int | bool]]] = {
    "pull_request": {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_last_push_approval": True,
    },
    "required_status_checks": {"strict_required_status_checks_policy": True},
}
"""By rule, what GitHub must ask for where a merge acknowledges an escalation."""


@dataclass(frozen=True)
class SetupWishes:
    """What a repository is to have."""

    repository: str
    """`owner/name`."""
    branch: str
    rulesets: tuple[Mapping[str, Any], ...]
    local_commit: str = ""
    """The commit of the local folder, which becomes the main branch if GitHub has none."""
    local_owners: str | None = None
    """CODEOWNERS of the local folder."""
    more_owners: tuple[str, ...] = ()
    """Code owners to add, with @."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values that are known, by name."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values that are known, by name."""
    replace: frozenset[str] = frozenset()
    """Secrets to set although they exist."""


def wanted_rulesets(texts: Mapping[str, str], policy: Policy) -> tuple[dict[str, Any], ...]:
    """The rulesets, from the texts of the templates by file name.

    Where fields have owners, the tool keeps approvals of what did not change, and a rule that asks
    for more would keep it from merging. Where a merge decides, GitHub guards the merge.

    That of the forms is wanted if the policy has an account for them, which may bypass it. A bot
    can bypass it only as an app, whose id the policy does not have.
    """
    found = [json.loads(texts[f"ruleset-{name}.json"]) for name in ("main", "audit")]
    if not policy.is_by_field:
        for rule in found[0]["rules"]:
            if rule["type"] in GUARDED:
                rule["parameters"] |= GUARDED[rule["type"]]
    if policy.forms is not None and not policy.forms.account.endswith("[bot]"):
        forms = json.loads(texts["ruleset-forms.json"])
        actor = {"actor_id": policy.forms.account_id, "actor_type": "User", "bypass_mode": "always"}
        found.append({**forms, "bypass_actors": [actor]})
    return tuple(found)


def needed_secrets(
    policy: Policy, found: RepositorySetup, environment: Mapping[str, str]
) -> Mapping[str, str]:
    """The secrets that the workflows read, each with what it is.

    A key for seals is needed at the beginning only. Runs that have none sealed their receipts with
    the token of Jira; with another key, all of these would count as lost.
    """
    needed = dict(SECRETS)
    if found.ran and not environment.get(SEAL_KEY, "").strip():
        del needed[SEAL_KEY]
    if policy.forms is not None:
        needed[FORM_TOKEN] = f"Token of the account {policy.forms.account}"
    return needed
