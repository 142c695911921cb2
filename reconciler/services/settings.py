"""Where the services are and how to sign in: from the environment, never from a file."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from reconciler.services.errors import SetupError
from reconciler.services.secrets import register

JIRA_EXAMPLE: Final = "https://company.atlassian.net"
SLACK_API_URL: Final = "https://slack.com/api/"
_LONGEST_TIMEOUT: Final = 600
_LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class JiraSettings:
    """How to reach Jira. With an e-mail address it is Cloud, without one Data Center."""

    url: str
    email: str | None
    token: str = field(repr=False)

    @property
    def cloud(self) -> bool:
        """Whether this is Jira Cloud."""
        return self.email is not None


@dataclass(frozen=True)
class SlackSettings:
    """How to reach Slack."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """How to reach everything."""

    jira: JiraSettings
    slack: SlackSettings
    timeout: float = 30.0
    """Seconds to wait for an answer."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings.

    Raises SetupError that names every missing or wrong variable at once.
    """
    faults: list[str] = []
    jira = _jira(environment, faults)
    slack = _slack(environment, faults)
    timeout = _timeout(environment, faults)
    if faults or jira is None or slack is None:
        raise SetupError(
            "; ".join(faults),
            "Set the variables in the environment (in GitHub Actions: as secrets of the"
            " environment). Without real services, `escalate sandbox` prints a set to try with.",
        )
    return Settings(jira, slack, timeout)


def _jira(environment: Mapping[str, str], faults: list[str]) -> JiraSettings | None:
    url = _url(environment, "JIRA_BASE_URL", "", faults)
    pat = environment.get("JIRA_PAT", "").strip()
    email = environment.get("JIRA_USER_EMAIL", "").strip()
    token = environment.get("JIRA_API_TOKEN", "").strip()
    if pat:
        register(pat)
        return JiraSettings(url, None, pat)
    if not email:
        faults.append("JIRA_USER_EMAIL is not set (or JIRA_PAT, for Data Center)")
    if not token:
        faults.append("JIRA_API_TOKEN is not set (or JIRA_PAT, for Data Center)")
    if not email or not token:
        return None
    register(token)
    register(base64.b64encode(f"{email}:{token}".encode()).decode())
    return JiraSettings(url, email, token)


def _slack(environment: Mapping[str, str], faults: list[str]) -> SlackSettings | None:
    url = _url(environment, "SLACK_API_URL", SLACK_API_URL, faults)
    token = environment.get("SLACK_BOT_TOKEN", "").strip()
    if not token:
        faults.append("SLACK_BOT_TOKEN is not set")
        return None
    register(token)
    if not token.startswith("xoxb-"):
        faults.append("SLACK_BOT_TOKEN is no bot token (they begin with xoxb-)")
    return SlackSettings(url.rstrip("/") + "/", token)


def _url(environment: Mapping[str, str], name: str, default: str, faults: list[str]) -> str:
    text = environment.get(name, "").strip() or default
    if not text:
        faults.append(f"{name} is not set")
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        faults.append(f"{name} is no web address")
        return text
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.query:
        faults.append(f"{name} is no plain web address such as {default or JIRA_EXAMPLE}")
    elif parts.scheme == "http" and host not in _LOOPBACK:
        faults.append(f"{name} must be https: a token would travel in the open")
    return text.rstrip("/")


def _timeout(environment: Mapping[str, str], faults: list[str]) -> float:
    text = environment.get("ESCALATE_TIMEOUT", "30")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        faults.append(f"ESCALATE_TIMEOUT is no number of seconds up to {_LONGEST_TIMEOUT}")
    return seconds
