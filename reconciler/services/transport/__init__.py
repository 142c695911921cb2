"""The one way over the network to Slack, Jira and GitHub (docs/decisions/0038-one-transport.md)."""
