"""Random pull requests, and a second, plain account of whose word counts.

The account is written from `docs/reference/owners.md` and the decisions 56 and 57, not from the
code.
"""
