"""Check calls that a sandbox recorded against the vendors' published interface descriptions.

`check_slack_call` and `check_jira_call` take a `Call` of a sandbox that was started with
`record=True` and return what is wrong with it, request and answer. The descriptions are not part
of this repository: ESCALATE_CONTRACTS names their folder. Without it nothing is checked, and the
tests that need it are skipped.
"""

from contract.folder import AVAILABLE, needs_contracts
from contract.jira import check_jira_call
from contract.slack import check_slack_call
from reconciler.sandbox import Call

__all__ = ["AVAILABLE", "check_call", "check_jira_call", "check_slack_call", "needs_contracts"]


def check_call(call: Call) -> list[str]:
    """What is wrong with a call to any of the services."""
    return check_slack_call(call) if call.service == "slack" else check_jira_call(call)
