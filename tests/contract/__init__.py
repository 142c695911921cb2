"""Check calls that a sandbox recorded against the vendors' published interface descriptions.

`check_call` takes a `Call` of a sandbox that was started with `record=True` and returns what is
wrong with it, request and answer. `vendors` holds what the checks need of the descriptions. If
ESCALATE_CONTRACTS names another folder, those there count.
"""

from contract.github import check_github_call
from contract.jira import check_jira_call
from contract.slack import check_slack_call
from reconciler.sandbox import Call

__all__ = [
    "check_call",
    "check_github_call",
    "check_jira_call",
    "check_slack_call",
]


def check_call(call: Call) -> list[str]:
    """What is wrong with a call to any of the services."""
    checks = {"slack": check_slack_call, "github": check_github_call}
    return checks.get(call.service, check_jira_call)(call)
