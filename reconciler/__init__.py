"""Escalation as code: ticket escalations as YAML in git, reconciled into Jira and Slack."""
