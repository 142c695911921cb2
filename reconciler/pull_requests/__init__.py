"""Open pull requests as if they were merged, their approvals, and forms.

A pull request is one of a forge, or a branch under `escalate/` where there is no forge.
"""
