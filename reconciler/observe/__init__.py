"""What Jira and Slack show, gathered through the services."""
