"""What a board shows, from the main branch and the audit branch: pure values."""
