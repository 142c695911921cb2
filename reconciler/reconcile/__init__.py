"""The difference between desired and observed, as an ordered list of changes."""
