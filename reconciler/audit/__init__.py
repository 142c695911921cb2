"""What a run leaves for auditors, and what proves it."""
