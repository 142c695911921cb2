"""A run: read, plan, apply, read back; a failure affects only its own escalation."""
