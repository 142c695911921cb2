"""Every text that is posted in Slack and Jira, and the names and keys of what is there."""
