"""A run: read, plan, carry out, read back; one escalation apart from the others."""
