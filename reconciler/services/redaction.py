"""Tokens are registered here, and nothing leaves the program with one of them in it."""

from typing import Final

TOKEN_VARIABLES: Final = frozenset(
    {"JIRA_API_TOKEN", "JIRA_PAT", "SLACK_BOT_TOKEN", "GITHUB_TOKEN"}
)
"""The environment variables that hold tokens; no child process is given them."""
_SHORTEST: Final = 6
_secrets: set[str] = set()


def register(secret: str) -> None:
    """Remember a token, so that `redact` finds it."""
    if len(secret) >= _SHORTEST:
        _secrets.add(secret)


def redact(text: str) -> str:
    """The text with every registered token blanked."""
    for secret in _secrets:
        text = text.replace(secret, "[token]")
    return text
