"""Setting up a repository on GitHub, and filling a roster: what differs, as values."""
