"""Web addresses of tickets and files."""

from dataclasses import dataclass
from urllib.parse import quote

from reconciler.model.policy import Policy


@dataclass(frozen=True)
class Links:
    """Where things can be seen in a browser."""

    jira_url: str
    policy: Policy

    def ticket(self, key: str) -> str:
        """Web address of a ticket."""
        site = self.policy.jira.browse_url or self.jira_url.rstrip("/")
        return f"{site}/browse/{quote(key)}"

    def file(self, path: str) -> str:
        """Web address of a file on the main branch."""
        branch = quote(self.policy.default_branch)
        return f"{self.policy.repository_url}/blob/{branch}/{quote(path)}"

    def pull_request(self, number: int) -> str:
        """Web address of a pull request."""
        return f"{self.policy.repository_url}/pull/{number}"
