"""The environment of this process, and what leaves it before a child could inherit it.

Every library that starts a program passes on the environment. So tokens, and what a surrounding git
(a hook, for example) tells its children, are taken out of it.
"""

import os
from collections.abc import Mapping
from typing import Final

TOKEN_VARIABLES: Final = frozenset(
    {
        "JIRA_API_TOKEN",
        "JIRA_PAT",
        "SLACK_BOT_TOKEN",
        "GITHUB_TOKEN",
        "ESCALATE_SEAL_KEY",
        "ESCALATE_SEAL_KEY_BEFORE",
        "ESCALATE_FORM_TOKEN",
    }
)
"""The environment variables that hold tokens and keys; no child process is given them."""
_KEPT: Final = ("GIT_CONFIG", "GIT_CEILING")
"""Settings of git that the user chose for every repository."""
_tokens: dict[str, str] = {}


def begin() -> None:
    """Start a command: know its own tokens only, and leave none in the environment."""
    _tokens.clear()
    withdraw()


def withdraw() -> None:
    """Take tokens and the variables of a surrounding git out of the environment.

    The tokens stay known to `variables`.
    """
    for name in list(os.environ):
        if name in TOKEN_VARIABLES:
            _tokens[name] = os.environ.pop(name)
        elif name.startswith("GIT_") and not name.startswith(_KEPT):
            del os.environ[name]


def variables() -> Mapping[str, str]:
    """The environment as the command got it, tokens included."""
    return {**_tokens, **os.environ}
