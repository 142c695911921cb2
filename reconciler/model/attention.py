"""Whom an open pull request calls in Slack."""

from enum import StrEnum


class Attention(StrEnum):
    """Whom an open pull request calls while it breaks a rule, from most people to none.

    Rules that the author alone can keep call the acknowledgers, because the problem is real and
    the text can be corrected while they read it.
    """

    ACKNOWLEDGERS = "acknowledgers"
    """The tool announces it and calls the desk's acknowledgers."""
    OVERRIDERS = "overriders"
    """The tool announces it, answers the author, and calls only the desk's overriders."""
    NOBODY = "no one"
    """The tool does not announce it. The check answers in the pull request."""
