"""What Jira and Slack show: in bulk at the start of a run, and what a plan asks for."""
