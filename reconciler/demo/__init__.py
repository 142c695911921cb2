"""A whole escalation told as a story, with the real commands on the sandbox."""
